"""The points an evaluator gives each item: confirmed as the table has them, or changed with a reason."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from chassis.auth import principal
from chassis.clock import LIMA, now
from services.recert.evaluation.access import lock_own_dossier
from services.recert.evaluation.errors import ItemNotFound, PointsOutOfRange, ReasonMissing
from services.recert.evaluation.telling import note
from services.recert.models import Dossier, DossierItem, ItemRuling, Rubric
from services.recert.rubric import Score, ScoredLine, Why, score
from services.recert.rubric.scoring import spell_points


@dataclass(frozen=True)
class Proposal:
    """What the table gives one item before caps, and at most; in hundredths."""

    points: int
    most: int
    reason: str | None
    """Why it gives less than its quantity says."""


def proposals(rubric: Rubric, dossier: Dossier, items: Sequence[DossierItem]) -> list[Proposal]:
    """What the table gives each item before the caps, as of the day the request was sent: corrections keep that day."""
    lines = score(rubric, items, dossier.submitted_at.astimezone(LIMA).date()).lines
    return [
        Proposal(line.full if line.why in (None, Why.CAPPED) else 0, line.full, line.reason) for line in lines
    ]  # fmt: skip


def award(rubric: Rubric, items: Sequence[DossierItem], points: Sequence[int]) -> Score:
    """The total of ruled points: the caps of the table are counted again over what was given."""
    used: Counter[str] = Counter()
    lines = []
    for item, given in zip(items, points, strict=True):
        activity = rubric.activity(item.activity)
        cap = activity.cap if activity else 0
        counted = given if cap is None else min(given, max(cap - used[item.activity], 0))
        used[item.activity] += counted
        lines.append(ScoredLine(counted, given, Why.CAPPED if counted < given else None))
    return Score(lines=tuple(lines), total=sum(line.points for line in lines), minimum=rubric.minimum_points)


def rulings_of(session: Session, dossier: Dossier, items: Sequence[DossierItem]) -> dict[int, ItemRuling]:
    """The ruling that counts for each item, by its id: the last one by who evaluates the dossier now."""
    wanted = select(ItemRuling).where(
        ItemRuling.item_id.in_([item.id for item in items]), ItemRuling.ruled_by == (dossier.evaluator_id or "")
    )
    return {ruling.item_id: ruling for ruling in session.scalars(wanted.order_by(ItemRuling.id))}


def rule_item(session: Session, dossier_id: str, position: int, points: int, reason: str | None) -> Dossier:
    """Confirm or change the points of one item of the current version.

    Raises DossierNotFound, NotYours, ItemNotFound, PointsOutOfRange, ReasonMissing.
    """
    dossier = lock_own_dossier(session, dossier_id)
    items = list(dossier.current.items)
    place = next((place for place, item in enumerate(items) if item.position == position), None)
    if place is None:
        raise ItemNotFound
    rubric = session.get_one(Rubric, dossier.rubric_version)
    proposed, item, who = proposals(rubric, dossier, items)[place], items[place], principal()
    if not 0 <= points <= proposed.most:
        raise PointsOutOfRange(f"Para lo declarado, la tabla da entre 0 y {spell_points(proposed.most)} puntos.")
    if points != proposed.points and not reason:
        raise ReasonMissing
    session.add(
        ItemRuling(
            item_id=item.id, points=points, reason=reason if points != proposed.points else None, ruled_by=who.subject,
            ruled_by_name=who.name, ruled_at=now(),
        )
    )  # fmt: skip
    facts = {"item": position, "version": dossier.current.number}
    note(
        session, dossier, "item.ruled", before=facts | {"points": spell_points(proposed.points)},
        after=facts | {"points": spell_points(points)}, reason=reason,
    )  # fmt: skip
    return dossier
