"""What the treasury desk sends and reads: searches, attempts with their conversation, refunds, rulings, heirs."""

import re
from typing import Any

from marshmallow import Schema, ValidationError, fields, pre_load, validate, validates_schema

from services.payments.schemas import (
    KINDS,
    ONE_LINE,
    REQUIRED,
    Amount,
    AttemptView,
    OrderView,
    PageQuery,
    Trimmed,
)
from services.payments.searching import COUNTED, WORK_LISTS
from services.payments.states import OrderState, RefundState, RulingOutcome

DIGITS = validate.Regexp(r"^\d{1,9}$", error="Escriba solo dígitos, nueve como máximo.")
CMP = validate.Regexp(r"^\d{6}$", error="El número de CMP tiene 6 dígitos, por ejemplo 012345.")
CARD = re.compile(r"(?:\d{6}\*+)?\d{4}")
DUE_ID = fields.String(validate=validate.Regexp(r"^\d{1,18}$", error="Esta cuota no existe."))


def _reason(**more: Any) -> Trimmed:
    words = [validate.Length(min=5, max=300, error="Explique el motivo en 5 a 300 letras."), ONE_LINE]
    return Trimmed(required=True, validate=words, error_messages=REQUIRED, **more)


class StaffOrderQuery(PageQuery):
    """What to look for; every word must fit. `card` is the last four digits, or first six, stars and last four."""

    number = fields.String(load_default=None, validate=DIGITS)
    purchase_number = fields.String(load_default=None, validate=DIGITS)
    owner_cmp = fields.String(load_default=None, validate=CMP)
    card = fields.String(
        load_default=None,
        validate=lambda text: bool(CARD.fullmatch(text)) or _refuse("Escriba los últimos 4 dígitos o 447411****2240."),
    )
    kind = fields.String(load_default=None, validate=KINDS)
    state = fields.String(
        load_default=None, validate=validate.OneOf([state.value for state in OrderState], error="No hay tal estado.")
    )
    start = fields.Date(load_default=None, error_messages={"invalid": "Escriba la fecha como 2026-11-21."})
    end = fields.Date(load_default=None, error_messages={"invalid": "Escriba la fecha como 2026-11-21."})

    @pre_load
    def forget_blanks(self, data: Any, **kwargs: Any) -> dict[str, Any]:
        """An empty field of a search form asks for nothing."""
        return {name: text.strip() for name, text in data.items() if text.strip()}

    @validates_schema
    def check(self, data: dict[str, Any], **kwargs: Any) -> None:
        """A period begins before it ends."""
        if data["start"] and data["end"] and data["start"] > data["end"]:
            raise ValidationError({"end": ["La fecha final debe ser igual o posterior a la inicial."]})


def _refuse(message: str) -> bool:
    raise ValidationError(message)


class PersonView(Schema):
    """A member of staff."""

    id = fields.String()
    name = fields.String()


class RefundLineView(Schema):
    """One due that goes back."""

    due_id = fields.String()
    period = fields.String()
    amount = Amount(attribute="amount_cents")


class RefundView(Schema):
    """A refund as treasury sees it."""

    id = fields.String()
    order_id = fields.String()
    external_reference = fields.String()
    state = fields.String()
    public_state = fields.String(metadata={"description": "devolución programada, devuelto…"})
    method = fields.String(allow_none=True, metadata={"description": "VOID or REFUND, once it was sent"})
    amount = Amount(attribute="amount_cents")
    currency = fields.String()
    whole = fields.Boolean()
    reason = fields.String()
    lines = fields.List(fields.Nested(RefundLineView))
    requested_by = fields.String()
    requested_by_name = fields.String()
    requested_at = fields.AwareDateTime()
    decided_by = fields.String(allow_none=True)
    decided_by_name = fields.String(allow_none=True)
    decided_at = fields.AwareDateTime(allow_none=True)
    next_attempt_at = fields.AwareDateTime(allow_none=True)
    tries = fields.Integer()
    answer = fields.String(allow_none=True)
    devolution_code = fields.String(allow_none=True)
    returned_at = fields.AwareDateTime(allow_none=True)
    settled_at = fields.AwareDateTime(allow_none=True)


