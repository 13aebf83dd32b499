"""Create the tables of recert: the copy of the physicians, their specialities, and the certifications."""

import sqlalchemy as sa
from alembic import op
import chassis.db

revision = 'recert_0001'
down_revision = None
branch_labels = ('recert',)
depends_on = None


def upgrade() -> None:
    op.create_table('physician',
    sa.Column('cmp_number', sa.String(length=6), nullable=False),
    sa.Column('given_names', sa.String(length=120), nullable=False),
    sa.Column('paternal_surname', sa.String(length=80), nullable=False),
    sa.Column('maternal_surname', sa.String(length=80), nullable=False),
    sa.Column('council', sa.String(length=2), nullable=False),
    sa.Column('state', sa.String(length=20), nullable=False),
    sa.Column('registered_on', sa.Date(), nullable=False),
    sa.Column('sequence', sa.BigInteger(), nullable=False),
    sa.PrimaryKeyConstraint('cmp_number', name=op.f('pk_physician'))
    )
    op.create_table('certification',
    sa.Column('id', sa.String(length=36), nullable=False),
    sa.Column('cmp_number', sa.String(length=6), nullable=False),
    sa.Column('basis', sa.String(length=12), nullable=False),
    sa.Column('rne', sa.String(length=6), nullable=False),
    sa.Column('valid_from', sa.Date(), nullable=False),
    sa.Column('valid_until', sa.Date(), nullable=False),
    sa.Column('granted_at', chassis.db.UtcDateTime(timezone=True), nullable=False),
    sa.CheckConstraint("basis IN ('ENROLMENT', 'SPECIALITY')", name=op.f('ck_certification_basis')),
    sa.ForeignKeyConstraint(['cmp_number'], ['physician.cmp_number'], name=op.f('fk_certification_cmp_number')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_certification')),
    sa.UniqueConstraint('cmp_number', 'basis', 'rne', name=op.f('uq_certification_cmp_number_basis_rne'))
    )
    op.create_table('registered_speciality',
    sa.Column('cmp_number', sa.String(length=6), nullable=False),
    sa.Column('rne', sa.String(length=6), nullable=False),
    sa.Column('name', sa.String(length=80), nullable=False),
    sa.Column('registered_on', sa.Date(), nullable=False),
    sa.ForeignKeyConstraint(['cmp_number'], ['physician.cmp_number'], name=op.f('fk_registered_speciality_cmp_number')),
    sa.PrimaryKeyConstraint('cmp_number', 'rne', name=op.f('pk_registered_speciality'))
    )


def downgrade() -> None:
    op.drop_table('registered_speciality')
    op.drop_table('certification')
    op.drop_table('physician')
