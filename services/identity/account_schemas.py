"""What goes in and out about registering, recovering and one's own sessions."""

import re
from typing import Any

from marshmallow import Schema, ValidationError, fields, post_load, validate

from services.identity.models.registrations import MatchReason, RegistrationState
from services.identity.registry_csv import cmp_number, document_number, document_type
from services.identity.schemas import REQUIRED

CMP_HINT = "El número de colegiatura debe tener 6 dígitos y empezar con 0, por ejemplo 023546."
"""The manual's own words (REC-2); 100000 and above are taken all the same (AMB-5)."""
EMAIL = re.compile(r"[^@\s,;<>\"()]{1,64}@[^@\s,;<>\"()]{1,185}\.[^@\s,;<>\"().]{2,}")


def _text(limit: int, **options: Any) -> fields.String:
    length = validate.Length(1, limit, error=f"Escriba de 1 a {limit} caracteres.")
    return fields.String(required=True, validate=[length, _plain], error_messages=dict(REQUIRED), **options)


def _plain(text: str) -> None:
    if any(ord(letter) < 32 or 0xD800 <= ord(letter) <= 0xDFFF for letter in text):
        raise ValidationError("Contiene caracteres que no se admiten.")


def _email(text: str) -> None:
    if len(text) > 254 or not EMAIL.fullmatch(text.strip()):
        raise ValidationError("Escriba un correo como nombre@ejemplo.pe.")


def _name(text: str) -> None:
    if any(not (letter.isalpha() or letter in " '’-.") for letter in text):
        raise ValidationError("Solo puede tener letras, espacios, apóstrofos, guiones y puntos.")


class RegistrationRequest(Schema):
    """The short form of registration (ACC-3)."""

    cmp_number = _text(6)
    document_type = fields.String(load_default="1", metadata={"description": "SUNAT catalogue 06: 1, 4, 7"})
    document_number = _text(15)
    given_names = fields.String(required=True, validate=[validate.Length(1, 120), _plain, _name])
    paternal_surname = fields.String(required=True, validate=[validate.Length(1, 80), _plain, _name])
    maternal_surname = fields.String(load_default="", validate=[validate.Length(0, 80), _plain, _name])
    email = fields.String(required=True, validate=[_plain, _email], error_messages=dict(REQUIRED))
    consent_version = _text(40, metadata={"description": "version of the text on personal data that was agreed to"})

    @post_load
    def check(self, data: dict[str, Any], **_: Any) -> dict[str, Any]:
        """Numbers in their stored form: zeros put back, document by its kind."""
        try:
            data["cmp_number"] = cmp_number(data["cmp_number"].strip())
            data["document_type"] = document_type(data["document_type"])
        except ValueError as error:
            raise ValidationError({"cmp_number": [f"{error}".capitalize() + "."]}) from error
        try:
            data["document_number"] = document_number(data["document_type"], data["document_number"].strip())
        except ValueError as error:
            raise ValidationError({"document_number": [f"{error}"]}) from error
        return data


class RegistrationStatusView(Schema):
    """What the status page shows to whoever has the code; `email` is masked."""

    code = fields.String()
    state = fields.String(validate=validate.OneOf([state.value for state in RegistrationState]))
    masked_email = fields.Function(lambda registration: mask(registration.email), metadata={"type": "string"})
    created_at = fields.AwareDateTime()
    confirmed_at = fields.AwareDateTime(allow_none=True)
    decided_at = fields.AwareDateTime(allow_none=True)


class SendAgainRequest(Schema):
    """Where to send the link again; without an address, to the same one."""

    email = fields.String(load_default=None, allow_none=True, validate=[_plain, _email])


class NewPasswordRequest(Schema):
    """A mailed link and the password its owner chose."""

    token = _text(200, load_only=True)
    password = fields.String(required=True, load_only=True, validate=validate.Length(1, 4096))


class PasswordChangeRequest(Schema):
    """The current password and the next one."""

    current_password = fields.String(required=True, load_only=True, validate=validate.Length(1, 4096))
    password = fields.String(required=True, load_only=True, validate=validate.Length(1, 4096))


