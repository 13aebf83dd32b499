"""Staff: the second step of the login, and the desks of people, register, registrations, catalogues and audit."""

from flask_wtf import FlaskForm
from wtforms import BooleanField, PasswordField, SelectField, SelectMultipleField, StringField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length, Regexp
from wtforms.validators import Optional as Empty
from wtforms.widgets import CheckboxInput, ListWidget

from portal import messages
from portal.forms.fields import DateParts, trimmed, without_spaces

MATCH_REASONS = {
    "not_in_registry": "El número de CMP no figura en el padrón",
    "document_differs": "El documento no coincide",
    "names_differ": "Los nombres o apellidos no coinciden",
    "not_active": "La colegiatura no figura como activa",
    "account_exists": "Ya hay una cuenta con ese número de CMP",
    "email_in_use": "El correo ya se usa en otra cuenta",
    "identity_not_proven": "No se pudo comprobar la identidad",
}


def reason_field(label: str = "Motivo") -> TextAreaField:
    """Why; it goes into the audit."""
    return TextAreaField(
        label,
        validators=[
            InputRequired(messages.STAFF_REASON_MISSING),
            Length(min=5, max=500, message=messages.STAFF_REASON_LENGTH),
        ],
        filters=[trimmed],
        description="Queda en la auditoría; de 5 a 500 caracteres",
        render_kw={"maxlength": 500, "rows": 2},
    )


class Ticks(SelectMultipleField):  # type: ignore[misc]
    """Several boxes to tick."""

    widget, option_widget = ListWidget(prefix_label=False), CheckboxInput()


class CodeForm(FlaskForm):  # type: ignore[misc]
    """The code of the second factor."""

    code = StringField(
        "Código de 6 dígitos",
        validators=[DataRequired(messages.SECOND_CODE_MISSING)],
        filters=[without_spaces],
        description="El que muestra ahora su aplicación. Si perdió el teléfono, escriba un código de recuperación",
        render_kw={
            "autocomplete": "one-time-code",
            "maxlength": 40,
            "autocapitalize": "characters",
            "spellcheck": "false",
        },
    )


class FirstPasswordForm(FlaskForm):  # type: ignore[misc]
    """The password of an invited account."""

    password = PasswordField(
        "Contraseña",
        validators=[InputRequired(messages.PASSWORD_MISSING), Length(min=12, message=messages.PASSWORD_SHORT_STAFF)],
        description="12 caracteres o más. Puede usar una frase con espacios",
        render_kw={"autocomplete": "new-password", "maxlength": 1024},
    )


class StaffSearchForm(FlaskForm):  # type: ignore[misc]
    """Part of a name or address."""

    class Meta:
        """A search changes nothing."""

        csrf = False

    q = StringField("Nombre o correo", filters=[trimmed], render_kw={"maxlength": 120, "autocomplete": "off"})


class AccessForm(FlaskForm):  # type: ignore[misc]
    """What a member of staff may do, and where."""

    roles = Ticks("Funciones", validators=[DataRequired(messages.ROLES_MISSING)], validate_choice=False)
    council = SelectField("Ámbito", validate_choice=False)
    reason = reason_field()


class InvitationForm(FlaskForm):  # type: ignore[misc]
    """Whom to invite."""

    email = StringField(
        "Correo institucional",
        validators=[DataRequired(messages.STAFF_EMAIL_MISSING)],
        filters=[without_spaces],
        description="Será su usuario; ahí recibirá el enlace para activar su cuenta",
        render_kw={"maxlength": 254, "autocomplete": "off", "inputmode": "email"},
    )
    given_names = StringField(
        "Nombres", validators=[DataRequired(messages.NAMES_MISSING)], filters=[trimmed], render_kw={"maxlength": 120}
    )
    surnames = StringField(
        "Apellidos",
        validators=[DataRequired(messages.SURNAMES_MISSING)],
        filters=[trimmed],
        render_kw={"maxlength": 160},
    )
    roles = Ticks("Funciones", validators=[DataRequired(messages.ROLES_MISSING)], validate_choice=False)
    council = SelectField("Ámbito", validate_choice=False)


class ReasonForm(FlaskForm):  # type: ignore[misc]
    """Why an account is closed, opened, or loses its second factor."""

    reason = reason_field()


class PhysicianSearchForm(FlaskForm):  # type: ignore[misc]
    """What physicians are found by."""

    class Meta:
        """A search changes nothing."""

        csrf = False

    q = StringField(
        "Número de CMP, documento o apellidos",
        filters=[trimmed],
        validators=[Length(min=2, max=80, message=messages.SEARCH_SHORT)],
        render_kw={"maxlength": 80, "autocomplete": "off"},
    )


class PhysicianForm(FlaskForm):  # type: ignore[misc]
    """An entry of the register, whole."""

    document_type = SelectField("Tipo de documento", choices=[("1", "DNI"), ("4", "CE"), ("7", "Pasaporte")])
    document_number = StringField("Número de documento", filters=[without_spaces], render_kw={"maxlength": 15})
    given_names = StringField("Nombres", filters=[trimmed], render_kw={"maxlength": 120})
    paternal_surname = StringField("Apellido paterno", filters=[trimmed], render_kw={"maxlength": 80})
    maternal_surname = StringField("Apellido materno", filters=[trimmed], render_kw={"maxlength": 80})
    council = SelectField("Consejo regional", validate_choice=False)
    registered_on = StringField(
        "Fecha de colegiatura", filters=[trimmed], description="Por ejemplo, 15/03/1994", render_kw={"maxlength": 10}
    )
    state = SelectField("Estado", validate_choice=False)
    specialities = TextAreaField(
        "Especialidades",
        filters=[lambda text: "; ".join(line.strip() for line in (text or "").splitlines() if line.strip())],
        description="Una por línea: NOMBRE|RNE|FECHA, por ejemplo Pediatría|008123|2022-06-10",
        render_kw={"rows": 3},
    )
    reason = reason_field()


