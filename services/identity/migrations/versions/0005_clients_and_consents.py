"""Clients of option 2, their first access, linked accounts; consents with their texts, and who looked at whose data.

The two consent texts are samples and say so: counsel writes the real ones (`cmp-digital identity publish-consent-text`).
"""

from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op
import chassis.db

revision = 'identity_0005'
down_revision = 'identity_0004'
branch_labels = None
depends_on = None

BigId = sa.BigInteger().with_variant(sa.Integer(), 'sqlite')
SINCE = datetime(2026, 11, 1, 5, 0, tzinfo=UTC)

TEXTS = [
    {
        "purpose": "personal-data",
        "version": "2026-11-ejemplo",
        "title": "Tratamiento de sus datos personales",
        "text": (
            "TEXTO DE EJEMPLO, PENDIENTE DE APROBACIÓN LEGAL. El Colegio Médico del Perú trata sus datos de identificación "
            "y de contacto para darle los servicios de CMP Digital y cumplir sus obligaciones legales y tributarias "
            "(Ley 29733 y D.S. 016-2024-JUS). Sus datos se comunican solo a quien la ley ordena, como la SUNAT para los "
            "comprobantes, y al procesador de pagos cuando paga. Puede pedir acceso, rectificación, cancelación, oposición "
            "y portabilidad de sus datos en «Mis datos» o por escrito en su consejo regional."
        ),
        "needed": True,
        "in_force_from": SINCE,
    },
    {
        "purpose": "news",
        "version": "2026-11-ejemplo",
        "title": "Novedades del Colegio por correo",
        "text": (
            "TEXTO DE EJEMPLO, PENDIENTE DE APROBACIÓN LEGAL. Acepto recibir por correo las novedades y cursos del Colegio. "
            "Es voluntario, no cambia mis servicios y puedo retirarlo cuando quiera en «Mis datos»."
        ),
        "needed": False,
        "in_force_from": SINCE,
    },
]


def upgrade() -> None:
    time = chassis.db.UtcDateTime(timezone=True)
    op.add_column('account', sa.Column('client_email', sa.String(length=254), nullable=True))
    op.create_table('known_voucher',
    sa.Column('voucher_id', sa.String(length=36), nullable=False),
    sa.Column('voucher_type', sa.String(length=2), nullable=False),
    sa.Column('number', sa.String(length=20), nullable=False),
    sa.Column('issue_date', sa.Date(), nullable=False),
    sa.Column('total_cents', sa.BigInteger(), nullable=False),
    sa.Column('currency', sa.String(length=3), nullable=False),
    sa.Column('customer_document_type', sa.String(length=1), nullable=False),
    sa.Column('customer_document_number', sa.String(length=15), nullable=False),
    sa.PrimaryKeyConstraint('voucher_id', name=op.f('pk_known_voucher'))
    )
    op.create_index('ix_known_voucher_customer', 'known_voucher', ['customer_document_type', 'customer_document_number'])
    op.create_table('client_council',
    sa.Column('account_id', sa.String(length=36), nullable=False),
    sa.Column('council', sa.String(length=2), nullable=False),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_client_council_account_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('account_id', 'council', name=op.f('pk_client_council'))
    )
    op.create_table('first_access',
    sa.Column('id', sa.String(length=64), nullable=False),
    sa.Column('document_type', sa.String(length=1), nullable=False),
    sa.Column('document_number', sa.String(length=15), nullable=False),
    sa.Column('account_id', sa.String(length=36), nullable=True),
    sa.Column('started_at', time, nullable=False),
    sa.Column('expires_at', time, nullable=False),
    sa.Column('noted_at', time, nullable=True),
    sa.Column('tries', sa.Integer(), nullable=False),
    sa.Column('proven_by', sa.String(length=10), nullable=True),
    sa.Column('proven_at', time, nullable=True),
    sa.Column('finished_at', time, nullable=True),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_first_access_account_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_first_access'))
    )
    op.create_index('ix_first_access_account_id', 'first_access', ['account_id'])
    op.create_index('ix_first_access_expires_at', 'first_access', ['expires_at'])
    op.create_index('ix_first_access_noted_at', 'first_access', ['noted_at'])
    op.create_table('account_link',
    sa.Column('account_id', sa.String(length=36), nullable=False),
    sa.Column('client_account_id', sa.String(length=36), nullable=False),
    sa.Column('linked_at', time, nullable=False),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_account_link_account_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['client_account_id'], ['account.id'], name=op.f('fk_account_link_client_account_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('account_id', name=op.f('pk_account_link')),
    sa.UniqueConstraint('client_account_id', name=op.f('uq_account_link_client_account_id'))
    )

    text = op.create_table('consent_text',
    sa.Column('purpose', sa.String(length=30), nullable=False),
    sa.Column('version', sa.String(length=20), nullable=False),
    sa.Column('title', sa.String(length=120), nullable=False),
    sa.Column('text', sa.Text(), nullable=False),
    sa.Column('needed', sa.Boolean(), nullable=False),
    sa.Column('in_force_from', time, nullable=False),
    sa.PrimaryKeyConstraint('purpose', 'version', name=op.f('pk_consent_text'))
    )
    op.bulk_insert(text, TEXTS)
    op.create_table('consent',
    sa.Column('id', BigId, nullable=False),
    sa.Column('account_id', sa.String(length=36), nullable=False),
    sa.Column('purpose', sa.String(length=30), nullable=False),
    sa.Column('version', sa.String(length=20), nullable=False),
    sa.Column('given_at', time, nullable=False),
    sa.Column('given_from', sa.String(length=45), nullable=False),
    sa.Column('withdrawn_at', time, nullable=True),
    sa.Column('withdrawn_from', sa.String(length=45), nullable=True),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_consent_account_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_consent')),
    sqlite_autoincrement=True
    )
    op.create_index('ix_consent_account_id', 'consent', ['account_id', 'purpose'])
    op.create_table('data_access',
    sa.Column('id', BigId, nullable=False),
    sa.Column('account_id', sa.String(length=36), nullable=True),
    sa.Column('cmp_number', sa.String(length=6), nullable=True),
    sa.Column('looked_at', time, nullable=False),
    sa.Column('staff_account_id', sa.String(length=80), nullable=False),
    sa.Column('staff_roles', sa.String(length=200), nullable=False),
    sa.Column('staff_council', sa.String(length=2), nullable=True),
    sa.Column('why', sa.String(length=200), nullable=False),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_data_access_account_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_data_access')),
    sqlite_autoincrement=True
    )
    op.create_index('ix_data_access_account_id', 'data_access', ['account_id', 'id'])
    op.create_index('ix_data_access_cmp_number', 'data_access', ['cmp_number', 'id'])
    op.create_index('ix_data_access_looked_at', 'data_access', ['looked_at'])


def downgrade() -> None:
    for table in ('data_access', 'consent', 'consent_text', 'account_link', 'first_access', 'client_council', 'known_voucher'):
        op.drop_table(table)
    op.drop_column('account', 'client_email')
