"""What the voucher desk is asked for and what it tells. Amounts are decimal strings, dates ISO 8601."""

from decimal import Decimal
from typing import Any

from marshmallow import Schema, fields, validate

from services.einvoice.desk.queue import STATES
from services.einvoice.schemas import CHOOSE, LineView, VoucherDetail, VoucherQuery, VoucherView
from services.einvoice.staff_schemas import NEEDED, request_id_field, text_field

PAGE = validate.Range(1, 100, error="Pida entre 1 y 100 filas.")


class Cents(fields.String):
    """Whole cents inside, a decimal string with two places outside."""

    def _serialize(self, value: Any, attr: str | None, obj: Any, **kwargs: Any) -> str | None:
        """`1234` becomes `12.34`."""
        return None if value is None else f"{Decimal(value).scaleb(-2):.2f}"


class QueueQuery(Schema):
    """A page of the queue: one state, one series, at most so many days left."""

    state = fields.String(load_default=None, validate=validate.OneOf(STATES, error=CHOOSE))
    series = fields.String(load_default=None, validate=validate.Length(max=4, error="La serie tiene 4 caracteres."))
    days_left = fields.Integer(
        load_default=None, validate=validate.Range(-3650, 60, error="Escriba un número de días.")
    )
    after = fields.String(load_default=None, validate=validate.Length(max=60))
    limit = fields.Integer(load_default=20, validate=PAGE)


class SummaryQuery(Schema):
    """A page of the RC and RA; `after` is the id of the last one seen."""

    settled = fields.Boolean(load_default=False, metadata={"description": "También los ya resueltos"})
    after = fields.String(load_default=None, validate=validate.Length(max=36))
    limit = fields.Integer(load_default=20, validate=PAGE)


class StaffVoucherQuery(VoucherQuery):
    """The same search as the owners' lists, over every state unless one is asked for."""


class ReasonWish(Schema):
    """Why something is done; `request_id` makes a form that is sent twice act once."""

    request_id = request_id_field()
    reason = text_field(3, 500)


class MailWish(Schema):
    """Send again, to the registered address."""

    request_id = request_id_field()


class MonthQuery(Schema):
    """Which month."""

    month = fields.String(
        required=True,
        validate=validate.Regexp(r"20\d\d-(0[1-9]|1[0-2])$", error="Escriba el mes como 2026-11."),
        error_messages=NEEDED,
    )


class QueuedView(Schema):
    """A voucher in the queue: SUNAT's code and words, what to do, the days left. Names nobody."""

    id = fields.String()
    number = fields.String()
    type = fields.String()
    type_label = fields.String()
    council = fields.String()
    issue_date = fields.Date()
    total = fields.Decimal(as_string=True, places=2)
    currency = fields.String()
    state = fields.String()
    sunat_code = fields.String()
    sunat_text = fields.String()
    advice = fields.String()
    waits_for_person = fields.Boolean()
    attempts = fields.Integer()
    next_attempt_at = fields.AwareDateTime(allow_none=True)
    days_left = fields.Integer(allow_none=True)


class QueuePage(Schema):
    """A page of the queue; `next` goes into `after`."""

    items = fields.List(fields.Nested(QueuedView))
    next = fields.String(allow_none=True)


class AttemptView(Schema):
    """One attempt: what was sent, and what was answered, if anything was."""

    id = fields.String()
    operation = fields.String()
    file_name = fields.String()
    xml_sha256 = fields.String()
    zip_sha256 = fields.String(allow_none=True)
    sent_at = fields.AwareDateTime()
    answered_at = fields.AwareDateTime(allow_none=True)
    outcome = fields.String(allow_none=True)
    code = fields.String(allow_none=True)
    text = fields.String(allow_none=True)
    elapsed_ms = fields.Integer(allow_none=True)
    kept = fields.Boolean(metadata={"description": "Los bytes de la respuesta se guardaron"})


