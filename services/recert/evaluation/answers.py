"""The physician's answers to observations: words, a corrected item, or both; nothing else can be changed (REC-20)."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from chassis.clock import now, today
from chassis.errors import FieldError
from services.recert.errors import IllegalStep
from services.recert.evaluation.errors import EmptyAnswer, NotAnswered, ObservationNotFound, WrongCorrection
from services.recert.models import Dossier, Observation, Rubric
from services.recert.states import DossierState


@dataclass(frozen=True, kw_only=True)
class ItemFacts:
    """An item of the version that will be sent next. Quantity in hundredths, pages those of the next PDF."""

    position: int
    activity: str
    title: str
    done_on: date
    quantity: int
    page_from: int
    page_to: int


ITEM_FIELDS = ("activity", "title", "done_on", "quantity", "page_from", "page_to")


def open_observations(session: Session, dossier: Dossier) -> list[Observation]:
    """What is to be corrected now: the observations of the latest round, in the order of the items."""
    sent = select(Observation).where(Observation.dossier_id == dossier.id, Observation.sent_at.is_not(None))
    found = list(session.scalars(sent.order_by(Observation.id)))
    latest = max((observation.round or 0 for observation in found), default=0)
    wanted = [observation for observation in found if observation.round == latest]
    return sorted(wanted, key=lambda each: (each.item_position is None, each.item_position or 0, each.id))


def answer(
    session: Session, dossier: Dossier, observation_id: int, *, text: str, correction: dict[str, Any] | None
) -> Observation:
    """Answer one observation of a dossier the caller has locked, or answer it anew.

    Raises IllegalStep, ObservationNotFound, EmptyAnswer, WrongCorrection.
    """
    if dossier.state is not DossierState.OBSERVADO:
        raise IllegalStep(f"El expediente está {dossier.state_text.lower()}: ya no se responde.")
    observation = next((each for each in open_observations(session, dossier) if each.id == observation_id), None)
    if observation is None:
        raise ObservationNotFound
    if not text and correction is None:
        raise EmptyAnswer
    if correction is not None:
        _check(session, dossier, observation, correction)
    observation.answer = text or None
    observation.correction = None if correction is None else _kept(correction)
    observation.answered_at = now()
    return observation


def require_all_answered(session: Session, dossier: Dossier) -> None:
    """Every observation has its answer before the dossier is sent again. Raises NotAnswered (409)."""
    left = [each.id for each in open_observations(session, dossier) if not each.answered]
    if left:
        count = f"Faltan {len(left)} respuestas." if len(left) > 1 else "Falta una respuesta."
        raise NotAnswered(f"{count} Responda todas las observaciones antes de enviar.", observations=left)


def corrected_items(session: Session, dossier: Dossier) -> list[ItemFacts]:
    """The items of the version to be sent: the current ones, with what was corrected, withdrawn or added.

    Only observed items differ. An observation of the dossier as a whole may add one item behind the last.
    """
    items = {item.position: _facts_of(item) for item in dossier.current.items}
    for observation in open_observations(session, dossier):
        wanted = observation.corrected_item
        if wanted is None:
            continue
        position = observation.item_position or max(items, default=0) + 1
        if wanted.get("withdrawn"):
            items.pop(position, None)
        else:
            items[position] = ItemFacts(position=position, **{name: wanted[name] for name in ITEM_FIELDS})
    return [items[position] for position in sorted(items)]


def _facts_of(item: Any) -> ItemFacts:
    return ItemFacts(position=item.position, **{name: getattr(item, name) for name in ITEM_FIELDS})


def _kept(correction: dict[str, Any]) -> dict[str, Any]:
    if correction.get("withdrawn"):
        return {"withdrawn": True}
    return {name: correction[name] for name in ITEM_FIELDS} | {"done_on": correction["done_on"].isoformat()}


def _check(session: Session, dossier: Dossier, observation: Observation, correction: dict[str, Any]) -> None:
    if correction.get("withdrawn"):
        if observation.item_position is None:
            raise WrongCorrection(errors=[FieldError("/withdrawn", "Esta observación no es de un ítem.")])
        return
    faults = [FieldError(f"/{name}", "Complete este dato del ítem.") for name in ITEM_FIELDS if not correction[name]]
    if not faults:
        faults = _faults(session.get_one(Rubric, dossier.rubric_version), correction)
    if faults:
        raise WrongCorrection(errors=faults)


def _faults(rubric: Rubric, correction: dict[str, Any]) -> list[FieldError]:
    faults = []
    if rubric.activity(correction["activity"]) is None:
        faults.append(FieldError("/activity", "Elija una actividad de la tabla de calificación."))
    if correction["done_on"] > today():
        faults.append(FieldError("/done_on", "La fecha no puede ser posterior a hoy."))
    if correction["page_from"] > correction["page_to"]:
        faults.append(FieldError("/page_to", "La última página debe ser igual o posterior a la primera."))
    return faults
