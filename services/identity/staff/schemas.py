"""What goes in and out over HTTP about staff: the second step of their login, and their administration."""

from typing import Any

from marshmallow import Schema, ValidationError, fields, validate

from services.identity.schemas import SessionView

REQUIRED: dict[str, Any] = {"required": "Este dato es obligatorio.", "null": "Este dato es obligatorio."}
MOST_ROWS = 100


class Line(fields.String):
    """A text of one line, without blanks around it or doubled inside."""

    def __init__(self, limit: int, **options: Any) -> None:
        """At most `limit` characters, at least one."""
        length = validate.Length(1, limit, error=f"Escriba de 1 a {limit} caracteres.")
        super().__init__(validate=[length, _printable], error_messages=REQUIRED, **options)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **options: Any) -> str:
        return " ".join(str(super()._deserialize(value, attr, data, **options)).split())


class Reason(Line):
    """Why staff do what they do; every override asks for it and the audit keeps it."""

    def __init__(self) -> None:
        """From 5 to 500 characters."""
        super().__init__(500, required=True)
        self.validators.append(validate.Length(5, error="Escriba el motivo, con al menos 5 caracteres."))


class Email(Line):
    """One address."""

    def __init__(self, **options: Any) -> None:
        """Of at most 254 characters."""
        super().__init__(254, **options)
        self.validators.append(validate.Email(error="Escriba un correo como nombre@ejemplo.pe."))


class CouncilCode(Line):
    """The two digits of a regional council; null where none is meant."""

    def __init__(self, **options: Any) -> None:
        """Two digits."""
        super().__init__(2, **options)
        self.validators.append(validate.Regexp(r"[0-9]{2}", error="El consejo se escribe con dos dígitos, como 03."))


def _printable(text: str) -> None:
    if not text.isprintable():
        raise ValidationError("Contiene caracteres que no se admiten.")


class ChallengeView(Schema):
    """The first factor was right: `next` says whether a code is asked for (`second_factor`) or one must `enrol`."""

    challenge = fields.String()
    next = fields.String()
    expires_in = fields.Integer(metadata={"description": "seconds"})


class ChallengeRequest(Schema):
    """A challenge that was handed out."""

    challenge = Line(200, required=True, load_only=True)


class SecondFactorRequest(ChallengeRequest):
    """A challenge and what the authenticator shows, or a recovery code."""

    code = Line(40, required=True, load_only=True)


class FirstPassword(Schema):
    """The token of an invitation and the password its owner chose."""

    token = Line(200, required=True, load_only=True)
    password = fields.String(
        required=True,
        load_only=True,
        validate=validate.Length(1, 4096),
        error_messages=REQUIRED,
    )


class EnrolmentView(Schema):
    """What goes into the authenticator; shown until the first code was right, never again."""

    secret = fields.String(metadata={"description": "base32"})
    uri = fields.String(metadata={"description": "otpauth address"})
    qr = fields.String(metadata={"description": "the same as a QR code: a data URI with an SVG"})


class StaffSessionView(SessionView):
    """A session of staff. `recovery_codes` are there once, right after the second factor was enrolled."""

    recovery_codes = fields.List(fields.String())
    recovery_codes_left = fields.Integer()


class StaffQuery(Schema):
    """Part of a name or address, and the page."""

    q = fields.String(load_default=None, validate=validate.Length(max=120))
    after = fields.String(load_default=None, validate=validate.Length(max=36))
    limit = fields.Integer(
        load_default=20, validate=validate.Range(min=1, max=MOST_ROWS, error="Pida entre 1 y 100 filas.")
    )


class StaffWishBody(Schema):
    """Whom to invite."""

    email = Email(required=True)
    given_names = Line(120, required=True)
    surnames = Line(160, required=True)
    roles = fields.List(Line(30), required=True, error_messages=REQUIRED)
    council = CouncilCode(load_default=None, allow_none=True)


class AccessBody(Schema):
    """The whole new access of a member of staff, and why."""

    roles = fields.List(Line(30), required=True, error_messages=REQUIRED)
    council = CouncilCode(required=True, allow_none=True)
    reason = Reason()


class ReasonBody(Schema):
    """Why."""

    reason = Reason()


class StaffView(Schema):
    """One staff account. `state` is `invited`, `active` or `disabled`."""

    id = fields.String(attribute="account.id")
    email = fields.String(attribute="account.email")
    given_names = fields.String(attribute="account.given_names")
    surnames = fields.String(attribute="account.surnames")
    council = fields.String(attribute="account.council", allow_none=True)
    roles = fields.List(fields.String())
    state = fields.String()
    created_at = fields.AwareDateTime(attribute="account.created_at")
    last_login_at = fields.AwareDateTime(attribute="account.last_login_at", allow_none=True)


class StaffPage(Schema):
    """One page of staff, by surname."""

    items = fields.List(fields.Nested(StaffView))
    next = fields.String(allow_none=True)


class RoleView(Schema):
    """A role and what it permits."""

    name = fields.String()
    title = fields.String()
    text = fields.String()
    permissions = fields.List(fields.String())


class RolesView(Schema):
    """All roles, in the order they are shown."""

    items = fields.List(fields.Nested(RoleView))
