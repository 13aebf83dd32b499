"""Who may do what to a dossier: two different people, neither the applicant, neither with a conflict of interest.

The rules are pure: a person, a dossier and what was declared about it go in, an obstacle or none comes out.
"""

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from chassis.auth import Principal


class Obstacle(StrEnum):
    """Why somebody may not take part."""

    APPLICANT = "applicant"
    CONFLICT = "conflict"
    EVALUATED = "evaluated"
    REVISED = "revised"


TEXTS = {
    Obstacle.APPLICANT: "Es su propio expediente: lo atiende otra persona.",
    Obstacle.CONFLICT: "Usted declaró un conflicto de interés con este expediente: lo atiende otra persona.",
    Obstacle.EVALUATED: "Usted participó en la evaluación de este expediente: lo revisa otra persona.",
    Obstacle.REVISED: "Usted revisó este expediente: lo evalúa otra persona.",
}


class Owned(Protocol):
    """A dossier, as far as these rules look at it."""

    cmp_number: str
    account_id: str
    evaluator_id: str | None


@dataclass(frozen=True)
class Involved:
    """The accounts of who took part in a dossier so far, and in which part."""

    evaluators: Collection[str] = ()
    revisers: Collection[str] = ()
    conflicted: Collection[str] = ()


def obstacle_to_evaluate(who: Principal, dossier: Owned, involved: Involved) -> Obstacle | None:
    """Why this person may not evaluate: the applicant, somebody with a conflict, who revised it before."""
    if obstacle := _obstacle_to_anything(who, dossier, involved):
        return obstacle
    return Obstacle.REVISED if who.subject in involved.revisers else None


def obstacle_to_revise(who: Principal, dossier: Owned, involved: Involved) -> Obstacle | None:
    """Why this person may not revise: the applicant, somebody with a conflict, whoever took part in evaluating."""
    if obstacle := _obstacle_to_anything(who, dossier, involved):
        return obstacle
    took_part = who.subject == dossier.evaluator_id or who.subject in involved.evaluators
    return Obstacle.EVALUATED if took_part else None


def _obstacle_to_anything(who: Principal, dossier: Owned, involved: Involved) -> Obstacle | None:
    if who.subject == dossier.account_id or who.cmp_number == dossier.cmp_number:
        return Obstacle.APPLICANT
    return Obstacle.CONFLICT if who.subject in involved.conflicted else None
