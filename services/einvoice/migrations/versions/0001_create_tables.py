"""Create the tables of einvoice: series, vouchers with lines and files, the conversation with SUNAT."""

import sqlalchemy as sa
from alembic import op
import chassis.db

revision = 'einvoice_0001'
down_revision = None
branch_labels = ('einvoice',)
depends_on = None


def upgrade() -> None:
    op.create_table('queue_pause',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('queue', sa.String(length=10), nullable=False),
    sa.Column('code', sa.String(length=8), nullable=False),
    sa.Column('text', sa.Text(), nullable=False),
    sa.Column('paused_at', chassis.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('cleared_at', chassis.db.UtcDateTime(timezone=True), nullable=True),
    sa.Column('cleared_by', sa.String(length=80), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_queue_pause'))
    )
    with op.batch_alter_table('queue_pause', schema=None) as batch_op:
        batch_op.create_index('uq_queue_pause_in_force', ['queue'], unique=True, postgresql_where=sa.text('cleared_at IS NULL'), sqlite_where=sa.text('cleared_at IS NULL'))

    op.create_table('series',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('voucher_type', sa.String(length=2), nullable=False),
    sa.Column('series', sa.String(length=4), nullable=False),
    sa.Column('council', sa.String(length=2), nullable=False),
    sa.Column('last_number', sa.Integer(), nullable=False),
    sa.Column('active', sa.Boolean(), nullable=False),
    sa.CheckConstraint('last_number BETWEEN 0 AND 99999999', name=op.f('ck_series_last_number')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_series')),
    sa.UniqueConstraint('voucher_type', 'series', name=op.f('uq_series_voucher_type_series'))
    )
    with op.batch_alter_table('series', schema=None) as batch_op:
        batch_op.create_index('uq_series_active', ['voucher_type', 'council'], unique=True, postgresql_where=sa.text('active'), sqlite_where=sa.text('active'))

    op.create_table('voucher',
    sa.Column('id', sa.String(length=36), nullable=False),
    sa.Column('voucher_type', sa.String(length=2), nullable=False),
    sa.Column('series', sa.String(length=4), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('file_name', sa.String(length=40), nullable=False),
    sa.Column('operation', sa.String(length=4), nullable=False),
    sa.Column('issued_at', chassis.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('issue_date', sa.Date(), nullable=False),
    sa.Column('council', sa.String(length=2), nullable=False),
    sa.Column('issuer', chassis.db.JSON_TYPE, nullable=False),
    sa.Column('customer_document_type', sa.String(length=1), nullable=False),
    sa.Column('customer_document_number', sa.String(length=15), nullable=False),
    sa.Column('customer_name', sa.Text(), nullable=False),
    sa.Column('customer_address', sa.Text(), nullable=True),
    sa.Column('search_name', sa.Text(), nullable=False),
    sa.Column('currency', sa.String(length=3), nullable=False),
    sa.Column('value_cents', sa.BigInteger(), nullable=False),
    sa.Column('tax_cents', sa.BigInteger(), nullable=False),
    sa.Column('total_cents', sa.BigInteger(), nullable=False),
    sa.Column('digest', sa.String(length=44), nullable=False),
    sa.Column('amended_type', sa.String(length=2), nullable=True),
    sa.Column('order_id', sa.String(length=36), nullable=True),
    sa.Column('order_number', sa.String(length=20), nullable=True),
    sa.Column('owner_cmp', sa.String(length=6), nullable=True),
    sa.Column('delivery_email', sa.Text(), nullable=True),
    sa.Column('traceparent', sa.String(length=60), nullable=True),
    sa.Column('state', sa.String(length=14), nullable=False),
    sa.Column('sunat_code', sa.String(length=8), nullable=False),
    sa.Column('sunat_text', sa.Text(), nullable=False),
    sa.Column('observations', chassis.db.JSON_TYPE, nullable=False),
    sa.Column('submission_id', sa.String(length=36), nullable=True),
    sa.Column('attempts', sa.Integer(), nullable=False),
    sa.Column('in_doubt', sa.Boolean(), nullable=False),
    sa.Column('next_attempt_at', chassis.db.UtcDateTime(timezone=True), nullable=True),
    sa.Column('accepted_at', chassis.db.UtcDateTime(timezone=True), nullable=True),
    sa.Column('announced_at', chassis.db.UtcDateTime(timezone=True), nullable=True),
    sa.Column('pdf_next_attempt_at', chassis.db.UtcDateTime(timezone=True), nullable=True),
    sa.Column('pdf_attempts', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_voucher')),
    sa.UniqueConstraint('file_name', name=op.f('uq_voucher_file_name')),
    sa.UniqueConstraint('order_id', name=op.f('uq_voucher_order_id')),
    sa.UniqueConstraint('voucher_type', 'series', 'number', name=op.f('uq_voucher_voucher_type_series_number'))
    )
    with op.batch_alter_table('voucher', schema=None) as batch_op:
        batch_op.create_index('ix_voucher_customer', ['customer_document_type', 'customer_document_number', 'issued_at', 'id'], unique=False)
        batch_op.create_index('ix_voucher_issued_at', ['issued_at', 'id'], unique=False)
        batch_op.create_index('ix_voucher_next_attempt_at', ['next_attempt_at'], unique=False, postgresql_where=sa.text('next_attempt_at IS NOT NULL'), sqlite_where=sa.text('next_attempt_at IS NOT NULL'))
        batch_op.create_index('ix_voucher_pdf_next_attempt_at', ['pdf_next_attempt_at'], unique=False, postgresql_where=sa.text('pdf_next_attempt_at IS NOT NULL'), sqlite_where=sa.text('pdf_next_attempt_at IS NOT NULL'))
        batch_op.create_index('ix_voucher_state', ['state', 'issued_at'], unique=False)

    op.create_table('submission',
    sa.Column('id', sa.String(length=36), nullable=False),
    sa.Column('voucher_id', sa.String(length=36), nullable=False),
    sa.Column('operation', sa.String(length=20), nullable=False),
    sa.Column('file_name', sa.String(length=40), nullable=False),
    sa.Column('xml_sha256', sa.String(length=64), nullable=False),
    sa.Column('sent_at', chassis.db.UtcDateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['voucher_id'], ['voucher.id'], name=op.f('fk_submission_voucher_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_submission'))
    )
    with op.batch_alter_table('submission', schema=None) as batch_op:
        batch_op.create_index('ix_submission_sent_at', ['sent_at'], unique=False)
        batch_op.create_index('ix_submission_voucher_id', ['voucher_id', 'sent_at'], unique=False)

    op.create_table('voucher_file',
    sa.Column('voucher_id', sa.String(length=36), nullable=False),
    sa.Column('kind', sa.String(length=3), nullable=False),
    sa.Column('service', sa.String(length=20), nullable=False),
    sa.Column('sha256', sa.String(length=64), nullable=False),
    sa.Column('size', sa.Integer(), nullable=False),
    sa.Column('media_type', sa.String(length=80), nullable=False),
    sa.Column('name', sa.String(length=80), nullable=False),
    sa.ForeignKeyConstraint(['voucher_id'], ['voucher.id'], name=op.f('fk_voucher_file_voucher_id')),
    sa.PrimaryKeyConstraint('voucher_id', 'kind', name=op.f('pk_voucher_file'))
    )
    op.create_table('voucher_line',
    sa.Column('voucher_id', sa.String(length=36), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('description', sa.Text(), nullable=False),
    sa.Column('tax_code', sa.String(length=2), nullable=False),
    sa.Column('quantity', sa.String(length=24), nullable=False),
    sa.Column('unit', sa.String(length=3), nullable=False),
    sa.Column('value_cents', sa.BigInteger(), nullable=False),
    sa.Column('tax_cents', sa.BigInteger(), nullable=False),
    sa.ForeignKeyConstraint(['voucher_id'], ['voucher.id'], name=op.f('fk_voucher_line_voucher_id')),
    sa.PrimaryKeyConstraint('voucher_id', 'position', name=op.f('pk_voucher_line'))
    )
    op.create_table('voucher_transition',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('voucher_id', sa.String(length=36), nullable=False),
    sa.Column('from_state', sa.String(length=14), nullable=False),
    sa.Column('to_state', sa.String(length=14), nullable=False),
    sa.Column('at', chassis.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.ForeignKeyConstraint(['voucher_id'], ['voucher.id'], name=op.f('fk_voucher_transition_voucher_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_voucher_transition'))
    )
    with op.batch_alter_table('voucher_transition', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_voucher_transition_voucher_id'), ['voucher_id'], unique=False)

    op.create_table('submission_answer',
    sa.Column('submission_id', sa.String(length=36), nullable=False),
    sa.Column('outcome', sa.String(length=30), nullable=False),
    sa.Column('code', sa.String(length=8), nullable=False),
    sa.Column('text', sa.Text(), nullable=False),
    sa.Column('zip_sha256', sa.String(length=64), nullable=False),
    sa.Column('cdr_sha256', sa.String(length=64), nullable=True),
    sa.Column('elapsed_ms', sa.Integer(), nullable=False),
    sa.Column('answered_at', chassis.db.UtcDateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['submission_id'], ['submission.id'], name=op.f('fk_submission_answer_submission_id')),
    sa.PrimaryKeyConstraint('submission_id', name=op.f('pk_submission_answer'))
    )


def downgrade() -> None:
    op.drop_table('submission_answer')
    with op.batch_alter_table('voucher_transition', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_voucher_transition_voucher_id'))

    op.drop_table('voucher_transition')
    op.drop_table('voucher_line')
    op.drop_table('voucher_file')
    with op.batch_alter_table('submission', schema=None) as batch_op:
        batch_op.drop_index('ix_submission_voucher_id')
        batch_op.drop_index('ix_submission_sent_at')

    op.drop_table('submission')
    with op.batch_alter_table('voucher', schema=None) as batch_op:
        batch_op.drop_index('ix_voucher_state')
        batch_op.drop_index('ix_voucher_pdf_next_attempt_at', postgresql_where=sa.text('pdf_next_attempt_at IS NOT NULL'), sqlite_where=sa.text('pdf_next_attempt_at IS NOT NULL'))
        batch_op.drop_index('ix_voucher_next_attempt_at', postgresql_where=sa.text('next_attempt_at IS NOT NULL'), sqlite_where=sa.text('next_attempt_at IS NOT NULL'))
        batch_op.drop_index('ix_voucher_issued_at')
        batch_op.drop_index('ix_voucher_customer')

    op.drop_table('voucher')
    with op.batch_alter_table('series', schema=None) as batch_op:
        batch_op.drop_index('uq_series_active', postgresql_where=sa.text('active'), sqlite_where=sa.text('active'))

    op.drop_table('series')
    with op.batch_alter_table('queue_pause', schema=None) as batch_op:
        batch_op.drop_index('uq_queue_pause_in_force', postgresql_where=sa.text('cleared_at IS NULL'), sqlite_where=sa.text('cleared_at IS NULL'))

    op.drop_table('queue_pause')
