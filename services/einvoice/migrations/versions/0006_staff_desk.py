"""What the voucher desk keeps: looks at vouchers in the audit of staff, rejections dealt with, accounts of customers."""

import sqlalchemy as sa
from alembic import op
import chassis.db

revision = 'einvoice_0006'
down_revision = 'einvoice_0005'
branch_labels = None
depends_on = None

COMMON = 'id, at, actor_id, actor_name, actor_council, act, request_id, reason, before, after'


def upgrade() -> None:
    let_go('staff_act')
    op.drop_index('ix_staff_act_actor_id', 'staff_act')
    op.drop_index('ix_staff_act_voucher_id', 'staff_act')
    op.execute('CREATE TEMP TABLE kept_act AS SELECT * FROM staff_act')
    op.drop_table('staff_act')
    op.create_table('staff_act',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('at', chassis.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('actor_id', sa.String(length=80), nullable=False),
    sa.Column('actor_name', sa.String(length=300), nullable=False),
    sa.Column('act', sa.String(length=60), nullable=False),
    sa.Column('subject', sa.String(length=120), nullable=False),
    sa.Column('council', sa.String(length=2), nullable=True),
    sa.Column('before', chassis.db.JSON_TYPE, nullable=True),
    sa.Column('after', chassis.db.JSON_TYPE, nullable=True),
    sa.Column('reason', sa.String(length=500), nullable=True),
    sa.Column('request_id', sa.String(length=36), nullable=True),
    sa.Column('actor_council', sa.String(length=2), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_staff_act')),
    sa.UniqueConstraint('request_id', name=op.f('uq_staff_act_request_id')),
    sqlite_autoincrement=True
    )
    op.execute(
        f"INSERT INTO staff_act ({COMMON}, subject, council) SELECT {kept()}, 'voucher:' || kept_act.voucher_id, voucher.council "
        "FROM kept_act JOIN voucher ON voucher.id = kept_act.voucher_id"
    )
    op.execute('DROP TABLE kept_act')
    go_on_counting()
    op.create_index('ix_staff_act_actor_id', 'staff_act', ['actor_id', 'id'], unique=False)
    op.create_index('ix_staff_act_subject', 'staff_act', ['subject', 'id'], unique=False)
    keep('staff_act')

    op.create_table('settled_rejection',
    sa.Column('voucher_id', sa.String(length=36), nullable=False),
    sa.Column('replacement_id', sa.String(length=36), nullable=True),
    sa.Column('settled_at', chassis.db.UtcDateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['replacement_id'], ['voucher.id'], name=op.f('fk_settled_rejection_replacement_id')),
    sa.ForeignKeyConstraint(['voucher_id'], ['voucher.id'], name=op.f('fk_settled_rejection_voucher_id')),
    sa.PrimaryKeyConstraint('voucher_id', name=op.f('pk_settled_rejection'))
    )
    op.create_table('customer_account',
    sa.Column('account_id', sa.String(length=36), nullable=False),
    sa.Column('document_type', sa.String(length=1), nullable=False),
    sa.Column('document_number', sa.String(length=15), nullable=False),
    sa.Column('is_physician', sa.Boolean(), nullable=False),
    sa.Column('has_email', sa.Boolean(), nullable=False),
    sa.Column('sequence', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('account_id', name=op.f('pk_customer_account'))
    )
    op.create_index('ix_customer_account_document', 'customer_account', ['document_type', 'document_number'], unique=False)


def kept() -> str:
    return ', '.join(f'kept_act.{name}' for name in COMMON.split(', '))


def go_on_counting() -> None:
    """The ids were copied: the next one must come after them."""
    if not on_sqlite():
        op.execute("SELECT setval(pg_get_serial_sequence('staff_act', 'id'), max(id)) FROM staff_act HAVING max(id) IS NOT NULL")


def on_sqlite() -> bool:
    return op.get_bind().dialect.name == 'sqlite'


def let_go(table: str) -> None:
    if on_sqlite():
        op.execute(f'DROP TRIGGER {table}_no_update')
        op.execute(f'DROP TRIGGER {table}_no_delete')
    else:
        op.execute(f'DROP TRIGGER {table}_kept ON {table}')


def keep(table: str) -> None:
    if on_sqlite():
        for verb in ('UPDATE', 'DELETE'):
            op.execute(
                f"CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
            )
        return
    op.execute(
        f"CREATE TRIGGER {table}_kept BEFORE UPDATE OR DELETE ON {table} "
        "FOR EACH ROW EXECUTE FUNCTION einvoice_keep()"
    )


def downgrade() -> None:
    op.drop_table('customer_account')
    op.drop_table('settled_rejection')
    let_go('staff_act')
    op.drop_index('ix_staff_act_subject', 'staff_act')
    op.drop_index('ix_staff_act_actor_id', 'staff_act')
    op.execute("CREATE TEMP TABLE kept_act AS SELECT * FROM staff_act WHERE request_id IS NOT NULL AND subject LIKE 'voucher:%'")
    op.drop_table('staff_act')
    op.create_table('staff_act',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('at', chassis.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('actor_id', sa.String(length=80), nullable=False),
    sa.Column('actor_name', sa.String(length=300), nullable=False),
    sa.Column('actor_council', sa.String(length=2), nullable=True),
    sa.Column('act', sa.String(length=40), nullable=False),
    sa.Column('voucher_id', sa.String(length=36), nullable=False),
    sa.Column('request_id', sa.String(length=36), nullable=False),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('before', chassis.db.JSON_TYPE, nullable=True),
    sa.Column('after', chassis.db.JSON_TYPE, nullable=True),
    sa.ForeignKeyConstraint(['voucher_id'], ['voucher.id'], name=op.f('fk_staff_act_voucher_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_staff_act')),
    sa.UniqueConstraint('request_id', name=op.f('uq_staff_act_request_id')),
    sqlite_autoincrement=True
    )
    op.execute(
        "INSERT INTO staff_act (id, at, actor_id, actor_name, actor_council, act, voucher_id, request_id, reason, before, after) "
        "SELECT id, at, actor_id, actor_name, actor_council, act, substr(subject, 9), request_id, coalesce(reason, ''), before, after FROM kept_act"
    )
    op.execute('DROP TABLE kept_act')
    go_on_counting()
    op.create_index('ix_staff_act_actor_id', 'staff_act', ['actor_id', 'id'], unique=False)
    op.create_index('ix_staff_act_voucher_id', 'staff_act', ['voucher_id', 'id'], unique=False)
    keep('staff_act')
