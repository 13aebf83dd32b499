"""What comes in and what goes out, field by field; messages in Spanish, unknown fields refused."""

from typing import Any

from marshmallow import Schema, ValidationError, fields, validate, validates_schema

from services.payments.dues import DueKind
from services.payments.money import decimal
from services.payments.vouchers import VoucherType, is_ruc

REQUIRED: dict[str, Any] = {"required": "Este dato es obligatorio.", "null": "Este dato es obligatorio."}
KINDS = validate.OneOf([kind.value for kind in DueKind], error="Elija cuota colegiado o cuota Semefa.")
ONE_LINE = validate.Regexp(r"^[^\x00-\x1f\x7f]*$", error="Escriba el dato en una sola línea.")
VOUCHERS = validate.OneOf([kind.value for kind in VoucherType], error="Elija boleta o factura.")
MAX_DUES = 72
MAX_PAGE = 100


class Amount(fields.String):
    """Cents as a decimal string with two places."""

    def _serialize(self, value: Any, attr: str | None, obj: Any, **kwargs: Any) -> str | None:
        return None if value is None else str(decimal(value))


class Consent(fields.Boolean):
    """A tick: true or false, and nothing that merely looks like it."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> bool:
        if not isinstance(value, bool):
            raise self.make_error("invalid")
        return value


class Trimmed(fields.String):
    """A text without blanks around it."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        text: str = super()._deserialize(value, attr, data, **kwargs)
        return text.strip()


OWNER = validate.Regexp(r"^\d{6}$", error="El número de CMP tiene 6 dígitos, por ejemplo 012345.")


class OwnerQuery(Schema):
    """Whose dues, when they are not the own ones (an heir's)."""

    owner_cmp = fields.String(load_default=None, validate=OWNER)


class PendingQuery(OwnerQuery):
    """Which kind of dues to list."""

    kind = fields.String(required=True, validate=KINDS, error_messages=REQUIRED)


class DueView(Schema):
    """One due that can be paid. `order_id` names the live order that holds it, if any."""

    id = fields.String()
    kind = fields.String()
    period = fields.String()
    period_text = fields.String(attribute="spelled_period")
    description = fields.String()
    amount = Amount(attribute="amount_cents")
    order_id = fields.String(dump_default=None, allow_none=True)


class OwedView(Schema):
    """How many dues and how much."""

    count = fields.Integer()
    total = Amount(attribute="total_cents")


class PendingDues(Schema):
    """The dues of one kind that can be paid here, oldest first; `older` are those the page sends to the council."""

    owner_cmp = fields.String()
    kind = fields.String()
    items = fields.List(fields.Nested(DueView))
    total = Amount(attribute="total_cents")
    currency = fields.String()
    older = fields.Nested(OwedView)
    window_start = fields.String(metadata={"description": "oldest payable month, yyyymm"})


class KindSummary(Schema):
    """What is owed of one kind."""

    kind = fields.String()
    label = fields.String()
    count = fields.Integer()
    total = Amount(attribute="total_cents")
    older = fields.Nested(OwedView)


class DuesSummary(Schema):
    """What is owed, by kind, and for which CMP number the payment will be (PAY-2)."""

    owner_cmp = fields.String()
    owner_name = fields.String(allow_none=True)
    currency = fields.String()
    kinds = fields.List(fields.Nested(KindSummary))


class TermsView(Schema):
    """The payment conditions in force."""

    version = fields.String()
    text_es = fields.String()
    text_en = fields.String()


class VoucherWish(Schema):
    """Boleta needs an e-mail and accepted conditions (PAY-6); factura also RUC, legal name and address (PAY-7)."""

    type = fields.String(required=True, validate=VOUCHERS, error_messages=REQUIRED)
    email = fields.Email(
        required=True,
        validate=validate.Length(max=254, error="El correo es demasiado largo."),
        error_messages=REQUIRED | {"invalid": "Escriba un correo electrónico válido."},
    )
    terms_accepted = Consent(required=True, error_messages=REQUIRED)
    terms_version = fields.String(required=True, validate=validate.Length(max=20), error_messages=REQUIRED)
    ruc = Trimmed(load_default=None, allow_none=True)
    legal_name = Trimmed(load_default=None, allow_none=True, validate=[validate.Length(max=200), ONE_LINE])
    address = Trimmed(load_default=None, allow_none=True, validate=[validate.Length(max=250), ONE_LINE])

    @validates_schema
    def check(self, data: dict[str, Any], **kwargs: Any) -> None:
        """Conditions must be accepted; what a factura needs must be there."""
        wrong: dict[str, list[str]] = {}
        if not data["terms_accepted"]:
            wrong["terms_accepted"] = ["Debe aceptar las condiciones de pago."]
        if data["type"] == VoucherType.FACTURA:
            if not is_ruc(data["ruc"] or ""):
                wrong["ruc"] = ["El RUC debe tener 11 dígitos y ser válido."]
            for name, text in (("legal_name", "la razón social"), ("address", "la dirección fiscal")):
                if not data[name]:
                    wrong[name] = [f"Ingrese {text}."]
        if wrong:
            raise ValidationError(wrong)


class OrderRequest(Schema):
    """The summary the payer accepts. `owner_cmp` names the holder an heir pays for; without it, the own dues."""

    owner_cmp = fields.String(load_default=None, allow_none=True, validate=OWNER)
    kind = fields.String(required=True, validate=KINDS, error_messages=REQUIRED)
    due_ids = fields.List(
        fields.String(validate=validate.Regexp(r"^\d{1,18}$", error="Esta cuota no existe.")),
        required=True,
        validate=validate.Length(min=1, max=MAX_DUES, error="Elija al menos una cuota."),
        error_messages=REQUIRED,
    )
    voucher = fields.Nested(VoucherWish, required=True, error_messages=REQUIRED)


