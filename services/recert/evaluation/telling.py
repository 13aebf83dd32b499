"""What the facts about a dossier have in common, and the step, its audit row and its event in one gesture."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy.orm import Session

from chassis.clock import now
from chassis.events import Event
from chassis.outbox import publish
from contracts.recert import ItemChange
from services.recert import staff_acts
from services.recert.models import Dossier, DossierItem, ItemRuling
from services.recert.rubric.scoring import spell_points
from services.recert.states import DossierAct


def record_of(dossier: Dossier) -> dict[str, Any]:
    """The fields every fact about a dossier carries."""
    facts = {name: getattr(dossier, name) for name in ("cmp_number", "account_id", "council", "kind_text")}
    return facts | {"dossier_id": dossier.id, "dossier_number": dossier.number_text}


def subject_of(dossier: Dossier) -> str:
    """How the audit names a dossier."""
    return f"dossier:{dossier.id}"


def take_step(
    session: Session,
    dossier: Dossier,
    act: DossierAct,
    told: Event,
    *,
    by: str,
    reason: str | None = None,
    after: dict[str, Any] | None = None,
) -> None:
    """Go along an edge under the caller's row lock, audit it, tell it. Raises IllegalStep (409)."""
    before = {"state": dossier.state.value, "evaluator": dossier.evaluator_id}
    session.add(dossier.step(act, by=by, at=now(), note=reason[:500] if reason else None))
    note(session, dossier, f"dossier.{act.value}", before=before, after=after, reason=reason)
    publish(session, told)


def note(
    session: Session,
    dossier: Dossier,
    act: str,
    *,
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
    reason: str | None = None,
) -> None:
    """Write one act of staff about a dossier."""
    facts = {"state": dossier.state.value} | (after or {})
    staff_acts.record(
        session,
        act=act,
        subject=subject_of(dossier),
        council=dossier.council,
        before=before,
        after=facts,
        reason=reason,
    )


def changes_in(
    items: Sequence[DossierItem], rulings: dict[int, ItemRuling], proposed: Sequence[int]
) -> list[ItemChange]:
    """The items whose points the evaluator changed, with the reason the physician reads."""
    return [
        ItemChange(
            position=item.position,
            title=item.title,
            claimed=spell_points(points),
            awarded=spell_points(rulings[item.id].points),
            reason=rulings[item.id].reason or "",
        )
        for item, points in zip(items, proposed, strict=True)
        if item.id in rulings and rulings[item.id].points != points
    ]
