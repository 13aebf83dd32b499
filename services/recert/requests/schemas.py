"""What comes in and goes out about requests, field by field."""

from decimal import Decimal
from typing import Any

from marshmallow import Schema, fields, post_load, validate

from services.recert.deadlines.schemas import DeadlineView

ONE_LINE = validate.Regexp(r"[^\r\n\t]*\Z", error="Escríbalo en una sola línea.")


class Trimmed(fields.String):
    """Text without blanks around it."""

    def _deserialize(self, value: Any, *args: Any, **kwargs: Any) -> Any:
        text = super()._deserialize(value, *args, **kwargs)
        return text.strip() if isinstance(text, str) else text


class PageQuery(Schema):
    """Which page of a list: rows with a number below `after`."""

    after = fields.Integer(load_default=None, validate=validate.Range(min=1))
    limit = fields.Integer(load_default=20, validate=validate.Range(min=1, max=100, error="Pida entre 1 y 100 filas."))


class DataWish(Schema):
    """Type of recertification, council of pick-up, description (REC-10)."""

    type = fields.String(required=True, metadata={"description": "MEDICO_CIRUJANO, or the RNE of an own speciality"})
    pickup_council = fields.String(required=True)
    description = Trimmed(
        load_default="", validate=validate.Length(max=1000, error="Escriba 1000 caracteres como máximo.")
    )


class ItemWish(Schema):
    """One activity the physician claims points for."""

    activity = fields.String(required=True)
    title = Trimmed(
        required=True,
        validate=[validate.Length(min=3, max=200, error="Escriba de 3 a 200 caracteres."), ONE_LINE],
    )
    done_on = fields.Date(required=True)
    quantity = fields.Decimal(
        required=True, allow_nan=False, metadata={"description": "units of the activity, at most two decimals"},
        validate=validate.Range(min=Decimal("0.01"), max=1000, error="La cantidad va de 0.01 a 1000."),
    )  # fmt: skip
    page_from = fields.Integer(required=True, validate=validate.Range(min=1, error="Las páginas se cuentan desde 1."))
    page_to = fields.Integer(required=True, validate=validate.Range(min=1, error="Las páginas se cuentan desde 1."))

    @post_load
    def in_hundredths(self, data: dict[str, Any], **kwargs: Any) -> dict[str, Any]:
        """The quantity as it is kept."""
        return data | {"quantity": int(data["quantity"] * 100)}


class UploadWish(Schema):
    """A file that is about to be sent; `fingerprint` lets the same file go on where it stopped."""

    name = fields.String(required=True, validate=validate.Length(min=1, max=1000))
    size = fields.Integer(required=True, strict=True, validate=validate.Range(min=0))
    fingerprint = fields.String(load_default="", validate=validate.Length(max=200))


class UploadView(Schema):
    """How much of a file is here."""

    id = fields.String()
    name = fields.String()
    size = fields.Integer()
    received = fields.Integer()


class TableActivity(Schema):
    """One line of the table of qualification; points are decimal text."""

    code = fields.String()
    name = fields.String()
    unit = fields.String()
    points = fields.Function(lambda row: _points(row.points))
    cap = fields.Function(lambda row: _points(row.cap))
    least_quantity = fields.Function(lambda row: _points(row.least_quantity))
    max_age_years = fields.Integer(allow_none=True)
    evidence = fields.String()


class RubricName(Schema):
    """Which table."""

    version = fields.Integer()
    name = fields.String()
    sample = fields.Boolean(metadata={"description": "the values are invented"})


class RubricTable(RubricName):
    """The table of qualification."""

    minimum_points = fields.Function(lambda row: _points(row.minimum_points))
    activities = fields.List(fields.Nested(TableActivity))


