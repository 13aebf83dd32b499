"""Vouchers of earlier years and the books of their import."""

import sqlalchemy as sa
from alembic import op
import chassis.db

revision = 'einvoice_0005'
down_revision = 'einvoice_0004'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('history_file',
    sa.Column('id', sa.String(length=64), nullable=False),
    sa.Column('path', sa.Text(), nullable=False),
    sa.Column('member', sa.Text(), nullable=False),
    sa.Column('inner', sa.Text(), nullable=False),
    sa.Column('offset', sa.BigInteger(), nullable=False),
    sa.Column('packed', sa.BigInteger(), nullable=False),
    sa.Column('method', sa.Integer(), nullable=False),
    sa.Column('stamp', sa.String(length=40), nullable=False),
    sa.Column('kind', sa.String(length=8), nullable=False),
    sa.Column('sha256', sa.String(length=64), nullable=False),
    sa.Column('voucher_type', sa.String(length=2), nullable=False),
    sa.Column('series', sa.String(length=8), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('stem', sa.String(length=64), nullable=False),
    sa.Column('state', sa.String(length=8), nullable=False),
    sa.Column('reason', sa.String(length=30), nullable=False),
    sa.Column('detail', sa.Text(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_history_file'))
    )
    op.create_index('ix_history_file_number', 'history_file', ['series', 'number'])
    op.create_index('ix_history_file_stem', 'history_file', ['stem', 'kind'])
    op.create_index('ix_history_file_open', 'history_file', ['kind', 'voucher_type', 'series', 'number'], postgresql_where=sa.text("state <> 'done'"), sqlite_where=sa.text("state <> 'done'"))
    op.create_table('history_line',
    sa.Column('file_id', sa.String(length=64), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('summary', sa.String(length=40), nullable=False),
    sa.Column('voucher_type', sa.String(length=2), nullable=False),
    sa.Column('series', sa.String(length=4), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('condition', sa.String(length=1), nullable=False),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.ForeignKeyConstraint(['file_id'], ['history_file.id'], name=op.f('fk_history_line_file_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('file_id', 'position', name=op.f('pk_history_line'))
    )
    op.create_index('ix_history_line_voucher', 'history_line', ['voucher_type', 'series', 'number'])
    op.add_column('voucher', sa.Column('imported_at', chassis.db.UtcDateTime(timezone=True), nullable=True))
    if op.get_bind().dialect.name != 'sqlite':
        # SQLite does not count characters; a SHA-512 digest of other software has 88.
        op.alter_column('voucher', 'digest', existing_type=sa.String(length=44), type_=sa.String(length=88))


def downgrade() -> None:
    op.drop_column('voucher', 'imported_at')
    op.drop_table('history_line')
    op.drop_table('history_file')
