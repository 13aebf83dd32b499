"""Verificar una constancia."""

import re

from wtforms import Field, Form, StringField
from wtforms.validators import DataRequired, ValidationError

from portal import messages
from portal.forms.fields import without_spaces


class CodeForm(Form):  # type: ignore[misc]
    """The code printed on a constancia; in the address, so that the answer can be shared."""

    codigo = StringField(
        "Código de verificación",
        validators=[DataRequired(messages.VERIFICATION_CODE_MISSING)],
        filters=[without_spaces],
        description="Doce letras y números, junto al código QR. Por ejemplo, 7KQ4-9XMB-2PTH",
        render_kw={"autocomplete": "off", "maxlength": 20, "autocapitalize": "characters", "spellcheck": "false"},
    )

    def validate_codigo(self, field: Field) -> None:
        """Twelve letters and digits, however grouped."""
        if not re.fullmatch(r"[0-9A-Za-z]{12}", field.data or ""):
            raise ValidationError(messages.CODE_WRONG)
