"""What the voucher desk keeps."""

import sqlalchemy as sa  # noqa: F401
from alembic import op  # noqa: F401

revision = 'einvoice_0006'
down_revision = 'einvoice_0005'
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
