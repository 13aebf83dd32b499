"""Staff: roles and what they permit, second factors, the audit that nobody can rewrite, and the names of specialities.

Specialities: product 2.4, the residency body's 46 names. The college's own five-digit codes are not public; staff enter them.
"""

import unicodedata
from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op
import chassis.db

revision = 'identity_0002'
down_revision = 'identity_0001'
branch_labels = None
depends_on = None

BigId = sa.BigInteger().with_variant(sa.Integer(), 'sqlite')

ROLES = [
    ("treasury", "Tesorería", "Pagos, devoluciones, cuotas y constancias de habilidad."),
    ("vouchers", "Comprobantes", "Emisión, notas y anulación de comprobantes electrónicos."),
    ("evaluator", "Evaluación", "Evalúa los expedientes de recertificación de su consejo."),
    ("reviser", "Revisión", "Revisa los dictámenes y cuida el calendario y los contenidos de recertificación."),
    ("registry", "Padrón", "Padrón de médicos, solicitudes de registro, SINADEF y catálogos."),
    ("administrator", "Administración", "Cuentas del personal, auditoría y avisos."),
]

GRANTS = {
    "kind:physician": "account:write recert:apply",
    "kind:client": "account:read account:write payments:pay vouchers:read vouchers:mail",
    "kind:staff": "account:read account:write",
    "role:treasury": "payments:view payments:settle payments:refund payments:dues payments:certificates",
    "role:vouchers": "einvoice:view einvoice:issue einvoice:void einvoice:operate identity:client-email",
    "role:evaluator": "recert:view recert:evaluate",
    "role:reviser": "recert:view recert:revise recert:calendar recert:content",
    "role:registry": "identity:registry identity:match identity:sinadef identity:client-email identity:catalogues",
    "role:administrator": "identity:staff identity:audit notifier:read notifier:operate",
}

SPECIALITIES = """
Administración y Gestión en Salud; Adolescentología; Anatomía Patológica; Anestesiología; Cardiología;
Cirugía de Cabeza, Cuello y Maxilofacial; Cirugía de Tórax y Cardiovascular; Cirugía General; Cirugía Oncológica;
Cirugía Pediátrica; Cirugía Plástica; Dermatología; Endocrinología; Gastroenterología; Genética Médica; Geriatría;
Ginecología y Obstetricia; Hematología; Inmunología y Alergia; Medicina de Emergencias y Desastres;
Medicina de Enfermedades Infecciosas y Tropicales; Medicina del Deporte; Medicina Familiar y Comunitaria;
Medicina Física y de Rehabilitación; Medicina Hiperbárica y Sub Acuática; Medicina Intensiva; Medicina Interna;
Medicina Legal; Medicina Nuclear; Medicina Ocupacional y del Medio Ambiente; Medicina Oncológica; Nefrología;
Neonatología; Neumología; Neurocirugía; Neurología; Oftalmología; Ortopedia y Traumatología; Otorrinolaringología;
Patología Clínica; Pediatría; Psiquiatría; Radiología; Radioterapia; Reumatología; Urología
"""
ALIASES = {
    "Administración y Gestión en Salud": ["Administración de Hospitales"],
    "Ginecología y Obstetricia": ["Obstetricia y Ginecología"],
    "Medicina Oncológica": ["Oncología Médica"],
    "Medicina Física y de Rehabilitación": ["Medicina de Rehabilitación"],
}
RNE_CODES = {"Administración y Gestión en Salud": "00003"}

REFUSAL = "audit entries are never changed"


