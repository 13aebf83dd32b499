"""What can go wrong while a dossier is evaluated, corrected or revised."""

from chassis.errors import TITLES, Problem


class NotIndependent(Problem):
    """This person may not be evaluator or reviser of this dossier; `obstacle` is a stable name."""

    status, type, title = 409, "recert/not-independent", "Usted no puede intervenir en este expediente"


class NotYours(Problem):
    """Only who claimed the dossier and declared to have no conflict of interest evaluates it."""

    status, type, title = 409, "recert/not-your-dossier", "El expediente no está a su cargo"
    detail = "El expediente está a cargo de otra persona. Tómelo antes de evaluarlo."


class DeclarationMissing(Problem):
    """A dossier was given to this person, who has not said yet whether there is a conflict of interest."""

    status, type, title = 409, "recert/declaration-missing", "Falta su declaración"
    detail = "Declare primero si tiene un conflicto de interés con este expediente."


class AlreadyTaken(Problem):
    """Somebody else was faster."""

    status, type, title = 409, "recert/already-taken", "Otra persona tomó el expediente"
    detail = "Otra persona tomó este expediente hace un momento."


class AlreadyRuled(Problem):
    """A dossier is given back before anything was ruled; later it is reassigned."""

    status, type, title = 409, "recert/already-ruled", "Ya calificó el expediente"
    detail = "Ya calificó u observó este expediente. Pida que lo reasignen si no puede terminarlo."


class NoSuchEvaluator(Problem):
    """Nobody of that id evaluates for this council."""

    status, type, title = 422, "recert/no-such-evaluator", "No puede recibir el expediente"
    detail = "Elija a una persona que evalúe para este consejo."


class ItemNotFound(Problem):
    """The current version has no such item."""

    status, type, title, detail = 404, "recert/item-not-found", *TITLES[404][1:]


class PointsOutOfRange(Problem):
    """More points than the activity gives for what was declared."""

    status, type, title = 422, "recert/points-out-of-range", "El puntaje no es posible"


class ReasonMissing(Problem):
    """Whoever changes points says why; the physician reads it."""

    status, type, title = 422, "recert/reason-missing", "Falta el motivo"
    detail = "Escriba por qué cambia el puntaje; el médico lo leerá."


class ObservationNotFound(Problem):
    """No such observation of this dossier, or it can no longer be changed."""

    status, type, title, detail = 404, "recert/observation-not-found", *TITLES[404][1:]


class NoSuchReason(Problem):
    """The list of ready-made observations has no such entry."""

    status, type, title = 422, "recert/no-such-reason", "Elija un motivo"
    detail = "Elija un motivo de la lista."


class PageOutOfRange(Problem):
    """The PDF has no such page."""

    status, type, title = 422, "recert/page-out-of-range", "La página no existe"


class NothingObserved(Problem):
    """A dossier is observed with at least one observation."""

    status, type, title = 409, "recert/nothing-observed", "No hay observaciones"
    detail = "Agregue al menos una observación antes de enviarlas al médico."


class DraftsLeft(Problem):
    """Observations were written and not sent, so nothing can be approved."""

    status, type, title = 409, "recert/observations-unsent", "Hay observaciones sin enviar"
    detail = "Envíe las observaciones al médico, o quítelas si quiere aprobar."


class ItemsUnruled(Problem):
    """Every item is confirmed or changed before the dossier is approved; `positions` tells which are left."""

    status, type, title = 409, "recert/items-unruled", "Faltan ítems por calificar"


class NotEnoughPoints(Problem):
    """Fewer points than the table asks for (REC-8)."""

    status, type, title = 409, "recert/not-enough-points", "No alcanza el puntaje"


class NotAnswered(Problem):
    """Every observation is answered before the dossier can be sent again; `observations` tells which are left."""

    status, type, title = 409, "recert/observations-unanswered", "Faltan respuestas"


class EmptyAnswer(Problem):
    """An answer says something, or corrects the item."""

    status, type, title = 422, "recert/empty-answer", "Falta la respuesta"
    detail = "Escriba una respuesta o corrija el ítem observado."


class WrongCorrection(Problem):
    """The corrected item cannot be as it was typed."""

    status, type, title, detail = 422, "recert/wrong-correction", *TITLES[422][1:]


class NotForYou(Problem):
    """Revision is the national council's (AMB-10)."""

    status, type, title = 403, "recert/national-only", "Es tarea del Consejo Nacional"
    detail = "La revisión y la reasignación corresponden al Consejo Nacional."
