"""Create the tables of payments and begin its two number series."""

import sqlalchemy as sa
from alembic import op
import chassis.db

revision = 'payments_0001'
down_revision = None
branch_labels = ('payments',)
depends_on = None


def upgrade() -> None:
    op.create_table('due',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('owner_cmp', sa.String(length=6), nullable=False),
    sa.Column('kind', sa.String(length=24), nullable=False),
    sa.Column('period', sa.String(length=6), nullable=False),
    sa.Column('description', sa.String(length=200), nullable=False),
    sa.Column('amount_cents', sa.Integer(), nullable=False),
    sa.Column('currency', sa.String(length=3), nullable=False),
    sa.Column('tax_code', sa.String(length=2), nullable=False),
    sa.Column('state', sa.String(length=24), nullable=False),
    sa.Column('settled_at', chassis.db.UtcDateTime(timezone=True), nullable=True),
    sa.Column('created_at', chassis.db.UtcDateTime(timezone=True), nullable=False),
    sa.CheckConstraint('amount_cents > 0', name=op.f('ck_due_amount_positive')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_due')),
    sa.UniqueConstraint('owner_cmp', 'kind', 'period', name=op.f('uq_due_owner_cmp_kind_period'))
    )
    op.create_table('idempotency_key',
    sa.Column('account', sa.String(length=64), nullable=False),
    sa.Column('key', sa.String(length=100), nullable=False),
    sa.Column('request_hash', sa.String(length=64), nullable=False),
    sa.Column('claim', sa.String(length=36), nullable=False),
    sa.Column('status', sa.Integer(), nullable=True),
    sa.Column('body', chassis.db.JSON_TYPE, nullable=True),
    sa.Column('started_at', chassis.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('expires_at', chassis.db.UtcDateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('account', 'key', name=op.f('pk_idempotency_key'))
    )
    with op.batch_alter_table('idempotency_key', schema=None) as batch_op:
        batch_op.create_index('ix_idempotency_key_expires_at', ['expires_at'], unique=False)

    number_series = op.create_table('number_series',
    sa.Column('name', sa.String(length=20), nullable=False),
    sa.Column('last', sa.BigInteger(), nullable=False),
    sa.PrimaryKeyConstraint('name', name=op.f('pk_number_series'))
    )
    # Purchase numbers begin at 100000001 (the next one), so that no leading zero is lost on the way.
    op.bulk_insert(number_series, [{'name': 'order', 'last': 0}, {'name': 'purchase', 'last': 100_000_000}])
    op.create_table('payer',
    sa.Column('cmp_number', sa.String(length=6), nullable=False),
    sa.Column('document_type', sa.String(length=12), nullable=False),
    sa.Column('document_number', sa.String(length=20), nullable=False),
    sa.Column('given_names', sa.String(length=120), nullable=False),
    sa.Column('paternal_surname', sa.String(length=80), nullable=False),
    sa.Column('maternal_surname', sa.String(length=80), nullable=False),
    sa.Column('council', sa.String(length=2), nullable=False),
    sa.Column('state', sa.String(length=20), nullable=False),
    sa.Column('sequence', sa.BigInteger(), nullable=False),
    sa.PrimaryKeyConstraint('cmp_number', name=op.f('pk_payer'))
    )
    op.create_table('terms',
    sa.Column('version', sa.String(length=20), nullable=False),
    sa.Column('text_es', sa.Text(), nullable=False),
    sa.Column('text_en', sa.Text(), nullable=False),
    sa.Column('published_at', chassis.db.UtcDateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('version', name=op.f('pk_terms'))
    )
    op.create_table('payment_order',
    sa.Column('id', sa.String(length=36), nullable=False),
    sa.Column('number', sa.BigInteger(), nullable=False),
    sa.Column('payer_account', sa.String(length=64), nullable=False),
    sa.Column('owner_cmp', sa.String(length=6), nullable=False),
    sa.Column('owner_name', sa.String(length=300), nullable=False),
    sa.Column('council', sa.String(length=2), nullable=False),
    sa.Column('kind', sa.String(length=24), nullable=False),
    sa.Column('total_cents', sa.Integer(), nullable=False),
    sa.Column('currency', sa.String(length=3), nullable=False),
    sa.Column('summary_hash', sa.String(length=64), nullable=False),
    sa.Column('voucher_type', sa.String(length=2), nullable=False),
    sa.Column('recipient_document_type', sa.String(length=1), nullable=False),
    sa.Column('recipient_document_number', sa.String(length=15), nullable=False),
    sa.Column('recipient_name', sa.String(length=300), nullable=False),
    sa.Column('recipient_address', sa.String(length=300), nullable=True),
    sa.Column('email', sa.String(length=254), nullable=False),
    sa.Column('terms_version', sa.String(length=20), nullable=False),
    sa.Column('terms_accepted_at', chassis.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('terms_accepted_ip', sa.String(length=45), nullable=False),
    sa.Column('state', sa.String(length=24), nullable=False),
    sa.Column('created_at', chassis.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('expires_at', chassis.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('paid_at', chassis.db.UtcDateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['terms_version'], ['terms.version'], name=op.f('fk_payment_order_terms_version')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_payment_order')),
    sa.UniqueConstraint('number', name=op.f('uq_payment_order_number'))
    )
    with op.batch_alter_table('payment_order', schema=None) as batch_op:
        batch_op.create_index('ix_payment_order_payer', ['payer_account', 'created_at', 'id'], unique=False)
        batch_op.create_index('ix_payment_order_ready', ['expires_at'], unique=False, postgresql_where=sa.text("state = 'READY'"), sqlite_where=sa.text("state = 'READY'"))

    op.create_table('due_reservation',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('due_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('order_id', sa.String(length=36), nullable=False),
    sa.Column('active', sa.Boolean(), nullable=False),
    sa.Column('created_at', chassis.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('released_at', chassis.db.UtcDateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['due_id'], ['due.id'], name=op.f('fk_due_reservation_due_id')),
    sa.ForeignKeyConstraint(['order_id'], ['payment_order.id'], name=op.f('fk_due_reservation_order_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_due_reservation'))
    )
    with op.batch_alter_table('due_reservation', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_due_reservation_order_id'), ['order_id'], unique=False)
        batch_op.create_index('uq_due_reservation_active', ['due_id'], unique=True, postgresql_where=sa.text('active'), sqlite_where=sa.text('active'))

    op.create_table('order_line',
    sa.Column('order_id', sa.String(length=36), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('due_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('period', sa.String(length=6), nullable=False),
    sa.Column('description', sa.String(length=200), nullable=False),
    sa.Column('amount_cents', sa.Integer(), nullable=False),
    sa.Column('tax_code', sa.String(length=2), nullable=False),
    sa.ForeignKeyConstraint(['due_id'], ['due.id'], name=op.f('fk_order_line_due_id')),
    sa.ForeignKeyConstraint(['order_id'], ['payment_order.id'], name=op.f('fk_order_line_order_id')),
    sa.PrimaryKeyConstraint('order_id', 'position', name=op.f('pk_order_line'))
    )
    with op.batch_alter_table('order_line', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_order_line_due_id'), ['due_id'], unique=False)

    op.create_table('payment_attempt',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('order_id', sa.String(length=36), nullable=False),
    sa.Column('purchase_number', sa.BigInteger(), nullable=False),
    sa.Column('state', sa.String(length=24), nullable=False),
    sa.Column('amount_cents', sa.Integer(), nullable=False),
    sa.Column('currency', sa.String(length=3), nullable=False),
    sa.Column('created_at', chassis.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('expires_at', chassis.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('session_expires_at', chassis.db.UtcDateTime(timezone=True), nullable=True),
    sa.Column('claimed_at', chassis.db.UtcDateTime(timezone=True), nullable=True),
    sa.Column('request_hash', sa.String(length=64), nullable=True),
    sa.Column('token_hash', sa.String(length=64), nullable=True),
    sa.Column('doubt_since', chassis.db.UtcDateTime(timezone=True), nullable=True),
    sa.Column('next_check_at', chassis.db.UtcDateTime(timezone=True), nullable=True),
    sa.Column('checks', sa.Integer(), nullable=False),
    sa.Column('not_found', sa.Integer(), nullable=False),
    sa.Column('action_code', sa.String(length=8), nullable=True),
    sa.Column('action_description', sa.String(length=200), nullable=True),
    sa.Column('action_text', sa.String(length=300), nullable=True),
    sa.Column('status_text', sa.String(length=40), nullable=True),
    sa.Column('authorized_cents', sa.Integer(), nullable=True),
    sa.Column('authorization_code', sa.String(length=20), nullable=True),
    sa.Column('transaction_id', sa.String(length=40), nullable=True),
    sa.Column('trace_number', sa.String(length=20), nullable=True),
    sa.Column('signature', sa.String(length=200), nullable=True),
    sa.Column('charged_at', chassis.db.UtcDateTime(timezone=True), nullable=True),
    sa.Column('card_brand', sa.String(length=20), nullable=True),
    sa.Column('card_first6', sa.String(length=6), nullable=True),
    sa.Column('card_last4', sa.String(length=4), nullable=True),
    sa.Column('cardholder', sa.String(length=300), nullable=True),
    sa.Column('eci', sa.String(length=4), nullable=True),
    sa.Column('installments', sa.Integer(), nullable=True),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['order_id'], ['payment_order.id'], name=op.f('fk_payment_attempt_order_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_payment_attempt')),
    sa.UniqueConstraint('purchase_number', name=op.f('uq_payment_attempt_purchase_number')),
    sa.UniqueConstraint('token_hash', name=op.f('uq_payment_attempt_token_hash'))
    )
    with op.batch_alter_table('payment_attempt', schema=None) as batch_op:
        batch_op.create_index('ix_payment_attempt_open', ['state', 'id'], unique=False, postgresql_where=sa.text("state IN ('CREATED', 'AUTHORIZING', 'UNKNOWN')"), sqlite_where=sa.text("state IN ('CREATED', 'AUTHORIZING', 'UNKNOWN')"))
        batch_op.create_index(batch_op.f('ix_payment_attempt_order_id'), ['order_id'], unique=False)

    op.create_table('attempt_event',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('attempt_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('from_state', sa.String(length=24), nullable=True),
    sa.Column('to_state', sa.String(length=24), nullable=False),
    sa.Column('happening', sa.String(length=24), nullable=False),
    sa.Column('actor', sa.String(length=80), nullable=False),
    sa.Column('reason', sa.String(length=300), nullable=False),
    sa.Column('at', chassis.db.UtcDateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['attempt_id'], ['payment_attempt.id'], name=op.f('fk_attempt_event_attempt_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_attempt_event'))
    )
    with op.batch_alter_table('attempt_event', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_attempt_event_attempt_id'), ['attempt_id'], unique=False)

    op.create_table('gateway_message',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('attempt_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('direction', sa.String(length=3), nullable=False),
    sa.Column('endpoint', sa.String(length=200), nullable=False),
    sa.Column('http_status', sa.Integer(), nullable=True),
    sa.Column('body', chassis.db.JSON_TYPE, nullable=False),
    sa.Column('elapsed_ms', sa.Integer(), nullable=True),
    sa.Column('at', chassis.db.UtcDateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['attempt_id'], ['payment_attempt.id'], name=op.f('fk_gateway_message_attempt_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_gateway_message'))
    )
    with op.batch_alter_table('gateway_message', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_gateway_message_attempt_id'), ['attempt_id'], unique=False)

    op.create_table('receipt_snapshot',
    sa.Column('order_id', sa.String(length=36), nullable=False),
    sa.Column('attempt_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('body', chassis.db.JSON_TYPE, nullable=False),
    sa.Column('sha256', sa.String(length=64), nullable=False),
    sa.Column('created_at', chassis.db.UtcDateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['attempt_id'], ['payment_attempt.id'], name=op.f('fk_receipt_snapshot_attempt_id')),
    sa.ForeignKeyConstraint(['order_id'], ['payment_order.id'], name=op.f('fk_receipt_snapshot_order_id')),
    sa.PrimaryKeyConstraint('order_id', name=op.f('pk_receipt_snapshot'))
    )


def downgrade() -> None:
    op.drop_table('receipt_snapshot')
    with op.batch_alter_table('gateway_message', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_gateway_message_attempt_id'))

    op.drop_table('gateway_message')
    with op.batch_alter_table('attempt_event', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_attempt_event_attempt_id'))

    op.drop_table('attempt_event')
    with op.batch_alter_table('payment_attempt', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_payment_attempt_order_id'))
        batch_op.drop_index('ix_payment_attempt_open', postgresql_where=sa.text("state IN ('CREATED', 'AUTHORIZING', 'UNKNOWN')"), sqlite_where=sa.text("state IN ('CREATED', 'AUTHORIZING', 'UNKNOWN')"))

    op.drop_table('payment_attempt')
    with op.batch_alter_table('order_line', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_order_line_due_id'))

    op.drop_table('order_line')
    with op.batch_alter_table('due_reservation', schema=None) as batch_op:
        batch_op.drop_index('uq_due_reservation_active', postgresql_where=sa.text('active'), sqlite_where=sa.text('active'))
        batch_op.drop_index(batch_op.f('ix_due_reservation_order_id'))

    op.drop_table('due_reservation')
    with op.batch_alter_table('payment_order', schema=None) as batch_op:
        batch_op.drop_index('ix_payment_order_ready', postgresql_where=sa.text("state = 'READY'"), sqlite_where=sa.text("state = 'READY'"))
        batch_op.drop_index('ix_payment_order_payer')

    op.drop_table('payment_order')
    op.drop_table('terms')
    op.drop_table('payer')
    op.drop_table('number_series')
    with op.batch_alter_table('idempotency_key', schema=None) as batch_op:
        batch_op.drop_index('ix_idempotency_key_expires_at')

    op.drop_table('idempotency_key')
    op.drop_table('due')
