"""What goes in and out over HTTP about clients."""

from decimal import Decimal
from typing import Any

from marshmallow import Schema, ValidationError, fields, post_load, validate, validates_schema

from services.identity.clients.first_access import VoucherFacts
from services.identity.documents import document_number, document_type, meant_by
from services.identity.schemas import REQUIRED, AccountView, _text

VOUCHER_TYPES = ["01", "03", "07", "08"]


class FirstAccessStart(Schema):
    """The manual's gesture: the document number in both fields (VOC-3). Types besides RUC and DNI are named."""

    username = _text(40)
    password = _text(1024, load_only=True)
    document_type = fields.String(load_default=None, allow_none=True, validate=validate.Length(max=12))

    @post_load
    def read_document(self, data: dict[str, Any], **_: Any) -> dict[str, str]:
        """The document meant. Raises ValidationError when it cannot be one, or the fields differ."""
        if "".join(data["username"].split()) != "".join(data["password"].split()):
            raise ValidationError("Escriba el número de su documento en los dos campos.", "password")
        if not data["document_type"]:
            found = meant_by(data["username"])
            if found is None:
                raise ValidationError("Escriba un RUC de 11 dígitos o un DNI de 8 dígitos.", "username")
            return {"kind": found[0], "number": found[1]}
        try:
            kind = document_type(data["document_type"])
            return {"kind": kind, "number": document_number(kind, data["username"])}
        except ValueError as error:
            raise ValidationError(f"Revise el documento: {error}.", "username") from error


class FirstAccessStarted(Schema):
    """The same answer for everybody: what this browser continues with, and for how many minutes."""

    first_access = fields.String()
    minutes = fields.Integer()


class VoucherProof(Schema):
    """Four facts of one own voucher."""

    type = fields.String(
        required=True, validate=validate.OneOf(VOUCHER_TYPES, error="Elija un tipo."), error_messages=dict(REQUIRED)
    )
    number = _text(20)
    issue_date = fields.Date(required=True, error_messages=REQUIRED | {"invalid": "Escriba la fecha AAAA-MM-DD."})
    total = fields.Decimal(
        required=True,
        places=2,
        as_string=True,
        validate=validate.Range(
            Decimal("0.01"), Decimal("99999999.99"), error="Escriba el total como figura en el comprobante."
        ),
        error_messages=REQUIRED | {"invalid": "Escriba el total como figura en el comprobante."},
    )

    @post_load
    def as_facts(self, data: dict[str, Any], **_: Any) -> VoucherFacts:
        """In cents."""
        total_cents = int(data.pop("total").scaleb(2))
        return VoucherFacts(total_cents=total_cents, **data)


class FirstAccessProof(Schema):
    """A code, from the mail or the desk, or a voucher."""

    first_access = _text(200, load_only=True)
    code = fields.String(load_default=None, allow_none=True, validate=validate.Length(1, 40))
    voucher = fields.Nested(VoucherProof, load_default=None, allow_none=True)

    @validates_schema
    def check_one(self, data: dict[str, Any], **_: Any) -> None:
        """Exactly one of the two."""
        if (data.get("code") is None) == (data.get("voucher") is None):
            raise ValidationError("Escriba el código o los datos de un comprobante.", "code")


class ProofAccepted(Schema):
    """What sets the password, once, and nothing else."""

    token = fields.String()
    minutes = fields.Integer()


class FirstPasswordRequest(Schema):
    """The new password, and the consents that were ticked with their versions."""

    token = _text(200, load_only=True)
    password = _text(1024, load_only=True)
    consents = fields.Dict(
        keys=fields.String(validate=validate.Length(max=30)),
        values=fields.String(validate=validate.Length(max=20)),
        load_default=dict,
    )


class ClientQuery(Schema):
    """A search at the desk, by the beginning of the document number."""

    document = fields.String(
        required=True,
        validate=validate.Length(4, 15, error="Escriba al menos 4 dígitos del documento."),
        error_messages=dict(REQUIRED),
    )


class ClientView(AccountView):
    """A client as staff see it. `came_in` says whether a password is set."""

    email = fields.String(attribute="mail_address", allow_none=True)
    came_in = fields.Function(lambda client: client.password_hash is not None, metadata={"type": "boolean"})
    created_at = fields.AwareDateTime()


class ClientsFound(Schema):
    """Clients found, at most twenty."""

    items = fields.List(fields.Nested(ClientView))


class DeskCodeRequest(Schema):
    """Which papers the client showed."""

    reason = fields.String(
        required=True,
        validate=validate.Length(5, 300, error="Escriba qué documento mostró el cliente (de 5 a 300 caracteres)."),
        error_messages=dict(REQUIRED),
    )


class DeskCodeView(Schema):
    """The code to hand over, shown this once."""

    code = fields.String()
    hours = fields.Integer()
    client = fields.Nested(ClientView)


class OwnRucRequest(Schema):
    """The password of the RUC account."""

    password = _text(1024, load_only=True)


class OwnRucView(Schema):
    """The RUC made of the own DNI, and whether its account is linked. Null for who has none."""

    ruc = fields.String(allow_none=True)
    linked = fields.Boolean()
    name = fields.String(allow_none=True)
