"""Coming in."""

from flask_wtf import FlaskForm
from wtforms import BooleanField, HiddenField, PasswordField, StringField
from wtforms.validators import DataRequired, InputRequired

from portal import messages
from portal.forms.fields import trimmed


class LoginForm(FlaskForm):  # type: ignore[misc]
    """Inicio de sesión (ACC-2)."""

    username = StringField(
        "Usuario",
        validators=[DataRequired(messages.USERNAME_MISSING)],
        filters=[trimmed],
        description="Su número de CMP (por ejemplo 012345), su nombre de usuario o su correo",
        render_kw={"autocomplete": "username", "maxlength": 120, "autocapitalize": "none", "spellcheck": "false"},
    )
    password = PasswordField(
        "Contraseña",
        validators=[InputRequired(messages.PASSWORD_MISSING)],
        render_kw={"autocomplete": "current-password", "maxlength": 256},
    )
    remember = BooleanField("Recuérdeme")
    next = HiddenField()
