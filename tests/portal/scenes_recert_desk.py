"""The pages of the desk of recertification and of a physician's observations, for axe and for pictures."""

from collections.abc import Callable
from typing import Any

from tests.portal.browser import Surfer
from tests.portal.fake_gateway import STAFF
from tests.portal.fakes_recert_desk import (
    DESK,
    DIFFERENCE,
    EVALUATE,
    OWN_PLACE,
    PLACE,
    REVISE,
    a_dossier,
    a_ruling,
    a_version,
    an_item,
    an_observation,
)

Scene = Callable[[Surfer], None]


def at_the_desk(path: str, *presses: str, permissions: list[str] = EVALUATE, **dossier: Any) -> Scene:
    """As staff, with a dossier as told, after pressing buttons."""

    def go(surfer: Surfer) -> None:
        surfer.world.person, surfer.world.permissions = STAFF, permissions
        surfer.world.recert_desk.dossier = a_dossier(**dossier)
        surfer.sign_in().open(path)
        for name in presses:
            surfer.press(name)

    return go


def empty_list(surfer: Surfer) -> None:
    surfer.world.recert_desk.queue, surfer.world.recert_desk.evaluators = [], []
    at_the_desk(f"{DESK}/evaluacion")(surfer)


def own(path: str, *presses: str, **evaluation: Any) -> Scene:
    """As the physician, with the evaluation as told."""

    def go(surfer: Surfer) -> None:
        surfer.world.recert_desk.own |= evaluation
        surfer.sign_in().open(path)
        for name in presses:
            surfer.press(name)

    return go


FULL: dict[str, Any] = {
    "items": [an_item(1, ruling=a_ruling()), an_item(2, ruling=a_ruling("1.5", "Solo tres horas"), earlier=a_ruling("2"))],
    "versions": [a_version(1), a_version(2)],
    "differences": [DIFFERENCE],
    "observations": [
        an_observation(1, answered=True, answer="Adjunto el reverso.", correction={"withdrawn": True}),
        an_observation(2, None, sent_at=None, round=None),
    ],
}  # fmt: skip
UNASSIGNED: dict[str, Any] = {"state": "EMITIDO", "text": "Emitido", "may": ["claim"], "evaluator_name": None}
APPROVED: dict[str, Any] = {"state": "APROBADO", "text": "Aprobado", "may": ["revise"]}
ANSWERED = [an_observation(1, answered=True, answer="Adjunto el reverso.")]

SCENES: dict[str, Scene] = {
    "evaluation, list": at_the_desk(f"{DESK}/evaluacion"),
    "evaluation, empty list": empty_list,
    "revision, list": at_the_desk(f"{DESK}/revision", permissions=REVISE),
    "evaluation, claim in error": at_the_desk(PLACE, "Tomar el expediente", **UNASSIGNED),
    "evaluation, points in error": at_the_desk(f"{PLACE}?item=1", "Agregar la observación"),
    "evaluation, at work": at_the_desk(f"{PLACE}?item=2", **FULL),
    "evaluation, conflict in error": at_the_desk(f"{PLACE}/conflicto", "Declarar el conflicto"),
    "evaluation, approval": at_the_desk(f"{PLACE}/aprobar"),
    "evaluation, versions": at_the_desk(f"{PLACE}/versiones/1/2", **FULL),
    "revision, dossier": at_the_desk(PLACE, permissions=REVISE, **APPROVED),
    "revision, in error": at_the_desk(
        f"{PLACE}/revisar", "Aprobar la revisión y recertificar", permissions=REVISE, **APPROVED
    ),
    "revision, reassign": at_the_desk(f"{PLACE}/reasignar", permissions=REVISE),
    "observations": own(f"{OWN_PLACE}/observaciones"),
    "observations, answered": own(f"{OWN_PLACE}/observaciones", observations=ANSWERED, all_answered=True),
    "observations, none yet": own(
        f"{OWN_PLACE}/observaciones", observations=[], score=None, state="EN_EVALUACION", state_text="En evaluación"
    ),
    "observations, second version": own(
        f"{OWN_PLACE}/observaciones", differences=[DIFFERENCE], earlier=ANSWERED, versions=[a_version(1), a_version(2)]
    ),
    "answer": own(f"{OWN_PLACE}/observaciones/1"),
    "answer in error": own(f"{OWN_PLACE}/observaciones/1", "Guardar la respuesta"),
    "correction": own(f"{OWN_PLACE}/subsanar", observations=ANSWERED),
}
