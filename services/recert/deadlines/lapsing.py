"""What happens when a last day has ended: an observed dossier is discarded, and a college that is late is told of."""

from sqlalchemy import ColumnElement, func, select

from chassis.app import current_service
from chassis.clock import now, today
from chassis.db import reading, transaction
from chassis.outbox import publish
from services.recert.deadlines.running import stop
from services.recert.evaluation.lapsing import discard
from services.recert.models import Deadline, DeadlineKind, Dossier
from services.recert.states import DossierState

OF_THE_COLLEGE = (DeadlineKind.RESULT, DeadlineKind.DIPLOMA)


def discard_next() -> bool:
    """Discard the dossier whose day 30 ended longest ago (REC-20); read again under its lock, so a correction wins."""
    with reading() as session:
        ended = select(Deadline.dossier_id).where(*_over(), Deadline.kind == DeadlineKind.CORRECTION)
        dossier_id = session.scalar(ended.order_by(Deadline.due_on, Deadline.id).limit(1))
    if dossier_id is None:
        return False
    with transaction() as session:
        wanted = select(Dossier).where(Dossier.id == dossier_id).with_for_update()
        dossier = session.scalars(wanted.execution_options(populate_existing=True)).one()
        still = select(Deadline.id).where(*_over(), Deadline.kind == DeadlineKind.CORRECTION)
        if session.scalar(still.where(Deadline.dossier_id == dossier_id).with_for_update()) is None:
            return True
        if dossier.state is DossierState.OBSERVADO:
            discard(session, dossier)
        stop(session, dossier_id, DeadlineKind.CORRECTION, at=now())
    return True


def report_next_missed() -> bool:
    """Tell once of the deadline of the college that ended longest ago, and show how many there are."""
    wanted = select(Deadline).where(*_over(), Deadline.kind.in_(OF_THE_COLLEGE), Deadline.missed_at.is_(None))
    with transaction() as session:
        oldest = wanted.order_by(Deadline.due_on, Deadline.id).limit(1).with_for_update(skip_locked=True)
        deadline = session.scalars(oldest).first()
        if deadline is not None:
            publish(session, deadline.miss(now()))
    watch()
    return deadline is not None


def watch() -> None:
    """Show how many deadlines the college has missed, by kind, for the alert RecertificationLate."""
    late = select(Deadline.kind, func.count()).where(*_over(), Deadline.kind.in_(OF_THE_COLLEGE))
    with reading() as session:
        counted: dict[DeadlineKind, int] = {row[0]: row[1] for row in session.execute(late.group_by(Deadline.kind))}
    gauge = current_service().metrics.gauge("cmp_recert_overdue", "Open deadlines of the college that ended", "kind")
    for kind in OF_THE_COLLEGE:
        gauge.labels(kind.value).set(counted.get(kind, 0))


def _over() -> tuple[ColumnElement[bool], ...]:
    return Deadline.stopped_at.is_(None), Deadline.due_on < today()