class CmpNumberForm(FlaskForm):  # type: ignore[misc]
    """The right number of an account (ACC-6)."""

    cmp_number = StringField(
        "Número de CMP correcto",
        filters=[without_spaces],
        validators=[Regexp(r"[0-9]{1,6}$", message=messages.CMP_NUMBER_WRONG)],
        description="6 dígitos, por ejemplo 012345",
        render_kw={"maxlength": 6, "inputmode": "numeric", "autocomplete": "off"},
    )
    reason = reason_field()


class AcceptanceForm(FlaskForm):  # type: ignore[misc]
    """Opening the account although the data differ."""

    cmp_number = StringField(
        "Corregir el número de CMP (si está equivocado)",
        filters=[without_spaces],
        validators=[Empty(), Regexp(r"[0-9]{1,6}$", message=messages.CMP_NUMBER_WRONG)],
        render_kw={"maxlength": 6, "inputmode": "numeric", "autocomplete": "off"},
    )
    reason = reason_field("Por qué se acepta")


class RegistrationRejectionForm(FlaskForm):  # type: ignore[misc]
    """Turning a registration down."""

    reasons = Ticks(
        "Motivos",
        choices=list(MATCH_REASONS.items()),
        validators=[DataRequired(messages.MATCH_REASONS_MISSING)],
        description="La persona los recibe por correo",
    )
    note = TextAreaField(
        "Nota para la persona (opcional)",
        filters=[trimmed],
        validators=[Length(max=400)],
        render_kw={"rows": 2, "maxlength": 400},
    )


class CouncilForm(FlaskForm):  # type: ignore[misc]
    """A regional council."""

    roman = StringField(
        "Número romano",
        filters=[without_spaces, str.upper],
        validators=[Regexp(r"[IVXL]{1,8}$", message=messages.ROMAN_WRONG)],
        render_kw={"maxlength": 8, "autocomplete": "off"},
    )
    name = StringField(
        "Sede", filters=[trimmed], validators=[DataRequired(messages.NAME_MISSING)], render_kw={"maxlength": 60}
    )
    region = StringField(
        "Región", filters=[trimmed], validators=[DataRequired(messages.NAME_MISSING)], render_kw={"maxlength": 60}
    )
    confirmed = BooleanField("Dato confirmado por una norma o resolución")
    reason = reason_field()


class NewCouncilForm(CouncilForm):
    """A council that was not there."""

    code = StringField(
        "Código",
        filters=[without_spaces],
        validators=[Regexp(r"[0-9]{2}$", message=messages.COUNCIL_CODE_WRONG)],
        description="Dos dígitos, por ejemplo 28",
        render_kw={"maxlength": 2, "inputmode": "numeric", "autocomplete": "off"},
    )


class SpecialityForm(FlaskForm):  # type: ignore[misc]
    """A speciality and its other names."""

    name = StringField(
        "Nombre", filters=[trimmed], validators=[DataRequired(messages.NAME_MISSING)], render_kw={"maxlength": 80}
    )
    rne_code = StringField(
        "Código del RNE (si se conoce)",
        filters=[without_spaces],
        validators=[Empty(), Regexp(r"[0-9]{5}$", message=messages.RNE_CODE_WRONG)],
        description="Cinco dígitos, por ejemplo 00003",
        render_kw={"maxlength": 5, "inputmode": "numeric", "autocomplete": "off"},
    )
    aliases = TextAreaField(
        "Otros nombres", description="Uno por línea; se comparan sin tildes ni mayúsculas", render_kw={"rows": 3}
    )
    reason = reason_field()


class NewSpecialityForm(SpecialityForm):
    """A speciality that was not there."""

    code = StringField(
        "Código",
        filters=[without_spaces, str.upper],
        validators=[Regexp(r"[A-Z0-9]{1,5}$", message=messages.SPECIALITY_CODE_WRONG)],
        description="Hasta 5 letras o dígitos, por ejemplo E47",
        render_kw={"maxlength": 5, "autocomplete": "off"},
    )


class AuditForm(FlaskForm):  # type: ignore[misc]
    """Which entries of the audit."""

    class Meta:
        """A search changes nothing."""

        csrf = False

    desde = DateParts("Desde")
    hasta = DateParts("Hasta")
    act = StringField("Acto", filters=[trimmed], render_kw={"maxlength": 60, "autocomplete": "off"})
    subject = StringField(
        "Sobre",
        filters=[trimmed],
        description="Por ejemplo, council:03",
        render_kw={"maxlength": 120, "autocomplete": "off"},
    )
    actor = StringField("Id de quien actuó", filters=[trimmed], render_kw={"maxlength": 80, "autocomplete": "off"})

    def filters(self) -> dict[str, str]:
        """As the service reads them."""
        texts = {name: self[name].data for name in ("act", "subject", "actor")}
        days = {"since": self.desde.data, "until": self.hasta.data}
        return {name: str(value) for name, value in (texts | days).items() if value}
