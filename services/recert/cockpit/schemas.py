"""What the cockpit is asked for and tells."""

from typing import Any

from marshmallow import Schema, ValidationError, fields, validate, validates_schema

from services.recert.deadlines.schemas import COUNCIL, REQUIRED, WRONG_DAY
from services.recert.models import DeadlineKind

MAX_DAYS, MAX_PAGE = 366, 100
KINDS = validate.OneOf([kind.value for kind in DeadlineKind], error="Elija resultado, subsanación o diploma.")


class ScopeQuery(Schema):
    """One council, for who may see all; staff of one council sees that one whatever is asked."""

    council = fields.String(load_default=None, validate=COUNCIL)


class DeadlinesQuery(ScopeQuery):
    """Which open deadlines, a page at a time."""

    kind = fields.String(load_default=None, validate=KINDS)
    late = fields.Boolean(load_default=False)
    after = fields.String(load_default=None, validate=validate.Regexp(r"^\d{4}-\d{2}-\d{2}\.\d{1,18}$"))
    limit = fields.Integer(load_default=50, validate=validate.Range(1, MAX_PAGE))


class ProductionQuery(ScopeQuery):
    """Which days in Lima, both included."""

    since = fields.Date(data_key="from", required=True, error_messages=REQUIRED | WRONG_DAY)
    until = fields.Date(data_key="to", required=True, error_messages=REQUIRED | WRONG_DAY)

    @validates_schema
    def check(self, data: dict[str, Any], **kwargs: Any) -> None:
        """Days run forward, a year at most."""
        if data["since"] > data["until"]:
            raise ValidationError({"to": ["La fecha final debe ser igual o posterior a la inicial."]})
        if (data["until"] - data["since"]).days >= MAX_DAYS:
            raise ValidationError({"to": ["Pida un año como máximo."]})


class QueueView(Schema):
    """What waits in one council."""

    council = fields.String()
    label = fields.String()
    emitido = fields.Integer(attribute="by_state.EMITIDO", dump_default=0)
    en_evaluacion = fields.Integer(attribute="by_state.EN_EVALUACION", dump_default=0)
    observado = fields.Integer(attribute="by_state.OBSERVADO", dump_default=0)
    aprobado = fields.Integer(attribute="by_state.APROBADO", dump_default=0)
    diplomas = fields.Integer()
    overdue = fields.Integer(metadata={"description": "results and diplomas whose last day has ended"})
    soon = fields.Integer(metadata={"description": "results and diplomas due in three working days"})


class ForecastView(Schema):
    """What of one council's open results will be late at its pace."""

    council = fields.String()
    label = fields.String()
    open = fields.Integer()
    late = fields.Integer()
    ruled = fields.Integer(metadata={"description": "rulings on the last 20 working days"})
    pace = fields.Float(metadata={"description": "rulings a working day"})
    breaches = fields.Integer()
    first_breach_on = fields.Date(allow_none=True)


class MovesView(Schema):
    """Deadlines that a change of the calendar moved."""

    reason = fields.String()
    moved_at = fields.AwareDateTime()
    moved = fields.Integer()


class CockpitView(Schema):
    """The council's cockpit, as it stands now."""

    queues = fields.List(fields.Nested(QueueView))
    total = fields.Nested(QueueView)
    forecast = fields.List(fields.Nested(ForecastView))
    moves = fields.List(fields.Nested(MovesView))


class OpenDeadline(Schema):
    """An open deadline of a dossier."""

    dossier_id = fields.String()
    number = fields.String()
    name = fields.String()
    cmp_number = fields.String()
    council = fields.String()
    council_label = fields.String()
    state_text = fields.String()
    evaluator_name = fields.String(allow_none=True)
    kind = fields.String()
    kind_text = fields.String()
    due_on = fields.Date()
    days_left = fields.Integer()
    overdue = fields.Boolean()


class DeadlinePage(Schema):
    """A page of open deadlines."""

    items = fields.List(fields.Nested(OpenDeadline))
    next = fields.String(allow_none=True)


class OutputView(Schema):
    """What one council did."""

    council = fields.String()
    label = fields.String()
    submitted = fields.Integer()
    observed = fields.Integer()
    approved = fields.Integer()
    returned = fields.Integer()
    revised = fields.Integer()
    discarded = fields.Integer()
    ruled = fields.Integer()
    in_time = fields.Integer()
    late = fields.Integer()


class ReasonByCouncil(Schema):
    """How often one council observed for a reason."""

    council = fields.String()
    label = fields.String()
    count = fields.Integer()


class ReasonView(Schema):
    """How often dossiers were observed for one reason."""

    code = fields.String()
    reason = fields.String()
    count = fields.Integer()
    councils = fields.List(fields.Nested(ReasonByCouncil))


class ProductionView(Schema):
    """What was done on some days."""

    since = fields.Date(data_key="from")
    until = fields.Date(data_key="to")
    councils = fields.List(fields.Nested(OutputView))
    total = fields.Nested(OutputView)
    reasons = fields.List(fields.Nested(ReasonView))
