"""What the voucher lists, their exports and their search need."""

import logging

import sqlalchemy as sa
from alembic import op
import chassis.db

revision = 'einvoice_0004'
down_revision = 'einvoice_0003'
branch_labels = None
depends_on = None

log = logging.getLogger('alembic.einvoice')

NAMES = 'SELECT {} customer_document_number, customer_document_type, substr(search_name, 1, 200) FROM {}'
LISTS = {'type': 'voucher_type', 'series': 'series', 'council': 'council', 'total': 'total_cents'}


def upgrade() -> None:
    op.create_table('voucher_export',
    sa.Column('id', sa.String(length=36), nullable=False),
    sa.Column('account_id', sa.String(length=80), nullable=False),
    sa.Column('viewer', chassis.db.JSON_TYPE, nullable=False),
    sa.Column('format', sa.String(length=4), nullable=False),
    sa.Column('filters', chassis.db.JSON_TYPE, nullable=False),
    sa.Column('state', sa.String(length=8), nullable=False),
    sa.Column('rows_total', sa.Integer(), nullable=False),
    sa.Column('rows_written', sa.Integer(), nullable=False),
    sa.Column('attempts', sa.Integer(), nullable=False),
    sa.Column('next_attempt_at', chassis.db.UtcDateTime(timezone=True), nullable=True),
    sa.Column('file', chassis.db.JSON_TYPE, nullable=True),
    sa.Column('asked_at', chassis.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('finished_at', chassis.db.UtcDateTime(timezone=True), nullable=True),
    sa.Column('expires_at', chassis.db.UtcDateTime(timezone=True), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_voucher_export'))
    )
    op.create_index('ix_voucher_export_account_id', 'voucher_export', ['account_id', 'state'])
    op.create_index('ix_voucher_export_next_attempt_at', 'voucher_export', ['next_attempt_at'], postgresql_where=sa.text('next_attempt_at IS NOT NULL'), sqlite_where=sa.text('next_attempt_at IS NOT NULL'))
    op.create_index('ix_voucher_export_expires_at', 'voucher_export', ['expires_at'], postgresql_where=sa.text('expires_at IS NOT NULL'), sqlite_where=sa.text('expires_at IS NOT NULL'))

    op.drop_index('ix_voucher_customer', 'voucher')
    op.create_index('ix_voucher_customer', 'voucher', ['customer_document_number', 'customer_document_type', 'issued_at', 'id'], postgresql_include=['state'])
    for name, column in LISTS.items():
        op.create_index(f'ix_voucher_{name}', 'voucher', [column, 'issued_at', 'id'])
    op.create_index('ix_voucher_number', 'voucher', ['number'])

    op.create_table('customer_name',
    sa.Column('document_number', sa.String(length=15), nullable=False),
    sa.Column('document_type', sa.String(length=1), nullable=False),
    sa.Column('search_name', sa.String(length=200), nullable=False),
    sa.PrimaryKeyConstraint('document_number', 'document_type', 'search_name', name=op.f('pk_customer_name'))
    )
    op.execute(f"INSERT INTO customer_name {NAMES.format('DISTINCT', 'voucher')}")
    (note_names_on_sqlite if on_sqlite() else note_names_on_postgresql)()
    if trigrams_can_be_had():
        op.create_index('ix_customer_name_search_name', 'customer_name', ['search_name'], postgresql_using='gin', postgresql_ops={'search_name': 'gin_trgm_ops'})


def on_sqlite() -> bool:
    return op.get_bind().dialect.name == 'sqlite'


def note_names_on_sqlite() -> None:
    op.execute(
        'CREATE TRIGGER voucher_customer_name AFTER INSERT ON voucher BEGIN INSERT OR IGNORE INTO customer_name '
        'VALUES (NEW.customer_document_number, NEW.customer_document_type, substr(NEW.search_name, 1, 200)); END'
    )


def note_names_on_postgresql() -> None:
    """Once per statement, in one order, so that imports side by side do not wait for each other in a circle. The larger
    sample tells the planner how common a surname is."""
    op.execute(
        'CREATE FUNCTION einvoice_note_names() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN '
        f"INSERT INTO customer_name {NAMES.format('DISTINCT', 'fresh')} ORDER BY 1, 2, 3 ON CONFLICT DO NOTHING; "
        'RETURN NULL; END $$'
    )
    op.execute(
        'CREATE TRIGGER voucher_customer_name AFTER INSERT ON voucher REFERENCING NEW TABLE AS fresh '
        'FOR EACH STATEMENT EXECUTE FUNCTION einvoice_note_names()'
    )
    op.execute('ALTER TABLE customer_name ALTER COLUMN search_name SET STATISTICS 1000')


def trigrams_can_be_had() -> bool:
    """PostgreSQL's pg_trgm is a trusted extension: who may create in the database, as its owner may, may have it.
    Where that is refused, names are found without the index, only slower; the README says how to add it by hand."""
    if on_sqlite():
        return True
    connection = op.get_bind()
    try:
        with connection.begin_nested():
            connection.execute(sa.text('CREATE EXTENSION IF NOT EXISTS pg_trgm'))
    except sa.exc.DBAPIError as error:
        log.warning('no pg_trgm, so names are searched without an index (see the runbook of einvoice): %s', error.orig)
        return False
    return True


def downgrade() -> None:
    if on_sqlite():
        op.execute('DROP TRIGGER voucher_customer_name')
    else:
        op.execute('DROP TRIGGER voucher_customer_name ON voucher')
        op.execute('DROP FUNCTION einvoice_note_names()')
    op.drop_table('customer_name')
    op.drop_index('ix_voucher_number', 'voucher')
    for name in LISTS:
        op.drop_index(f'ix_voucher_{name}', 'voucher')
    op.drop_index('ix_voucher_customer', 'voucher')
    op.create_index('ix_voucher_customer', 'voucher', ['customer_document_type', 'customer_document_number', 'issued_at', 'id'])
    op.drop_table('voucher_export')
