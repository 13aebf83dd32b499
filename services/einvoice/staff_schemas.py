"""What staff send to issue, amend or void by hand. Amounts are decimal strings, prices with their tax included."""

from decimal import Decimal
from typing import Any

from marshmallow import Schema, ValidationError, fields, validate, validates_schema

from services.einvoice.documents import (
    BOLETA,
    CREDIT_NOTE,
    DEBIT_NOTE,
    DOCUMENT_NAMES,
    FACTURA,
    TREATMENTS,
)
from services.einvoice.schemas import CHOOSE

MAX_LINES = 500
NEEDED: dict[str, Any] = {"required": "Complete este dato.", "null": "Complete este dato."}
AMOUNT = "Escriba un monto mayor que cero, con dos decimales como máximo."


def _amount(**options: Any) -> fields.Decimal:
    """An amount above zero with at most two decimals."""
    return fields.Decimal(
        as_string=True,
        validate=_check_amount,
        error_messages=NEEDED | {"invalid": AMOUNT},
        metadata={"description": "118.00"},
        **options,
    )


def _check_amount(amount: Decimal) -> None:
    if not amount.is_finite() or amount <= 0 or amount * 100 != (amount * 100).to_integral_value():
        raise ValidationError(AMOUNT)


def text_field(shortest: int, longest: int, **options: Any) -> fields.String:
    """Free text of a length."""
    words = f"Escriba entre {shortest} y {longest} caracteres."
    return fields.String(
        validate=validate.Length(shortest, longest, error=words), error_messages=NEEDED, **{"required": True} | options
    )


def request_id_field() -> fields.UUID:
    """Comes with the form, so that one sent twice acts once."""
    return fields.UUID(required=True, error_messages=NEEDED | {"invalid": "Vuelva a abrir el formulario."})


def _choice(*values: str) -> fields.String:
    return fields.String(required=True, validate=validate.OneOf(values, error=CHOOSE), error_messages=NEEDED)


class CustomerWish(Schema):
    """In whose name; `document_type` is SUNAT catalogue 06."""

    document_type = _choice(*DOCUMENT_NAMES)
    document_number = fields.String(
        required=True,
        validate=validate.Regexp(r"[A-Za-z0-9-]{1,15}$", error="Escriba hasta 15 letras y cifras, sin espacios."),
        error_messages=NEEDED,
    )
    name = text_field(3, 300)
    address = text_field(3, 200, required=False, load_default=None, allow_none=True)

    @validates_schema
    def check_dni(self, data: dict[str, Any], **_: Any) -> None:
        """4207: a DNI has eight digits; SUNAT would only observe it."""
        number = data.get("document_number", "")
        if data.get("document_type") == "1" and not (len(number) == 8 and number.isdigit()):
            raise ValidationError("El DNI tiene 8 cifras.", "document_number")


class LineWish(Schema):
    """One line: `amount` is paid for the whole quantity, tax included; `tax_code` is SUNAT catalogue 07."""

    description = text_field(1, 500)
    amount = _amount(required=True)
    tax_code = _choice(*(code for code in TREATMENTS if code != "40"))
    quantity = fields.Decimal(
        load_default=Decimal(1),
        as_string=True,
        validate=validate.Range(Decimal("0.01"), Decimal(999_999), error="Escriba una cantidad mayor que cero."),
    )


class InstalmentWish(Schema):
    """One cuota of a factura on credit."""

    due_date = fields.Date(required=True, error_messages=NEEDED | {"invalid": "Escriba una fecha válida."})
    amount = _amount(required=True)


class Delivery(Schema):
    """The delivery e-mail is always asked for; that the customer has none must be said, not left out (VOC-7)."""

    request_id = request_id_field()
    delivery_email = fields.Email(
        load_default=None,
        allow_none=True,
        validate=validate.Length(max=254),
        error_messages={"invalid": "Escriba un correo válido, por ejemplo nombre@ejemplo.pe."},
    )
    email_absent = fields.Boolean(load_default=False)

    @validates_schema
    def check_email(self, data: dict[str, Any], **_: Any) -> None:
        """Either an address, or the statement that there is none."""
        if bool(data.get("delivery_email")) == data.get("email_absent"):
            raise ValidationError(
                "Indique el correo de entrega, o declare que el cliente no tiene uno.", "delivery_email"
            )


class VoucherWish(Delivery):
    """A factura or boleta by hand."""

    voucher_type = _choice(FACTURA, BOLETA)
    council = fields.String(
        load_default=None, allow_none=True, validate=validate.Regexp(r"\d{2}$", error="Elija un consejo.")
    )
    customer = fields.Nested(CustomerWish, required=True, error_messages=NEEDED)
    lines = fields.List(
        fields.Nested(LineWish),
        required=True,
        validate=validate.Length(1, MAX_LINES, error=f"Ingrese entre 1 y {MAX_LINES} líneas."),
        error_messages=NEEDED,
    )
    instalments = fields.List(fields.Nested(InstalmentWish), load_default=list, validate=validate.Length(max=60))
    reason = text_field(3, 500)
    replaces = fields.String(
        load_default=None,
        allow_none=True,
        validate=validate.Length(max=36),
        metadata={"description": "El comprobante rechazado cuyo lugar toma"},
    )


class NoteWish(Delivery):
    """A nota de crédito or débito on an accepted voucher; without lines a nota de crédito gives all of it back."""

    voucher_type = _choice(CREDIT_NOTE, DEBIT_NOTE)
    reason_code = text_field(2, 2)
    reason = text_field(3, 500)
    lines = fields.List(
        fields.Nested(LineWish),
        load_default=list,
        validate=validate.Length(max=MAX_LINES, error=f"Ingrese {MAX_LINES} líneas como máximo."),
    )
    instalments = fields.List(fields.Nested(InstalmentWish), load_default=list, validate=validate.Length(max=60))

    @validates_schema
    def check_lines(self, data: dict[str, Any], **_: Any) -> None:
        """A nota de débito says what it adds."""
        if data.get("voucher_type") == DEBIT_NOTE and not data.get("lines"):
            raise ValidationError("Ingrese lo que la nota de débito agrega.", "lines")


class VoidWish(Schema):
    """Why a voucher is void; SUNAT reads it too (4203)."""

    request_id = request_id_field()
    reason = text_field(3, 100)
