"""What staff send and get about dues, tariffs and payments made elsewhere."""

from typing import Any

from marshmallow import Schema, ValidationError, fields, validate, validates_schema

from services.payments.dues import DueKind, Relation, is_period
from services.payments.dues.cells import TAX_CODES
from services.payments.models.elsewhere import Channel, OutsideState
from services.payments.money import cents
from services.payments.niubiz.scrub import without_card_numbers
from services.payments.schemas import KINDS, ONE_LINE, REQUIRED, Amount, PageQuery, Trimmed
from services.payments.states import DueState

MAX_AMOUNT = 9_999_999
CMP = validate.Regexp(r"^\d{1,6}$", error="Escriba el número de CMP, de hasta 6 dígitos.")


def no_card(text: str) -> None:
    """Refuse what looks like a card number: none may be kept anywhere (payments.md 3). Raises ValidationError."""
    if without_card_numbers(text) != text:
        raise ValidationError("No escriba números de tarjeta.")


REASON: dict[str, Any] = {
    "required": True,
    "validate": [validate.Length(min=5, max=300, error="Escriba el motivo, de 5 a 300 caracteres."), ONE_LINE, no_card],
    "error_messages": REQUIRED,
}


class Cents(fields.Decimal):
    """A positive amount in soles with two decimals at most, kept as cents."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Any:
        try:
            found = cents(super()._deserialize(value, attr, data, **kwargs))
        except ValueError as error:
            raise ValidationError("Escriba un monto con dos decimales como máximo, por ejemplo 60.00.") from error
        if not 0 < found <= MAX_AMOUNT:
            raise ValidationError("El monto debe estar entre 0.01 y 99999.99.")
        return found


class Period(fields.String):
    """A month `yyyymm`."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Any:
        text = super()._deserialize(value, attr, data, **kwargs)
        if not is_period(text):
            raise ValidationError("Escriba el mes como aaaamm, por ejemplo 202603.")
        return text


def _one_of(words: Any, error: str) -> validate.OneOf:
    return validate.OneOf([str(word) for word in words], error=error)


class ReasonWish(Schema):
    """Why it is done; kept in the audit."""

    reason = Trimmed(**REASON)


class StaffDuesQuery(PageQuery):
    """Whose dues."""

    cmp = fields.String(required=True, validate=CMP, error_messages=REQUIRED)
    kind = fields.String(load_default=None, validate=KINDS)
    state = fields.String(load_default=None, validate=_one_of(DueState, "Elija OPEN, PAID o ANNULLED."))


class StaffDueView(Schema):
    """One due as staff see it."""

    id = fields.String()
    owner_cmp = fields.String()
    kind = fields.String()
    concept = fields.String()
    period = fields.String()
    period_text = fields.String(attribute="spelled_period")
    person = fields.String(metadata={"description": "code of the SEMEFA beneficiary; empty: the physician"})
    description = fields.String()
    amount = Amount(attribute="amount_cents")
    currency = fields.String()
    tax_code = fields.String()
    tariff_id = fields.String(allow_none=True)
    state = fields.String()
    settled_at = fields.AwareDateTime(allow_none=True)


class StaffDuePage(Schema):
    """One page of dues, newest month first."""

    items = fields.List(fields.Nested(StaffDueView))
    next = fields.String(allow_none=True)


class OutsidePaymentView(Schema):
    """A payment made at the bank or the counter."""

    id = fields.String()
    due_id = fields.String()
    owner_cmp = fields.String()
    kind = fields.String()
    period = fields.String()
    channel = fields.String()
    reference = fields.String()
    amount = Amount(attribute="amount_cents")
    paid_on = fields.Date()
    state = fields.String()
    entered_at = fields.AwareDateTime()


class OutsidePaymentQuery(PageQuery):
    """Which payments made elsewhere; those that wait for a person unless told otherwise."""

    state = fields.String(
        load_default=OutsideState.NOT_APPLIED.value, validate=_one_of(OutsideState, "Elija un estado de la lista.")
    )


class OutsidePaymentPage(Schema):
    """One page, newest first."""

    items = fields.List(fields.Nested(OutsidePaymentView))
    next = fields.String(allow_none=True)


class DueActView(Schema):
    """What somebody of staff did to a due."""

    at = fields.AwareDateTime()
    actor_id = fields.String()
    actor_name = fields.String()
    act = fields.String()
    before = fields.Dict(allow_none=True)
    after = fields.Dict(allow_none=True)
    reason = fields.String(allow_none=True)


class DueOrderView(Schema):
    """An order the due stands in."""

    id = fields.String()
    number = fields.String(attribute="number_text")
    state = fields.String()


class DueDossier(StaffDueView):
    """A due with everything that was done to it."""

    orders = fields.List(fields.Nested(DueOrderView))
    outside_payments = fields.List(fields.Nested(OutsidePaymentView))
    acts = fields.List(fields.Nested(DueActView))


class AmountWish(ReasonWish):
    """Another amount, and why."""

    amount = Cents(required=True, error_messages=REQUIRED | {"invalid": "Escriba un monto, por ejemplo 60.00."})


