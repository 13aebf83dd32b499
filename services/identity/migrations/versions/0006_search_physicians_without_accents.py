"""Names of physicians as they are searched for: without accents and capitals (product 2.4)."""

import sqlalchemy as sa
from alembic import op

from services.identity.models.catalogues import searchable

revision = 'identity_0006'
down_revision = 'identity_0005'
branch_labels = None
depends_on = None

BATCH = 2000


def upgrade() -> None:
    """Add the column and fill it, some thousand rows at a time."""
    with op.batch_alter_table('physician') as table:
        table.add_column(sa.Column('search_text', sa.String(330), nullable=False, server_default=''))
    connection = op.get_bind()
    physician = sa.table(
        'physician', *(sa.column(name) for name in ('cmp_number', 'given_names', 'paternal_surname', 'maternal_surname', 'search_text'))
    )
    key = physician.c.cmp_number
    filled = sa.update(physician).where(key == sa.bindparam('number')).values(search_text=sa.bindparam('words'))
    last = ''
    while rows := connection.execute(sa.select(physician).where(key > last).order_by(key).limit(BATCH)).all():
        names = [(row.cmp_number, f'{row.given_names} {row.paternal_surname} {row.maternal_surname}') for row in rows]
        connection.execute(filled, [{'number': number, 'words': searchable(name)} for number, name in names])
        last = rows[-1].cmp_number


def downgrade() -> None:
    """Drop it."""
    with op.batch_alter_table('physician') as table:
        table.drop_column('search_text')
