"""What the desk, the reviser and the answering physician send and read."""

from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from marshmallow import Schema, fields, validate

from services.recert.evaluation.queues import QUEUES
from services.recert.rubric.scoring import spell_points

REQUIRED: dict[str, Any] = {"required": "Este dato es obligatorio.", "null": "Este dato es obligatorio."}
NUMBER: dict[str, Any] = {"invalid": "Escriba un número, por ejemplo 2.5."}
PAGE = validate.Range(1, 9999, error="La página es un número desde 1.")


class Hundredths(fields.Decimal):
    """A number with at most two decimals, kept as whole hundredths: `19.5` is 1950."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Any:
        number: Decimal = super()._deserialize(value, attr, data, **kwargs)
        return int((number * 100).quantize(Decimal(1), ROUND_HALF_UP))

    def _serialize(self, value: Any, attr: str | None, obj: Any, **kwargs: Any) -> Any:
        return None if value is None else spell_points(value)


def _text(least: int, most: int, error: str, **more: Any) -> fields.String:
    """Words that must be said."""
    return fields.String(
        required=True, validate=[validate.Length(least, most, error=error), validate.Regexp(r"(?s).*\S", error=error)],
        error_messages={"required": error, "null": error}, **more,
    )  # fmt: skip


def _amount(most: int, error: str) -> Hundredths:
    return Hundredths(
        required=True,
        validate=validate.Range(0, most * 100, error=error),
        error_messages=REQUIRED | NUMBER,
    )


class QueueQuery(Schema):
    """Which work list, and which page of it."""

    queue = fields.String(load_default="unassigned", validate=validate.OneOf(QUEUES, error="No hay tal lista."))
    after = fields.Integer(load_default=None, metadata={"description": "`next` of the page before"})
    limit = fields.Integer(load_default=20, validate=validate.Range(1, 100, error="Pida entre 1 y 100."))


class ReasonBody(Schema):
    """Why."""

    reason = _text(10, 500, "Escriba el motivo, de 10 a 500 caracteres.")


class ClaimBody(Schema):
    """The declaration without which nobody takes a dossier."""

    no_conflict = fields.Boolean(
        required=True,
        validate=validate.Equal(True, error="Declare que no tiene conflicto de interés, o declare el que tiene."),
        error_messages=REQUIRED,
    )


class ReassignmentBody(ReasonBody):
    """To whom, and why."""

    evaluator_id = fields.String(required=True, validate=validate.Length(1, 64), error_messages=REQUIRED)


class RulingBody(Schema):
    """The points of one item, before the caps; the reason when they are not the table's."""

    points = _amount(1000, "El puntaje va de 0 a 1000.")
    reason = fields.String(
        load_default=None, allow_none=True, validate=validate.Length(max=500, error="Escriba hasta 500 caracteres.")
    )


class ObservationBody(Schema):
    """What must be corrected, where, by which rule."""

    item = fields.Integer(load_default=None, allow_none=True)
    page = fields.Integer(required=True, validate=PAGE, error_messages=REQUIRED | NUMBER)
    reason = fields.String(required=True, error_messages=REQUIRED)
    comment = fields.String(load_default="", validate=validate.Length(max=1000, error="Escriba hasta 1000 caracteres."))


class OpinionBody(Schema):
    """The dictamen in words."""

    opinion = _text(10, 500, "Escriba el dictamen, de 10 a 500 caracteres.")


class CorrectionBody(Schema):
    """The item as the physician wants it; `withdrawn` alone takes it out."""

    withdrawn = fields.Boolean(load_default=False)
    activity = fields.String(load_default=None, validate=validate.Length(1, 40))
    title = fields.String(
        load_default=None, validate=validate.Length(3, 200, error="Escriba el nombre, de 3 a 200 caracteres.")
    )
    done_on = fields.Date(load_default=None, error_messages={"invalid": "Ingrese una fecha que exista."})
    quantity = Hundredths(
        load_default=None,
        validate=validate.Range(1, 99_999_999, error="La cantidad debe ser mayor que cero."),
        error_messages=NUMBER,
    )
    page_from = fields.Integer(load_default=None, validate=PAGE, error_messages=NUMBER)
    page_to = fields.Integer(load_default=None, validate=PAGE, error_messages=NUMBER)


class AnswerBody(Schema):
    """What the physician says to one observation."""

    answer = fields.String(load_default="", validate=validate.Length(max=2000, error="Escriba hasta 2000 caracteres."))
    correction = fields.Nested(CorrectionBody, load_default=None, allow_none=True)
