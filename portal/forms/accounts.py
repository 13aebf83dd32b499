"""Registering, recovering an account, new passwords."""

import re

from flask_wtf import FlaskForm
from wtforms import BooleanField, Field, HiddenField, PasswordField, SelectField, StringField
from wtforms.validators import DataRequired, InputRequired, ValidationError

from portal import messages
from portal.forms.fields import EMAIL, options_of, trimmed, without_spaces

DOCUMENT_TYPES = {"1": "DNI", "4": "Carné de extranjería", "7": "Pasaporte"}
NEW_PASSWORD = {"autocomplete": "new-password", "maxlength": 1024}
PASSWORD_HINT = (
    "12 caracteres o más. Puede ser una frase con espacios, por ejemplo cuatro palabras al azar. "  # noqa: S105
    "No puede basarse en su nombre, sus números ni su correo"
)


class RegistrationForm(FlaskForm):  # type: ignore[misc]
    """Who one is, as the register says it, and the address to confirm (ACC-3)."""

    cmp_number = StringField(
        "Número de CMP",
        validators=[DataRequired(messages.OWN_CMP_MISSING)],
        filters=[without_spaces],
        description="6 dígitos, por ejemplo 012345",
        render_kw={"inputmode": "numeric", "maxlength": 12, "autocomplete": "off"},
    )
    document_type = SelectField("Tipo de documento", choices=options_of(DOCUMENT_TYPES), default="1")
    document_number = StringField(
        "Número de documento",
        validators=[DataRequired(messages.OWN_DOCUMENT_MISSING)],
        filters=[without_spaces],
        description="El DNI tiene 8 dígitos",
        render_kw={"maxlength": 20, "autocomplete": "off", "spellcheck": "false"},
    )
    given_names = StringField(
        "Nombres",
        validators=[DataRequired(messages.OWN_NAMES_MISSING)],
        filters=[trimmed],
        description="Todos, como figuran en su documento",
        render_kw={"autocomplete": "given-name", "maxlength": 120},
    )
    paternal_surname = StringField(
        "Apellido paterno",
        validators=[DataRequired(messages.OWN_SURNAME_MISSING)],
        filters=[trimmed],
        render_kw={"autocomplete": "family-name", "maxlength": 80},
    )
    maternal_surname = StringField(
        "Apellido materno",
        filters=[trimmed],
        description="Déjelo vacío si no tiene",
        render_kw={"autocomplete": "additional-name", "maxlength": 80},
    )
    email = StringField(
        "Correo electrónico",
        validators=[DataRequired(messages.OWN_EMAIL_MISSING)],
        filters=[trimmed],
        description="Le enviaremos un enlace para confirmarlo. Use uno que solo usted lea",
        render_kw={"autocomplete": "email", "inputmode": "email", "maxlength": 254, "spellcheck": "false"},
    )

    def validate_cmp_number(self, field: Field) -> None:
        """Up to six digits; zeros are put back."""
        if not re.fullmatch(r"[0-9]{1,6}", field.data) or int(field.data) == 0:
            raise ValidationError(messages.OWN_CMP_WRONG)

    def validate_document_number(self, field: Field) -> None:
        """Eight digits for a DNI."""
        if self.document_type.data == "1" and not re.fullmatch(r"[0-9]{8}", field.data):
            raise ValidationError(messages.DNI_WRONG)
        if not re.fullmatch(r"[0-9A-Za-z]{1,12}", field.data):
            raise ValidationError(messages.DOCUMENT_WRONG)

    def validate_email(self, field: Field) -> None:
        """One plain address."""
        if len(field.data) > 254 or not EMAIL.fullmatch(field.data):
            raise ValidationError(messages.EMAIL_WRONG)

    def answers(self) -> dict[str, str]:
        """What identity is asked with."""
        typed = {name: str(self[name].data or "") for name in FIELDS}
        return typed | {"cmp_number": typed["cmp_number"].zfill(6)}


FIELDS = (
    "cmp_number",
    "document_type",
    "document_number",
    "given_names",
    "paternal_surname",
    "maternal_surname",
    "email",
)


class CheckForm(FlaskForm):  # type: ignore[misc]
    """The last word before the registration is sent."""

    consent = BooleanField("He leído y acepto el tratamiento de mis datos personales")
    version = HiddenField()

    def validate_consent(self, field: Field) -> None:
        """Without it there is no account (Law 29733)."""
        if not field.data:
            raise ValidationError(messages.CONSENT_MISSING)


class CodeForm(FlaskForm):  # type: ignore[misc]
    """The code a registration is looked up by."""

    code = StringField(
        "Código de seguimiento",
        validators=[DataRequired(messages.TRACKING_CODE_MISSING)],
        filters=[without_spaces],
        description="12 letras y números. Está en el correo que le enviamos",
        render_kw={"maxlength": 20, "autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"},
    )


class OtherEmailForm(FlaskForm):  # type: ignore[misc]
    """Another address to send the link to."""

    email = StringField(
        "Correo electrónico",
        validators=[DataRequired(messages.OWN_EMAIL_MISSING)],
        filters=[trimmed],
        render_kw={"autocomplete": "email", "inputmode": "email", "maxlength": 254, "spellcheck": "false"},
    )

    def validate_email(self, field: Field) -> None:
        """One plain address."""
        if len(field.data) > 254 or not EMAIL.fullmatch(field.data):
            raise ValidationError(messages.EMAIL_WRONG)


class RecoveryForm(FlaskForm):  # type: ignore[misc]
    """Whom to write to."""

    username = StringField(
        "Número de CMP, documento o correo",
        validators=[DataRequired(messages.RECOVERY_MISSING)],
        filters=[trimmed],
        description="Por ejemplo 012345, su DNI, su RUC o el correo que registró",
        render_kw={"autocomplete": "username", "maxlength": 120, "autocapitalize": "none", "spellcheck": "false"},
    )


class EntryForm(FlaskForm):  # type: ignore[misc]
    """INGRESE SUS DATOS (REC-2): exactly six digits, or the manual's hint."""

    cmp_number = StringField(
        "Número de colegiatura",
        validators=[DataRequired(messages.CMP_HINT)],
        filters=[trimmed],
        description="Debe tener 6 dígitos y empezar con 0, por ejemplo 023546",
        render_kw={"inputmode": "numeric", "maxlength": 12, "autocomplete": "off"},
    )

    def validate_cmp_number(self, field: Field) -> None:
        """`023546` is right, `23546` and letters are not (AMB-5: 100000 and above are)."""
        if not re.fullmatch(r"(?!000000)[0-9]{6}", field.data):
            raise ValidationError(messages.CMP_HINT)


class NewPasswordForm(FlaskForm):  # type: ignore[misc]
    """A new password, typed once, that can be shown."""

    password = PasswordField(
        "Contraseña nueva",
        validators=[InputRequired(messages.NEW_PASSWORD_MISSING)],
        description=PASSWORD_HINT,
        render_kw=NEW_PASSWORD,
    )


class ChangePasswordForm(FlaskForm):  # type: ignore[misc]
    """The current password and the next one."""

    current_password = PasswordField(
        "Contraseña actual",
        validators=[InputRequired(messages.CURRENT_PASSWORD_MISSING)],
        render_kw={"autocomplete": "current-password", "maxlength": 1024},
    )
    password = PasswordField(
        "Contraseña nueva",
        validators=[InputRequired(messages.NEW_PASSWORD_MISSING)],
        description=PASSWORD_HINT,
        render_kw=NEW_PASSWORD,
    )