class OutsidePaymentWish(ReasonWish):
    """A payment made elsewhere, as its document says."""

    channel = fields.String(
        required=True, validate=_one_of(Channel, "Elija BANCO o CAJA."), error_messages=REQUIRED
    )  # fmt: skip
    reference = Trimmed(
        required=True, error_messages=REQUIRED,
        validate=[validate.Length(min=1, max=60, error="Escriba el número de operación."), ONE_LINE, no_card],
    )  # fmt: skip
    amount = Cents(required=True, error_messages=REQUIRED | {"invalid": "Escriba un monto, por ejemplo 60.00."})
    paid_on = fields.Date(
        required=True, error_messages=REQUIRED | {"invalid": "Escriba la fecha como 2026-03-02."}
    )  # fmt: skip


class ImportQuery(Schema):
    """Which file it is, and whether it is only tried."""

    content = fields.String(
        required=True,
        validate=_one_of(("dues", "outside-payments", "beneficiaries"), "Elija qué contiene el archivo."),
        error_messages=REQUIRED,
    )
    dry_run = fields.Boolean(load_default=True)


class BadRowView(Schema):
    """A row that was left out, or one a person must look at."""

    line = fields.Integer()
    column = fields.String()
    reason = fields.String()


class ImportReport(Schema):
    """What became of the rows. With `dry_run` nothing was kept."""

    dry_run = fields.Boolean()
    entered = fields.Integer()
    unchanged = fields.Integer()
    refused = fields.Integer()
    pending = fields.Integer()
    rows = fields.List(fields.Nested(BadRowView))
    more = fields.Boolean(metadata={"description": "more rows were told than are listed"})


class TariffQuery(Schema):
    """Which tariffs; all of them unless a month is given."""

    period = Period(load_default=None)


class TariffWishBody(ReasonWish):
    """A tariff as staff enter it."""

    kind = fields.String(required=True, validate=KINDS, error_messages=REQUIRED)
    concept = Trimmed(
        load_default="ORDINARIA",
        validate=validate.Regexp(r"^[A-Z0-9_-]{1,20}$", error="Use hasta 20 letras mayúsculas, dígitos o guiones."),
    )
    relation = fields.String(
        load_default=None, allow_none=True, validate=_one_of(Relation, "Elija un parentesco de la lista.")
    )
    age_from = fields.Integer(load_default=0, validate=validate.Range(0, 150, error="La edad va de 0 a 150."))
    age_to = fields.Integer(load_default=150, validate=validate.Range(0, 150, error="La edad va de 0 a 150."))
    amount_cents = Cents(
        data_key="amount", required=True, error_messages=REQUIRED | {"invalid": "Escriba un monto, por ejemplo 60.00."}
    )
    tax_code = fields.String(
        required=True, validate=_one_of(sorted(TAX_CODES), "Elija 10, 20 o 30."), error_messages=REQUIRED
    )
    valid_from = Period(required=True, error_messages=REQUIRED)
    valid_until = Period(load_default=None, allow_none=True)
    sample = fields.Boolean(load_default=False)

    @validates_schema
    def check(self, data: dict[str, Any], **kwargs: Any) -> None:
        """Ages and months run forward; only SEMEFA has families."""
        wrong: dict[str, list[str]] = {}
        if data["age_from"] > data["age_to"]:
            wrong["age_to"] = ["La edad final debe ser mayor o igual a la inicial."]
        if data["valid_until"] is not None and data["valid_until"] < data["valid_from"]:
            wrong["valid_until"] = ["El último mes debe ser igual o posterior al primero."]
        if data["relation"] and data["kind"] != DueKind.SEMEFA:
            wrong["relation"] = ["Solo las tarifas Semefa distinguen parentesco."]
        if wrong:
            raise ValidationError(wrong)


class TariffEnd(ReasonWish):
    """The last month of a tariff, and why it ends."""

    valid_until = Period(required=True, error_messages=REQUIRED)


class TariffView(Schema):
    """A tariff as it stands."""

    id = fields.String()
    kind = fields.String()
    concept = fields.String()
    relation = fields.String(allow_none=True)
    age_from = fields.Integer()
    age_to = fields.Integer()
    amount = Amount(attribute="amount_cents")
    tax_code = fields.String()
    valid_from = fields.String()
    valid_until = fields.String(allow_none=True)
    sample = fields.Boolean()


class TariffList(Schema):
    """The tariffs, by kind, relation and first month."""

    items = fields.List(fields.Nested(TariffView))


class BeneficiaryQuery(Schema):
    """Whose family."""

    cmp = fields.String(required=True, validate=CMP, error_messages=REQUIRED)


class BeneficiaryView(Schema):
    """A person whom a holder's SEMEFA covers."""

    holder_cmp = fields.String()
    code = fields.String()
    relation = fields.String()
    name = fields.String()
    birth_date = fields.Date()
    since = fields.String()
    until = fields.String(allow_none=True)


class BeneficiaryList(Schema):
    """The family of one holder."""

    items = fields.List(fields.Nested(BeneficiaryView))
