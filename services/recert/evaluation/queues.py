"""The work lists of the desk, and how much every evaluator has in hand."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, select
from sqlalchemy.orm import Session

from chassis.auth import Principal
from chassis.clock import today
from services.recert.deadlines import Deadline, DeadlineKind
from services.recert.evaluation.access import in_scope
from services.recert.models import NATIONAL, Dossier, Evaluator
from services.recert.states import DossierState
from services.recert.working_days import WorkingDays, calendar_of

SOON_DAYS = 3
QUEUES = ("unassigned", "mine", "overdue", "soon", "evaluating", "observed", "to-revise", "closed")
"""In the order of the desk; `mine` is what who asks evaluates."""
OPEN = (DossierState.EMITIDO, DossierState.EN_EVALUACION)
CLOSED = (DossierState.APROBADO_Y_REVISADO, DossierState.DESCARTADO)


def dossiers_in(session: Session, queue: str, who: Principal) -> Select[Dossier]:
    """The dossiers of a queue in the scope of who asks, oldest first."""
    return select(Dossier).where(*in_scope(who), _belongs(session, queue, who)).order_by(Dossier.number)


def count_queues(session: Session, who: Principal) -> dict[str, int]:
    """How many dossiers wait in every queue."""
    return {
        queue: session.scalar(
            select(func.count()).select_from(Dossier).where(*in_scope(who), _belongs(session, queue, who))
        )
        or 0
        for queue in QUEUES
    }  # fmt: skip


def load_of(session: Session, who: Principal) -> list[dict[str, Any]]:
    """The evaluators in the scope of who asks with their open dossiers, the least loaded first."""
    wanted = select(Evaluator).where(Evaluator.active, Evaluator.name != "")
    if who.council is not None:
        wanted = wanted.where(Evaluator.council == who.council)
    in_hand = (
        select(Dossier.evaluator_id, func.count())
        .where(Dossier.state == DossierState.EN_EVALUACION, Dossier.evaluator_id.is_not(None), *in_scope(who))
        .group_by(Dossier.evaluator_id)
    )
    counts = {row[0]: row[1] for row in session.execute(in_hand)}
    rows = [
        {name: getattr(each, name) for name in ("account_id", "name", "council")}
        | {"open": counts.get(each.account_id, 0)}
        for each in session.scalars(wanted)
    ]
    return sorted(rows, key=lambda row: (row["open"], row["name"]))


def deadlines_of(session: Session, dossiers: Sequence[Dossier]) -> dict[str, dict[str, Any]]:
    """The deadline that runs for each dossier and ends first, short: last day, what is left, whether it is over."""
    wanted = select(Deadline).where(
        Deadline.dossier_id.in_([dossier.id for dossier in dossiers]), Deadline.stopped_at.is_(None)
    )
    calendars: dict[str, WorkingDays] = {}
    found: dict[str, dict[str, Any]] = {}
    for deadline in session.scalars(wanted.order_by(Deadline.due_on.desc())):
        calendar = calendars.setdefault(deadline.council, calendar_of(session, deadline.council))
        left = calendar.between(today(), deadline.due_on)
        over = deadline.due_on < today()
        found[deadline.dossier_id] = {
            "kind": deadline.kind, "due_on": deadline.due_on, "days_left": left, "over": over,
            "soon": not over and left <= SOON_DAYS,
        }  # fmt: skip
    return found


def remember_name(session: Session, who: Principal) -> None:
    """Learn what an evaluator is called when the desk is opened: identity's events carry no name."""
    evaluator = session.get(Evaluator, who.subject)
    if evaluator is not None and evaluator.name != who.name:
        evaluator.name = who.name


def _belongs(session: Session, queue: str, who: Principal) -> ColumnElement[bool]:
    match queue:
        case "unassigned":
            return Dossier.state == DossierState.EMITIDO
        case "mine":
            return and_(Dossier.state == DossierState.EN_EVALUACION, Dossier.evaluator_id == who.subject)
        case "overdue":
            return _result_due(Deadline.due_on < today())
        case "soon":
            return _result_due(Deadline.due_on.between(today(), _soon(session, who)))
        case "evaluating":
            return Dossier.state == DossierState.EN_EVALUACION
        case "observed":
            return Dossier.state == DossierState.OBSERVADO
        case "to-revise":
            return Dossier.state == DossierState.APROBADO
        case _:
            return Dossier.state.in_(CLOSED)


def _result_due(when: ColumnElement[bool]) -> ColumnElement[bool]:
    due = select(Deadline.dossier_id).where(
        Deadline.kind == DeadlineKind.RESULT, Deadline.stopped_at.is_(None), when
    )  # fmt: skip
    return and_(Dossier.state.in_(OPEN), Dossier.id.in_(due))


def _soon(session: Session, who: Principal) -> date:
    return calendar_of(session, who.council or NATIONAL).after(today(), SOON_DAYS)
