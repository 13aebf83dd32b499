"""The public register, which a job fills from the copies there are already; the SISTCERE page with its nine entries.

The pieces are those of the manuals (PUB-5, PUB-7 to PUB-9); whatever no source tells is a sample and says so.
"""

from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op
import chassis.db

revision = 'recert_0007'
down_revision = 'recert_0006'
branch_labels = None
depends_on = None

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), 'sqlite')
BLOCK = sa.Enum('ENTRY', 'NOTICE', 'OFFICE', 'PERSON', name='contentblock', native_enum=False, length=24)
SINCE = datetime(2026, 11, 1, 5, 0, tzinfo=UTC)

PDF, START = '[Ver Pdf]', '[Iniciar proceso aquí]'
ENTRIES = [
    # title, label, link, whether it is marked "nuevo"
    ('Requisitos', PDF, None, False),
    ('Formato de Solicitud', PDF, None, False),
    ('Solicitar Recertificación Médica Vía Virtual', START, '/sistcere/ingreso', False),
    ('Video', '[Ver video]', None, False),
    ('Guía', '[ver Pdf]', None, False),
    ('Directiva para la recertificación de casos especiales', PDF, None, True),
    ('Anexo 01', PDF, None, False),
    ('Directiva de la evaluación por portafolio', PDF, None, False),
    ('Tabla de calificación', PDF, None, False),
]
NOTICES = ['SISTCERE a tu servicio…', 'Obligatoria según Ley 28740', 'Trámite gratuito']
OFFICE = [
    ('Horario de atención', 'Lunes a viernes, de 08:30 a 13:30 y de 14:30 a 17:30'),
    ('Lugar', 'Centro de Convenciones CMP, Av. 28 de Julio 776, piso 7, Miraflores'),
    ('Teléfonos', '399 4625 / 399 4626'),
]
PERSONS = [
    ('Decana Nacional', 'Dra. Nombre de Ejemplo'),
    ('Director SISTCERE', 'Dr. Nombre de Ejemplo'),
    ('Secretario del Interior', 'Dr. Nombre de Ejemplo'),
    ('Gestión', '2018 - 2019'),
]


def bytewise(length):
    return sa.String(length=length).with_variant(sa.String(length=length, collation='C'), 'postgresql')


def upgrade() -> None:
    create_register()
    create_content()
    write_samples()


