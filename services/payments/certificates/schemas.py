"""What comes in and goes out about constancias, field by field."""

from marshmallow import Schema, fields, validate

from services.payments.schemas import MAX_PAGE, ONE_LINE, REQUIRED, Trimmed


class CertificateView(Schema):
    """One constancia as its owner and staff see it."""

    id = fields.String()
    number = fields.String(attribute="number_text")
    code = fields.String(attribute="code_text")
    state = fields.String(metadata={"description": "VIGENTE, VENCIDA or REVOCADA"})
    cmp_number = fields.String()
    name = fields.String()
    issued_at = fields.AwareDateTime()
    valid_until = fields.Date()
    revoked_at = fields.AwareDateTime(allow_none=True)
    revocation_reason = fields.String(allow_none=True)


class CertificatePage(Schema):
    """One page of constancias, newest first."""

    items = fields.List(fields.Nested(CertificateView))
    next = fields.String(allow_none=True)


class PageQuery(Schema):
    """Which page of a list: rows older than number `after`."""

    after = fields.Integer(load_default=None, validate=validate.Range(min=1))
    limit = fields.Integer(
        load_default=20, validate=validate.Range(min=1, max=MAX_PAGE, error="Pida entre 1 y 100 filas.")
    )


class StaffQuery(PageQuery):
    """Which constancias staff look for."""

    cmp_number = fields.String(load_default=None)
    number = Trimmed(load_default=None, metadata={"description": "CH-00000123, or its digits"})


class VerificationView(Schema):
    """One question about a constancia; nobody learns who asked."""

    at = fields.AwareDateTime()
    result = fields.String()
    origin = fields.String()


class VerificationPage(Schema):
    """One page of questions, newest first."""

    items = fields.List(fields.Nested(VerificationView))
    next = fields.String(allow_none=True)


class RevocationRequest(Schema):
    """Why a constancia is taken back."""

    reason = Trimmed(
        required=True,
        validate=[
            validate.Length(min=5, max=300, error="Explique el motivo en 5 a 300 caracteres."), ONE_LINE,
        ],
        error_messages=REQUIRED,
    )  # fmt: skip


class PublicQuery(Schema):
    """The signed words that came with the QR."""

    firma = fields.String(load_default=None, validate=validate.Length(max=2000, error="La firma es demasiado larga."))


class PublicView(Schema):
    """What anybody may know of a constancia."""

    number = fields.String(attribute="certificate.number_text")
    name = fields.String(attribute="certificate.name")
    cmp_number = fields.String(attribute="certificate.cmp_number")
    state = fields.String(attribute="certificate.state")
    issued_at = fields.AwareDateTime(attribute="certificate.issued_at")
    valid_until = fields.Date(attribute="certificate.valid_until")
    signature = fields.String(allow_none=True, metadata={"description": "VALID, ALTERED, null when none was sent"})
    in_good_standing_at_issue = fields.Boolean(dump_default=True)
    in_good_standing_now = fields.Boolean()
    checked_at = fields.AwareDateTime()


class KeyDocument(Schema):
    """The public keys of constancias, as a JWK set (RFC 7517)."""

    keys = fields.List(fields.Dict())
