"""Evaluating and revising dossiers, and answering observations."""

from typing import Any

from flask_wtf import FlaskForm
from wtforms import BooleanField, RadioField, SelectField, StringField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length, Optional, Regexp

from portal import messages
from portal.forms.fields import DateParts, options_of, trimmed, without_spaces

NUMBER = r"[0-9]{1,6}([.,][0-9]{1,2})?"
WHAT_TO_DO = {
    "words": "Solo respondo",
    "change": "Corrijo el ítem",
    "withdraw": "Retiro el ítem",
}
CHANGES = {"added": "Agregado", "withdrawn": "Retirado", "changed": "Corregido"}
ITEM_FIELDS = {
    "activity": "tipo de actividad",
    "title": "nombre",
    "done_on": "fecha",
    "quantity": "cantidad",
    "page_from": "primera página",
    "page_to": "última página",
}
WHAT_TO_ADD = {"words": "Solo respondo", "change": "Agrego una actividad"}


def decimal_text(value: str | None) -> str:
    """`2,5` as `2.5`."""
    return without_spaces(value).replace(",", ".")


def _reason(label: str, hint: str = "") -> TextAreaField:
    return TextAreaField(
        label,
        filters=[trimmed],
        description=hint or "De 10 a 500 caracteres",
        validators=[DataRequired(messages.REASON_MISSING), Length(10, 500, messages.DESK_REASON_LENGTH)],
        render_kw={"rows": 3, "maxlength": 500},
    )


class DeclarationForm(FlaskForm):  # type: ignore[misc]
    """Without this declaration nobody takes, accepts or revises a dossier."""

    no_conflict = BooleanField(
        "Declaro que no tengo conflicto de interés con este expediente",
        validators=[InputRequired(messages.DECLARATION_MISSING)],
    )


class DeskReasonForm(FlaskForm):  # type: ignore[misc]
    """Why something is done."""

    reason = _reason("Motivo")


class ReturnForm(FlaskForm):  # type: ignore[misc]
    """Why a dossier goes back to be evaluated; the physician is told, too."""

    reason = _reason("Motivo", "Lo leerán quien evalúa y el médico; de 10 a 500 caracteres")


class OpinionForm(FlaskForm):  # type: ignore[misc]
    """The dictamen in words."""

    opinion = TextAreaField(
        "Dictamen",
        filters=[trimmed],
        description="De 10 a 500 caracteres",
        validators=[DataRequired(messages.OPINION_MISSING), Length(10, 500, messages.DESK_REASON_LENGTH)],
        render_kw={"rows": 4, "maxlength": 500},
    )


class ReassignForm(FlaskForm):  # type: ignore[misc]
    """To whom a dossier goes, and why."""

    evaluator_id = SelectField(
        "Persona evaluadora", choices=[], validate_choice=False, validators=[DataRequired(messages.EVALUATOR_MISSING)]
    )
    reason = _reason("Motivo")


class RulingForm(FlaskForm):  # type: ignore[misc]
    """The points of one item."""

    points = StringField(
        "Puntos que se reconocen",
        filters=[decimal_text],
        validators=[DataRequired(messages.POINTS_WRONG), Regexp(NUMBER + r"\Z", message=messages.POINTS_WRONG)],
        render_kw={"inputmode": "decimal", "maxlength": 9, "autocomplete": "off"},
    )
    reason = TextAreaField(
        "Motivo del cambio",
        filters=[trimmed],
        description="Obligatorio si el puntaje no es el de la tabla. Lo leerá el médico",
        validators=[Length(max=500, message=messages.DESK_REASON_LENGTH)],
        render_kw={"rows": 2, "maxlength": 500},
    )


class ObservationForm(FlaskForm):  # type: ignore[misc]
    """One observation on an item, or on the dossier as a whole."""

    code = SelectField(
        "Motivo de la observación", choices=[], validate_choice=False,
        validators=[DataRequired(messages.OBSERVATION_REASON_MISSING)],
    )  # fmt: skip
    page = StringField(
        "Página",
        filters=[without_spaces],
        validators=[Regexp(r"[0-9]{1,4}\Z", message=messages.PAGE_WRONG)],
        render_kw={"inputmode": "numeric", "maxlength": 4, "autocomplete": "off"},
    )
    comment = TextAreaField(
        "Comentario para el médico",
        filters=[trimmed],
        description="Si lo deja en blanco, se usa el texto del motivo elegido",
        validators=[Length(max=1000, message=messages.COMMENT_LENGTH)],
        render_kw={"rows": 3, "maxlength": 1000},
    )


class AnswerForm(FlaskForm):  # type: ignore[misc]
    """What the physician says to one observation; the fields of the item count when it is corrected."""

    answer = TextAreaField(
        "Su respuesta",
        filters=[trimmed],
        validators=[Length(max=2000, message=messages.ANSWER_LENGTH)],
        render_kw={"rows": 4, "maxlength": 2000},
    )
    what = RadioField("Qué hace", choices=options_of(WHAT_TO_DO), validate_choice=False, default="words")
    activity = SelectField("Actividad", choices=[], validate_choice=False, validators=[Optional()])
    title = StringField(
        "Nombre de la actividad", filters=[trimmed], validators=[Length(max=200, message=messages.TITLE_LENGTH)],
        render_kw={"maxlength": 200, "autocomplete": "off"},
    )  # fmt: skip
    done_on = DateParts("Fecha")
    quantity = StringField(
        "Cantidad", filters=[decimal_text],
        validators=[Optional(), Regexp(NUMBER + r"\Z", message=messages.QUANTITY_WRONG)],
        render_kw={"inputmode": "decimal", "maxlength": 9, "autocomplete": "off"},
    )  # fmt: skip
    page_from = StringField(
        "Desde la página", filters=[without_spaces],
        validators=[Optional(), Regexp(r"[0-9]{1,4}\Z", message=messages.PAGE_WRONG)],
        render_kw={"inputmode": "numeric", "maxlength": 4, "autocomplete": "off"},
    )  # fmt: skip
    page_to = StringField(
        "Hasta la página", filters=[without_spaces],
        validators=[Optional(), Regexp(r"[0-9]{1,4}\Z", message=messages.PAGE_WRONG)],
        render_kw={"inputmode": "numeric", "maxlength": 4, "autocomplete": "off"},
    )  # fmt: skip

    def validate(self, extra_validators: object = None) -> bool:
        """An answer says something; a corrected item is complete."""
        valid = bool(super().validate(extra_validators))
        if self.what.data == "change":
            for name in ITEM_FIELDS:
                if not self[name].data and not self[name].errors:
                    self[name].errors = [messages.ITEM_FIELD_MISSING]
                    valid = False
        elif self.what.data != "withdraw" and not self.answer.data:
            self.answer.errors = [messages.ANSWER_MISSING]
            valid = False
        return valid

    def body(self) -> dict[str, Any]:
        """As recert asks for it."""
        if self.what.data == "withdraw":
            return {"answer": self.answer.data, "correction": {"withdrawn": True}}
        if self.what.data != "change":
            return {"answer": self.answer.data}
        names = ("activity", "title", "quantity")
        item = {name: self[name].data for name in names} | {"done_on": str(self.done_on.data)}
        pages = {name: int(self[name].data) for name in ("page_from", "page_to")}
        return {"answer": self.answer.data, "correction": item | pages}
