"""Mails with a secret, registrations, what the list of sessions shows; the notifier may ask for secrets."""

import sqlalchemy as sa
from alembic import op
import chassis.db

revision = 'identity_0003'
down_revision = 'identity_0002'
branch_labels = None
depends_on = None

GRANTS = [("service:notifier", "identity:mint", "identity"), ("service:notifier", "files:read", "payments")]


def upgrade() -> None:
    time = chassis.db.UtcDateTime(timezone=True)
    op.create_table('mail_request',
    sa.Column('id', sa.String(length=36), nullable=False),
    sa.Column('purpose', sa.String(length=30), nullable=False),
    sa.Column('subject', sa.String(length=64), nullable=False),
    sa.Column('account_id', sa.String(length=36), nullable=True),
    sa.Column('email', sa.String(length=254), nullable=False),
    sa.Column('facts', chassis.db.JSON_TYPE, nullable=False),
    sa.Column('created_at', time, nullable=False),
    sa.Column('expires_at', time, nullable=False),
    sa.Column('superseded_at', time, nullable=True),
    sa.Column('used_at', time, nullable=True),
    sa.Column('minted_at', time, nullable=True),
    sa.Column('times_minted', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_mail_request_account_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_mail_request'))
    )
    op.create_index('ix_mail_request_subject', 'mail_request', ['purpose', 'subject'], unique=False)
    op.create_index('ix_mail_request_expires_at', 'mail_request', ['expires_at'], unique=False)

    op.create_table('mail_wish',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('purpose', sa.String(length=30), nullable=False),
    sa.Column('subject', sa.String(length=64), nullable=True),
    sa.Column('asked_at', time, nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_mail_wish'))
    )

    op.create_table('registration',
    sa.Column('id', sa.String(length=36), nullable=False),
    sa.Column('code', sa.String(length=16), nullable=False),
    sa.Column('state', sa.String(length=12), nullable=False),
    sa.Column('cmp_number', sa.String(length=6), nullable=False),
    sa.Column('document_type', sa.String(length=1), nullable=False),
    sa.Column('document_number', sa.String(length=15), nullable=False),
    sa.Column('given_names', sa.String(length=120), nullable=False),
    sa.Column('paternal_surname', sa.String(length=80), nullable=False),
    sa.Column('maternal_surname', sa.String(length=80), nullable=False),
    sa.Column('email', sa.String(length=254), nullable=False),
    sa.Column('council', sa.String(length=2), nullable=True),
    sa.Column('consent_version', sa.String(length=40), nullable=False),
    sa.Column('consent_at', time, nullable=False),
    sa.Column('consent_address', sa.String(length=45), nullable=False),
    sa.Column('password_hash', sa.String(length=200), nullable=True),
    sa.Column('reasons', chassis.db.JSON_TYPE, nullable=False),
    sa.Column('account_id', sa.String(length=36), nullable=True),
    sa.Column('created_at', time, nullable=False),
    sa.Column('confirmed_at', time, nullable=True),
    sa.Column('decided_at', time, nullable=True),
    sa.Column('decided_by', sa.String(length=80), nullable=True),
    sa.Column('note', sa.String(length=500), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_registration')),
    sa.UniqueConstraint('code', name=op.f('uq_registration_code'))
    )
    op.create_index('ix_registration_queue', 'registration', ['state', 'created_at', 'id'], unique=False)
    op.create_index('ix_registration_cmp_number', 'registration', ['cmp_number'], unique=False)
    op.create_index('ix_registration_created_at', 'registration', ['created_at'], unique=False)

    with op.batch_alter_table('login_session') as session:
        session.add_column(sa.Column('seen_at', time, nullable=True))
        session.add_column(sa.Column('device', sa.String(length=200), nullable=True))
        session.add_column(sa.Column('address', sa.String(length=45), nullable=True))
    widen_one_time_tokens()
    enter_grants()


def widen_one_time_tokens() -> None:
    """Links that live ten minutes are not worth carrying over."""
    op.execute("DELETE FROM one_time_token")
    with op.batch_alter_table('one_time_token') as token:
        token.alter_column('account_id', existing_type=sa.String(length=36), nullable=True)
        token.alter_column('purpose', existing_type=sa.String(length=20), type_=sa.String(length=30), existing_nullable=False)
        token.add_column(sa.Column('subject', sa.String(length=64), nullable=False))
        token.add_column(sa.Column('mail_request_id', sa.String(length=36), nullable=True))
        token.create_index('ix_one_time_token_subject', ['subject', 'purpose'], unique=False)


def enter_grants() -> None:
    columns = ("holder", "permission", "audience")
    table = sa.table("permission_grant", *(sa.column(name) for name in columns))
    op.bulk_insert(table, [dict(zip(columns, grant)) for grant in GRANTS])


def downgrade() -> None:
    op.execute("DELETE FROM permission_grant WHERE holder = 'service:notifier' AND audience IN ('identity', 'payments')")
    op.execute("DELETE FROM one_time_token")
    with op.batch_alter_table('one_time_token') as token:
        token.drop_index('ix_one_time_token_subject')
        token.drop_column('mail_request_id')
        token.drop_column('subject')
        token.alter_column('purpose', existing_type=sa.String(length=30), type_=sa.String(length=20), existing_nullable=False)
        token.alter_column('account_id', existing_type=sa.String(length=36), nullable=False)
    with op.batch_alter_table('login_session') as session:
        for name in ('address', 'device', 'seen_at'):
            session.drop_column(name)
    op.drop_table('registration')
    op.drop_table('mail_wish')
    op.drop_table('mail_request')
