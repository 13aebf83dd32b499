"""What can go wrong when staff work with the books, told in Spanish with a stable type."""

from chassis.errors import Problem


class AccountNotFound(Problem):
    """No account is for that."""

    status, type, title = 404, "payments/account-not-found", "Cuenta no encontrada"
    detail = "Esta cuenta contable no existe."


class CodeTaken(Problem):
    """Another account has that code."""

    status, type, title = 409, "payments/account-code-taken", "El código ya está en uso"
    detail = "Otra cuenta contable ya tiene ese código."


class DaysOutOfOrder(Problem):
    """The first day is after the last, or there are too many between them."""

    status, type, title = 422, "payments/days-out-of-order", "Revise las fechas"
    detail = "La fecha inicial debe ser anterior o igual a la final, con 366 días como máximo."
