"""What can go wrong when staff work on settlement, told in Spanish with a stable type."""

from chassis.errors import Problem


class SettlementFileNotFound(Problem):
    """No such file."""

    status, type, title = 404, "payments/settlement-file-not-found", "Archivo no encontrado"
    detail = "Este archivo de liquidación no existe."


class RowNotFound(Problem):
    """No such row that this member of staff may see."""

    status, type, title = 404, "payments/settlement-row-not-found", "Movimiento no encontrado"
    detail = "Este movimiento de liquidación no existe o es de otro consejo."


class WrongResolution(Problem):
    """The row has been settled, or not this way."""

    status, type, title = 409, "payments/settlement-resolution", "No se puede resolver así"
    detail = "Este movimiento ya se resolvió o no admite esa solución. Actualice la página."
