"""The page of SISTCERE over HTTP, as the public reads it and as staff write it."""

from typing import Any
from urllib.parse import urlsplit

from marshmallow import Schema, ValidationError, fields, validate

from services.recert.models import ContentBlock

MISSING: dict[str, Any] = {"required": "Este dato es obligatorio.", "null": "Este dato es obligatorio."}
BLOCKS = [block.value for block in ContentBlock]


class _Line(fields.String):
    """A text of one line, without blanks around it or doubled inside."""

    def __init__(self, least: int, most: int, **options: Any) -> None:
        length = validate.Length(least, most, error=f"Escriba de {least} a {most} caracteres.")
        super().__init__(validate=[length, _printable], error_messages=MISSING, **options)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **options: Any) -> str:
        return " ".join(str(super()._deserialize(value, attr, data, **options)).split())


def _printable(text: str) -> None:
    if not text.isprintable():
        raise ValidationError("Contiene caracteres que no se admiten.")


def _leads_somewhere(link: str) -> None:
    """A page of this site or an https address, and nothing that runs."""
    address = urlsplit(link)
    inside = link.startswith("/") and not link.startswith("//") and "\\" not in link
    outside = address.scheme == "https" and address.hostname and not address.username
    if not link.isprintable() or " " in link or not (inside or outside):
        raise ValidationError("Escriba una dirección que empiece con https:// o una página de este sitio, como /ayuda.")


class ContentFileView(Schema):
    """A PDF that was uploaded for the page."""

    sha256 = fields.String()
    name = fields.String()
    size = fields.Integer(metadata={"description": "bytes"})
    uploaded_at = fields.AwareDateTime()


class PublicFileView(Schema):
    """That a piece has a PDF, and how big."""

    size = fields.Integer(metadata={"description": "bytes"})


class PublicPieceView(Schema):
    """A piece as everybody reads it. A file goes before a link."""

    id = fields.String()
    title = fields.String()
    label = fields.String(metadata={"description": "what the link says: [Ver Pdf]"})
    text = fields.String()
    link = fields.String(allow_none=True)
    file = fields.Nested(PublicFileView, allow_none=True)
    is_new = fields.Boolean(metadata={"description": 'marked "nuevo"'})
    sample = fields.Boolean(metadata={"description": "an example that nobody has replaced yet"})


class PublicContentView(Schema):
    """The whole page: the nine entries, slogan and notices, the office, the persons of the term."""

    entries = fields.List(fields.Nested(PublicPieceView))
    notices = fields.List(fields.Nested(PublicPieceView), metadata={"description": "the slogan first"})
    office = fields.List(fields.Nested(PublicPieceView))
    persons = fields.List(fields.Nested(PublicPieceView))
    updated_at = fields.AwareDateTime(allow_none=True)


class PieceView(PublicPieceView):
    """A piece as staff edit it."""

    block = fields.Enum(ContentBlock, by_value=True)
    position = fields.Integer()
    shown = fields.Boolean()
    file = fields.Nested(ContentFileView, allow_none=True)
    updated_at = fields.AwareDateTime()
    version = fields.Integer()


class PiecesView(Schema):
    """All pieces, also those the page does not show, by block and position."""

    items = fields.List(fields.Nested(PieceView))


class ContentVersionView(Schema):
    """How a piece read from a moment on."""

    number = fields.Integer()
    facts = fields.Dict()
    saved_at = fields.AwareDateTime()
    saved_by_name = fields.String()


class PieceWithVersions(PieceView):
    """A piece and every version of it, newest first."""

    versions = fields.List(fields.Nested(ContentVersionView))


class PieceBody(Schema):
    """The whole new state of a piece, why, and the version that was open."""

    position = fields.Integer(required=True, validate=validate.Range(1, 999, error="Escriba un número del 1 al 999."))
    title = _Line(1, 200, required=True)
    label = _Line(0, 60, load_default="")
    text = fields.String(load_default="", validate=validate.Length(max=2000, error="Escriba hasta 2000 caracteres."))
    link = fields.String(
        load_default=None,
        allow_none=True,
        validate=[validate.Length(max=500, error="Escriba hasta 500 caracteres."), _leads_somewhere],
    )
    file_sha256 = fields.String(load_default=None, allow_none=True, validate=validate.Length(equal=64))
    is_new = fields.Boolean(load_default=False)
    sample = fields.Boolean(load_default=False)
    shown = fields.Boolean(load_default=True)
    reason = _Line(5, 500, required=True)


class ChangedPieceBody(PieceBody):
    """A change names the version it was made from."""

    version = fields.Integer(required=True)


class NewPieceBody(PieceBody):
    """A piece that was not there."""

    block = fields.String(required=True, validate=validate.OneOf(BLOCKS, error="Elija una parte de la página."))


class FileQuery(Schema):
    """What the file was called where it came from."""

    name = _Line(1, 120, required=True)
