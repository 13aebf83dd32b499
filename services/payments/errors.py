"""What can go wrong with an order, told in Spanish with a stable type."""

from chassis.errors import Problem


class OrderNotFound(Problem):
    """No such order of this payer; another person's order answers the same."""

    status, type, title = 404, "payments/order-not-found", "Orden no encontrada"
    detail = "Esta orden no existe o no está a su nombre."


class NotOldestFirst(Problem):
    """The selection leaves out an older due (PAY-4); `missing_period` names it."""

    status, type, title = 422, "payments/not-oldest-first", "Debe pagar primero lo más antiguo"
    detail = "Debe pagar primero la cuota más antigua."


class DueNotPayable(Problem):
    """A chosen due is paid, older than the window, of another kind, or not the payer's."""

    status, type, title = 422, "payments/due-not-payable", "Una cuota ya no puede pagarse aquí"
    detail = "Una de las cuotas elegidas ya no está pendiente de pago. Vuelva a la lista de cuotas."


class DueReserved(Problem):
    """A chosen due is held by another live order of the payer; `order_id` lets it be resumed (case 4)."""

    status, type, title = 409, "payments/due-reserved", "Ya tiene una orden de pago abierta"
    detail = "Una de las cuotas elegidas está en otra orden de pago abierta. Continúe con esa orden o cancélela."


class TermsChanged(Problem):
    """The accepted conditions are not the current ones; they must be read again (PAY-6)."""

    status, type, title = 422, "payments/terms-changed", "Las condiciones de pago cambiaron"
    detail = "Las condiciones de pago cambiaron. Léalas y acéptelas de nuevo."


class NoTerms(Problem):
    """No payment conditions have been published, so nobody can accept them."""

    status, type, title = 503, "payments/no-terms", "El pago en línea no está disponible"
    detail = "El pago en línea aún no está habilitado. Vuelva a intentarlo más tarde."


class PayerUnknown(Problem):
    """Identity's news about this physician has not arrived yet, so no voucher can be made out."""

    status, type, title = 409, "payments/payer-unknown", "Sus datos aún no están disponibles"
    detail = "Sus datos de colegiado aún no llegaron al sistema de pagos. Vuelva a intentarlo en unos minutos."


class NotAPhysician(Problem):
    """The account has no CMP number, so it has no dues."""

    status, type, title = 403, "payments/not-a-physician", "Solo para médicos colegiados"
    detail = "Su cuenta no está asociada a un número de colegiatura."


class BeingConfirmed(Problem):
    """The outcome of a charge is awaited: nothing may be charged or given up meanwhile."""

    status, type, title = 409, "payments/being-confirmed", "Estamos confirmando su pago"
    detail = "Estamos confirmando su pago con el banco. No vuelva a pagar; le avisaremos por correo."


class OrderClosed(Problem):
    """The order is paid, expired or cancelled."""

    status, type, title = 409, "payments/order-closed", "Esta orden ya no admite pagos"
    detail = "Esta orden ya fue pagada, venció o fue cancelada."


class AcquirerDown(Problem):
    """The card form could not be opened; nothing was charged."""

    status, type, title = 503, "payments/acquirer-unavailable", "El procesador de pagos no responde"
    detail = "No pudimos abrir el formulario de pago. No se realizó ningún cobro. Intente de nuevo en unos minutos."


class TokenUsed(Problem):
    """The transaction token has been used in another attempt (case 11)."""

    status, type, title = 409, "payments/token-used", "Este pago ya fue procesado"
    detail = "Este formulario de pago ya fue utilizado. No se realizó ningún cobro nuevo."


class UnsupportedChannel(Problem):
    """Only cards are charged here; the acquirer's other channels are not offered."""

    status, type, title = 422, "payments/unsupported-channel", "Medio de pago no disponible"
    detail = "Solo se admite el pago con tarjeta."


class ReceiptNotReady(Problem):
    """The order is not paid, so there is nothing to print."""

    status, type, title = 404, "payments/receipt-not-ready", "Aún no hay constancia de pago"
    detail = "Esta orden no está pagada."


class KeyMissing(Problem):
    """The route needs an Idempotency-Key."""

    status, type, title = 400, "idempotency-key-missing", "Falta la clave de la operación"
    detail = "Envíe el encabezado Idempotency-Key, de 1 a 100 caracteres."


class KeyReused(Problem):
    """The key came with another body."""

    status, type, title = 422, "idempotency-key-reused", "La clave de la operación ya se usó"
    detail = "Esta clave de operación ya se usó con otros datos. Vuelva a empezar."


class KeyInUse(Problem):
    """The first request with the key is still being worked on."""

    status, type, title = 409, "idempotency-key-in-use", "La operación está en curso"
    detail = "Esta operación se está procesando. Espere un momento y vuelva a consultar."


class NotInGoodStanding(Problem):
    """A constancia de habilidad was asked for by somebody who is not hábil; the detail says why."""

    status, type, title = 409, "payments/not-in-good-standing", "Usted no está hábil"
    detail = "Usted no está hábil. Pague sus cuotas pendientes y vuelva a solicitar la constancia."


class CertificateNotFound(Problem):
    """No such constancia of this person; for staff of a council, none of that council either."""

    status, type, title = 404, "payments/certificate-not-found", "Constancia no encontrada"
    detail = "Esta constancia no existe o no está a su nombre."