class SummaryView(Schema):
    """An RC or RA in the list."""

    id = fields.String()
    number = fields.String(metadata={"description": "RC-20261120-1"})
    kind = fields.String()
    issue_date = fields.Date()
    reference_date = fields.Date()
    state = fields.String()
    sunat_code = fields.String()
    sunat_text = fields.String()
    advice = fields.String()
    waits_for_person = fields.Boolean()
    ticket = fields.String(allow_none=True)
    ticket_at = fields.AwareDateTime(allow_none=True)
    polls = fields.Integer()
    attempts = fields.Integer()
    next_attempt_at = fields.AwareDateTime(allow_none=True)
    settled_at = fields.AwareDateTime(allow_none=True)


class SummaryPage(Schema):
    """A page of summaries; `next` goes into `after`."""

    items = fields.List(fields.Nested(SummaryView))
    next = fields.String(allow_none=True)


class EntryView(Schema):
    """What a summary says of one voucher."""

    voucher_id = fields.String()
    number = fields.String()
    condition = fields.String(metadata={"description": "SUNAT catálogo 19: 1 agrega, 3 anula"})
    reason = fields.String()
    state = fields.String()


class SummaryDetail(SummaryView):
    """An RC or RA with the vouchers in scope and the conversation about it."""

    entries = fields.List(fields.Nested(EntryView))
    attempts_made = fields.List(fields.Nested(AttemptView))


class StaffLine(LineView):
    """A line with its value, its tax and its treatment."""

    quantity = fields.Decimal(as_string=True)
    tax_label = fields.String()
    value = Cents(attribute="value_cents")
    tax = Cents(attribute="tax_cents")


class StepView(Schema):
    """One step of a voucher."""

    from_state = fields.String()
    to_state = fields.String()
    at = fields.AwareDateTime()
    reason = fields.String()


class ActView(Schema):
    """One act of staff."""

    at = fields.AwareDateTime()
    actor_id = fields.String()
    actor_name = fields.String()
    act = fields.String()
    reason = fields.String(allow_none=True)
    before = fields.Dict(allow_none=True)
    after = fields.Dict(allow_none=True)


class AmendedView(Schema):
    """What a note amends, and why; the id is null for a voucher that is not ours."""

    id = fields.String(allow_none=True)
    number = fields.String()
    reason = fields.String()
    reason_label = fields.String()


class ReplacementView(Schema):
    """How a rejected voucher was dealt with; both null: none was needed."""

    id = fields.String(allow_none=True)
    number = fields.String(allow_none=True)
    settled_at = fields.AwareDateTime()


class ToldView(Schema):
    """A summary that told SUNAT of the voucher, or will; without a number it waits for the next one."""

    id = fields.String(allow_none=True)
    number = fields.String(allow_none=True)
    voids = fields.Boolean()
    state = fields.String()
    sunat_code = fields.String()
    sunat_text = fields.String()


class MayView(Schema):
    """What the voucher's state allows; permissions come on top."""

    void = fields.Boolean()
    void_refusal = fields.String(allow_none=True)
    void_days_left = fields.Integer()
    note = fields.Boolean()
    creditable = Cents(attribute="creditable_cents")
    resend = fields.Boolean()
    settle = fields.Boolean()
    mail = fields.Boolean()
    account_id = fields.String(allow_none=True, metadata={"description": "Cuenta del cliente en identity"})


