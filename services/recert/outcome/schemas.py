"""What comes in and goes out about recertifications, constancias and diplomas, field by field."""

from typing import Any

from marshmallow import Schema, ValidationError, fields, validate, validates_schema

from services.recert.requests.schemas import ONE_LINE, Trimmed

MAX_PAGE = 100
REQUIRED: dict[str, Any] = {"required": "Este dato es obligatorio.", "null": "Este dato es obligatorio."}
DOCUMENT_TYPES = ("1", "4", "7")
"""DNI, carné de extranjería, pasaporte (SUNAT catalogue 06): what the desk accepts."""


class HandoverView(Schema):
    """The record of a diploma handed over."""

    handed_on = fields.Date()
    collector = fields.String()
    document_type = fields.String()
    by_proxy = fields.Boolean()
    recorded_at = fields.AwareDateTime()
    recorded_by_name = fields.String()


class RecertificationView(Schema):
    """One recertification as its owner and staff see it: the columns of REC-16, and more."""

    id = fields.String()
    number = fields.String(attribute="dossier.number_text", metadata={"description": '"Nro": of the request'})
    state = fields.String(metadata={"description": "VIGENTE, VENCIDA or REVOCADA, of the constancia"})
    state_text = fields.String(metadata={"description": '"Estado": APROBADO Y REVISADO, or REVOCADO'})
    diploma_number = fields.Integer()
    kind_text = fields.String()
    basis = fields.String()
    rne = fields.String()
    speciality = fields.String(allow_none=True)
    cmp_number = fields.String()
    name = fields.String()
    dictamen_on = fields.Date()
    valid_until = fields.Date()
    year = fields.Integer()
    pickup_council = fields.String()
    pickup_label = fields.String()
    diploma = fields.String(metadata={"description": "EN_PREPARACION, LISTO or ENTREGADO"})
    ready_at = fields.AwareDateTime(allow_none=True)
    handover = fields.Nested(HandoverView, allow_none=True)
    constancia_number = fields.String(attribute="constancia.number_text")
    constancia_code = fields.String(attribute="constancia.code_text")
    constancia_drawn = fields.Boolean(attribute="constancia.is_drawn")
    revoked_at = fields.AwareDateTime(allow_none=True)
    revocation_reason = fields.String(allow_none=True)


class RecertificationPage(Schema):
    """One page of recertifications, newest first."""

    items = fields.List(fields.Nested(RecertificationView))
    next = fields.String(allow_none=True)


class OutcomePageQuery(Schema):
    """Which page of a list: rows older than number `after`."""

    after = fields.Integer(load_default=None, validate=validate.Range(min=1))
    limit = fields.Integer(
        load_default=20, validate=validate.Range(min=1, max=MAX_PAGE, error="Pida entre 1 y 100 filas.")
    )


class RecertificationQuery(OutcomePageQuery):
    """Which recertifications staff look for."""

    cmp_number = fields.String(load_default=None)
    number = Trimmed(load_default=None, metadata={"description": "CR-00000123, or the number of the diploma"})


class DiplomaQuery(OutcomePageQuery):
    """Which diplomas staff look for; the queue begins with the oldest."""

    state = fields.String(load_default=None, validate=validate.OneOf(["EN_PREPARACION", "LISTO", "ENTREGADO"]))
    council = fields.String(load_default=None, validate=validate.Length(equal=2))
    number = Trimmed(load_default=None, metadata={"description": "of the diploma, or CR-00000123"})


class DiplomaView(RecertificationView):
    """A diploma with the last day on which it must be ready."""

    due_on = fields.Date(allow_none=True)


class DiplomaPage(Schema):
    """One page of diplomas, oldest first."""

    items = fields.List(fields.Nested(DiplomaView))
    next = fields.String(allow_none=True)


class HandoverRequest(Schema):
    """Who came for the diploma."""

    handed_on = fields.Date(required=True, error_messages=REQUIRED | {"invalid": "Escriba una fecha."})
    by_proxy = fields.Boolean(required=True, error_messages=REQUIRED)
    collector = Trimmed(
        load_default="", validate=[validate.Length(max=200, error="Escriba 200 caracteres como máximo."), ONE_LINE]
    )
    document_type = fields.String(
        required=True,
        validate=validate.OneOf(DOCUMENT_TYPES, error="Elija un documento de la lista."),
        error_messages=REQUIRED,
    )

    @validates_schema
    def name_the_proxy(self, data: dict[str, Any], **kwargs: Any) -> None:
        """Somebody else has a name."""
        if data["by_proxy"] and not data["collector"]:
            raise ValidationError("Escriba el nombre de quien recoge el diploma.", "collector")


class RevocationOfRecertification(Schema):
    """Why a recertification is revoked."""

    reason = Trimmed(
        required=True,
        validate=[validate.Length(min=5, max=300, error="Explique el motivo en 5 a 300 caracteres."), ONE_LINE],
        error_messages=REQUIRED,
    )


class QuestionView(Schema):
    """One question about a constancia; nobody learns who asked."""

    at = fields.AwareDateTime()
    result = fields.String()
    origin = fields.String()


class QuestionPage(Schema):
    """One page of questions, newest first."""

    items = fields.List(fields.Nested(QuestionView))
    next = fields.String(allow_none=True)


class SignedQuery(Schema):
    """The signed words that came with the QR."""

    firma = fields.String(load_default=None, validate=validate.Length(max=2000, error="La firma es demasiado larga."))


class PublicConstancia(Schema):
    """What anybody may know of a constancia."""

    number = fields.String(attribute="row.constancia.number_text")
    name = fields.String(attribute="row.name")
    cmp_number = fields.String(attribute="row.cmp_number")
    kind_text = fields.String(attribute="row.kind_text")
    rne = fields.String(attribute="row.rne")
    state = fields.String(attribute="row.state")
    dictamen_on = fields.Date(attribute="row.dictamen_on")
    valid_until = fields.Date(attribute="row.valid_until")
    signature = fields.String(allow_none=True, metadata={"description": "VALID, ALTERED, null when none was sent"})
    checked_at = fields.AwareDateTime()


class ConstanciaKeyDocument(Schema):
    """The public keys of constancias, as a JWK set (RFC 7517)."""

    keys = fields.List(fields.Dict())
