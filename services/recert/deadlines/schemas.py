"""What calendar and deadlines are asked for and tell."""

from typing import Any

from marshmallow import Schema, fields, validate

from services.recert.models import NATIONAL, DayKind

REQUIRED: dict[str, Any] = {"required": "Este dato es obligatorio.", "null": "Este dato es obligatorio."}
WRONG_DAY = {"invalid": "Escriba la fecha como 2026-12-24."}
KINDS = validate.OneOf([kind.value for kind in DayKind], error="Elija cierre o día extraordinario.")
COUNCIL = validate.Regexp(r"^\d{2}$", error="El consejo tiene 2 dígitos, por ejemplo 03.")


class Reason(fields.String):
    """Why, in one line of 10 to 200 characters; the physicians it concerns read it."""

    def __init__(self, **options: Any) -> None:
        """Always asked for."""
        length = validate.Length(10, 200, error="Escriba el motivo en 10 a 200 letras.")
        super().__init__(required=True, validate=length, error_messages=REQUIRED, **options)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        return " ".join(super()._deserialize(value, attr, data, **kwargs).split())


class Council(fields.String):
    """Two digits; null stands for all councils."""

    def __init__(self, **options: Any) -> None:
        """Null unless it is given."""
        super().__init__(load_default=NATIONAL, allow_none=True, validate=COUNCIL, **options)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        return str(super()._deserialize(value, attr, data, **kwargs))

    def _serialize(self, value: Any, attr: str | None, obj: Any, **kwargs: Any) -> str | None:
        return value or None


class YearQuery(Schema):
    """Which year, and whose calendar; without a council that of all, or the own one."""

    year = fields.Integer(load_default=None, validate=validate.Range(2000, 2100, error="Elija otro año."))
    council = fields.String(load_default=None, validate=COUNCIL)


class DayChangeBody(Schema):
    """A day staff wants to close, or to make a working day."""

    day = fields.Date(required=True, error_messages=REQUIRED | WRONG_DAY)
    kind = fields.String(required=True, validate=KINDS, error_messages=REQUIRED)
    council = Council()
    reason = Reason()


class WithdrawalBody(Schema):
    """Why a day is taken back."""

    reason = Reason()


class MovedDeadline(Schema):
    """An open deadline that a change would move."""

    number = fields.String()
    name = fields.String()
    kind_text = fields.String()
    council = fields.String()
    due_before = fields.Date()
    due_on = fields.Date()


class EffectView(Schema):
    """What a change would do to open deadlines; the first that move are named."""

    moved = fields.Integer()
    kept = fields.Integer(metadata={"description": "the day lies in them, and they keep the date that was told"})
    first = fields.List(fields.Nested(MovedDeadline))


class StaffDay(Schema):
    """A closure or an extra day."""

    id = fields.Integer()
    day = fields.Date()
    kind = fields.String()
    council = Council(metadata={"description": "null for all councils"})
    reason = fields.String()
    added_at = fields.AwareDateTime()
    added_by_name = fields.String()
    withdrawn_at = fields.AwareDateTime(allow_none=True)
    withdrawn_by_name = fields.String(allow_none=True)
    withdrawal_reason = fields.String(allow_none=True)


class WithdrawalEffect(EffectView):
    """The day that would be taken back, and what that would do."""

    day = fields.Nested(StaffDay)


class DayChanged(Schema):
    """A day as it stands now, and how many open deadlines moved."""

    day = fields.Nested(StaffDay)
    moved = fields.Integer()


class Holiday(Schema):
    """A national holiday of law."""

    day = fields.Date()
    name = fields.String()


class CalendarView(Schema):
    """A year: the holidays of law, and what staff made of single days."""

    year = fields.Integer()
    council = Council(metadata={"description": "null when days of all councils are shown"})
    holidays = fields.List(fields.Nested(Holiday))
    staff_days = fields.List(fields.Nested(StaffDay))
    withdrawn = fields.List(fields.Nested(StaffDay))


class SkippedDay(Schema):
    """A day that does not count, and why."""

    day = fields.Date()
    reason = fields.String()


class DeadlineMoveView(Schema):
    """One time the calendar moved a deadline."""

    due_before = fields.Date()
    due_after = fields.Date()
    reason = fields.String()


class DeadlineView(Schema):
    """A deadline as people read it."""

    kind = fields.String()
    kind_text = fields.String()
    days = fields.Integer()
    started_on = fields.Date()
    promised_on = fields.Date()
    due_on = fields.Date(metadata={"description": "the last day, to 23:59:59 in Lima"})
    days_left = fields.Integer(metadata={"description": "working days after today until the last one, which counts"})
    kept = fields.Boolean(metadata={"description": "the calendar would end it earlier by now; what was told stands"})
    running = fields.Boolean()
    over = fields.Boolean()
    skipped = fields.List(fields.Nested(SkippedDay))
    moves = fields.List(fields.Nested(DeadlineMoveView))


class DeadlineList(Schema):
    """The deadlines of a dossier, the newest first."""

    dossier_id = fields.String()
    number = fields.String()
    kind_text = fields.String()
    state_text = fields.String()
    items = fields.List(fields.Nested(DeadlineView))