class StaffVoucher(VoucherDetail):
    """A voucher with everything staff may know of it."""

    council = fields.String()
    customer_address = fields.String(allow_none=True)
    delivery_email = fields.String(allow_none=True)
    value = Cents(attribute="value_cents")
    tax = Cents(attribute="tax_cents")
    lines = fields.List(fields.Nested(StaffLine))
    instalments = fields.List(fields.Dict())
    downloads = fields.List(fields.String())
    advice = fields.String()
    waits_for_person = fields.Boolean()
    days_left = fields.Integer(allow_none=True)
    attempts = fields.Integer()
    next_attempt_at = fields.AwareDateTime(allow_none=True)
    void_reason = fields.String(allow_none=True)
    voided_by = fields.String(allow_none=True)
    voided_at = fields.AwareDateTime(allow_none=True)
    amends = fields.Nested(AmendedView, allow_none=True)
    notes = fields.List(fields.Nested(QueuedView))
    replacement = fields.Nested(ReplacementView, allow_none=True)
    summaries = fields.List(fields.Nested(ToldView))
    attempts_made = fields.List(fields.Nested(AttemptView))
    history = fields.List(fields.Nested(StepView))
    acts = fields.List(fields.Nested(ActView))
    may = fields.Nested(MayView)


class FoundView(VoucherView):
    """A voucher in the search, with the council it is of."""

    council = fields.String()


class FoundPage(Schema):
    """A page of the search; `next` goes into `after`."""

    items = fields.List(fields.Nested(FoundView))
    next = fields.String(allow_none=True)


class SeriesView(Schema):
    """A series and the last number it gave."""

    series = fields.String()
    type = fields.String()
    type_label = fields.String()
    council = fields.String()
    last_number = fields.Integer()
    active = fields.Boolean()
    amends = fields.String()


class CertificateView(Schema):
    """The certificate we sign with: valid, expiring, expired or unreadable."""

    state = fields.String()
    demonstration = fields.Boolean()
    subject = fields.String()
    serial = fields.String()
    valid_from = fields.AwareDateTime()
    valid_until = fields.AwareDateTime()
    days_left = fields.Integer()
    warning_days = fields.Integer()


class SeriesPage(Schema):
    """Series and certificate together: what is needed to issue."""

    items = fields.List(fields.Nested(SeriesView))
    certificate = fields.Nested(CertificateView)


class WaitingView(Schema):
    """A payment whose voucher waits for a valid certificate."""

    order_number = fields.String()
    council = fields.String()
    total = fields.String()
    heard_at = fields.AwareDateTime()


class PauseView(Schema):
    """Why filing stands still."""

    code = fields.String()
    text = fields.String()
    paused_at = fields.AwareDateTime()


class DeskView(Schema):
    """What waits: vouchers by state, summaries, payments; whether filing is paused, and the certificate."""

    states = fields.Dict(keys=fields.String(), values=fields.Integer())
    summaries = fields.Integer()
    waiting_payments = fields.List(fields.Nested(WaitingView))
    pause = fields.Nested(PauseView, allow_none=True)
    certificate = fields.Nested(CertificateView)


class CheckedView(Schema):
    """A voucher as it would be issued now; the number is the next of the series and may still go to another."""

    number = fields.String()
    type_label = fields.String()
    customer_name = fields.String()
    value = Cents()
    tax = Cents()
    total = Cents()
    pending = Cents()
    amounts = fields.Dict(keys=fields.String(), values=Cents())


class ReportLine(Schema):
    """One line of the report of a month."""

    key = fields.String()
    label = fields.String()
    series = fields.String()
    type = fields.String(attribute="voucher_type")
    issued = fields.Integer()
    accepted = fields.Integer()
    rejected = fields.Integer()
    voided = fields.Integer()
    pending = fields.Integer()
    gravado = Cents(attribute="gravado_cents")
    exonerado = Cents(attribute="exonerado_cents")
    inafecto = Cents(attribute="inafecto_cents")
    exportacion = Cents(attribute="exportacion_cents")
    igv = Cents(attribute="igv_cents")
    other = Cents(attribute="other_cents")
    total = Cents(attribute="total_cents")


class ReportView(Schema):
    """The report of a month: by type and series, by day, by origin, and the sum."""

    first = fields.Date()
    last = fields.Date()
    council = fields.String(allow_none=True)
    items = fields.List(fields.Nested(ReportLine))
    days = fields.List(fields.Nested(ReportLine))
    origins = fields.List(fields.Nested(ReportLine))
    total = fields.Nested(ReportLine)
