"""The request for recertification: its data, its file, its activities."""

from decimal import Decimal, InvalidOperation
from typing import Any

from flask_wtf import FlaskForm
from werkzeug.datastructures import MultiDict
from wtforms import Field, FileField, SelectField, StringField, TextAreaField
from wtforms.validators import DataRequired, Length, ValidationError

from portal import messages
from portal.formats import file_size
from portal.forms.fields import DateParts, options_of, trimmed, without_spaces
from portal.forms.uploads import FileRule

MOST_BYTES = 5 * 1024 * 1024
PDF = b"%PDF-"
NUMBER = {"inputmode": "numeric", "maxlength": 6, "autocomplete": "off"}


def choices_of(rows: list[dict[str, Any]], first: str | None = None) -> list[Any]:
    """Options of a service's choices, behind one that is no value."""
    return options_of(({"": first} if first else {}) | {row["value"]: row["label"] for row in rows})


class DataForm(FlaskForm):  # type: ignore[misc]
    """Tipo de recertificación, C. Regional de Recojo de Diploma, Descripción (REC-10)."""

    type = SelectField(
        "Tipo de recertificación",
        validators=[DataRequired(messages.RECERT_TYPE_MISSING)],
        validate_choice=False,
        description="Médico Cirujano, o una de sus especialidades inscritas en el registro",
    )
    pickup_council = SelectField(
        "C. Regional de Recojo de Diploma", validate_choice=False, description="Donde recogerá su diploma"
    )
    description = TextAreaField(
        "Descripción (opcional)",
        filters=[trimmed],
        validators=[Length(max=1000, message=messages.RECERT_DESCRIPTION_LONG)],
        render_kw={"maxlength": 1000, "rows": 3},
    )

    def offer(self, draft: dict[str, Any]) -> "DataForm":
        """What this physician may choose."""
        self.type.choices = choices_of(draft["types"], messages.SELECT_FIRST)
        self.pickup_council.choices = choices_of(draft["councils"])
        return self


class DossierFileForm(FlaskForm):  # type: ignore[misc]
    """The only file of a request (REC-6)."""

    archivo = FileField(
        "Expediente",
        validators=[FileRule(MOST_BYTES, (PDF,), messages.PDF_MISSING, messages.PDF_WRONG_TYPE)],
        description=messages.pdf_hint(file_size(MOST_BYTES)),
    )


class ItemForm(FlaskForm):  # type: ignore[misc]
    """One activity that gives points."""

    activity = SelectField("Actividad", validators=[DataRequired(messages.ACTIVITY_MISSING)], validate_choice=False)
    title = StringField(
        "Documento",
        validators=[
            DataRequired(messages.ITEM_TITLE_MISSING),
            Length(min=3, max=200, message=messages.ITEM_TITLE_LENGTH),
        ],
        filters=[trimmed],
        description="Como se llama en su expediente, por ejemplo Congreso Nacional de Psiquiatría",
        render_kw={"maxlength": 200, "autocomplete": "off"},
    )
    done_on = DateParts("Fecha del documento")
    quantity = StringField(
        "Cantidad",
        validators=[DataRequired(messages.QUANTITY_WRONG)],
        filters=[without_spaces],
        description="En la unidad de la actividad: créditos, años, meses. Por ejemplo 2 o 1.5",
        render_kw={"inputmode": "decimal", "maxlength": 8, "autocomplete": "off"},
    )
    page_from = StringField(
        "Desde la página", validators=[DataRequired(messages.PAGE_WRONG)], filters=[without_spaces], render_kw=NUMBER
    )
    page_to = StringField(
        "Hasta la página", validators=[DataRequired(messages.PAGE_WRONG)], filters=[without_spaces], render_kw=NUMBER
    )

    def offer(self, draft: dict[str, Any]) -> "ItemForm":
        """The activities of the table in force."""
        rows = [
            {"value": each["code"], "label": f"{each['name']} ({each['points']} por {each['unit']})"}
            for each in draft["rubric"]["activities"]
        ]
        self.activity.choices = choices_of(rows, messages.SELECT_FIRST)
        return self

    def validate_done_on(self, field: Field) -> None:
        """The date on the paper must be there."""
        if not field.data:
            raise ValidationError(messages.DATE_WRONG)

    def validate_quantity(self, field: Field) -> None:
        """A number; a decimal comma will do."""
        try:
            field.data = str(Decimal(field.data.replace(",", ".")))
        except InvalidOperation as error:
            raise ValidationError(messages.QUANTITY_WRONG) from error

    def validate_page_from(self, field: Field) -> None:
        """Pages are counted from 1."""
        _page(field)

    def validate_page_to(self, field: Field) -> None:
        """Pages are counted from 1."""
        _page(field)

    def item(self) -> dict[str, Any]:
        """What the service takes."""
        return {
            "activity": self.activity.data,
            "title": self.title.data,
            "done_on": str(self.done_on.data),
            "quantity": self.quantity.data,
            "page_from": int(self.page_from.data),
            "page_to": int(self.page_to.data),
        }


def item_form(item: dict[str, Any]) -> ItemForm:
    """The form filled with an activity that was entered before."""
    names = ("activity", "title", "done_on", "quantity", "page_from", "page_to")
    return ItemForm(formdata=MultiDict({name: str(item[name]) for name in names}))


def _page(field: Field) -> None:
    if not field.data.isdecimal() or int(field.data) < 1:
        raise ValidationError(messages.PAGE_WRONG)
