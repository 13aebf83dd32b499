"""What is told about good standing, field by field."""

from marshmallow import Schema, fields

from services.payments.schemas import Amount, DueView


class CountedKind(Schema):
    """One kind of due that counts: how many months are unpaid and how many are too many."""

    kind = fields.String()
    label = fields.String()
    unpaid = fields.Integer()
    threshold = fields.Integer()


class RuleView(Schema):
    """The rule in force, which is configuration."""

    kinds = fields.List(fields.Nested(CountedKind))
    grace_day = fields.Integer(metadata={"description": "day of the following month from which a month counts"})
    last_counted_period = fields.String(metadata={"description": "newest month that counts today, yyyymm"})


class RemedyView(Schema):
    """¿Qué debo pagar para estar hábil? The dues, oldest first; those too old for this page go to the council."""

    here = fields.List(fields.Nested(DueView))
    at_the_council = fields.List(fields.Nested(DueView))
    total = Amount(attribute="total_cents")
    currency = fields.String()


class StandingView(Schema):
    """Whether a physician is hábil, since when and why."""

    cmp_number = fields.String()
    name = fields.String()
    in_good_standing = fields.Boolean()
    as_of = fields.AwareDateTime(metadata={"description": "the moment it was worked out"})
    day = fields.Date(metadata={"description": "the day in Lima it is about"})
    since = fields.Date(allow_none=True)
    unpaid_periods = fields.Integer()
    registry_state = fields.String()
    registry_allows = fields.Boolean()
    rule = fields.Nested(RuleView)
    to_pay = fields.Nested(RemedyView)


class StandingQuery(Schema):
    """The day to work it out for; today when it is left out."""

    at = fields.Date(load_default=None, error_messages={"invalid": "Escriba la fecha como 2026-03-02."})
