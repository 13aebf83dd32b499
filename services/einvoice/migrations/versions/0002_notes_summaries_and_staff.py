"""Notes, summaries and voids, what staff did; rows of the conversation with SUNAT can no longer be changed."""

import sqlalchemy as sa
from alembic import op
import chassis.db

revision = 'einvoice_0002'
down_revision = 'einvoice_0001'
branch_labels = None
depends_on = None

KEPT = ('submission', 'submission_answer', 'voucher_transition', 'staff_act')


def upgrade() -> None:
    op.create_table('summary',
    sa.Column('id', sa.String(length=36), nullable=False),
    sa.Column('kind', sa.String(length=2), nullable=False),
    sa.Column('issue_date', sa.Date(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('reference_date', sa.Date(), nullable=False),
    sa.Column('file_name', sa.String(length=40), nullable=False),
    sa.Column('printed_number', sa.String(length=20), nullable=False),
    sa.Column('state', sa.String(length=10), nullable=False),
    sa.Column('xml', chassis.db.JSON_TYPE, nullable=False),
    sa.Column('cdr', chassis.db.JSON_TYPE, nullable=True),
    sa.Column('ticket', sa.String(length=60), nullable=True),
    sa.Column('ticket_at', chassis.db.UtcDateTime(timezone=True), nullable=True),
    sa.Column('polls', sa.Integer(), nullable=False),
    sa.Column('sunat_code', sa.String(length=8), nullable=False),
    sa.Column('sunat_text', sa.Text(), nullable=False),
    sa.Column('submission_id', sa.String(length=36), nullable=True),
    sa.Column('attempts', sa.Integer(), nullable=False),
    sa.Column('in_doubt', sa.Boolean(), nullable=False),
    sa.Column('next_attempt_at', chassis.db.UtcDateTime(timezone=True), nullable=True),
    sa.Column('created_at', chassis.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('settled_at', chassis.db.UtcDateTime(timezone=True), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_summary')),
    sa.UniqueConstraint('file_name', name=op.f('uq_summary_file_name')),
    sa.UniqueConstraint('kind', 'issue_date', 'number', name=op.f('uq_summary_kind_issue_date_number'))
    )
    with op.batch_alter_table('summary', schema=None) as batch_op:
        batch_op.create_index('ix_summary_state', ['state', 'next_attempt_at'], unique=False)

    op.create_table('summary_counter',
    sa.Column('kind', sa.String(length=2), nullable=False),
    sa.Column('day', sa.Date(), nullable=False),
    sa.Column('last_number', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('kind', 'day', name=op.f('pk_summary_counter'))
    )
    op.create_table('refund_note',
    sa.Column('refund_id', sa.String(length=36), nullable=False),
    sa.Column('order_id', sa.String(length=36), nullable=False),
    sa.Column('order_number', sa.String(length=20), nullable=False),
    sa.Column('event', chassis.db.JSON_TYPE, nullable=False),
    sa.Column('state', sa.String(length=8), nullable=False),
    sa.Column('heard_at', chassis.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('note_id', sa.String(length=36), nullable=True),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.ForeignKeyConstraint(['note_id'], ['voucher.id'], name=op.f('fk_refund_note_note_id')),
    sa.PrimaryKeyConstraint('refund_id', name=op.f('pk_refund_note'))
    )
    with op.batch_alter_table('refund_note', schema=None) as batch_op:
        batch_op.create_index('ix_refund_note_state', ['state', 'order_id'], unique=False)

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
    with op.batch_alter_table('staff_act', schema=None) as batch_op:
        batch_op.create_index('ix_staff_act_actor_id', ['actor_id', 'id'], unique=False)
        batch_op.create_index('ix_staff_act_voucher_id', ['voucher_id', 'id'], unique=False)

    op.create_table('summary_entry',
    sa.Column('id', sa.String(length=36), nullable=False),
    sa.Column('voucher_id', sa.String(length=36), nullable=False),
    sa.Column('kind', sa.String(length=2), nullable=False),
    sa.Column('condition', sa.String(length=1), nullable=False),
    sa.Column('reference_date', sa.Date(), nullable=False),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('state', sa.String(length=8), nullable=False),
    sa.Column('alone', sa.Boolean(), nullable=False),
    sa.Column('in_doubt', sa.Boolean(), nullable=False),
    sa.Column('requested_at', chassis.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('due_at', chassis.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('summary_id', sa.String(length=36), nullable=True),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['summary_id'], ['summary.id'], name=op.f('fk_summary_entry_summary_id')),
    sa.ForeignKeyConstraint(['voucher_id'], ['voucher.id'], name=op.f('fk_summary_entry_voucher_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_summary_entry'))
    )
    with op.batch_alter_table('summary_entry', schema=None) as batch_op:
        batch_op.create_index('ix_summary_entry_summary_id', ['summary_id'], unique=False)
        batch_op.create_index('ix_summary_entry_waiting', ['state', 'due_at'], unique=False)
        batch_op.create_index('uq_summary_entry_open', ['voucher_id'], unique=True, postgresql_where=sa.text("state IN ('waiting', 'told')"), sqlite_where=sa.text("state IN ('waiting', 'told')"))

    op.add_column('series', sa.Column('amends', sa.String(length=2), nullable=False, server_default=''))
    op.execute("UPDATE series SET amends = CASE substr(series, 1, 1) WHEN 'F' THEN '01' ELSE '03' END WHERE voucher_type IN ('07', '08')")
    op.drop_index('uq_series_active', 'series')
    op.create_index('uq_series_active', 'series', ['voucher_type', 'council', 'amends'], unique=True, postgresql_where=sa.text('active'), sqlite_where=sa.text('active'))

    op.add_column('submission_answer', sa.Column('body_sha256', sa.String(length=64), nullable=True))
    op.add_column('voucher', sa.Column('amended_id', sa.String(length=36), nullable=True))
    op.add_column('voucher', sa.Column('particulars', chassis.db.JSON_TYPE, nullable=False, server_default='{}'))
    op.add_column('voucher', sa.Column('void_reason', sa.Text(), nullable=True))
    op.add_column('voucher', sa.Column('voided_by', sa.String(length=20), nullable=True))
    op.add_column('voucher', sa.Column('voided_at', chassis.db.UtcDateTime(timezone=True), nullable=True))
    op.create_index('ix_voucher_amended_id', 'voucher', ['amended_id'], unique=False)
    op.add_column('voucher_line', sa.Column('details', chassis.db.JSON_TYPE, nullable=False, server_default='{}'))
    if on_sqlite():
        # SQLite changes a column by making the table anew, which rows that refer to it forbid, so they step aside;
        # it does not count characters, so voucher_file.kind needs no change there.
        op.execute('CREATE TEMP TABLE kept_answer AS SELECT * FROM submission_answer')
        op.execute('DELETE FROM submission_answer')
    else:
        op.alter_column('voucher_file', 'kind', existing_type=sa.String(length=3), type_=sa.String(length=12))
    with op.batch_alter_table('submission', schema=None) as batch_op:
        batch_op.add_column(sa.Column('summary_id', sa.String(length=36), nullable=True))
        batch_op.alter_column('voucher_id', existing_type=sa.String(length=36), nullable=True)
        batch_op.create_foreign_key(batch_op.f('fk_submission_summary_id'), 'summary', ['summary_id'], ['id'])
    op.create_index('ix_submission_summary_id', 'submission', ['summary_id', 'sent_at'], unique=False)
    if on_sqlite():
        op.execute('INSERT INTO submission_answer SELECT * FROM kept_answer')
        op.execute('DROP TABLE kept_answer')
    for table in KEPT:
        keep(table)


def on_sqlite() -> bool:
    return op.get_bind().dialect.name == 'sqlite'


def keep(table: str) -> None:
    if on_sqlite():
        for verb in ('UPDATE', 'DELETE'):
            op.execute(
                f"CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
            )
        return
    op.execute(
        "CREATE OR REPLACE FUNCTION einvoice_keep() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME; END $$"
    )
    op.execute(
        f"CREATE TRIGGER {table}_kept BEFORE UPDATE OR DELETE ON {table} "
        "FOR EACH ROW EXECUTE FUNCTION einvoice_keep()"
    )


def downgrade() -> None:
    for table in KEPT:
        if on_sqlite():
            op.execute(f"DROP TRIGGER {table}_no_update")
            op.execute(f"DROP TRIGGER {table}_no_delete")
        else:
            op.execute(f"DROP TRIGGER {table}_kept ON {table}")
    if not on_sqlite():
        op.execute("DROP FUNCTION einvoice_keep()")
    op.drop_column('voucher_line', 'details')
    op.drop_index('ix_voucher_amended_id', 'voucher')
    for column in ('voided_at', 'voided_by', 'void_reason', 'particulars', 'amended_id'):
        op.drop_column('voucher', column)
    op.drop_column('submission_answer', 'body_sha256')
    op.drop_index('ix_submission_summary_id', 'submission')
    with op.batch_alter_table('submission', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('fk_submission_summary_id'), type_='foreignkey')
        batch_op.drop_column('summary_id')
    op.drop_index('uq_series_active', 'series')
    op.create_index('uq_series_active', 'series', ['voucher_type', 'council'], unique=True, postgresql_where=sa.text('active'), sqlite_where=sa.text('active'))
    op.drop_column('series', 'amends')
    for table in ('summary_entry', 'staff_act', 'refund_note', 'summary_counter', 'summary'):
        op.drop_table(table)
