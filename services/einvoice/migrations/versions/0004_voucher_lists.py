"""What the voucher lists, their exports and their search need."""

import sqlalchemy as sa  # noqa: F401
from alembic import op  # noqa: F401

revision = 'einvoice_0004'
down_revision = 'einvoice_0003'
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
