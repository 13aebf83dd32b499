"""Closures, extra days, and the deadlines of dossiers."""

import sqlalchemy as sa  # noqa: F401
from alembic import op  # noqa: F401

revision = 'recert_0003'
down_revision = 'recert_0002'
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
