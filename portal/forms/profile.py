"""Actualización de datos."""

from typing import Any

from flask_wtf import FlaskForm
from wtforms import FileField, PasswordField, StringField
from wtforms.validators import DataRequired

from portal import messages
from portal.formats import file_size
from portal.forms.fields import trimmed
from portal.forms.uploads import FileRule

JPEG, PNG = b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n"


class ContactForm(FlaskForm):  # type: ignore[misc]
    """Teléfono, Celular, Correo, Dirección (REC-4). Numbers are judged by identity, which keeps them."""

    phone = StringField(
        "Teléfono",
        filters=[trimmed],
        description="Con código de ciudad, por ejemplo 01 641 9847",
        render_kw={"autocomplete": "tel", "inputmode": "tel", "maxlength": 30},
    )
    mobile = StringField(
        "Celular",
        filters=[trimmed],
        description="9 dígitos, por ejemplo 999 000 001",
        render_kw={"autocomplete": "tel-national", "inputmode": "tel", "maxlength": 30},
    )
    email = StringField(
        "Correo",
        filters=[trimmed],
        description="Si lo cambia, le enviaremos un enlace para confirmarlo. Hasta entonces vale el anterior",
        render_kw={"autocomplete": "email", "inputmode": "email", "maxlength": 254, "spellcheck": "false"},
    )
    address = StringField(
        "Dirección", filters=[trimmed], render_kw={"autocomplete": "street-address", "maxlength": 200}
    )

    def contact(self) -> dict[str, str]:
        """What is saved at once; the e-mail goes its own way."""
        return {name: self[name].data or "" for name in ("phone", "mobile", "address")}


class EmailForm(FlaskForm):  # type: ignore[misc]
    """A new e-mail, and the current password (ASVS 7.5.1)."""

    email = StringField(
        "Correo nuevo",
        validators=[DataRequired(messages.NEW_EMAIL_MISSING)],
        filters=[trimmed],
        render_kw={"autocomplete": "email", "inputmode": "email", "maxlength": 254, "spellcheck": "false"},
    )
    password = PasswordField(
        "Contraseña",
        description="La que usa para ingresar. La pedimos porque quien tiene su correo puede entrar a su cuenta",
        render_kw={"autocomplete": "current-password", "maxlength": 256},
    )


class PhotoForm(FlaskForm):  # type: ignore[misc]
    """The photo; its limits are identity's."""

    photo = FileField("Foto")

    def limit(self, limits: dict[str, Any]) -> "PhotoForm":
        """Check against the limits in force, and say them in the hint."""
        self.photo.description = messages.photo_hint(
            file_size(limits["max_bytes"]), limits["min_pixels"], limits["max_pixels"]
        )
        rule = FileRule(limits["max_bytes"], (JPEG, PNG), messages.PHOTO_MISSING, messages.PHOTO_WRONG_TYPE)
        self.photo.validators = [rule]
        return self