class LineView(Schema):
    """One due of an order."""

    due_id = fields.String()
    period = fields.String()
    description = fields.String()
    amount = Amount(attribute="amount_cents")


class VoucherView(Schema):
    """The voucher as it will be issued."""

    type = fields.String()
    email = fields.String()
    document_type = fields.String()
    document_number = fields.String()
    name = fields.String()
    address = fields.String(allow_none=True)


class AttemptView(Schema):
    """The last try to pay. `gateway_amount` is there only when the acquirer charged another amount (PAY-10)."""

    purchase_number = fields.String(attribute="number_text")
    state = fields.String()
    created_at = fields.AwareDateTime()
    action_code = fields.String(allow_none=True)
    action_text = fields.String(attribute="message", allow_none=True)
    card = fields.String(attribute="masked_card", allow_none=True)
    charged_at = fields.AwareDateTime(allow_none=True)
    gateway_amount = Amount(attribute="differing_cents", allow_none=True)


class PayerRefundView(Schema):
    """What the payer may know of a refund."""

    public_state = fields.String()
    amount = Amount(attribute="amount_cents")
    requested_at = fields.AwareDateTime()
    returned_at = fields.AwareDateTime(allow_none=True)
    periods = fields.List(fields.String())


class OrderView(Schema):
    """An order as its payer sees it."""

    id = fields.String()
    number = fields.String(attribute="number_text")
    state = fields.String()
    public_state = fields.String(
        metadata={"description": "pendiente, en confirmación, pagado, rechazado, vencido or devuelto"}
    )
    owner_cmp = fields.String()
    owner_name = fields.String()
    payer_name = fields.String(allow_none=True, metadata={"description": "who pays, when it is an heir"})
    kind = fields.String()
    lines = fields.List(fields.Nested(LineView))
    total = Amount(attribute="total_cents")
    currency = fields.String()
    voucher = fields.Nested(VoucherView)
    created_at = fields.AwareDateTime()
    expires_at = fields.AwareDateTime()
    paid_at = fields.AwareDateTime(allow_none=True)
    attempt = fields.Nested(AttemptView, allow_none=True)
    refund = fields.Nested(
        PayerRefundView, attribute="shown_refund", allow_none=True, metadata={"description": "the last one approved"}
    )


class PageQuery(Schema):
    """Which page of a list. `after` is the `next` of the page before."""

    after = fields.String(load_default=None)
    limit = fields.Integer(
        load_default=20, validate=validate.Range(min=1, max=MAX_PAGE, error="Pida entre 1 y 100 filas.")
    )


class OrderPage(Schema):
    """One page of orders, newest first."""

    items = fields.List(fields.Nested(OrderView))
    next = fields.String(allow_none=True)


class FormView(Schema):
    """What the page that holds the acquirer's card form needs (payments.md 1.1 WEB FORM)."""

    purchase_number = fields.String()
    amount = Amount(attribute="amount_cents")
    currency = fields.String()
    merchant_id = fields.String()
    session_key = fields.String()
    checkout_js_url = fields.String()
    expires_at = fields.AwareDateTime()
    expiration_minutes = fields.Integer()
    timeout_minutes = fields.Integer()
    merchant_name = fields.String()
    merchant_logo_url = fields.String()
    cardholder_name = fields.String()
    cardholder_lastname = fields.String()
    cardholder_email = fields.String()


class FormReturn(Schema):
    """What the acquirer's form posts back. Its e-mail is not used: the voucher goes where the order says (PAY-11)."""

    transaction_token = fields.String(
        required=True,
        validate=validate.Regexp(r"^[\x21-\x7e]{1,100}$", error="El formulario de pago no es válido."),
        error_messages=REQUIRED,
    )
    channel = fields.String(required=True, error_messages=REQUIRED)
    customer_email = fields.String(load_default=None, allow_none=True)


class MerchantView(Schema):
    """Who was paid, as Niubiz wants it shown."""

    name = fields.String()
    domain = fields.String()
    phone = fields.String()
    address = fields.String()
    country = fields.String()
    logo_url = fields.String()


class ReceiptLine(Schema):
    """One due on the receipt."""

    period = fields.String()
    description = fields.String()
    amount = fields.String()


class Receipt(Schema):
    """The result page of a paid order, as it was shown the first time (PAY-9, PAY-10)."""

    order_id = fields.String()
    order_number = fields.String()
    purchase_number = fields.String(metadata={"description": "Número de pedido (PAY-9)"})
    card = fields.String(allow_none=True)
    card_brand = fields.String(allow_none=True)
    cardholder = fields.String(allow_none=True)
    owner_cmp = fields.String()
    owner_name = fields.String()
    paid_at = fields.String()
    paid_at_text = fields.String()
    amount = fields.String()
    currency = fields.String()
    currency_symbol = fields.String()
    gateway_amount = fields.String(allow_none=True)
    description = fields.String()
    lines = fields.List(fields.Nested(ReceiptLine))
    action_code = fields.String(allow_none=True)
    action_text = fields.String()
    authorization_code = fields.String(allow_none=True)
    installments = fields.Integer(allow_none=True)
    voucher_type = fields.String()
    voucher_email = fields.String()
    refund_policy = fields.String()
    terms_version = fields.String()
    terms_url = fields.String()
    terms_accepted_at_text = fields.String()
    merchant = fields.Nested(MerchantView)
    keep_notice = fields.String()
