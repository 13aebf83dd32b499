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
