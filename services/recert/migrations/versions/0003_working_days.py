"""Closures, extra days, and the deadlines of dossiers."""

import sqlalchemy as sa
from alembic import op
import chassis.db

revision = 'recert_0003'
down_revision = 'recert_0002'
branch_labels = None
depends_on = None

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), 'sqlite')
IN_FORCE = sa.text("withdrawn_at IS NULL")
RUNNING = sa.text("stopped_at IS NULL")


def upgrade() -> None:
    op.create_table('calendar_day',
    sa.Column('id', BIG_ID, nullable=False),
    sa.Column('day', sa.Date(), nullable=False),
    sa.Column('kind', sa.Enum('CLOSURE', 'EXTRA', name='daykind', native_enum=False, length=24), nullable=False),
    sa.Column('council', sa.String(length=2), nullable=False),
    sa.Column('reason', sa.String(length=200), nullable=False),
    sa.Column('added_at', chassis.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('added_by', sa.String(length=64), nullable=False),
    sa.Column('added_by_name', sa.String(length=300), nullable=False),
    sa.Column('withdrawn_at', chassis.db.UtcDateTime(timezone=True), nullable=True),
    sa.Column('withdrawn_by_name', sa.String(length=300), nullable=True),
    sa.Column('withdrawal_reason', sa.String(length=200), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_calendar_day'))
    )
    op.create_index('uq_calendar_day_in_force', 'calendar_day', ['day', 'council'], unique=True, postgresql_where=IN_FORCE, sqlite_where=IN_FORCE)
    op.create_table('deadline',
    sa.Column('id', BIG_ID, nullable=False),
    sa.Column('dossier_id', sa.String(length=36), nullable=False),
    sa.Column('kind', sa.Enum('RESULT', 'CORRECTION', 'DIPLOMA', name='deadlinekind', native_enum=False, length=24), nullable=False),
    sa.Column('council', sa.String(length=2), nullable=False),
    sa.Column('days', sa.Integer(), nullable=False),
    sa.Column('started_on', sa.Date(), nullable=False),
    sa.Column('promised_on', sa.Date(), nullable=False),
    sa.Column('due_on', sa.Date(), nullable=False),
    sa.Column('remind_on', sa.Date(), nullable=True),
    sa.Column('started_at', chassis.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('stopped_at', chassis.db.UtcDateTime(timezone=True), nullable=True),
    sa.Column('in_time', sa.Boolean(), nullable=True),
    sa.Column('missed_at', chassis.db.UtcDateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['dossier_id'], ['dossier.id'], name=op.f('fk_deadline_dossier_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_deadline'))
    )
    op.create_index('uq_deadline_running', 'deadline', ['dossier_id', 'kind'], unique=True, postgresql_where=RUNNING, sqlite_where=RUNNING)
    op.create_index('ix_deadline_due', 'deadline', ['kind', 'due_on'], unique=False, postgresql_where=RUNNING, sqlite_where=RUNNING)
    op.create_index('ix_deadline_remind', 'deadline', ['remind_on'], unique=False, postgresql_where=RUNNING, sqlite_where=RUNNING)
    op.create_index('ix_deadline_dossier_id', 'deadline', ['dossier_id', 'id'], unique=False)
    op.create_index('ix_deadline_stopped_at', 'deadline', ['stopped_at'], unique=False)
    op.create_table('deadline_move',
    sa.Column('id', BIG_ID, nullable=False),
    sa.Column('deadline_id', BIG_ID, nullable=False),
    sa.Column('council', sa.String(length=2), nullable=False),
    sa.Column('moved_at', chassis.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('due_before', sa.Date(), nullable=False),
    sa.Column('due_after', sa.Date(), nullable=False),
    sa.Column('reason', sa.String(length=300), nullable=False),
    sa.ForeignKeyConstraint(['deadline_id'], ['deadline.id'], name=op.f('fk_deadline_move_deadline_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_deadline_move'))
    )
    op.create_index('ix_deadline_move_deadline_id', 'deadline_move', ['deadline_id', 'id'], unique=False)
    op.create_index('ix_deadline_move_moved_at', 'deadline_move', ['moved_at'], unique=False)
    if op.get_bind().dialect.name == "sqlite":
        for verb in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER deadline_move_no_{verb.lower()} BEFORE {verb} ON deadline_move "
                "BEGIN SELECT RAISE(ABORT, 'deadline_move is append-only'); END"
            )
    else:
        op.execute(
            "CREATE TRIGGER deadline_move_kept BEFORE UPDATE OR DELETE ON deadline_move "
            "FOR EACH ROW EXECUTE FUNCTION recert_keep()"
        )


def downgrade() -> None:
    for table in ('deadline_move', 'deadline', 'calendar_day'):
        op.drop_table(table)