class CodeNotFound(Problem):
    """Nobody has a constancia with this code; it does not say whether the code could exist."""

    status, type, title = 404, "payments/code-not-found", "No encontramos esa constancia"
    detail = "No encontramos una constancia con ese código. Revise que lo haya escrito como está impreso."


class AlreadyRevoked(Problem):
    """A constancia is taken back once."""

    status, type, title = 409, "payments/certificate-revoked", "La constancia ya está revocada"
    detail = "Esta constancia ya fue revocada. Actualice la página para ver el motivo."


class PhysicianUnknown(Problem):
    """Payments knows no physician with this CMP number, or none of the council of the staff who ask."""

    status, type, title = 404, "payments/physician-unknown", "Médico no encontrado"
    detail = "No hay un médico con ese número de CMP."


class NothingToReturn(Problem):
    """The order holds no money of its payer, or all of it has gone back."""

    status, type, title = 409, "payments/nothing-to-return", "No hay dinero que devolver"
    detail = "Esta orden no tiene un cobro que se pueda devolver."


class RefundOpen(Problem):
    """The order has a refund that is not over; `refund_id` names it."""

    status, type, title = 409, "payments/refund-open", "Ya hay una devolución en curso"
    detail = "Esta orden ya tiene una devolución en curso. Espere a que termine o rechácela."


class NotLatestFirst(Problem):
    """A newer due of the same kind is paid and not among those to be given back (payments.md 2, case 15)."""

    status, type, title = 422, "payments/not-latest-first", "Debe devolver primero lo más reciente"
    detail = "Las cuotas se devuelven desde la más reciente. Incluya las posteriores o devuélvalas antes."


class DueNotInOrder(Problem):
    """A due that was to be given back was not paid by this order, or has gone back already."""

    status, type, title = 422, "payments/due-not-in-order", "Una cuota no corresponde a esta orden"
    detail = "Una de las cuotas elegidas no se pagó con esta orden o ya se devolvió."


class RefundNotFound(Problem):
    """No such refund that this member of staff may see."""

    status, type, title = 404, "payments/refund-not-found", "Devolución no encontrada"
    detail = "Esta devolución no existe o es de otro consejo."


class RefundStands(Problem):
    """The refund is not in a state that allows the act; `state` tells which it is in."""

    status, type, title = 409, "payments/refund-state", "La devolución ya no admite esta acción"
    detail = "La devolución cambió de estado. Actualice la página."


class SamePerson(Problem):
    """What one person proposed another must decide."""

    status, type, title = 409, "payments/same-person", "Debe decidirlo otra persona"
    detail = "Quien solicita no puede aprobar. Pida a otra persona con permiso que lo decida."


class AttemptNotFound(Problem):
    """No such attempt that this member of staff may see."""

    status, type, title = 404, "payments/attempt-not-found", "Cobro no encontrado"
    detail = "Este cobro no existe o es de otro consejo."


class NothingToSettle(Problem):
    """The attempt is not in doubt, so there is nothing to ask or to rule."""

    status, type, title = 409, "payments/nothing-to-settle", "El cobro no está en duda"
    detail = "Este cobro ya tiene un resultado. Actualice la página."


class RulingOpen(Problem):
    """A ruling about the attempt waits for another person."""

    status, type, title = 409, "payments/ruling-open", "Ya hay una decisión por confirmar"
    detail = "Otra persona propuso una decisión sobre este cobro. Confírmela o descártela antes de proponer otra."


class RulingNotFound(Problem):
    """No such ruling that waits for a decision."""

    status, type, title = 404, "payments/ruling-not-found", "Decisión no encontrada"
    detail = "Esta decisión no existe o ya se resolvió."


class EvidenceMissing(Problem):
    """Who says that money was charged must name the acquirer's transaction."""

    status, type, title = 422, "payments/evidence-missing", "Faltan datos del cobro"
    detail = "Para dar el cobro por hecho indique el número de transacción y la fecha que muestra el procesador."


class DoesNotFit(Problem):
    """The chosen dues do not add up to exactly what was charged."""

    status, type, title = 422, "payments/does-not-fit", "Las cuotas no suman lo cobrado"
    detail = "Elija cuotas pendientes que sumen exactamente el monto cobrado, o devuelva el dinero."


class ReturnUnderWay(Problem):
    """Money of older dues is on its way back at this moment: newer ones cannot be paid before it is over."""

    status, type, title = 409, "payments/return-under-way", "Hay una devolución en proceso"
    detail = "Estamos devolviendo el pago de una cuota. Vuelva a intentarlo en unos minutos."


class OwnerNotFound(Problem):
    """The account may not pay for this CMP number, or not this kind of due; whether it exists is not told."""

    status, type, title = 404, "payments/owner-not-found", "No puede pagar por ese médico"
    detail = "No tiene una autorización vigente para pagar esas cuotas. Consulte con la tesorería de su consejo."


class HeirExists(Problem):
    """This person is already authorised for this holder."""

    status, type, title = 409, "payments/heir-exists", "La autorización ya existe"
    detail = "Esta persona ya está autorizada para pagar el SEMEFA de ese médico."


class HeirNotFound(Problem):
    """No authorisation in force that this member of staff may see."""

    status, type, title = 404, "payments/heir-not-found", "Autorización no encontrada"
    detail = "Esta autorización no existe, ya se revocó o es de otro consejo."
