"""Recertifications, constancias, diplomas and notices."""

import sqlalchemy as sa
from alembic import op
import chassis.db

revision = 'recert_0006'
down_revision = 'recert_0005'
branch_labels = None
depends_on = None

KEPT = ("constancia_question", "diploma_handover", "ending_notice")
"""Tables kept as evidence: no UPDATE, no DELETE, whoever asks."""


def upgrade() -> None:
    op.create_table('recertification',
    sa.Column('id', sa.String(length=36), nullable=False),
    sa.Column('dossier_id', sa.String(length=36), nullable=False),
    sa.Column('cmp_number', sa.String(length=6), nullable=False),
    sa.Column('account_id', sa.String(length=64), nullable=False),
    sa.Column('name', sa.String(length=300), nullable=False),
    sa.Column('council', sa.String(length=2), nullable=False),
    sa.Column('basis', sa.String(length=12), nullable=False),
    sa.Column('rne', sa.String(length=6), nullable=False),
    sa.Column('speciality', sa.String(length=80), nullable=True),
    sa.Column('kind_text', sa.String(length=120), nullable=False),
    sa.Column('dictamen_on', sa.Date(), nullable=False),
    sa.Column('valid_until', sa.Date(), nullable=False),
    sa.Column('granted_at', chassis.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('diploma_number', sa.BigInteger(), nullable=False),
    sa.Column('diploma', sa.Enum('EN_PREPARACION', 'LISTO', 'ENTREGADO', name='diplomastate', native_enum=False, length=24), nullable=False),
    sa.Column('pickup_council', sa.String(length=2), nullable=False),
    sa.Column('ready_at', chassis.db.UtcDateTime(timezone=True), nullable=True),
    sa.Column('revoked_at', chassis.db.UtcDateTime(timezone=True), nullable=True),
    sa.Column('revoked_by', sa.String(length=64), nullable=True),
    sa.Column('revocation_reason', sa.String(length=300), nullable=True),
    sa.ForeignKeyConstraint(['dossier_id'], ['dossier.id'], name=op.f('fk_recertification_dossier_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_recertification')),
    sa.UniqueConstraint('diploma_number', name=op.f('uq_recertification_diploma_number')),
    sa.UniqueConstraint('dossier_id', name=op.f('uq_recertification_dossier_id'))
    )
    op.create_index('ix_recertification_basis', 'recertification', ['cmp_number', 'basis', 'rne', 'valid_until'])
    op.create_index('ix_recertification_pickup', 'recertification', ['pickup_council', 'diploma', 'diploma_number'])
    op.create_index('ix_recertification_valid_until', 'recertification', ['valid_until'])
    op.create_table('constancia',
    sa.Column('recertification_id', sa.String(length=36), nullable=False),
    sa.Column('number', sa.BigInteger(), nullable=False),
    sa.Column('code', sa.String(length=12), nullable=False),
    sa.Column('signed', sa.Text(), nullable=True),
    sa.Column('pdf_sha256', sa.String(length=64), nullable=True),
    sa.Column('pdf_size', sa.Integer(), nullable=True),
    sa.Column('next_attempt_at', chassis.db.UtcDateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['recertification_id'], ['recertification.id'], name=op.f('fk_constancia_recertification_id')),
    sa.PrimaryKeyConstraint('recertification_id', name=op.f('pk_constancia')),
    sa.UniqueConstraint('code', name=op.f('uq_constancia_code')),
    sa.UniqueConstraint('number', name=op.f('uq_constancia_number'))
    )
    op.create_index('ix_constancia_next_attempt_at', 'constancia', ['next_attempt_at'])
    op.create_index('ix_constancia_pdf_sha256', 'constancia', ['pdf_sha256'])
    op.create_table('constancia_key',
    sa.Column('kid', sa.String(length=40), nullable=False),
    sa.Column('slot', sa.String(length=10), nullable=True),
    sa.Column('sealed_key', sa.Text(), nullable=True),
    sa.Column('jwk', chassis.db.JSON_TYPE, nullable=False),
    sa.Column('created_at', chassis.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('replaced_at', chassis.db.UtcDateTime(timezone=True), nullable=True),
    sa.PrimaryKeyConstraint('kid', name=op.f('pk_constancia_key')),
    sa.UniqueConstraint('slot', name=op.f('uq_constancia_key_slot'))
    )
    op.create_table('constancia_question',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('recertification_id', sa.String(length=36), nullable=False),
    sa.Column('at', chassis.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('result', sa.Enum('VIGENTE', 'VENCIDA', 'REVOCADA', 'ALTERED', name='askedresult', native_enum=False, length=24), nullable=False),
    sa.Column('origin', sa.String(length=40), nullable=False),
    sa.ForeignKeyConstraint(['recertification_id'], ['recertification.id'], name=op.f('fk_constancia_question_recertification_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_constancia_question'))
    )
    op.create_index('ix_constancia_question_recertification_id', 'constancia_question', ['recertification_id', 'id'])
    op.create_table('diploma_handover',
    sa.Column('recertification_id', sa.String(length=36), nullable=False),
    sa.Column('handed_on', sa.Date(), nullable=False),
    sa.Column('collector', sa.String(length=200), nullable=False),
    sa.Column('document_type', sa.String(length=1), nullable=False),
    sa.Column('by_proxy', sa.Boolean(), nullable=False),
    sa.Column('recorded_at', chassis.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('recorded_by', sa.String(length=64), nullable=False),
    sa.Column('recorded_by_name', sa.String(length=300), nullable=False),
    sa.ForeignKeyConstraint(['recertification_id'], ['recertification.id'], name=op.f('fk_diploma_handover_recertification_id')),
    sa.PrimaryKeyConstraint('recertification_id', name=op.f('pk_diploma_handover'))
    )
    op.create_table('ending_notice',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('cmp_number', sa.String(length=6), nullable=False),
    sa.Column('basis', sa.String(length=12), nullable=False),
    sa.Column('rne', sa.String(length=6), nullable=False),
    sa.Column('valid_until', sa.Date(), nullable=False),
    sa.Column('notice', sa.Enum('SIX_MONTHS', 'FOUR_MONTHS', 'THIRTY_DAYS', name='notice', native_enum=False, length=24), nullable=False),
    sa.Column('told_at', chassis.db.UtcDateTime(timezone=True), nullable=False),
    sa.CheckConstraint("basis IN ('ENROLMENT', 'SPECIALITY')", name=op.f('ck_ending_notice_basis')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_ending_notice')),
    sa.UniqueConstraint('cmp_number', 'basis', 'rne', 'valid_until', 'notice', name=op.f('uq_ending_notice_cmp_number_basis_rne_valid_until_notice'))
    )
    op.create_index('ix_certification_valid_until', 'certification', ['valid_until'])
    for table in KEPT:
        _seal(table)


def _seal(table: str) -> None:
    if op.get_bind().dialect.name == "sqlite":
        for verb in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
            )
        return
    op.execute(
        f"CREATE TRIGGER {table}_kept BEFORE UPDATE OR DELETE ON {table} FOR EACH ROW EXECUTE FUNCTION recert_keep()"
    )


def downgrade() -> None:
    op.drop_index('ix_certification_valid_until', 'certification')
    for table in (*KEPT, "constancia_key", "constancia", "recertification"):
        op.drop_table(table)
