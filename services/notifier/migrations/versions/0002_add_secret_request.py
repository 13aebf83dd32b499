"""A mail may need a secret that is made when it leaves: the request to fetch it by."""

import sqlalchemy as sa
from alembic import op

revision = 'notifier_0002'
down_revision = 'notifier_0001'
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table('mail') as mail:
        mail.add_column(sa.Column('secret_request', sa.String(length=36), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table('mail') as mail:
        mail.drop_column('secret_request')
