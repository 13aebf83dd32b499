"""What can go wrong when staff work on tariffs and dues, told in Spanish with a stable type."""

from chassis.errors import Problem


class DueNotFound(Problem):
    """No such due that this member of staff may see."""

    status, type, title = 404, "payments/due-not-found", "Cuota no encontrada"
    detail = "Esta cuota no existe o es de otro consejo."


class DueNotCorrectable(Problem):
    """The due is not in a state that allows the correction."""

    status, type, title = 409, "payments/due-not-correctable", "La cuota no admite este cambio"
    detail = "La cuota cambió de estado. Actualice la página."


class DueBeingCharged(Problem):
    """A card payment of this due awaits its outcome; `order_number` names the order."""

    status, type, title = 409, "payments/due-being-charged", "Hay un pago en proceso"
    detail = "Se está confirmando un pago con tarjeta de esta cuota. Espere el resultado antes de cambiarla."


class TariffNotFound(Problem):
    """No such tariff."""

    status, type, title = 404, "payments/tariff-not-found", "Tarifa no encontrada"
    detail = "Esta tarifa no existe."


class TariffOverlaps(Problem):
    """Another tariff prices one of its months for the same people; `tariff_id` names it."""

    status, type, title = 409, "payments/tariff-overlaps", "Ya hay una tarifa vigente"
    detail = "Ya hay una tarifa para esos meses y esas edades. Termínela primero."


class TariffUsed(Problem):
    """Dues were assessed by it, so it can only be ended after them."""

    status, type, title = 409, "payments/tariff-used", "La tarifa ya se usó"
    detail = "Ya se emitieron cuotas con esta tarifa. Puede terminarla, pero no quitarla."


class OutsidePaymentNotFound(Problem):
    """No payment made elsewhere that waits, as far as this member of staff may see."""

    status, type, title = 404, "payments/outside-payment-not-found", "Pago no encontrado"
    detail = "Este pago no existe, ya se resolvió o es de otro consejo."


class OutsidePaymentKnown(Problem):
    """The same reference was entered for this due before."""

    status, type, title = 409, "payments/outside-payment-known", "Este pago ya se registró"
    detail = "Este número de operación ya se registró para esta cuota."


class OutsideAmountDiffers(Problem):
    """What was paid elsewhere is not the amount of the due: whole dues only."""

    status, type, title = 422, "payments/outside-amount-differs", "El monto no coincide"
    detail = "El monto pagado no es igual al de la cuota. Corrija primero el monto de la cuota."


class NationalOnly(Problem):
    """The books, the tariffs and the acquirer's files are the national treasury's."""

    status, type, title = 403, "payments/national-only", "Solo para la tesorería nacional"
    detail = "Esta información corresponde a la tesorería nacional."


class FileNotReadable(Problem):
    """The file sent is not what its layout says; nothing of it was taken."""

    status, type, title = 422, "payments/file-not-readable", "No pudimos leer el archivo"
    detail = "El archivo no tiene el formato esperado. No se registró nada."
