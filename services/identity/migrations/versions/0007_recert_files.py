"""The notifier may fetch the constancias it mails from recert."""

import sqlalchemy as sa
from alembic import op

revision = 'identity_0007'
down_revision = 'identity_0006'
branch_labels = None
depends_on = None

GRANT = {"holder": "service:notifier", "permission": "files:read", "audience": "recert"}


def upgrade() -> None:
    op.bulk_insert(_grants(), [GRANT])


def downgrade() -> None:
    grants = _grants()
    op.execute(sa.delete(grants).where(*(grants.c[name] == value for name, value in GRANT.items())))


def _grants() -> sa.TableClause:
    return sa.table("permission_grant", *(sa.column(name, sa.String) for name in GRANT))
