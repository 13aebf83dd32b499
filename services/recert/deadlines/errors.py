"""What can go wrong with calendar and deadlines."""

from chassis.errors import TITLES, Problem


class CalendarDayNotFound(Problem):
    """No such closure or extra day in force, or it is another council's."""

    status, type, title = 404, "recert/calendar-day-not-found", "Día no encontrado"
    detail = "Ese cierre o día extraordinario no existe, ya se retiró o no es de su consejo."


class DayAlreadyRuled(Problem):
    """The day has a closure or is an extra day already, for the same council."""

    status, type, title = 409, "recert/day-already-ruled", "Ese día ya está registrado"
    detail = "Ese día ya tiene un cierre o es un día extraordinario. Retírelo antes de registrar otro."


class UselessDay(Problem):
    """The change is out of reach or would change nothing."""

    status, type, title, detail = 422, *TITLES[422]


class DeadlineNotFound(Problem):
    """No such deadline of a dossier of this physician."""

    status, type, title = 404, "recert/deadline-not-found", "Plazo no encontrado"
    detail = "Este plazo no existe o no es de un expediente suyo."
