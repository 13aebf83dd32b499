"""Payments that wait for a valid certificate."""

import sqlalchemy as sa
from alembic import op
import chassis.db

revision = 'einvoice_0003'
down_revision = 'einvoice_0002'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('waiting_payment',
    sa.Column('order_id', sa.String(length=36), nullable=False),
    sa.Column('event', chassis.db.JSON_TYPE, nullable=False),
    sa.Column('heard_at', chassis.db.UtcDateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('order_id', name=op.f('pk_waiting_payment'))
    )
    op.create_index('ix_waiting_payment_heard_at', 'waiting_payment', ['heard_at'], unique=False)


def downgrade() -> None:
    op.drop_table('waiting_payment')
