"""Create the tables of own data (contact, photo, history, pending addresses) and of applications for SINADEF."""

import sqlalchemy as sa
from alembic import op
import chassis.db
from chassis.outbox import BigId

revision = 'identity_0004'
down_revision = 'identity_0003'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('good_standing',
    sa.Column('cmp_number', sa.String(length=6), nullable=False),
    sa.Column('in_good_standing', sa.Boolean(), nullable=False),
    sa.Column('as_of', sa.Date(), nullable=False),
    sa.Column('unpaid_periods', sa.Integer(), nullable=False),
    sa.Column('sequence', sa.BigInteger(), nullable=False),
    sa.PrimaryKeyConstraint('cmp_number', name=op.f('pk_good_standing'))
    )
    op.create_table('contact_details',
    sa.Column('account_id', sa.String(length=36), nullable=False),
    sa.Column('phone', sa.String(length=30), nullable=True),
    sa.Column('mobile', sa.String(length=30), nullable=True),
    sa.Column('address', sa.String(length=200), nullable=True),
    sa.Column('updated_at', chassis.db.UtcDateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_contact_details_account_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('account_id', name=op.f('pk_contact_details'))
    )
    op.create_table('contact_entry',
    sa.Column('id', BigId, nullable=False),
    sa.Column('account_id', sa.String(length=36), nullable=False),
    sa.Column('at', chassis.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('actor_id', sa.String(length=80), nullable=False),
    sa.Column('actor_name', sa.String(length=300), nullable=False),
    sa.Column('field', sa.String(length=10), nullable=False),
    sa.Column('before', sa.String(length=254), nullable=True),
    sa.Column('after', sa.String(length=254), nullable=True),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_contact_entry_account_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_contact_entry')),
    sqlite_autoincrement=True
    )
    op.create_index('ix_contact_entry_owner', 'contact_entry', ['account_id', 'id'], unique=False)

    op.create_table('email_change',
    sa.Column('id', sa.String(length=36), nullable=False),
    sa.Column('account_id', sa.String(length=36), nullable=False),
    sa.Column('email', sa.String(length=254), nullable=False),
    sa.Column('withheld', sa.Boolean(), nullable=False),
    sa.Column('state', sa.String(length=10), nullable=False),
    sa.Column('requested_at', chassis.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('expires_at', chassis.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('sent_at', chassis.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('times_sent', sa.Integer(), nullable=False),
    sa.Column('settled_at', chassis.db.UtcDateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_email_change_account_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_email_change'))
    )
    op.create_index('ix_email_change_owner', 'email_change', ['account_id', 'requested_at'], unique=False)

    op.create_table('photo',
    sa.Column('account_id', sa.String(length=36), nullable=False),
    sa.Column('sha256', sa.String(length=64), nullable=False),
    sa.Column('size', sa.Integer(), nullable=False),
    sa.Column('width', sa.Integer(), nullable=False),
    sa.Column('height', sa.Integer(), nullable=False),
    sa.Column('uploaded_at', chassis.db.UtcDateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_photo_account_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('account_id', name=op.f('pk_photo'))
    )
    op.create_table('sinadef_request',
    sa.Column('id', BigId, nullable=False),
    sa.Column('account_id', sa.String(length=36), nullable=False),
    sa.Column('cmp_number', sa.String(length=6), nullable=False),
    sa.Column('document_type', sa.String(length=1), nullable=False),
    sa.Column('document_number', sa.String(length=15), nullable=False),
    sa.Column('given_names', sa.String(length=120), nullable=False),
    sa.Column('surnames', sa.String(length=160), nullable=False),
    sa.Column('council', sa.String(length=2), nullable=False),
    sa.Column('physician_state', sa.String(length=20), nullable=False),
    sa.Column('standing_as_of', sa.Date(), nullable=False),
    sa.Column('email', sa.String(length=254), nullable=False),
    sa.Column('phone', sa.String(length=30), nullable=False),
    sa.Column('establishment', sa.String(length=160), nullable=False),
    sa.Column('establishment_code', sa.String(length=8), nullable=False),
    sa.Column('health_authority', sa.String(length=80), nullable=False),
    sa.Column('position', sa.String(length=80), nullable=False),
    sa.Column('state', sa.String(length=12), nullable=False),
    sa.Column('reason', sa.String(length=500), nullable=True),
    sa.Column('reviewer_id', sa.String(length=36), nullable=True),
    sa.Column('reviewer_name', sa.String(length=300), nullable=True),
    sa.Column('filed_at', chassis.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('changed_at', chassis.db.UtcDateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_sinadef_request_account_id')),
    sa.ForeignKeyConstraint(['council'], ['council.code'], name=op.f('fk_sinadef_request_council')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_sinadef_request')),
    sqlite_autoincrement=True
    )
    op.create_index('ix_sinadef_request_owner', 'sinadef_request', ['account_id', 'id'], unique=False)
    op.create_index('ix_sinadef_request_queue', 'sinadef_request', ['state', 'id'], unique=False)
    op.create_index('uq_sinadef_request_open', 'sinadef_request', ['account_id'], unique=True, sqlite_where=sa.text("state IN ('EMITIDO', 'EN_REVISION')"), postgresql_where=sa.text("state IN ('EMITIDO', 'EN_REVISION')"))

    op.create_table('sinadef_step',
    sa.Column('id', BigId, nullable=False),
    sa.Column('request_id', BigId, nullable=False),
    sa.Column('at', chassis.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('actor_id', sa.String(length=80), nullable=False),
    sa.Column('actor_name', sa.String(length=300), nullable=False),
    sa.Column('state', sa.String(length=12), nullable=False),
    sa.Column('reason', sa.String(length=500), nullable=True),
    sa.ForeignKeyConstraint(['request_id'], ['sinadef_request.id'], name=op.f('fk_sinadef_step_request_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_sinadef_step')),
    sqlite_autoincrement=True
    )
    op.create_index('ix_sinadef_step_request_id', 'sinadef_step', ['request_id'], unique=False)


def downgrade() -> None:
    for table in ('sinadef_step', 'sinadef_request', 'photo', 'email_change', 'contact_entry', 'contact_details', 'good_standing'):
        op.drop_table(table)
