"""The pieces of the SISTCERE page, as staff write them."""

from typing import Any

from flask_wtf import FlaskForm
from wtforms import BooleanField, Field, FileField, HiddenField, StringField, TextAreaField
from wtforms.validators import DataRequired, Length, Regexp, StopValidation
from wtforms.validators import Optional as Empty

from portal import messages
from portal.forms.fields import trimmed
from portal.forms.staff import reason_field
from portal.forms.uploads import FileRule

MOST_BYTES = 5 * 1024 * 1024
PDF = FileRule(MOST_BYTES, (b"%PDF-",), messages.PDF_MISSING, messages.PDF_WRONG_TYPE)
FIELDS = {
    "ENTRY": ("title", "label", "text", "link", "file", "remove_file", "is_new"),
    "NOTICE": ("title",),
    "OFFICE": ("title", "text"),
    "PERSON": ("title", "text"),
}
"""What each part of the page is made of."""
WRITTEN = {"title", "label", "text", "link", "file", "remove_file", "is_new"}


class PieceForm(FlaskForm):  # type: ignore[misc]
    """One piece; the version that was open goes along, so that nobody's work is overwritten."""

    title = StringField(
        "Título", filters=[trimmed], validators=[DataRequired(messages.TITLE_MISSING)], render_kw={"maxlength": 200}
    )
    label = StringField(
        "Texto del enlace", filters=[trimmed], description="Por ejemplo, [Ver Pdf]", render_kw={"maxlength": 60}
    )
    text = TextAreaField(
        "Texto",
        filters=[trimmed],
        validators=[Length(max=2000, message=messages.TEXT_LONG)],
        render_kw={"rows": 3, "maxlength": 2000},
    )
    link = StringField(
        "Enlace",
        filters=[trimmed],
        description="Una dirección https:// o una página de este sitio, como /ayuda. Si hay archivo, vale él",
        render_kw={"maxlength": 500, "autocomplete": "off", "spellcheck": "false"},
    )
    file = FileField("Archivo PDF", description="PDF de 5 MB o menos, sin contraseña")
    remove_file = BooleanField("Quitar el archivo actual")
    is_new = BooleanField("Marcar como «nuevo»")
    position = StringField(
        "Posición",
        filters=[trimmed],
        validators=[Regexp(r"[1-9][0-9]{0,2}$", message=messages.PIECE_POSITION_WRONG)],
        description="Orden en su lista: la 1 va primero",
        render_kw={"inputmode": "numeric", "autocomplete": "off", "maxlength": 3},
    )
    shown = BooleanField("Mostrar en la página", default=True)
    sample = BooleanField("Es un ejemplo que falta reemplazar")
    reason = reason_field()
    version = HiddenField(validators=[Empty(), Regexp(r"[0-9]{1,9}$")])
    uploaded = HiddenField(validators=[Empty(), Regexp(r"[0-9a-f]{64}$")])
    uploaded_name = HiddenField(validators=[Empty(), Length(max=120)])

    def for_block(self, block: str) -> "PieceForm":
        """Keep the fields that this part of the page is made of."""
        for name in WRITTEN - set(FIELDS[block]):
            del self[name]
        return self

    def validate_file(self, field: Field) -> None:
        """A file is not needed; one that is chosen must be a PDF."""
        if getattr(field.data, "filename", ""):
            PDF(self, field)
        elif field.data:
            raise StopValidation(messages.PDF_WRONG_TYPE)

    def wish(self, file_sha256: str | None) -> dict[str, Any]:
        """What is saved."""
        names = ("title", "label", "text", "is_new", "shown", "sample", "reason")
        wish = {name: self[name].data for name in names if name in self}
        link = (self.link.data or None) if self.link else None
        return wish | {"position": int(self.position.data), "link": link, "file_sha256": file_sha256}
