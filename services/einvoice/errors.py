"""What can go wrong in this service: problems for clients, and errors for our own jobs and handlers."""

from typing import ClassVar

from chassis.errors import Problem


class InvalidDocument(Exception):
    """The voucher would be rejected for certain, so no number is spent on it. The message says which rule."""


class NoSeries(Exception):
    """No active series for this voucher type and council; `cmp-digital einvoice series add` makes one."""


class IllegalTransition(Exception):
    """A voucher was asked to do what its state does not allow."""


class UnreadableCdr(Exception):
    """SUNAT's receipt is no ZIP with a readable ApplicationResponse about our document."""


class CertificateError(Exception):
    """The signing certificate cannot be read, has no RSA key, or has expired."""


class RenderingFailed(Exception):
    """The printed representation could not be made as it must be (missing font, blocked resource)."""


class VoucherNotFound(Problem):
    """No such voucher, or none that this person may see (VOU-2): the two look alike."""

    status: ClassVar[int] = 404
    type: ClassVar[str] = "einvoice/voucher-not-found"
    title: ClassVar[str] = "Comprobante no encontrado"
    detail: ClassVar[str] = "El comprobante no existe o no está a su nombre."


class FileNotReady(Problem):
    """The voucher exists, but the file is still being made."""

    status: ClassVar[int] = 409
    type: ClassVar[str] = "einvoice/file-not-ready"
    title: ClassVar[str] = "El archivo aún no está listo"
    detail: ClassVar[str] = "El comprobante está en proceso. Vuelva a intentarlo en unos minutos."


class InvalidFilter(Problem):
    """A filter of the list contradicts itself or cannot be read."""

    status: ClassVar[int] = 422
    type: ClassVar[str] = "einvoice/invalid-filter"
    title: ClassVar[str] = "Hay datos que corregir"
    detail: ClassVar[str] = "Revise los campos señalados."


class TooManyToExport(Problem):
    """The list is too long for one answer: it is written by a job, which tells when it is done."""

    status: ClassVar[int] = 409
    type: ClassVar[str] = "einvoice/too-many-to-export"
    title: ClassVar[str] = "La lista es larga"
    detail: ClassVar[str] = "Pida que preparemos el archivo; le avisaremos por correo."


class ExportsUnderWay(Problem):
    """The person has as many exports under way as one may have."""

    status: ClassVar[int] = 409
    type: ClassVar[str] = "einvoice/exports-under-way"
    title: ClassVar[str] = "Ya preparamos otros archivos"
    detail: ClassVar[str] = "Espere a que terminen los archivos que ya pidió."


class ExportNotFound(Problem):
    """No such export, or another person's: the two look alike."""

    status: ClassVar[int] = 404
    type: ClassVar[str] = "einvoice/export-not-found"
    title: ClassVar[str] = "Exportación no encontrada"
    detail: ClassVar[str] = "La exportación no existe o no es suya."


class ExportNotReady(Problem):
    """The file is still being written, could not be, or its time is over; `state` says which."""

    status: ClassVar[int] = 409
    type: ClassVar[str] = "einvoice/export-not-ready"
    title: ClassVar[str] = "El archivo no está disponible"
    detail: ClassVar[str] = "El archivo aún se prepara o su plazo terminó."


class NotVoidable(Problem):
    """The voucher cannot be voided; the detail says why and what to do instead."""

    status: ClassVar[int] = 409
    type: ClassVar[str] = "einvoice/not-voidable"
    title: ClassVar[str] = "El comprobante no se puede anular"
    detail: ClassVar[str] = "Emita una nota de crédito."


class NotAmendable(Problem):
    """No note can be issued on this voucher; the detail says why."""

    status: ClassVar[int] = 409
    type: ClassVar[str] = "einvoice/not-amendable"
    title: ClassVar[str] = "No se puede emitir la nota"
    detail: ClassVar[str] = "Solo se puede emitir una nota sobre un comprobante aceptado por la SUNAT."


class InvalidVoucher(Problem):
    """What staff asked for would be rejected by SUNAT for certain; no number was spent."""

    status: ClassVar[int] = 422
    type: ClassVar[str] = "einvoice/invalid-voucher"
    title: ClassVar[str] = "Hay datos que corregir"
    detail: ClassVar[str] = "La SUNAT rechazaría este comprobante. Revise los datos."


class CannotIssue(Problem):
    """There is no series for the council, or no valid certificate: an operator must act first."""

    status: ClassVar[int] = 409
    type: ClassVar[str] = "einvoice/cannot-issue"
    title: ClassVar[str] = "Por ahora no se puede emitir"
    detail: ClassVar[str] = "Falta la serie del consejo o un certificado vigente. Avise al área de sistemas."


class RequestReused(Problem):
    """The request id was used for another act; nothing was done."""

    status: ClassVar[int] = 409
    type: ClassVar[str] = "einvoice/request-reused"
    title: ClassVar[str] = "La solicitud ya se usó"
    detail: ClassVar[str] = "Vuelva a abrir el formulario y envíe los datos otra vez."


class NotReplaceable(Problem):
    """Only a voucher that SUNAT rejected, and that nobody has dealt with yet, can be replaced or settled."""

    status: ClassVar[int] = 409
    type: ClassVar[str] = "einvoice/not-replaceable"
    title: ClassVar[str] = "El comprobante ya no espera a nadie"
    detail: ClassVar[str] = "El comprobante no está rechazado, o ya se emitió otro en su lugar."


class NotResendable(Problem):
    """Only what waits for a person is sent again by one; the rest is tried by itself."""

    status: ClassVar[int] = 409
    type: ClassVar[str] = "einvoice/not-resendable"
    title: ClassVar[str] = "No hace falta reenviarlo"
    detail: ClassVar[str] = "Solo se reenvía lo que espera a una persona; lo demás se reintenta por sí solo."


class NoRegisteredAddress(Problem):
    """Nobody with the customer's document has an account with an e-mail address."""

    status: ClassVar[int] = 409
    type: ClassVar[str] = "einvoice/no-registered-address"
    title: ClassVar[str] = "No hay un correo registrado"
    detail: ClassVar[str] = "El cliente no tiene un correo registrado. Regístrelo en Clientes y vuelva a enviar."


class SummaryNotFound(Problem):
    """No such RC or RA, or none with a voucher of the person's council."""

    status: ClassVar[int] = 404
    type: ClassVar[str] = "einvoice/summary-not-found"
    title: ClassVar[str] = "Resumen no encontrado"
    detail: ClassVar[str] = "El resumen no existe o no tiene comprobantes de su consejo."


class RegisterNotFound(Problem):
    """The register of sales is the issuer's as a whole: staff of one council have no part of it to load."""

    status: ClassVar[int] = 404
    type: ClassVar[str] = "einvoice/register-not-found"
    title: ClassVar[str] = "Registro no encontrado"
    detail: ClassVar[str] = "El Registro de Ventas lo descarga el personal del Consejo Nacional."


class VoucherNotConfirmed(Problem):
    """No voucher has all the facts that were given: unknown, or one of them differs; the two look alike."""

    status: ClassVar[int] = 404
    type: ClassVar[str] = "einvoice/voucher-not-confirmed"
    title: ClassVar[str] = "No encontramos un comprobante con esos datos"
    detail: ClassVar[str] = "Revise el tipo, la serie y el número, la fecha y el importe total."
