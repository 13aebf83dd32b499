"""The life of a dossier as data: every edge that exists, and nothing else does (ST-2, REC-13 to REC-20)."""

from collections.abc import Mapping
from enum import StrEnum


class DossierState(StrEnum):
    """Where a dossier stands; the words are those of the list (REC-13), with their accents in `STATE_WORDS`."""

    EMITIDO = "EMITIDO"
    EN_EVALUACION = "EN_EVALUACION"
    OBSERVADO = "OBSERVADO"
    APROBADO = "APROBADO"
    APROBADO_Y_REVISADO = "APROBADO_Y_REVISADO"
    DESCARTADO = "DESCARTADO"


STATE_WORDS: Mapping[DossierState, str] = {
    DossierState.EMITIDO: "Emitido",
    DossierState.EN_EVALUACION: "En evaluación",
    DossierState.OBSERVADO: "Observado",
    DossierState.APROBADO: "Aprobado",
    DossierState.APROBADO_Y_REVISADO: "Aprobado y revisado",
    DossierState.DESCARTADO: "Descartado",
}


class DossierAct(StrEnum):
    """What can happen to a dossier, whoever does it: the physician, staff, or the calendar."""

    CLAIMED = "claimed"
    """An evaluator of the council takes it."""
    RELEASED = "released"
    """The evaluator gives it back before anything was ruled."""
    OBSERVED = "observed"
    """The evaluator found what must be corrected."""
    CORRECTED = "corrected"
    """The physician answered every observation and sent it again."""
    APPROVED = "approved"
    """The evaluator found 20 points or more."""
    RETURNED = "returned"
    """The reviser disagrees, with a reason: it goes back to be evaluated."""
    REVISED = "revised"
    """The reviser, another person, agrees: the physician is recertified."""
    LAPSED = "lapsed"
    """Day 30 passed without a correction."""


EDGES: Mapping[tuple[DossierState, DossierAct], DossierState] = {
    (DossierState.EMITIDO, DossierAct.CLAIMED): DossierState.EN_EVALUACION,
    (DossierState.EN_EVALUACION, DossierAct.CLAIMED): DossierState.EN_EVALUACION,
    (DossierState.EN_EVALUACION, DossierAct.RELEASED): DossierState.EMITIDO,
    (DossierState.EN_EVALUACION, DossierAct.OBSERVED): DossierState.OBSERVADO,
    (DossierState.EN_EVALUACION, DossierAct.APPROVED): DossierState.APROBADO,
    (DossierState.OBSERVADO, DossierAct.CORRECTED): DossierState.EN_EVALUACION,
    (DossierState.OBSERVADO, DossierAct.LAPSED): DossierState.DESCARTADO,
    (DossierState.APROBADO, DossierAct.RETURNED): DossierState.EN_EVALUACION,
    (DossierState.APROBADO, DossierAct.REVISED): DossierState.APROBADO_Y_REVISADO,
}
OPEN_STATES = (DossierState.EMITIDO, DossierState.EN_EVALUACION, DossierState.OBSERVADO, DossierState.APROBADO)
"""A physician has at most one dossier of a kind in one of these."""
