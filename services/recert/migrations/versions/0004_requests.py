"""Rubrics, contacts, drafts and their uploads."""

from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op
import chassis.db

revision = 'recert_0004'
down_revision = 'recert_0003'
branch_labels = None
depends_on = None

KEPT = ("rubric", "rubric_activity")
"""A version of the table never changes: dossiers were scored by it."""

SAMPLE_NAME = "EJEMPLO de tabla de calificación (no es la oficial)"
SAMPLE = (
    # code, name, unit, points, cap, years, least quantity, evidence; invented values (product 2.5)
    ("CURSO", "Cursos, congresos y jornadas", "crédito", 100, 1000, 5, 0, "Certificado con el número de la resolución que da el puntaje"),
    ("EJERCICIO", "Ejercicio profesional", "año", 200, 1000, 5, 0, "Constancia de recursos humanos del empleador"),
    ("DIPLOMADO", "Diplomado universitario de 24 créditos o más", "crédito", 25, 900, 10, 2400, "Diploma con el número de créditos"),
    ("MAESTRIA", "Maestría", "grado", 800, 800, None, 0, "Grado de magíster registrado"),
    ("DOCTORADO", "Doctorado", "grado", 1000, 1000, None, 0, "Grado de doctor registrado"),
    ("DOCENCIA", "Docencia universitaria", "año", 150, 750, 5, 0, "Constancia de la universidad con el tiempo de servicios"),
    ("PASANTIA", "Pasantía clínica", "mes", 200, 600, 5, 0, "Constancia de la institución que recibió la pasantía"),
    ("LIBRO", "Autoría de libro", "libro", 500, 1000, 5, 0, "Solo la carátula"),
    ("ARTICULO", "Artículo o investigación publicada", "publicación", 300, 900, 5, 0, "Solo la primera página"),
    ("GUIA", "Guía nacional de práctica clínica", "guía", 400, 800, 5, 0, "Solo la carátula"),
)


