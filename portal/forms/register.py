"""Conoce a tu médico: the one search box."""

import re

from wtforms import Field, Form, HiddenField, StringField
from wtforms.validators import Length, ValidationError

from portal import messages
from portal.forms.fields import trimmed


class PhysicianSearch(Form):  # type: ignore[misc]
    """A CMP number or names; in the address, so that what was found can be shared."""

    q = StringField(
        "Número de CMP, o nombres y apellidos",
        filters=[trimmed],
        validators=[Length(max=80, message=messages.REGISTER_SEARCH_LONG)],
        description="Por ejemplo, 012345 o quispe rosa. En cualquier orden, con tildes o sin ellas",
        render_kw={"maxlength": 80, "autocomplete": "off", "autocapitalize": "words", "spellcheck": "false"},
    )
    especialidad = HiddenField(filters=[trimmed], validators=[Length(max=80)])

    def validate_q(self, field: Field) -> None:
        """Two letters or a number, unless a speciality is browsed."""
        if not field.data and self.especialidad.data:
            return
        if not field.data:
            raise ValidationError(messages.REGISTER_SEARCH_MISSING)
        if not re.search(r"[^\W_]{2}|\d", field.data):
            raise ValidationError(messages.REGISTER_SEARCH_SHORT)
