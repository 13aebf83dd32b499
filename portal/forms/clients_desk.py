"""The desk of clients: what they are found by, where they are written to, which papers they showed."""

from flask_wtf import FlaskForm
from wtforms import StringField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length, Regexp

from portal import messages
from portal.forms.fields import trimmed, without_spaces
from portal.forms.staff import reason_field


class ClientSearchForm(FlaskForm):  # type: ignore[misc]
    """The beginning of a document number."""

    class Meta:
        """A search changes nothing."""

        csrf = False

    documento = StringField(
        "Número de RUC o documento",
        filters=[without_spaces],
        validators=[Regexp(r"[0-9A-Za-z]{4,15}$", message=messages.CLIENT_DOCUMENT_SHORT)],
        description="Completo o su comienzo, desde 4 dígitos",
        render_kw={"maxlength": 20, "autocomplete": "off"},
    )


class ClientEmailForm(FlaskForm):  # type: ignore[misc]
    """Where a client is written to from now on."""

    email = StringField(
        "Correo nuevo",
        validators=[
            DataRequired(messages.CLIENT_EMAIL_MISSING),
            Length(max=254, message=messages.EMAIL_WRONG),
            Regexp(r"[^@\s]+@[^@\s]+\.[^@\s]+$", message=messages.EMAIL_WRONG),
        ],
        filters=[without_spaces],
        render_kw={"maxlength": 254, "autocomplete": "off", "inputmode": "email", "spellcheck": "false"},
    )
    reason = reason_field()


class DeskCodeForm(FlaskForm):  # type: ignore[misc]
    """Which papers the client showed."""

    reason = TextAreaField(
        "Documento que mostró el cliente",
        validators=[
            InputRequired(messages.CLIENT_PAPERS_MISSING),
            Length(min=5, max=300, message=messages.CLIENT_PAPERS_LENGTH),
        ],
        filters=[trimmed],
        description="Por ejemplo, DNI del representante legal y ficha RUC. Queda en la auditoría",
        render_kw={"maxlength": 300, "rows": 2},
    )