def upgrade() -> None:
    op.create_table('audit_entry',
    sa.Column('id', BigId, nullable=False),
    sa.Column('at', chassis.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('actor_id', sa.String(length=80), nullable=False),
    sa.Column('actor_name', sa.String(length=300), nullable=False),
    sa.Column('actor_roles', sa.String(length=200), nullable=False),
    sa.Column('actor_council', sa.String(length=2), nullable=True),
    sa.Column('act', sa.String(length=60), nullable=False),
    sa.Column('subject', sa.String(length=120), nullable=False),
    sa.Column('council', sa.String(length=2), nullable=True),
    sa.Column('before', chassis.db.JSON_TYPE, nullable=True),
    sa.Column('after', chassis.db.JSON_TYPE, nullable=True),
    sa.Column('reason', sa.String(length=500), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_audit_entry')),
    sqlite_autoincrement=True
    )
    op.create_index('ix_audit_entry_subject', 'audit_entry', ['subject', 'id'], unique=False)
    op.create_index('ix_audit_entry_actor_id', 'audit_entry', ['actor_id', 'id'], unique=False)
    op.create_index('ix_audit_entry_at', 'audit_entry', ['at'], unique=False)
    forbid_changes()

    op.create_table('role',
    sa.Column('name', sa.String(length=30), nullable=False),
    sa.Column('title', sa.String(length=80), nullable=False),
    sa.Column('text', sa.String(length=200), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('name', name=op.f('pk_role'))
    )
    op.create_table('account_role',
    sa.Column('account_id', sa.String(length=36), nullable=False),
    sa.Column('role', sa.String(length=30), nullable=False),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_account_role_account_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['role'], ['role.name'], name=op.f('fk_account_role_role')),
    sa.PrimaryKeyConstraint('account_id', 'role', name=op.f('pk_account_role'))
    )
    op.create_table('second_factor',
    sa.Column('account_id', sa.String(length=36), nullable=False),
    sa.Column('sealed_secret', sa.String(length=300), nullable=False),
    sa.Column('created_at', chassis.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('confirmed_at', chassis.db.UtcDateTime(timezone=True), nullable=True),
    sa.Column('last_step', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_second_factor_account_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('account_id', name=op.f('pk_second_factor'))
    )
    op.create_table('recovery_code',
    sa.Column('digest', sa.String(length=64), nullable=False),
    sa.Column('account_id', sa.String(length=36), nullable=False),
    sa.Column('used_at', chassis.db.UtcDateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_recovery_code_account_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('digest', name=op.f('pk_recovery_code'))
    )
    op.create_index('ix_recovery_code_account_id', 'recovery_code', ['account_id'], unique=False)

    op.create_table('speciality_name',
    sa.Column('code', sa.String(length=5), nullable=False),
    sa.Column('name', sa.String(length=80), nullable=False),
    sa.Column('rne_code', sa.String(length=5), nullable=True),
    sa.Column('updated_at', chassis.db.UtcDateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('code', name=op.f('pk_speciality_name')),
    sa.UniqueConstraint('rne_code', name=op.f('uq_speciality_name_rne_code'))
    )
    op.create_table('speciality_alias',
    sa.Column('search_name', sa.String(length=80), nullable=False),
    sa.Column('name', sa.String(length=80), nullable=False),
    sa.Column('code', sa.String(length=5), nullable=False),
    sa.ForeignKeyConstraint(['code'], ['speciality_name.code'], name=op.f('fk_speciality_alias_code'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('search_name', name=op.f('pk_speciality_alias'))
    )
    op.create_index('ix_speciality_alias_code', 'speciality_alias', ['code'], unique=False)

    with op.batch_alter_table('council') as batch:
        batch.add_column(sa.Column('announced_at', chassis.db.UtcDateTime(timezone=True), nullable=True))

    op.bulk_insert(table("role", "name", "title", "text", "position"), [
        {"name": name, "title": title, "text": text, "position": position}
        for position, (name, title, text) in enumerate(ROLES, start=1)
    ])
    op.bulk_insert(table("permission_grant", "holder", "permission", "audience"), [
        {"holder": holder, "permission": permission, "audience": ""}
        for holder, permissions in GRANTS.items() for permission in permissions.split()
    ])
    enter_specialities()


def forbid_changes() -> None:
    """The audit is append-only: the database itself refuses to change or delete an entry."""
    if op.get_bind().dialect.name == "sqlite":
        for verb in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER audit_entry_{verb.lower()} BEFORE {verb} ON audit_entry "
                f"BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END"
            )
        return
    op.execute(
        "CREATE FUNCTION refuse_audit_change() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION '{REFUSAL}'; END $$"
    )
    op.execute(
        "CREATE TRIGGER audit_entry_unchanged BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_entry "
        "FOR EACH STATEMENT EXECUTE FUNCTION refuse_audit_change()"
    )


def enter_specialities() -> None:
    names = [" ".join(name.split()) for name in SPECIALITIES.split(";")]
    moment = datetime(2026, 11, 21, tzinfo=UTC)
    timed = sa.table("speciality_name", *(sa.column(name) for name in ("code", "name", "rne_code")),
                     sa.column("updated_at", chassis.db.UtcDateTime()))
    codes = {name: f"E{number:02d}" for number, name in enumerate(names, start=1)}
    op.bulk_insert(timed, [
        {"code": code, "name": name, "rne_code": RNE_CODES.get(name), "updated_at": moment} for name, code in codes.items()
    ])
    op.bulk_insert(table("speciality_alias", "search_name", "name", "code"), [
        {"search_name": searchable(spelling), "name": spelling, "code": code}
        for name, code in codes.items() for spelling in (name, *ALIASES.get(name, []))
    ])


def searchable(name: str) -> str:
    bare = "".join(letter for letter in unicodedata.normalize("NFD", name) if not unicodedata.combining(letter))
    return " ".join(bare.casefold().split())


def table(name: str, *columns: str) -> sa.TableClause:
    return sa.table(name, *(sa.column(column) for column in columns))


def downgrade() -> None:
    with op.batch_alter_table('council') as batch:
        batch.drop_column('announced_at')
    op.drop_table('speciality_alias')
    op.drop_table('speciality_name')
    op.drop_table('recovery_code')
    op.drop_table('second_factor')
    op.drop_table('account_role')
    op.drop_table('role')
    op.drop_table('audit_entry')
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION refuse_audit_change()")
    grants = sa.table("permission_grant", sa.column("holder"), sa.column("permission"))
    for holder, permissions in GRANTS.items():
        op.execute(grants.delete().where(grants.c.holder == holder, grants.c.permission.in_(permissions.split())))
