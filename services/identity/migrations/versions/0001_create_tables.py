"""Create the tables of identity; enter the regional councils and the first permissions.

Councils: product 2.2. Numbers XVIII, XIX and XXVII are not confirmed by any source and are marked so; staff edit them.
"""

import sqlalchemy as sa
from alembic import op
import chassis.db

revision = 'identity_0001'
down_revision = None
branch_labels = ('identity',)
depends_on = None

COUNCILS = """
I|Trujillo|La Libertad, II|Iquitos|Loreto, III|Lima|Lima, IV|Junín|Junín, V|Arequipa|Arequipa, VI|Cusco|Cusco,
VII|Piura|Piura, VIII|Chiclayo|Lambayeque, IX|Ica|Ica, X|Huánuco|Huánuco, XI|Huaraz|Áncash, XII|Tacna|Tacna,
XIII|Pucallpa|Ucayali, XIV|Puno|Puno, XV|San Martín|San Martín, XVI|Ayacucho|Ayacucho, XVII|Cajamarca|Cajamarca,
XVIII|Callao|Callao, XIX|Chimbote|Áncash, XX|Pasco|Pasco, XXI|Moquegua|Moquegua, XXII|Apurímac|Apurímac,
XXIII|Tumbes|Tumbes, XXIV|Huancavelica|Huancavelica, XXV|Amazonas|Amazonas, XXVI|Madre de Dios|Madre de Dios,
XXVII|Lima Provincias|Lima
"""
UNCONFIRMED = {"XVIII", "XIX", "XXVII"}

GRANTS = [
    ("kind:physician", "account:read", ""),
    ("kind:physician", "payments:pay", ""),
    ("kind:physician", "vouchers:read", ""),
    ("kind:physician", "vouchers:mail", ""),
    ("kind:physician", "recert:read", ""),
    ("service:notifier", "files:read", "einvoice"),
]