class DraftItemView(Schema):
    """One activity and what it gives."""

    id = fields.Integer()
    activity = fields.String()
    activity_name = fields.String()
    unit = fields.String()
    title = fields.String()
    done_on = fields.Date()
    quantity = fields.String()
    page_from = fields.Integer()
    page_to = fields.Integer()
    points = fields.String()
    full = fields.String(metadata={"description": "without limits and ages"})
    reason = fields.String(allow_none=True, metadata={"description": "why it gives less"})
    pages_wrong = fields.Boolean()


class DraftScore(Schema):
    """The points together."""

    total = fields.String()
    minimum = fields.String()
    missing = fields.String()
    enough = fields.Boolean()
    percent = fields.Integer()


class ChoiceView(Schema):
    """Something that may be chosen."""

    value = fields.String()
    label = fields.String()


class FileView(Schema):
    """The PDF of a draft."""

    name = fields.String()
    size = fields.Integer()
    pages = fields.Integer()
    name_right = fields.Boolean(metadata={"description": "called as REC-9 asks"})


class TaskView(Schema):
    """One task of the list: done, open, or later."""

    task = fields.String()
    status = fields.String()


class FaultView(Schema):
    """What is missing, and in which task."""

    pointer = fields.String()
    detail = fields.String()


class DraftView(Schema):
    """A request or correction in preparation."""

    id = fields.String()
    dossier_id = fields.String(allow_none=True, metadata={"description": "the dossier it corrects"})
    dossier_number = fields.String(allow_none=True)
    type = fields.String()
    type_text = fields.String(allow_none=True)
    pickup_council = fields.String()
    pickup_label = fields.String()
    description = fields.String()
    changed_at = fields.AwareDateTime()
    types = fields.List(fields.Nested(ChoiceView))
    councils = fields.List(fields.Nested(ChoiceView))
    file = fields.Nested(FileView, allow_none=True)
    expected_name = fields.String()
    upload = fields.Nested(UploadView, allow_none=True)
    items = fields.List(fields.Nested(DraftItemView))
    score = fields.Nested(DraftScore)
    tasks = fields.List(fields.Nested(TaskView))
    faults = fields.List(fields.Nested(FaultView))
    rubric = fields.Nested(RubricTable)


class RequestRow(Schema):
    """One line of the list of requests (REC-13)."""

    id = fields.String()
    number = fields.String()
    type_text = fields.String()
    submitted_at = fields.AwareDateTime()
    state = fields.String()
    state_text = fields.String()
    pickup_label = fields.String()
    description = fields.String()


class RequestPage(Schema):
    """One page of requests, newest first, and what stands in the way of a new one."""

    items = fields.List(fields.Nested(RequestRow))
    next = fields.String(allow_none=True)
    missing = fields.List(fields.String(), metadata={"description": "email, phone: what the contact lacks (REC-4)"})
    draft_id = fields.String(allow_none=True, metadata={"description": "a new request in preparation"})


class SentVersion(Schema):
    """What was sent once."""

    number = fields.Integer()
    file_name = fields.String()
    size = fields.Integer()
    pages = fields.Integer()
    description = fields.String()
    sent_at = fields.AwareDateTime()
    points = fields.String()
    items = fields.List(fields.Nested(DraftItemView))


class RequestStep(Schema):
    """One step of a dossier's life."""

    act = fields.String()
    state_text = fields.String()
    at = fields.AwareDateTime()


class RequestView(RequestRow):
    """One request in full."""

    cmp_number = fields.String()
    name = fields.String()
    council_label = fields.String()
    phone = fields.String()
    mobile = fields.String()
    email = fields.String()
    address = fields.String()
    rubric = fields.Nested(RubricName)
    versions = fields.List(fields.Nested(SentVersion))
    steps = fields.List(fields.Nested(RequestStep))
    deadlines = fields.List(fields.Nested(DeadlineView), metadata={"description": "those that run"})


def _points(hundredths: int | None) -> str | None:
    return None if hundredths is None else f"{hundredths / 100:.2f}".rstrip("0").rstrip(".")