class RefundRow(RefundView):
    """A refund in a list, with the order it belongs to."""

    order_number = fields.String()
    owner_cmp = fields.String()
    owner_name = fields.String()
    council = fields.String()


class RefundPage(Schema):
    """One page of refunds, newest request first."""

    items = fields.List(fields.Nested(RefundRow))
    next = fields.String(allow_none=True)


class RefundQuery(PageQuery):
    """Which refunds to list."""

    state = fields.String(
        load_default=None, validate=validate.OneOf([state.value for state in RefundState], error="No hay tal estado.")
    )


class RefundWish(Schema):
    """Which dues to give back and why; no due named: all that is left."""

    due_ids = fields.List(DUE_ID, load_default=list)
    reason = _reason()


class Reason(Schema):
    """Why."""

    reason = _reason()


class RefundRuling(Schema):
    """What evidence says about a refund in doubt or refused."""

    returned = fields.Boolean(required=True, error_messages=REQUIRED)
    reason = _reason()


class Application(Schema):
    """Which dues a charge without a use shall pay, and why."""

    due_ids = fields.List(
        DUE_ID, required=True, validate=validate.Length(min=1, max=72, error="Elija al menos una cuota."),
        error_messages=REQUIRED,
    )  # fmt: skip
    reason = _reason()


class RulingWish(Schema):
    """What staff say by evidence about a charge in doubt."""

    outcome = fields.String(
        required=True,
        validate=validate.OneOf([outcome.value for outcome in RulingOutcome], error="Elija cobrado o no cobrado."),
        error_messages=REQUIRED,
    )
    evidence = _reason()
    reason = _reason()
    transaction_id = Trimmed(load_default=None, allow_none=True, validate=validate.Regexp(r"^\w{1,40}$"))
    authorization_code = Trimmed(load_default=None, allow_none=True, validate=validate.Regexp(r"^\w{1,20}$"))
    charged_at = fields.AwareDateTime(load_default=None, allow_none=True)


class RulingView(Schema):
    """A ruling and who stands for it."""

    id = fields.Integer()
    attempt_id = fields.Integer()
    outcome = fields.String()
    state = fields.String()
    evidence = fields.String()
    reason = fields.String()
    transaction_id = fields.String(allow_none=True)
    authorization_code = fields.String(allow_none=True)
    charged_at = fields.AwareDateTime(allow_none=True)
    proposed_by = fields.String()
    proposed_by_name = fields.String()
    proposed_at = fields.AwareDateTime()
    decided_by = fields.String(allow_none=True)
    decided_by_name = fields.String(allow_none=True)
    decided_at = fields.AwareDateTime(allow_none=True)


class MessageView(Schema):
    """One scrubbed line of the conversation with the acquirer."""

    direction = fields.String(metadata={"description": "out or in"})
    endpoint = fields.String()
    http_status = fields.Integer(allow_none=True)
    body = fields.Dict()
    elapsed_ms = fields.Integer(allow_none=True)
    at = fields.AwareDateTime()


class EdgeView(Schema):
    """One edge an attempt took."""

    from_state = fields.String(allow_none=True)
    to_state = fields.String()
    happening = fields.String()
    actor = fields.String()
    reason = fields.String()
    at = fields.AwareDateTime()


class StaffAttemptView(AttemptView):
    """An attempt with all that is kept of it."""

    id = fields.Integer()
    order_id = fields.String()
    amount = Amount(attribute="amount_cents")
    authorized = Amount(attribute="authorized_cents", allow_none=True)
    currency = fields.String()
    expires_at = fields.AwareDateTime()
    claimed_at = fields.AwareDateTime(allow_none=True)
    doubt_since = fields.AwareDateTime(allow_none=True)
    next_check_at = fields.AwareDateTime(allow_none=True)
    checks = fields.Integer()
    not_found = fields.Integer()
    action_description = fields.String(allow_none=True)
    authorization_code = fields.String(allow_none=True)
    transaction_id = fields.String(allow_none=True)
    trace_number = fields.String(allow_none=True)
    card_brand = fields.String(allow_none=True)
    installments = fields.Integer(allow_none=True)


