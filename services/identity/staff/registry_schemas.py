"""The register over HTTP, for staff."""

from marshmallow import Schema, fields, validate

from services.identity.schemas import SpecialityView
from services.identity.staff.schemas import CouncilCode, Email, Line, Reason


class PhysicianQuery(Schema):
    """A CMP number, a document or part of the names, and the page."""

    q = fields.String(required=True, validate=validate.Length(2, 80, error="Escriba de 2 a 80 caracteres."))
    after = fields.String(load_default=None, validate=validate.Length(max=6))
    limit = fields.Integer(load_default=20, validate=validate.Range(1, 100, error="Pida entre 1 y 100 filas."))


class PhysicianRow(Schema):
    """One line of what was found."""

    cmp_number = fields.String()
    given_names = fields.String()
    paternal_surname = fields.String()
    maternal_surname = fields.String()
    council = fields.String()
    state = fields.String()


class PhysicianPage(Schema):
    """One page, by CMP number."""

    items = fields.List(fields.Nested(PhysicianRow))
    next = fields.String(allow_none=True)


class PhysicianAccountView(Schema):
    """The physician's account, if there is one."""

    id = fields.String()
    email = fields.String(allow_none=True)
    state = fields.String()
    created_at = fields.AwareDateTime()
    last_login_at = fields.AwareDateTime(allow_none=True)


class PhysicianEntryView(PhysicianRow):
    """The whole entry."""

    document_type = fields.String()
    document_number = fields.String()
    registered_on = fields.Date()
    specialities = fields.List(fields.Nested(SpecialityView))
    account = fields.Nested(PhysicianAccountView, allow_none=True)
    states = fields.List(fields.String(), metadata={"description": "what the state may be"})


class PhysicianBody(Schema):
    """The whole new entry, as the file of the register writes it, and why."""

    document_type = Line(10, required=True)
    document_number = Line(15, required=True)
    given_names = Line(120, required=True)
    paternal_surname = Line(80, required=True)
    maternal_surname = fields.String(required=True, validate=validate.Length(max=80))
    council = CouncilCode(required=True)
    registered_on = Line(10, required=True)
    state = Line(20, required=True)
    specialities = fields.String(
        required=True,
        validate=validate.Length(max=2000),
        metadata={"description": "`Name|RNE|date`, separated by `;`"},
    )
    reason = Reason()


class CmpNumberBody(Schema):
    """The right CMP number of an account, and why."""

    cmp_number = fields.String(
        required=True, validate=validate.Regexp(r"[0-9]{1,6}", error="El número de CMP tiene 6 dígitos, como 012345.")
    )
    reason = Reason()


class ClientEmailBody(Schema):
    """Where a client is written to from now on, and why."""

    email = Email(required=True)
    reason = Reason()


class ClientEmailView(Schema):
    """The client's address now."""

    id = fields.String()
    name = fields.String()
    email = fields.String(attribute="mail_address", allow_none=True)


class ImportView(Schema):
    """One import of the register."""

    at = fields.AwareDateTime()
    actor_name = fields.String()
    file = fields.Function(lambda entry: entry.subject.removeprefix("file:"), metadata={"type": "string"})
    entered = fields.Integer(attribute="after.entered")
    changed = fields.Integer(attribute="after.changed")
    unchanged = fields.Integer(attribute="after.unchanged")
    refused = fields.Integer(attribute="after.refused")


class ImportsView(Schema):
    """The newest imports."""

    items = fields.List(fields.Nested(ImportView))