class RecoveryRequest(Schema):
    """Whoever wants a mail: CMP number, document number, user name or e-mail."""

    username = _text(254)


class EntryRequest(Schema):
    """The number a physician asks entry to SISTCERE with: exactly six digits (REC-2, AMB-5)."""

    cmp_number = fields.String(
        required=True,
        validate=validate.Regexp(r"(?!000000)[0-9]{6}\Z", error=CMP_HINT),
        error_messages={"required": CMP_HINT},
    )


class MailedLink(Schema):
    """A mailed link that is looked at."""

    token = _text(200, load_only=True)


class MailedLinkView(Schema):
    """What a link that still works is for, and until when."""

    purpose = fields.String()
    expires_at = fields.AwareDateTime()


class AnswerView(Schema):
    """The one answer there is: if there is somebody to write to, a mail is on its way."""

    minutes = fields.Integer(metadata={"description": "how long the link in the mail will work"})


class SessionRow(Schema):
    """One of the own sessions."""

    id = fields.String()
    current = fields.Boolean()
    created_at = fields.AwareDateTime()
    seen_at = fields.AwareDateTime(allow_none=True)
    expires_at = fields.AwareDateTime()
    device = fields.String(allow_none=True)
    address = fields.String(allow_none=True)


class SessionsPage(Schema):
    """All of them; there are never many."""

    items = fields.List(fields.Nested(SessionRow))
    next = fields.String(allow_none=True)


class RegistrationsQuery(Schema):
    """Which registrations staff want to see."""

    state = fields.String(
        load_default=RegistrationState.IN_REVIEW.value,
        validate=validate.OneOf([state.value for state in RegistrationState], error="Ese estado no existe."),
    )
    after = fields.String()
    limit = fields.Integer(load_default=50, validate=validate.Range(1, 200, error="Debe estar entre 1 y 200."))


class RegistrationView(Schema):
    """A registration, as staff see it."""

    id = fields.String()
    state = fields.String()
    cmp_number = fields.String()
    document_type = fields.String()
    document_number = fields.String()
    given_names = fields.String()
    paternal_surname = fields.String()
    maternal_surname = fields.String()
    email = fields.String()
    council = fields.String(allow_none=True)
    reasons = fields.List(fields.String())
    created_at = fields.AwareDateTime()
    confirmed_at = fields.AwareDateTime(allow_none=True)
    decided_at = fields.AwareDateTime(allow_none=True)
    decided_by = fields.String(allow_none=True)
    note = fields.String(allow_none=True)


class RegistrationsPage(Schema):
    """One page of the queue."""

    items = fields.List(fields.Nested(RegistrationView))
    next = fields.String(allow_none=True)


class RegisterEntryView(Schema):
    """What the register says of the physician meant."""

    cmp_number = fields.String()
    document_type = fields.String()
    document_number = fields.String()
    given_names = fields.String()
    paternal_surname = fields.String()
    maternal_surname = fields.String()
    council = fields.String()
    state = fields.String()


class CaseView(Schema):
    """A registration beside the register, and why they differ today."""

    registration = fields.Nested(RegistrationView)
    physician = fields.Nested(RegisterEntryView, allow_none=True)
    reasons = fields.List(fields.String())


class RegistrationAcceptance(Schema):
    """Why staff accept although the data differ; the CMP number when it was typed wrongly (ACC-6)."""

    reason = _text(500)
    cmp_number = fields.String(
        load_default=None, allow_none=True, validate=validate.Regexp(r"(?!000000)[0-9]{6}\Z", error=CMP_HINT)
    )


class RegistrationRejection(Schema):
    """Why staff turn it down: reasons of the list, which are mailed, and a note to the person."""

    reasons = fields.List(
        fields.String(validate=validate.OneOf([reason.value for reason in MatchReason], error="Ese motivo no existe.")),
        required=True,
        validate=validate.Length(1, 7, error="Elija al menos un motivo."),
    )
    note = fields.String(load_default="", validate=[validate.Length(0, 400), _plain])


def mask(email: str) -> str:
    """`rosa.quispe@example.pe` -> `r***@example.pe`."""
    name, _, domain = email.partition("@")
    return f"{name[:1]}***@{domain}"
