"""Trámite de acceso a SINADEF."""

from flask_wtf import FlaskForm
from wtforms import RadioField, StringField, TextAreaField
from wtforms.validators import AnyOf, DataRequired, InputRequired, Length

from portal import messages
from portal.forms.fields import DateParts, options_of, trimmed, without_spaces

FILE_FORMS = {"xlsx": "Excel (XLSX)", "csv": "CSV"}


class ApplicationForm(FlaskForm):  # type: ignore[misc]
    """Where the physician will certify deaths; the rest is attested by the college."""

    establishment = StringField(
        "Establecimiento de salud",
        validators=[DataRequired(messages.ESTABLISHMENT_MISSING)],
        filters=[trimmed],
        render_kw={"autocomplete": "organization", "maxlength": 160},
    )
    establishment_code = StringField(
        "Código RENIPRESS",
        validators=[DataRequired(messages.ESTABLISHMENT_CODE_MISSING)],
        filters=[without_spaces],
        description="Hasta 8 dígitos, por ejemplo 00006207. Lo conoce la oficina de estadística del establecimiento",
        render_kw={"inputmode": "numeric", "maxlength": 12, "autocomplete": "off"},
    )
    health_authority = StringField(
        "DIRESA o GERESA",
        validators=[DataRequired(messages.HEALTH_AUTHORITY_MISSING)],
        filters=[trimmed],
        description="La autoridad regional de salud, por ejemplo DIRESA Callao",
        render_kw={"maxlength": 80, "autocomplete": "off"},
    )
    position = StringField(
        "Cargo",
        validators=[DataRequired(messages.POSITION_MISSING)],
        filters=[trimmed],
        description="Su cargo en el establecimiento, por ejemplo médico asistente",
        render_kw={"maxlength": 80, "autocomplete": "organization-title"},
    )


class RejectionForm(FlaskForm):  # type: ignore[misc]
    """Why an application is refused; the applicant reads it."""

    reason = TextAreaField(
        "Motivo del rechazo",
        validators=[
            InputRequired(messages.SINADEF_REASON_MISSING),
            Length(min=10, max=500, message=messages.SINADEF_REASON_LENGTH),
        ],
        description="Lo recibirá el médico por correo. Diga qué debe corregir; de 10 a 500 caracteres",
        render_kw={"maxlength": 500, "rows": 4},
    )


class ExportForm(FlaskForm):  # type: ignore[misc]
    """Which approved applications go to MINSA, and in which form."""

    first = DateParts("Aprobadas desde")
    last = DateParts("Aprobadas hasta")
    form = RadioField(
        "Formato",
        validators=[AnyOf(FILE_FORMS, messages.CHOICE_WRONG)],
        choices=options_of(FILE_FORMS),
        validate_choice=False,
        default="xlsx",
    )

    def days(self) -> tuple[str, str]:
        """Both days as the service reads them, once they are valid."""
        return str(self.first.data), str(self.last.data)

    def validate(self, extra_validators: object = None) -> bool:
        """Both days must be given."""
        valid = bool(super().validate(extra_validators))
        for field in (self.first, self.last):
            if not field.data and not field.errors:
                field.errors = [messages.DATE_WRONG]
                valid = False
        return valid
