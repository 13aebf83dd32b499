"""Own data over HTTP. What the register says is read-only: a body that names it is refused with 422 (ACC-6)."""

from collections.abc import Callable
from typing import Any

from marshmallow import Schema, ValidationError, fields, validate

from services.identity.profile.phones import NotAPhoneNumber, mobile_number, phone_number


class OptionalText(fields.String):
    """A text of one line without blanks around it; empty and null mean that there is none."""

    def __init__(self, limit: int, read: Callable[[str], str] = str, **options: Any) -> None:
        """`limit` in characters; `read` brings the text to its stored spelling or raises ValueError in Spanish."""
        super().__init__(allow_none=True, **options)
        self._limit, self._read = limit, read

    def _deserialize(self, value: Any, attr: str | None, data: Any, **options: Any) -> str | None:  # type: ignore[override]
        text = " ".join(str(super()._deserialize(value, attr, data, **options)).split())
        if not text:
            return None
        if len(text) > self._limit or not text.isprintable():
            raise ValidationError(f"Escriba hasta {self._limit} caracteres, sin símbolos especiales.")
        try:
            return self._read(text)
        except NotAPhoneNumber as error:
            raise ValidationError(str(error)) from error


class ContactRequest(Schema):
    """Teléfono, Celular and Dirección (REC-4); a field that is left out stays as it is."""

    phone = OptionalText(30, phone_number)
    mobile = OptionalText(30, mobile_number)
    address = OptionalText(200)


class EmailRequest(Schema):
    """The new address; the current password when the account has one (ASVS 7.5.1)."""

    email = fields.Email(
        required=True,
        validate=validate.Length(max=254, error="El correo es demasiado largo."),
        error_messages={
            "required": "Ingrese su correo.",
            "null": "Ingrese su correo.",
            "invalid": "Ingrese un correo como nombre@ejemplo.pe.",
        },
    )
    password = fields.String(load_default="", load_only=True, validate=validate.Length(max=1024))


class ConfirmationRequest(Schema):
    """The token of a confirmation link."""

    token = fields.String(required=True, load_only=True, validate=validate.Length(1, 200))


class PendingEmailView(Schema):
    """A new address that does not count yet."""

    email = fields.String()
    requested_at = fields.AwareDateTime()
    expires_at = fields.AwareDateTime()


class ConfirmedEmailView(Schema):
    """The address that counts from now on, masked: the page that shows it needs no login."""

    email = fields.String(metadata={"description": "j***@correo.pe"})


class PhotoView(Schema):
    """The photo as stored."""

    size = fields.Integer(metadata={"description": "bytes"})
    width = fields.Integer()
    height = fields.Integer()
    sha256 = fields.String()
    uploaded_at = fields.AwareDateTime()


class PhotoLimitsView(Schema):
    """What a photo may be."""

    max_bytes = fields.Integer()
    min_pixels = fields.Integer(metadata={"description": "of the shorter side"})
    max_pixels = fields.Integer(metadata={"description": "of the longer side"})
    types = fields.List(fields.String())


class ProfileView(Schema):
    """Editar perfil: the register's data, which only the college changes, and what the person keeps current."""

    cmp_number = fields.String(allow_none=True)
    document_type = fields.String()
    document_number = fields.String()
    given_names = fields.String()
    surnames = fields.String()
    council = fields.String(allow_none=True)
    council_label = fields.String(allow_none=True)
    state = fields.String(allow_none=True)
    email = fields.String(allow_none=True)
    email_editable = fields.Boolean()
    has_password = fields.Boolean()
    phone = fields.String(allow_none=True)
    mobile = fields.String(allow_none=True)
    address = fields.String(allow_none=True)
    complete = fields.Boolean(metadata={"description": "e-mail and a telephone are known (REC-4)"})
    pending_email = fields.Nested(PendingEmailView, allow_none=True)
    photo = fields.Nested(PhotoView, allow_none=True)
    photo_limits = fields.Nested(PhotoLimitsView)


class HistoryQuery(Schema):
    """Which page."""

    after = fields.Integer(load_default=None, metadata={"description": "`next` of the page before"})
    limit = fields.Integer(load_default=20, validate=validate.Range(1, 100, error="Pida entre 1 y 100 cambios."))


class ContactEntryView(Schema):
    """One change of one field."""

    at = fields.AwareDateTime()
    field = fields.String(metadata={"description": "email, phone, mobile, address or photo"})
    before = fields.String(allow_none=True)
    after = fields.String(allow_none=True)
    by_owner = fields.Boolean()
    actor_name = fields.String()


class HistoryPage(Schema):
    """Changes, newest first."""

    items = fields.List(fields.Nested(ContactEntryView))
    next = fields.Integer(allow_none=True)
