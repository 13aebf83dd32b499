"""Observations, rulings on items, declarations of interest, and who evaluates."""

import sqlalchemy as sa
from alembic import op
import chassis.db

revision = 'recert_0005'
down_revision = 'recert_0004'
branch_labels = None
depends_on = None

KEPT = ("interest_declaration", "item_ruling")
"""Tables kept as evidence: no UPDATE, no DELETE, whoever asks."""
REASONS = (
    ("fuera-de-plazo", "Documento más antiguo de lo admitido", "Antigüedad máxima de los documentos (ejemplo)",
     "El documento es más antiguo de lo que admite la tabla. Reemplácelo por otro dentro del plazo o retire la actividad."),
    ("sin-sustento", "Las páginas no sustentan la actividad", "Cada actividad se acredita con su documento (ejemplo)",
     "En las páginas indicadas no está el documento que acredita la actividad. Agréguelo o corrija las páginas."),
    ("ilegible", "Documento ilegible o incompleto", "Los documentos se presentan completos y legibles (ejemplo)",
     "No se puede leer el documento o le faltan páginas. Escanéelo otra vez y reemplace el archivo."),
    ("datos-distintos", "Los datos no coinciden con el documento", "Los datos declarados son los del documento (ejemplo)",
     "La fecha, la cantidad o el nombre de la actividad no son los que figuran en el documento. Corríjalos."),
    ("actividad-equivocada", "La actividad es de otro tipo", "Tabla de calificación (ejemplo)",
     "El documento acredita una actividad de otro tipo de la tabla. Elija la que corresponde."),
    ("otro-titular", "El documento es de otra persona", "Los documentos están a nombre del médico (ejemplo)",
     "El documento no está a su nombre. Reemplácelo por uno propio o retire la actividad."),
    ("falta-obligatorio", "Falta un documento obligatorio", "Requisitos obligatorios del expediente (ejemplo)",
     "Falta un documento obligatorio. Agréguelo al archivo y vuelva a subirlo."),
)  # fmt: skip


def upgrade() -> None:
    op.create_table('evaluator',
    sa.Column('account_id', sa.String(length=64), nullable=False),
    sa.Column('name', sa.String(length=300), nullable=False),
    sa.Column('council', sa.String(length=2), nullable=True),
    sa.Column('active', sa.Boolean(), nullable=False),
    sa.Column('sequence', sa.BigInteger(), nullable=False),
    sa.PrimaryKeyConstraint('account_id', name=op.f('pk_evaluator'))
    )
    op.create_index(op.f('ix_evaluator_council'), 'evaluator', ['council'], unique=False)
    op.create_table('interest_declaration',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('dossier_id', sa.String(length=36), nullable=False),
    sa.Column('account_id', sa.String(length=64), nullable=False),
    sa.Column('name', sa.String(length=300), nullable=False),
    sa.Column('part', sa.Enum('EVALUATOR', 'REVISER', name='part', native_enum=False, length=24), nullable=False),
    sa.Column('conflict', sa.Boolean(), nullable=False),
    sa.Column('reason', sa.String(length=500), nullable=True),
    sa.Column('at', chassis.db.UtcDateTime(timezone=True), nullable=False),
    sa.CheckConstraint('NOT conflict OR reason IS NOT NULL', name=op.f('ck_interest_declaration_reason')),
    sa.ForeignKeyConstraint(['dossier_id'], ['dossier.id'], name=op.f('fk_interest_declaration_dossier_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_interest_declaration'))
    )
    op.create_index('ix_interest_declaration_dossier', 'interest_declaration', ['dossier_id', 'account_id'], unique=False)
    op.create_table('item_ruling',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('item_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('points', sa.Integer(), nullable=False),
    sa.Column('reason', sa.String(length=500), nullable=True),
    sa.Column('ruled_by', sa.String(length=64), nullable=False),
    sa.Column('ruled_by_name', sa.String(length=300), nullable=False),
    sa.Column('ruled_at', chassis.db.UtcDateTime(timezone=True), nullable=False),
    sa.CheckConstraint('points >= 0', name=op.f('ck_item_ruling_points')),
    sa.ForeignKeyConstraint(['item_id'], ['dossier_item.id'], name=op.f('fk_item_ruling_item_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_item_ruling'))
    )
    op.create_index('ix_item_ruling_item_id', 'item_ruling', ['item_id', 'id'], unique=False)
    reason = op.create_table('observation_reason',
    sa.Column('code', sa.String(length=40), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('title', sa.String(length=120), nullable=False),
    sa.Column('rule', sa.String(length=200), nullable=False),
    sa.Column('text', sa.Text(), nullable=False),
    sa.Column('active', sa.Boolean(), nullable=False),
    sa.PrimaryKeyConstraint('code', name=op.f('pk_observation_reason'))
    )
    op.create_table('observation',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('dossier_id', sa.String(length=36), nullable=False),
    sa.Column('version_number', sa.Integer(), nullable=False),
    sa.Column('item_position', sa.Integer(), nullable=True),
    sa.Column('page', sa.Integer(), nullable=False),
    sa.Column('reason_code', sa.String(length=40), nullable=False),
    sa.Column('reason', sa.String(length=120), nullable=False),
    sa.Column('rule', sa.String(length=200), nullable=False),
    sa.Column('comment', sa.Text(), nullable=False),
    sa.Column('made_by', sa.String(length=64), nullable=False),
    sa.Column('made_by_name', sa.String(length=300), nullable=False),
    sa.Column('made_at', chassis.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('round', sa.Integer(), nullable=True),
    sa.Column('sent_at', chassis.db.UtcDateTime(timezone=True), nullable=True),
    sa.Column('answer', sa.Text(), nullable=True),
    sa.Column('correction', chassis.db.JSON_TYPE, nullable=True),
    sa.Column('answered_at', chassis.db.UtcDateTime(timezone=True), nullable=True),
    sa.CheckConstraint('answer IS NULL OR sent_at IS NOT NULL', name=op.f('ck_observation_answer')),
    sa.CheckConstraint('page >= 1', name=op.f('ck_observation_page')),
    sa.ForeignKeyConstraint(['dossier_id'], ['dossier.id'], name=op.f('fk_observation_dossier_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_observation'))
    )
    op.create_index('ix_observation_dossier_id', 'observation', ['dossier_id', 'id'], unique=False)
    names = ("code", "title", "rule", "text")
    op.bulk_insert(reason, [
        dict(zip(names, row, strict=True)) | {"position": place, "active": True} for place, row in enumerate(REASONS, 1)
    ])  # fmt: skip
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
    for table in ("observation", "observation_reason", "item_ruling", "interest_declaration", "evaluator"):
        op.drop_table(table)