def create_register() -> None:
    op.create_table('public_physician',
    sa.Column('cmp_number', sa.String(length=6), nullable=False),
    sa.Column('given_names', sa.String(length=120), nullable=False),
    sa.Column('paternal_surname', sa.String(length=80), nullable=False),
    sa.Column('maternal_surname', sa.String(length=80), nullable=False),
    sa.Column('sort_key', bytewise(300), nullable=False),
    sa.Column('council', sa.String(length=2), nullable=False),
    sa.Column('state', sa.String(length=20), nullable=False),
    sa.Column('registered_on', sa.Date(), nullable=True),
    sa.Column('certified_until', sa.Date(), nullable=True),
    sa.Column('specialities', chassis.db.JSON_TYPE, nullable=False),
    sa.Column('recertified', chassis.db.JSON_TYPE, nullable=False),
    sa.Column('in_good_standing', sa.Boolean(), nullable=True),
    sa.Column('standing_stated_at', chassis.db.UtcDateTime(timezone=True), nullable=True),
    sa.Column('standing_sequence', sa.BigInteger(), nullable=False),
    sa.PrimaryKeyConstraint('cmp_number', name=op.f('pk_public_physician'))
    )
    op.create_table('public_word',
    sa.Column('cmp_number', sa.String(length=6), nullable=False),
    sa.Column('word', bytewise(80), nullable=False),
    sa.Column('place', sa.SmallInteger(), nullable=False),
    sa.Column('sort_key', bytewise(300), nullable=False),
    sa.ForeignKeyConstraint(['cmp_number'], ['public_physician.cmp_number'], name=op.f('fk_public_word_cmp_number'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('cmp_number', 'word', name=op.f('pk_public_word'))
    )
    op.create_index('ix_public_word_word', 'public_word', ['word', 'place', 'sort_key', 'cmp_number'], unique=False)
    op.create_table('public_speciality',
    sa.Column('cmp_number', sa.String(length=6), nullable=False),
    sa.Column('search_name', bytewise(80), nullable=False),
    sa.Column('name', sa.String(length=80), nullable=False),
    sa.Column('sort_key', bytewise(300), nullable=False),
    sa.ForeignKeyConstraint(['cmp_number'], ['public_physician.cmp_number'], name=op.f('fk_public_speciality_cmp_number'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('cmp_number', 'search_name', name=op.f('pk_public_speciality'))
    )
    op.create_index('ix_public_speciality_search_name', 'public_speciality', ['search_name', 'sort_key', 'cmp_number'], unique=False)


def create_content() -> None:
    op.create_table('content_file',
    sa.Column('sha256', sa.String(length=64), nullable=False),
    sa.Column('name', sa.String(length=120), nullable=False),
    sa.Column('size', sa.Integer(), nullable=False),
    sa.Column('uploaded_at', chassis.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('uploaded_by', sa.String(length=64), nullable=False),
    sa.PrimaryKeyConstraint('sha256', name=op.f('pk_content_file'))
    )
    op.create_table('content_piece',
    sa.Column('id', sa.String(length=36), nullable=False),
    sa.Column('block', BLOCK, nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('title', sa.String(length=200), nullable=False),
    sa.Column('label', sa.String(length=60), nullable=False),
    sa.Column('text', sa.Text(), nullable=False),
    sa.Column('link', sa.String(length=500), nullable=True),
    sa.Column('file_sha256', sa.String(length=64), nullable=True),
    sa.Column('is_new', sa.Boolean(), nullable=False),
    sa.Column('sample', sa.Boolean(), nullable=False),
    sa.Column('shown', sa.Boolean(), nullable=False),
    sa.Column('updated_at', chassis.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['file_sha256'], ['content_file.sha256'], name=op.f('fk_content_piece_file_sha256')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_content_piece'))
    )
    op.create_index('ix_content_piece_block', 'content_piece', ['block', 'position'], unique=False)
    op.create_table('content_version',
    sa.Column('id', BIG_ID, nullable=False),
    sa.Column('piece_id', sa.String(length=36), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('facts', chassis.db.JSON_TYPE, nullable=False),
    sa.Column('saved_at', chassis.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('saved_by', sa.String(length=64), nullable=False),
    sa.Column('saved_by_name', sa.String(length=300), nullable=False),
    sa.ForeignKeyConstraint(['piece_id'], ['content_piece.id'], name=op.f('fk_content_version_piece_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_content_version')),
    sa.UniqueConstraint('piece_id', 'number', name=op.f('uq_content_version_piece_id_number')),
    sqlite_autoincrement=True
    )
    seal('content_version')


def seal(table) -> None:
    """Kept as evidence, as the tables of the second migration, whose function serves here too."""
    if op.get_bind().dialect.name == 'sqlite':
        for verb in ('UPDATE', 'DELETE'):
            op.execute(
                f"CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
            )
        return
    op.execute(f'CREATE TRIGGER {table}_kept BEFORE UPDATE OR DELETE ON {table} FOR EACH ROW EXECUTE FUNCTION recert_keep()')


def write_samples() -> None:
    piece = sa.table(
        'content_piece',
        *(sa.column(name) for name in ('id', 'block', 'title', 'label', 'text', 'link')),
        *(sa.column(name, sa.Integer()) for name in ('position', 'version')),
        *(sa.column(name, sa.Boolean()) for name in ('is_new', 'sample', 'shown')),
        sa.column('updated_at', chassis.db.UtcDateTime(timezone=True)),
    )
    version = sa.table(
        'content_version',
        *(sa.column(name) for name in ('piece_id', 'saved_by', 'saved_by_name')),
        sa.column('number', sa.Integer()),
        sa.column('facts', chassis.db.JSON_TYPE),
        sa.column('saved_at', chassis.db.UtcDateTime(timezone=True)),
    )
    written = [('ENTRY', number, title, label, '', link, new, link is None) for number, (title, label, link, new) in enumerate(ENTRIES, 1)]
    written += [('NOTICE', number, title, '', '', None, False, False) for number, title in enumerate(NOTICES, 1)]
    written += [('OFFICE', number, title, '', text, None, False, False) for number, (title, text) in enumerate(OFFICE, 1)]
    written += [('PERSON', number, title, '', text, None, False, True) for number, (title, text) in enumerate(PERSONS, 1)]
    names = ('block', 'position', 'title', 'label', 'text', 'link', 'is_new', 'sample')
    rows = [dict(zip(names, each, strict=True)) | {'shown': True} for each in written]
    ids = [f"{row['block'].lower()}-{row['position']}" for row in rows]
    op.bulk_insert(piece, [row | {'id': id, 'updated_at': SINCE, 'version': 1} for id, row in zip(ids, rows, strict=True)])
    op.bulk_insert(version, [
        {'piece_id': id, 'number': 1, 'facts': row | {'file_sha256': None}, 'saved_at': SINCE, 'saved_by': 'system', 'saved_by_name': 'Sistema'}
        for id, row in zip(ids, rows, strict=True)
    ])


def downgrade() -> None:
    for table in ('content_version', 'content_piece', 'content_file', 'public_speciality', 'public_word', 'public_physician'):
        op.drop_table(table)
