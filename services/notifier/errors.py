"""The notifier's expected errors, as problem+json."""

from typing import ClassVar

from chassis.errors import Problem


class DeliveryNotFound(Problem):
    """There is no mail with that id."""

    status: ClassVar[int] = 404
    type: ClassVar[str] = "notifier/delivery-not-found"
    title: ClassVar[str] = "Envío no encontrado"
    detail: ClassVar[str] = "No hay ningún correo con ese identificador."


class DeliveryNotFailed(Problem):
    """Only a failed mail can be tried again: one mail per cause, ever."""

    status: ClassVar[int] = 409
    type: ClassVar[str] = "notifier/delivery-not-failed"
    title: ClassVar[str] = "El envío no ha fallado"
    detail: ClassVar[str] = "Solo se puede reintentar un correo que falló."


class NothingToSendTo(Problem):
    """A retry needs an address, and still none is known."""

    status: ClassVar[int] = 409
    type: ClassVar[str] = "notifier/no-address"
    title: ClassVar[str] = "No hay dirección de correo"
    detail: ClassVar[str] = "Sigue sin haber una dirección de correo válida para este envío."


class BadCursor(Problem):
    """The `after` of a list did not come from its `next`."""

    status: ClassVar[int] = 422
    type: ClassVar[str] = "notifier/bad-cursor"
    title: ClassVar[str] = "Cursor no válido"
    detail: ClassVar[str] = "El parámetro «after» debe ser el «next» de una respuesta anterior."