class AttemptRow(StaffAttemptView):
    """An attempt on a work list, with its order."""

    order_number = fields.String()
    owner_cmp = fields.String()
    owner_name = fields.String()
    council = fields.String()
    kind = fields.String()


class AttemptPage(Schema):
    """One page of a work list, oldest first."""

    items = fields.List(fields.Nested(AttemptRow))
    next = fields.String(allow_none=True)


class WorkQuery(PageQuery):
    """Which work list."""

    list = fields.String(
        required=True, validate=validate.OneOf(list(WORK_LISTS), error="No hay tal lista."), error_messages=REQUIRED
    )


WorkCounts = Schema.from_dict({name: fields.Integer() for name in COUNTED}, name="WorkCounts")
"""How much waits for a person, by list."""


class AttemptDossier(StaffAttemptView):
    """An attempt with its history, its conversation and the rulings about it."""

    events = fields.List(fields.Nested(EdgeView))
    messages = fields.List(fields.Nested(MessageView))
    rulings = fields.List(fields.Nested(RulingView))


class ActView(Schema):
    """One act of staff."""

    at = fields.AwareDateTime()
    actor_id = fields.String()
    actor_name = fields.String()
    act = fields.String()
    before = fields.Dict(allow_none=True)
    after = fields.Dict(allow_none=True)
    reason = fields.String(allow_none=True)


class StaffOrderRow(OrderView):
    """An order in a search, with its last attempt."""

    council = fields.String()
    payer_account = fields.String()


class StaffOrderPage(Schema):
    """One page of orders, newest first."""

    items = fields.List(fields.Nested(StaffOrderRow))
    next = fields.String(allow_none=True)


class OrderDossier(StaffOrderRow):
    """An order with everything treasury may want to know of it."""

    terms_version = fields.String()
    terms_accepted_at = fields.AwareDateTime()
    attempts = fields.List(fields.Nested(AttemptDossier))
    refunds = fields.List(fields.Nested(RefundView))
    returned_due_ids = fields.List(fields.String())
    acts = fields.List(fields.Nested(ActView))
    has_receipt = fields.Boolean()


class HeirWish(Schema):
    """What treasury enters about an heir after seeing the papers."""

    holder_cmp = fields.String(required=True, validate=CMP, error_messages=REQUIRED)
    document_type = fields.String(
        required=True, validate=validate.OneOf(["1", "4", "7", "A"], error="Elija el tipo de documento."),
        error_messages=REQUIRED,
    )  # fmt: skip
    document_number = Trimmed(
        required=True,
        validate=validate.Regexp(r"^[0-9A-Z]{8,12}$", error="El documento tiene de 8 a 12 letras o números."),
        error_messages=REQUIRED,
    )
    name = Trimmed(required=True, validate=[validate.Length(min=3, max=200), ONE_LINE], error_messages=REQUIRED)
    relationship = Trimmed(required=True, validate=[validate.Length(min=3, max=60), ONE_LINE], error_messages=REQUIRED)
    evidence = _reason()


class HeirView(Schema):
    """An authorisation to pay a holder's SEMEFA."""

    id = fields.Integer()
    holder_cmp = fields.String()
    document_type = fields.String()
    document_number = fields.String()
    name = fields.String()
    relationship = fields.String()
    evidence = fields.String()
    entered_by = fields.String()
    entered_at = fields.AwareDateTime()
    revoked_at = fields.AwareDateTime(allow_none=True)


class HeirQuery(Schema):
    """Whose authorisations to list."""

    holder_cmp = fields.String(required=True, validate=CMP, error_messages=REQUIRED)


class HeirList(Schema):
    """All authorisations of one holder, newest first, the revoked ones too."""

    items = fields.List(fields.Nested(HeirView))
