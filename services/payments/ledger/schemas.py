"""What staff ask and get of the books."""

from typing import Any

from marshmallow import Schema, fields, validate

from services.payments.dues.schemas import ReasonWish
from services.payments.schemas import ONE_LINE, REQUIRED, Amount, PageQuery, Trimmed

DAY: dict[str, Any] = {"invalid": "Escriba la fecha como 2026-03-02."}


class DaysQuery(Schema):
    """From one day to another in Lima, both included; this month until today unless told otherwise."""

    since = fields.Date(data_key="from", load_default=None, error_messages=DAY)
    until = fields.Date(data_key="to", load_default=None, error_messages=DAY)


class ExportQuery(DaysQuery):
    """Which days, and as what."""

    format = fields.String(load_default="xlsx", validate=validate.OneOf(["csv", "xlsx"], error="Elija csv o xlsx."))


class TransactionQuery(PageQuery, DaysQuery):
    """Which transactions: of some days, or of one order."""

    order_id = fields.UUID(load_default=None, error_messages={"invalid_uuid": "La orden no es válida."})


class AccountView(Schema):
    """One account of the chart."""

    key = fields.String(metadata={"description": "what it is for; entries name it"})
    code = fields.String()
    name = fields.String()
    nature = fields.String()
    sample = fields.Boolean()


class AccountList(Schema):
    """The chart, by code."""

    items = fields.List(fields.Nested(AccountView))


class AccountWish(ReasonWish):
    """Another code and name for an account."""

    code = Trimmed(
        required=True, error_messages=REQUIRED,
        validate=validate.Regexp(r"^[0-9A-Z.-]{1,12}$", error="Use hasta 12 dígitos, letras mayúsculas o puntos."),
    )  # fmt: skip
    name = Trimmed(
        required=True, error_messages=REQUIRED,
        validate=[validate.Length(min=1, max=80, error="Escriba el nombre de la cuenta."), ONE_LINE],
    )  # fmt: skip


class BalanceView(Schema):
    """One account of the trial balance; opening and closing are debit minus credit."""

    account = fields.Nested(AccountView)
    opening = Amount(attribute="opening_cents")
    debit = Amount(attribute="debit_cents")
    credit = Amount(attribute="credit_cents")
    closing = Amount(attribute="closing_cents")


class TrialBalance(Schema):
    """Every account over some days. The two totals are equal."""

    since = fields.Date(data_key="from")
    until = fields.Date(data_key="to")
    currency = fields.String()
    items = fields.List(fields.Nested(BalanceView))
    debit = Amount(attribute="debit_cents")
    credit = Amount(attribute="credit_cents")


class DayMovementView(Schema):
    """One account on one day."""

    day = fields.Date()
    account = fields.Nested(AccountView)
    debit = Amount(attribute="debit_cents")
    credit = Amount(attribute="credit_cents")


class DayMovements(Schema):
    """What moved, by day and account."""

    since = fields.Date(data_key="from")
    until = fields.Date(data_key="to")
    items = fields.List(fields.Nested(DayMovementView))


class EntryView(Schema):
    """One debit or credit."""

    account = fields.String()
    debit = Amount(attribute="debit_cents")
    credit = Amount(attribute="credit_cents")


class TransactionView(Schema):
    """One cause with its entries."""

    id = fields.String()
    cause = fields.String()
    kind = fields.String()
    day = fields.Date()
    text = fields.String()
    order_id = fields.String(allow_none=True)
    posted_at = fields.AwareDateTime()
    entries = fields.List(fields.Nested(EntryView))


class TransactionPage(Schema):
    """One page, newest first."""

    items = fields.List(fields.Nested(TransactionView))
    next = fields.String(allow_none=True)
