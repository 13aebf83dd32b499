"""What of a draft is complete: the tasks of its list and why it cannot be sent yet."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from chassis.errors import FieldError
from services.recert.models import Draft, DraftItem, Physician, Rubric
from services.recert.models.dossiers import DossierKind
from services.recert.requests.naming import expected_name, is_right_name
from services.recert.rubric import Score, score
from services.recert.rubric.scoring import spell_points


class Task(StrEnum):
    """One task of the list, in the order they are shown."""

    DATA = "data"
    FILE = "file"
    POINTS = "points"
    CHECK = "check"


class Status(StrEnum):
    """Where a task stands."""

    DONE = "done"
    OPEN = "open"
    LATER = "later"
    """Something else comes first."""


@dataclass(frozen=True)
class Readiness:
    """A draft judged on a day in Lima."""

    score: Score
    tasks: dict[Task, Status]
    faults: list[FieldError]
    """Pointers name the task: `/file`."""


def judge(draft: Draft, physician: Physician, rubric: Rubric, *, on: date) -> Readiness:
    """Judge a draft as if it were sent on a day in Lima."""
    points = score(rubric, draft.items, on)
    wrong = {
        Task.DATA: _data(draft, physician),
        Task.FILE: _file(draft, on),
        Task.POINTS: _points(draft, points),
    }
    tasks = {task: Status.OPEN if faults else Status.DONE for task, faults in wrong.items()}
    if draft.sha256 is None:
        tasks[Task.POINTS] = Status.LATER
    ready = not any(wrong.values())
    faults = [FieldError(f"/{task}", text) for task, texts in wrong.items() for text in texts]
    return Readiness(points, tasks | {Task.CHECK: Status.OPEN if ready else Status.LATER}, faults)


def types_of(physician: Physician) -> dict[str, str]:
    """What a physician may ask for: Médico Cirujano, and the own registered specialities by RNE (REC-10)."""
    own = {item.rne: f"Especialidad: {item.name.upper()}" for item in physician.specialities}
    return {DossierKind.MEDICO_CIRUJANO.value: "Médico Cirujano"} | own


def pages_wrong(item: DraftItem, pages: int) -> bool:
    """Whether an item points at pages the PDF does not have: it was replaced by a shorter one."""
    return item.page_to > pages


def _data(draft: Draft, physician: Physician) -> list[str]:
    return [] if draft.type in types_of(physician) else ["Elija el tipo de recertificación"]


def _file(draft: Draft, today: date) -> list[str]:
    if draft.sha256 is None:
        return ["Suba el expediente en un solo archivo PDF"]
    if not is_right_name(draft.file_name or "", draft.cmp_number, today):
        return [f"El archivo debe llamarse {expected_name(draft.cmp_number, today)}"]
    return []


def _points(draft: Draft, points: Score) -> list[str]:
    beyond = [item.title for item in draft.items if pages_wrong(item, draft.pages or 0)] if draft.sha256 else []
    texts = [f"«{title}» señala páginas que el expediente no tiene" for title in beyond]
    if not points.enough:
        total, least = spell_points(points.total), spell_points(points.minimum)
        texts.append(f"Sus actividades suman {total} puntos y se necesitan {least}")
    return texts