def upgrade() -> None:
    op.create_table('council',
    sa.Column('code', sa.String(length=2), nullable=False),
    sa.Column('roman', sa.String(length=8), nullable=False),
    sa.Column('name', sa.String(length=60), nullable=False),
    sa.Column('region', sa.String(length=60), nullable=False),
    sa.Column('confirmed', sa.Boolean(), nullable=False),
    sa.PrimaryKeyConstraint('code', name=op.f('pk_council')),
    sa.UniqueConstraint('roman', name=op.f('uq_council_roman'))
    )
    op.create_table('known_address',
    sa.Column('user_key', sa.String(length=64), nullable=False),
    sa.Column('address_key', sa.String(length=64), nullable=False),
    sa.Column('seen_at', chassis.db.UtcDateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('user_key', 'address_key', name=op.f('pk_known_address'))
    )
    op.create_index('ix_known_address_seen_at', 'known_address', ['seen_at'], unique=False)

    op.create_table('permission_grant',
    sa.Column('holder', sa.String(length=60), nullable=False),
    sa.Column('permission', sa.String(length=60), nullable=False),
    sa.Column('audience', sa.String(length=40), nullable=False),
    sa.PrimaryKeyConstraint('holder', 'permission', 'audience', name=op.f('pk_permission_grant'))
    )
    op.create_table('service_client',
    sa.Column('name', sa.String(length=40), nullable=False),
    sa.Column('secret_digest', sa.String(length=64), nullable=False),
    sa.Column('created_at', chassis.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('changed_at', chassis.db.UtcDateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('name', name=op.f('pk_service_client'))
    )
    op.create_table('signing_key',
    sa.Column('kid', sa.String(length=40), nullable=False),
    sa.Column('slot', sa.String(length=10), nullable=True),
    sa.Column('sealed_key', sa.Text(), nullable=True),
    sa.Column('jwk', chassis.db.JSON_TYPE, nullable=False),
    sa.Column('created_at', chassis.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('current_from', chassis.db.UtcDateTime(timezone=True), nullable=True),
    sa.Column('superseded_at', chassis.db.UtcDateTime(timezone=True), nullable=True),
    sa.PrimaryKeyConstraint('kid', name=op.f('pk_signing_key')),
    sa.UniqueConstraint('slot', name=op.f('uq_signing_key_slot'))
    )
    op.create_table('throttle_counter',
    sa.Column('key', sa.String(length=64), nullable=False),
    sa.Column('scope', sa.String(length=10), nullable=False),
    sa.Column('failures', sa.Integer(), nullable=False),
    sa.Column('counted_at', chassis.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('locked_until', chassis.db.UtcDateTime(timezone=True), nullable=True),
    sa.PrimaryKeyConstraint('key', name=op.f('pk_throttle_counter'))
    )
    op.create_index('ix_throttle_counter_counted_at', 'throttle_counter', ['counted_at'], unique=False)

    op.create_table('physician',
    sa.Column('cmp_number', sa.String(length=6), nullable=False),
    sa.Column('document_type', sa.String(length=1), nullable=False),
    sa.Column('document_number', sa.String(length=15), nullable=False),
    sa.Column('given_names', sa.String(length=120), nullable=False),
    sa.Column('paternal_surname', sa.String(length=80), nullable=False),
    sa.Column('maternal_surname', sa.String(length=80), nullable=False),
    sa.Column('council', sa.String(length=2), nullable=False),
    sa.Column('registered_on', sa.Date(), nullable=False),
    sa.Column('state', sa.String(length=20), nullable=False),
    sa.Column('created_at', chassis.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('updated_at', chassis.db.UtcDateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['council'], ['council.code'], name=op.f('fk_physician_council')),
    sa.PrimaryKeyConstraint('cmp_number', name=op.f('pk_physician')),
    sa.UniqueConstraint('document_type', 'document_number', name=op.f('uq_physician_document_type_document_number'))
    )
    op.create_table('account',
    sa.Column('id', sa.String(length=36), nullable=False),
    sa.Column('kind', sa.String(length=10), nullable=False),
    sa.Column('username', sa.String(length=60), nullable=True),
    sa.Column('email', sa.String(length=254), nullable=True),
    sa.Column('cmp_number', sa.String(length=6), nullable=True),
    sa.Column('document_type', sa.String(length=1), nullable=True),
    sa.Column('document_number', sa.String(length=15), nullable=True),
    sa.Column('given_names', sa.String(length=120), nullable=True),
    sa.Column('surnames', sa.String(length=160), nullable=True),
    sa.Column('council', sa.String(length=2), nullable=True),
    sa.Column('password_hash', sa.String(length=200), nullable=True),
    sa.Column('state', sa.String(length=10), nullable=False),
    sa.Column('valid_after', chassis.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('created_at', chassis.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('last_login_at', chassis.db.UtcDateTime(timezone=True), nullable=True),
    sa.CheckConstraint("kind IN ('physician', 'client', 'staff')", name=op.f('ck_account_kind')),
    sa.CheckConstraint("state IN ('active', 'disabled')", name=op.f('ck_account_state')),
    sa.ForeignKeyConstraint(['cmp_number'], ['physician.cmp_number'], name=op.f('fk_account_cmp_number')),
    sa.ForeignKeyConstraint(['council'], ['council.code'], name=op.f('fk_account_council')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_account')),
    sa.UniqueConstraint('cmp_number', name=op.f('uq_account_cmp_number')),
    sa.UniqueConstraint('email', name=op.f('uq_account_email')),
    sa.UniqueConstraint('username', name=op.f('uq_account_username'))
    )
    op.create_table('speciality_registration',
    sa.Column('cmp_number', sa.String(length=6), nullable=False),
    sa.Column('rne', sa.String(length=6), nullable=False),
    sa.Column('name', sa.String(length=80), nullable=False),
    sa.Column('registered_on', sa.Date(), nullable=False),
    sa.ForeignKeyConstraint(['cmp_number'], ['physician.cmp_number'], name=op.f('fk_speciality_registration_cmp_number')),
    sa.PrimaryKeyConstraint('cmp_number', 'rne', name=op.f('pk_speciality_registration'))
    )
    op.create_table('login_session',
    sa.Column('id', sa.String(length=36), nullable=False),
    sa.Column('account_id', sa.String(length=36), nullable=False),
    sa.Column('idle_seconds', sa.Integer(), nullable=False),
    sa.Column('created_at', chassis.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('expires_at', chassis.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('ended_at', chassis.db.UtcDateTime(timezone=True), nullable=True),
    sa.Column('end_reason', sa.String(length=20), nullable=True),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_login_session_account_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_login_session'))
    )
    op.create_index('ix_login_session_account_id', 'login_session', ['account_id'], unique=False)
    op.create_index('ix_login_session_expires_at', 'login_session', ['expires_at'], unique=False)

    op.create_table('one_time_token',
    sa.Column('digest', sa.String(length=64), nullable=False),
    sa.Column('account_id', sa.String(length=36), nullable=False),
    sa.Column('purpose', sa.String(length=20), nullable=False),
    sa.Column('created_at', chassis.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('expires_at', chassis.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('used_at', chassis.db.UtcDateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_one_time_token_account_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('digest', name=op.f('pk_one_time_token'))
    )
    op.create_index('ix_one_time_token_expires_at', 'one_time_token', ['expires_at'], unique=False)
    op.create_index('ix_one_time_token_owner', 'one_time_token', ['account_id', 'purpose'], unique=False)

    op.create_table('refresh_token',
    sa.Column('digest', sa.String(length=64), nullable=False),
    sa.Column('session_id', sa.String(length=36), nullable=False),
    sa.Column('created_at', chassis.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('expires_at', chassis.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('used_at', chassis.db.UtcDateTime(timezone=True), nullable=True),
    sa.Column('salt', sa.String(length=50), nullable=True),
    sa.ForeignKeyConstraint(['session_id'], ['login_session.id'], name=op.f('fk_refresh_token_session_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('digest', name=op.f('pk_refresh_token'))
    )
    op.create_index('ix_refresh_token_session_id', 'refresh_token', ['session_id'], unique=False)


    enter_councils()
    enter_grants()


def enter_councils() -> None:
    table = sa.table("council", *(sa.column(name) for name in ("code", "roman", "name", "region", "confirmed")))
    rows = [entry.strip().split("|") for entry in COUNCILS.split(",")]
    op.bulk_insert(table, [
        {"code": f"{number:02d}", "roman": roman, "name": name, "region": region, "confirmed": roman not in UNCONFIRMED}
        for number, (roman, name, region) in enumerate(rows, start=1)
    ])


def enter_grants() -> None:
    columns = ("holder", "permission", "audience")
    table = sa.table("permission_grant", *(sa.column(name) for name in columns))
    op.bulk_insert(table, [dict(zip(columns, grant)) for grant in GRANTS])


def downgrade() -> None:
    op.drop_table('refresh_token')
    op.drop_table('one_time_token')
    op.drop_table('login_session')
    op.drop_table('speciality_registration')
    op.drop_table('account')
    op.drop_table('physician')
    op.drop_table('throttle_counter')
    op.drop_table('signing_key')
    op.drop_table('service_client')
    op.drop_table('permission_grant')
    op.drop_table('known_address')
    op.drop_table('council')
