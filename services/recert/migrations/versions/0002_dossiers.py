"""Dossiers with their versions, items and steps; numbers; the audit of staff."""

import sqlalchemy as sa
from alembic import op
import chassis.db

revision = 'recert_0002'
down_revision = 'recert_0001'
branch_labels = None
depends_on = None

KEPT = ("staff_act", "dossier_step", "dossier_version", "dossier_item")
"""Tables kept as evidence: no UPDATE, no DELETE, whoever asks."""


def upgrade() -> None:
    op.create_table('dossier',
    sa.Column('id', sa.String(length=36), nullable=False),
    sa.Column('number', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('cmp_number', sa.String(length=6), nullable=False),
    sa.Column('account_id', sa.String(length=64), nullable=False),
    sa.Column('name', sa.String(length=300), nullable=False),
    sa.Column('kind', sa.Enum('MEDICO_CIRUJANO', 'ESPECIALIDAD', name='dossierkind', native_enum=False, length=24), nullable=False),
    sa.Column('rne', sa.String(length=6), nullable=False),
    sa.Column('speciality', sa.String(length=80), nullable=True),
    sa.Column('council', sa.String(length=2), nullable=False),
    sa.Column('pickup_council', sa.String(length=2), nullable=False),
    sa.Column('phone', sa.String(length=40), nullable=False),
    sa.Column('mobile', sa.String(length=40), nullable=False),
    sa.Column('email', sa.String(length=254), nullable=False),
    sa.Column('address', sa.String(length=300), nullable=False),
    sa.Column('rubric_version', sa.Integer(), nullable=False),
    sa.Column('state', sa.Enum('EMITIDO', 'EN_EVALUACION', 'OBSERVADO', 'APROBADO', 'APROBADO_Y_REVISADO', 'DESCARTADO', name='dossierstate', native_enum=False, length=24), nullable=False),
    sa.Column('submitted_at', chassis.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('evaluator_id', sa.String(length=64), nullable=True),
    sa.Column('evaluator_name', sa.String(length=300), nullable=True),
    sa.Column('approved_at', chassis.db.UtcDateTime(timezone=True), nullable=True),
    sa.Column('reviser_id', sa.String(length=64), nullable=True),
    sa.Column('reviser_name', sa.String(length=300), nullable=True),
    sa.Column('dictamen_on', sa.Date(), nullable=True),
    sa.Column('closed_at', chassis.db.UtcDateTime(timezone=True), nullable=True),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_dossier')),
    sa.UniqueConstraint('number', name=op.f('uq_dossier_number'))
    )
    op.create_index('ix_dossier_cmp_number', 'dossier', ['cmp_number', 'number'], unique=False)
    op.create_index('ix_dossier_council_state', 'dossier', ['council', 'state', 'number'], unique=False)
    op.create_index('uq_dossier_open', 'dossier', ['cmp_number', 'rne'], unique=True, postgresql_where=sa.text("state IN ('EMITIDO', 'EN_EVALUACION', 'OBSERVADO', 'APROBADO')"), sqlite_where=sa.text("state IN ('EMITIDO', 'EN_EVALUACION', 'OBSERVADO', 'APROBADO')"))
    op.create_table('number_series',
    sa.Column('name', sa.String(length=20), nullable=False),
    sa.Column('last', sa.BigInteger(), nullable=False),
    sa.PrimaryKeyConstraint('name', name=op.f('pk_number_series'))
    )
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
    sa.PrimaryKeyConstraint('id', name=op.f('pk_staff_act')),
    sqlite_autoincrement=True
    )
    op.create_index('ix_staff_act_at', 'staff_act', ['at'], unique=False)
    op.create_index('ix_staff_act_subject', 'staff_act', ['subject', 'id'], unique=False)
    op.create_table('dossier_step',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('dossier_id', sa.String(length=36), nullable=False),
    sa.Column('act', sa.Enum('CLAIMED', 'RELEASED', 'OBSERVED', 'CORRECTED', 'APPROVED', 'RETURNED', 'REVISED', 'LAPSED', name='dossieract', native_enum=False, length=24), nullable=False),
    sa.Column('before', sa.Enum('EMITIDO', 'EN_EVALUACION', 'OBSERVADO', 'APROBADO', 'APROBADO_Y_REVISADO', 'DESCARTADO', name='dossierstate', native_enum=False, length=24), nullable=False),
    sa.Column('after', sa.Enum('EMITIDO', 'EN_EVALUACION', 'OBSERVADO', 'APROBADO', 'APROBADO_Y_REVISADO', 'DESCARTADO', name='dossierstate', native_enum=False, length=24), nullable=False),
    sa.Column('by', sa.String(length=64), nullable=False),
    sa.Column('at', chassis.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('note', sa.String(length=500), nullable=True),
    sa.ForeignKeyConstraint(['dossier_id'], ['dossier.id'], name=op.f('fk_dossier_step_dossier_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_dossier_step'))
    )
    op.create_index('ix_dossier_step_dossier_id', 'dossier_step', ['dossier_id', 'id'], unique=False)
    op.create_index('ix_dossier_step_at', 'dossier_step', ['at'], unique=False)
    op.create_table('dossier_version',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('dossier_id', sa.String(length=36), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('sha256', sa.String(length=64), nullable=False),
    sa.Column('size', sa.Integer(), nullable=False),
    sa.Column('file_name', sa.String(length=40), nullable=False),
    sa.Column('pages', sa.Integer(), nullable=False),
    sa.Column('description', sa.Text(), nullable=False),
    sa.Column('sent_at', chassis.db.UtcDateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['dossier_id'], ['dossier.id'], name=op.f('fk_dossier_version_dossier_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_dossier_version')),
    sa.UniqueConstraint('dossier_id', 'number', name=op.f('uq_dossier_version_dossier_id_number'))
    )
    op.create_index(op.f('ix_dossier_version_sha256'), 'dossier_version', ['sha256'], unique=False)
    op.create_table('dossier_item',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('version_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('activity', sa.String(length=40), nullable=False),
    sa.Column('title', sa.String(length=200), nullable=False),
    sa.Column('done_on', sa.Date(), nullable=False),
    sa.Column('quantity', sa.Integer(), nullable=False),
    sa.Column('page_from', sa.Integer(), nullable=False),
    sa.Column('page_to', sa.Integer(), nullable=False),
    sa.Column('claimed_points', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['version_id'], ['dossier_version.id'], name=op.f('fk_dossier_item_version_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_dossier_item')),
    sa.UniqueConstraint('version_id', 'position', name=op.f('uq_dossier_item_version_id_position'))
    )
    series = sa.table("number_series", sa.column("name", sa.String), sa.column("last", sa.BigInteger))
    op.bulk_insert(series, [{"name": name, "last": 0} for name in ("dossier", "diploma", "constancia")])
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
        "CREATE OR REPLACE FUNCTION recert_keep() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME; END $$"
    )
    op.execute(
        f"CREATE TRIGGER {table}_kept BEFORE UPDATE OR DELETE ON {table} FOR EACH ROW EXECUTE FUNCTION recert_keep()"
    )


def downgrade() -> None:
    for table in ("dossier_item", "dossier_version", "dossier_step", "staff_act", "number_series", "dossier"):
        op.drop_table(table)
    if op.get_bind().dialect.name != "sqlite":
        op.execute("DROP FUNCTION recert_keep()")
