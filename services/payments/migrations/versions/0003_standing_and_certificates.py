"""Good standing per physician; constancias de habilidad with their keys, their verifications and their number series."""

import sqlalchemy as sa
from alembic import op
import chassis.db

revision = 'payments_0003_standing'
down_revision = 'payments_0002'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('good_standing',
    sa.Column('cmp_number', sa.String(length=6), nullable=False),
    sa.Column('in_good_standing', sa.Boolean(), nullable=True),
    sa.Column('unpaid_periods', sa.Integer(), nullable=False),
    sa.Column('since', sa.Date(), nullable=True),
    sa.Column('checked_on', sa.Date(), nullable=True),
    sa.Column('checked_at', chassis.db.UtcDateTime(timezone=True), nullable=True),
    sa.PrimaryKeyConstraint('cmp_number', name=op.f('pk_good_standing'))
    )
    op.create_index('ix_good_standing_checked_on', 'good_standing', ['checked_on'])
    op.create_table('habilidad_certificate',
    sa.Column('id', sa.String(length=36), nullable=False),
    sa.Column('number', sa.BigInteger(), nullable=False),
    sa.Column('code', sa.String(length=12), nullable=False),
    sa.Column('account', sa.String(length=64), nullable=False),
    sa.Column('cmp_number', sa.String(length=6), nullable=False),
    sa.Column('name', sa.String(length=300), nullable=False),
    sa.Column('council', sa.String(length=2), nullable=False),
    sa.Column('issued_at', chassis.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('valid_until', sa.Date(), nullable=False),
    sa.Column('signed', sa.Text(), nullable=False),
    sa.Column('pdf_sha256', sa.String(length=64), nullable=True),
    sa.Column('pdf_size', sa.Integer(), nullable=True),
    sa.Column('revoked_at', chassis.db.UtcDateTime(timezone=True), nullable=True),
    sa.Column('revoked_by', sa.String(length=64), nullable=True),
    sa.Column('revocation_reason', sa.String(length=300), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_habilidad_certificate')),
    sa.UniqueConstraint('code', name=op.f('uq_habilidad_certificate_code')),
    sa.UniqueConstraint('number', name=op.f('uq_habilidad_certificate_number'))
    )
    op.create_index('ix_habilidad_certificate_cmp_number', 'habilidad_certificate', ['cmp_number', 'number'])
    op.create_index('ix_habilidad_certificate_pdf_sha256', 'habilidad_certificate', ['pdf_sha256'])
    op.create_table('certificate_key',
    sa.Column('kid', sa.String(length=40), nullable=False),
    sa.Column('slot', sa.String(length=10), nullable=True),
    sa.Column('sealed_key', sa.Text(), nullable=True),
    sa.Column('jwk', chassis.db.JSON_TYPE, nullable=False),
    sa.Column('created_at', chassis.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('replaced_at', chassis.db.UtcDateTime(timezone=True), nullable=True),
    sa.PrimaryKeyConstraint('kid', name=op.f('pk_certificate_key')),
    sa.UniqueConstraint('slot', name=op.f('uq_certificate_key_slot'))
    )
    op.create_table('certificate_verification',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('certificate_id', sa.String(length=36), nullable=False),
    sa.Column('at', chassis.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('result', sa.String(length=24), nullable=False),
    sa.Column('origin', sa.String(length=40), nullable=False),
    sa.ForeignKeyConstraint(['certificate_id'], ['habilidad_certificate.id'], name=op.f('fk_certificate_verification_certificate_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_certificate_verification'))
    )
    op.create_index('ix_certificate_verification_certificate_id', 'certificate_verification', ['certificate_id', 'id'])
    op.create_table('council_name',
    sa.Column('code', sa.String(length=2), nullable=False),
    sa.Column('label', sa.String(length=120), nullable=False),
    sa.Column('sequence', sa.BigInteger(), nullable=False),
    sa.PrimaryKeyConstraint('code', name=op.f('pk_council_name'))
    )
    op.create_index('ix_payment_order_paid_at', 'payment_order', ['paid_at'])
    op.execute("INSERT INTO number_series (name, last) VALUES ('certificate', 0)")


def downgrade() -> None:
    op.execute("DELETE FROM number_series WHERE name = 'certificate'")
    op.drop_index('ix_payment_order_paid_at', 'payment_order')
    op.drop_table('council_name')
    op.drop_table('certificate_verification')
    op.drop_table('certificate_key')
    op.drop_table('habilidad_certificate')
    op.drop_table('good_standing')
