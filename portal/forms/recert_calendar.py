"""The calendar of working days, and what the cockpit is asked for."""

from typing import Any

from flask_wtf import FlaskForm
from wtforms import Field, Form, RadioField, SelectField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length, ValidationError

from portal import messages
from portal.forms.fields import DateParts, options_of, trimmed

KINDS = {"CLOSURE": "Cierre", "EXTRA": "Día extraordinario"}
KIND_HINTS = {
    "CLOSURE": "No se trabaja: el día deja de contar en los plazos",
    "EXTRA": "Se trabaja un sábado, domingo o feriado: el día cuenta en los plazos que empiecen desde hoy",
}
ALL_COUNCILS = "Todos los consejos"
DEADLINE_KINDS = {"": "Todos", "RESULT": "Resultado", "CORRECTION": "Subsanación", "DIPLOMA": "Diploma"}


class _Reason(TextAreaField):  # type: ignore[misc]
    """Why, in 10 to 200 letters."""

    def __init__(self, label: str = "Motivo", **options: Any) -> None:
        """The people it concerns read it."""
        super().__init__(
            label,
            filters=[trimmed],
            description="Lo leerán los médicos cuyo plazo se mueva. No escriba datos personales",
            render_kw={"rows": 3, "maxlength": 200},
            validators=[DataRequired(messages.REASON_MISSING), Length(10, 200, messages.CALENDAR_REASON_LENGTH)],
            **options,
        )


class DayForm(FlaskForm):  # type: ignore[misc]
    """A day that is to be closed, or to be worked on. It stands in the address of the page that checks it."""

    day = DateParts("Día")
    kind = RadioField(
        "Qué pasa ese día", choices=options_of(KINDS), validators=[InputRequired(messages.DAY_KIND_MISSING)]
    )
    council = SelectField("Para quién vale", choices=[], default="")
    reason = _Reason()

    def validate_day(self, field: Field) -> None:
        """A day must be given."""
        if not field.data:
            raise ValidationError(messages.DATE_WRONG)

    def change(self) -> dict[str, Any]:
        """As recert asks for it; without a council it is for all, or for the own one."""
        day = self.day.data.isoformat() if self.day.data else ""
        return {
            "day": day, "kind": self.kind.data, "council": self.council.data or None, "reason": self.reason.data,
        }  # fmt: skip

    def link(self) -> dict[str, Any]:
        """The same for an address."""
        return {name: value for name, value in self.change().items() if value}


class WithdrawalForm(FlaskForm):  # type: ignore[misc]
    """Why a day is taken back."""

    reason = _Reason()


class CockpitForm(Form):  # type: ignore[misc]
    """Which days, and whose."""

    desde = DateParts("Desde")
    hasta = DateParts("Hasta")
    consejo = SelectField("Consejo", choices=[], default="", validate_choice=False)

    def validate_hasta(self, field: Field) -> None:
        """Both days, in order, a year at most."""
        if not self.desde.data or not field.data:
            raise ValidationError(messages.DAYS_MISSING)
        if self.desde.data > field.data:
            raise ValidationError(messages.DAYS_BACKWARDS)
        if (field.data - self.desde.data).days >= 366:
            raise ValidationError(messages.DAYS_TOO_MANY)

    def days(self) -> dict[str, str]:
        """The days as recert asks for them."""
        return {"from": str(self.desde.data), "to": str(self.hasta.data)}

    def link(self) -> dict[str, str]:
        """The choices for an address."""
        named = {"desde": str(self.desde.data), "hasta": str(self.hasta.data), "consejo": self.consejo.data}
        return {name: value for name, value in named.items() if value}


class DeadlineFilter(Form):  # type: ignore[misc]
    """Which open deadlines; it stands in the address."""

    tipo = SelectField("Plazo", choices=options_of(DEADLINE_KINDS), default="", validate_choice=False)
    consejo = SelectField("Consejo", choices=[], default="", validate_choice=False)
    vencidos = SelectField(
        "Mostrar", choices=options_of({"": "Todos los abiertos", "1": "Solo los vencidos"}), default="",
        validate_choice=False,
    )  # fmt: skip

    def link(self) -> dict[str, str]:
        """The choices for an address."""
        return {field.name: field.data for field in self if field.data}
