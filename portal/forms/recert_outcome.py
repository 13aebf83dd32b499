"""Recertifications and diplomas: what staff look for, and the record of a handover."""

from typing import Any

from flask_wtf import FlaskForm
from wtforms import Field, Form, RadioField, SelectField, StringField
from wtforms.validators import InputRequired, Length, ValidationError

from portal import messages
from portal.forms.fields import DateParts, options_of, trimmed
from portal.forms.treasury import padded_cmp

DOCUMENTS = {"1": "DNI", "4": "Carné de extranjería", "7": "Pasaporte"}
IN_PERSON, BY_PROXY = "persona", "poder"


class RecertifiedSearch(Form):  # type: ignore[misc]
    """Which recertifications."""

    cmp = StringField("CMP", filters=[padded_cmp], render_kw={"maxlength": 6, "inputmode": "numeric"})
    numero = StringField(
        "Constancia o diploma",
        filters=[trimmed],
        description="Por ejemplo CR-00000123, o 35568",
        render_kw={"maxlength": 20},
    )


class DiplomaSearch(Form):  # type: ignore[misc]
    """Which diplomas."""

    numero = StringField(
        "Diploma o constancia",
        filters=[trimmed],
        description="Por ejemplo 35568, o CR-00000123",
        render_kw={"maxlength": 20},
    )
    consejo = SelectField("Consejo de recojo", choices=[], default="", validate_choice=False)


class HandoverForm(FlaskForm):  # type: ignore[misc]
    """Who came for a diploma, with which document, when."""

    handed_on = DateParts("Fecha de entrega")
    by_proxy = RadioField(
        "Quién lo recogió",
        choices=options_of({IN_PERSON: "El médico, en persona", BY_PROXY: "Otra persona, con carta poder simple"}),
        validators=[InputRequired(messages.COLLECTOR_KIND_MISSING)],
    )
    collector = StringField(
        "Nombre de quien lo recogió",
        filters=[trimmed],
        validators=[Length(max=200, message=messages.COLLECTOR_LONG)],
        description="Solo si fue otra persona",
        render_kw={"autocomplete": "off", "maxlength": 200},
    )
    document_type = SelectField(
        "Documento que mostró",
        choices=options_of({"": "Seleccione"} | DOCUMENTS),
        default="",
        validators=[InputRequired(messages.DOCUMENT_SHOWN_MISSING)],
        description="No se guarda el número",
    )

    def validate_handed_on(self, field: Field) -> None:
        """A day must be given."""
        if not field.data:
            raise ValidationError(messages.DATE_WRONG)

    def validate_collector(self, field: Field) -> None:
        """Somebody else has a name."""
        if self.by_proxy.data == BY_PROXY and not field.data:
            raise ValidationError(messages.COLLECTOR_MISSING)

    def record(self) -> dict[str, Any]:
        """As recert keeps it."""
        return {
            "handed_on": self.handed_on.data.isoformat() if self.handed_on.data else "",
            "by_proxy": self.by_proxy.data == BY_PROXY,
            "collector": self.collector.data or "",
            "document_type": self.document_type.data,
        }