def upgrade() -> None:
    op.create_table('rubric',
    sa.Column('version', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('name', sa.String(length=160), nullable=False),
    sa.Column('sample', sa.Boolean(), nullable=False),
    sa.Column('minimum_points', sa.Integer(), nullable=False),
    sa.Column('entered_at', chassis.db.UtcDateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('version', name=op.f('pk_rubric'))
    )
    op.create_table('rubric_activity',
    sa.Column('rubric_version', sa.Integer(), nullable=False),
    sa.Column('code', sa.String(length=40), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(length=200), nullable=False),
    sa.Column('unit', sa.String(length=60), nullable=False),
    sa.Column('points', sa.Integer(), nullable=False),
    sa.Column('cap', sa.Integer(), nullable=True),
    sa.Column('max_age_years', sa.Integer(), nullable=True),
    sa.Column('least_quantity', sa.Integer(), nullable=False),
    sa.Column('evidence', sa.String(length=300), nullable=False),
    sa.ForeignKeyConstraint(['rubric_version'], ['rubric.version'], name=op.f('fk_rubric_activity_rubric_version')),
    sa.PrimaryKeyConstraint('rubric_version', 'code', name=op.f('pk_rubric_activity'))
    )
    op.create_table('contact',
    sa.Column('account_id', sa.String(length=64), nullable=False),
    sa.Column('cmp_number', sa.String(length=6), nullable=True),
    sa.Column('email', sa.String(length=254), nullable=False),
    sa.Column('phone', sa.String(length=40), nullable=False),
    sa.Column('mobile', sa.String(length=40), nullable=False),
    sa.Column('address', sa.String(length=300), nullable=False),
    sa.Column('sequence', sa.BigInteger(), nullable=False),
    sa.PrimaryKeyConstraint('account_id', name=op.f('pk_contact'))
    )
    op.create_index('ix_contact_cmp_number', 'contact', ['cmp_number'], unique=False)
    op.create_table('council',
    sa.Column('code', sa.String(length=2), nullable=False),
    sa.Column('label', sa.String(length=120), nullable=False),
    sa.Column('sequence', sa.BigInteger(), nullable=False),
    sa.PrimaryKeyConstraint('code', name=op.f('pk_council'))
    )
    op.create_table('draft',
    sa.Column('id', sa.String(length=36), nullable=False),
    sa.Column('cmp_number', sa.String(length=6), nullable=False),
    sa.Column('account_id', sa.String(length=64), nullable=False),
    sa.Column('dossier_id', sa.String(length=36), nullable=False),
    sa.Column('type', sa.String(length=20), nullable=False),
    sa.Column('pickup_council', sa.String(length=2), nullable=False),
    sa.Column('description', sa.Text(), nullable=False),
    sa.Column('sha256', sa.String(length=64), nullable=True),
    sa.Column('size', sa.Integer(), nullable=True),
    sa.Column('pages', sa.Integer(), nullable=True),
    sa.Column('file_name', sa.String(length=200), nullable=True),
    sa.Column('created_at', chassis.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('changed_at', chassis.db.UtcDateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_draft')),
    sa.UniqueConstraint('cmp_number', 'dossier_id', name=op.f('uq_draft_cmp_number_dossier_id'))
    )
    op.create_table('draft_item',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('draft_id', sa.String(length=36), nullable=False),
    sa.Column('activity', sa.String(length=40), nullable=False),
    sa.Column('title', sa.String(length=200), nullable=False),
    sa.Column('done_on', sa.Date(), nullable=False),
    sa.Column('quantity', sa.Integer(), nullable=False),
    sa.Column('page_from', sa.Integer(), nullable=False),
    sa.Column('page_to', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['draft_id'], ['draft.id'], name=op.f('fk_draft_item_draft_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_draft_item'))
    )
    op.create_index(op.f('ix_draft_item_draft_id'), 'draft_item', ['draft_id'], unique=False)
    op.create_table('upload',
    sa.Column('id', sa.String(length=36), nullable=False),
    sa.Column('draft_id', sa.String(length=36), nullable=False),
    sa.Column('name', sa.String(length=200), nullable=False),
    sa.Column('fingerprint', sa.String(length=200), nullable=False),
    sa.Column('size', sa.Integer(), nullable=False),
    sa.Column('received', sa.Integer(), nullable=False),
    sa.Column('started_at', chassis.db.UtcDateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['draft_id'], ['draft.id'], name=op.f('fk_upload_draft_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_upload'))
    )
    op.create_index(op.f('ix_upload_draft_id'), 'upload', ['draft_id'], unique=False)
    op.create_table('upload_piece',
    sa.Column('upload_id', sa.String(length=36), nullable=False),
    sa.Column('start', sa.Integer(), nullable=False),
    sa.Column('data', sa.LargeBinary(), nullable=False),
    sa.ForeignKeyConstraint(['upload_id'], ['upload.id'], name=op.f('fk_upload_piece_upload_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('upload_id', 'start', name=op.f('pk_upload_piece'))
    )
    _enter_sample()
    for table in KEPT:
        _seal(table)


def _enter_sample() -> None:
    rubric = sa.table(
        "rubric", sa.column("version", sa.Integer), sa.column("name", sa.String), sa.column("sample", sa.Boolean),
        sa.column("minimum_points", sa.Integer), sa.column("entered_at", chassis.db.UtcDateTime),
    )
    names = ("code", "name", "unit", "points", "cap", "max_age_years", "least_quantity", "evidence")
    activity = sa.table(
        "rubric_activity", sa.column("rubric_version", sa.Integer), sa.column("position", sa.Integer),
        *(sa.column(name) for name in names),
    )
    op.bulk_insert(rubric, [{"version": 1, "name": SAMPLE_NAME, "sample": True, "minimum_points": 2000, "entered_at": datetime.now(UTC)}])
    rows = [dict(zip(names, line, strict=True)) for line in SAMPLE]
    op.bulk_insert(activity, [{"rubric_version": 1, "position": place, **row} for place, row in enumerate(rows, 1)])


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
    for table in ("upload_piece", "upload", "draft_item", "draft", "council", "contact", "rubric_activity", "rubric"):
        op.drop_table(table)
