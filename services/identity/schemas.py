"""What goes in and out over HTTP."""

from typing import Any

from marshmallow import Schema, ValidationError, fields, validate

REQUIRED: dict[str, Any] = {"required": "Este dato es obligatorio."}


def _text(limit: int, **options: Any) -> fields.String:
    """A text that must be given, of at most `limit` characters, none of which a database would choke on."""
    length = validate.Length(1, limit, error=f"Escriba de 1 a {limit} caracteres.")
    return fields.String(required=True, validate=[length, _plain], error_messages=dict(REQUIRED), **options)


def _plain(text: str) -> None:
    if any(ord(letter) < 32 or 0xD800 <= ord(letter) <= 0xDFFF for letter in text):
        raise ValidationError("Contiene caracteres que no se admiten.")


class Credentials(Schema):
    """What a person types to log in."""

    username = _text(254, metadata={"description": "CMP number (zeros may be missing), user name or e-mail"})
    password = _text(1024, load_only=True)
    remember = fields.Boolean(load_default=False, metadata={"description": "'Recuérdeme'"})


class RefreshRequest(Schema):
    """The refresh token that was handed out last."""

    refresh_token = _text(200, load_only=True)


class OneTimeRequest(Schema):
    """The token of a one-time login link."""

    token = _text(200, load_only=True)


class AccountView(Schema):
    """Whose session it is."""

    id = fields.String()
    kind = fields.String()
    name = fields.String()
    given_names = fields.String(attribute="first_names")
    cmp_number = fields.String(allow_none=True)
    document_type = fields.Function(lambda account: account.document[0], metadata={"type": "string"})
    document_number = fields.Function(lambda account: account.document[1], metadata={"type": "string"})
    council = fields.String(attribute="council_code", allow_none=True)
    email = fields.String(attribute="mail_address", allow_none=True)


class SessionView(Schema):
    """A session that goes on. `expires_in` is the access token's life in seconds."""

    access_token = fields.String()
    expires_in = fields.Integer()
    refresh_token = fields.String()
    permissions = fields.List(fields.String())
    account = fields.Nested(AccountView)


class SpecialityView(Schema):
    """One entry of the national register of specialists."""

    name = fields.String()
    rne = fields.String()
    registered_on = fields.Date()


class PhysicianView(Schema):
    """What the register says of the physician."""

    state = fields.String()
    registered_on = fields.Date()
    council_label = fields.String()
    specialities = fields.List(fields.Nested(SpecialityView))


class MeView(Schema):
    """The account, what it may do, and for physicians the register's entry."""

    account = fields.Nested(AccountView)
    permissions = fields.List(fields.String())
    physician = fields.Nested(PhysicianView, allow_none=True)


class ServiceTokenRequest(Schema):
    """A service that wants to call another."""

    service = _text(40)
    secret = _text(200, load_only=True)
    audience = _text(40)


class ServiceTokenView(Schema):
    """An access token for one audience."""

    access_token = fields.String()
    expires_in = fields.Integer()


class JwksView(Schema):
    """The public keys (RFC 7517)."""

    keys = fields.List(fields.Dict())


class MintedView(Schema):
    """A mail's secret, for the one who is about to send it. `minutes` is how long the secret lives."""

    url = fields.String(allow_none=True)
    code = fields.String(allow_none=True)
    minutes = fields.Integer()
    times = fields.Integer(metadata={"description": "how often a secret was made for this mail"})
    facts = fields.Dict(metadata={"description": "what the letter says besides"})
