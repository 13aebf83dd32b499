"""The public register and the SISTCERE page."""

import sqlalchemy as sa  # noqa: F401
from alembic import op  # noqa: F401

revision = 'recert_0007'
down_revision = 'recert_0006'
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
