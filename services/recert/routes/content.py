"""The SISTCERE page: read by anybody, written by staff (PUB-4, PUB-5, PUB-7 to PUB-9)."""

from typing import Any

from flask import Response, request
from flask_smorest import Blueprint
from sqlalchemy import select

from chassis.auth import principal, public, requires
from chassis.clock import now
from chassis.db import reading, transaction
from chassis.files import files
from services.recert.content import editing
from services.recert.content.errors import PieceNotFound
from services.recert.content.schemas import (
    ChangedPieceBody,
    ContentFileView,
    FileQuery,
    NewPieceBody,
    PiecesView,
    PieceView,
    PieceWithVersions,
    PublicContentView,
)
from services.recert.models import ContentBlock, ContentFile, ContentPiece, ContentVersion
from services.recert.models.dossiers import PDF_TYPE
from services.recert.register.words import words_of

BINARY = {"type": "string", "format": "binary"}
BODY = {"required": True, "content": {PDF_TYPE: {"schema": BINARY}}}
LISTS = {
    ContentBlock.ENTRY: "entries",
    ContentBlock.NOTICE: "notices",
    ContentBlock.OFFICE: "office",
    ContentBlock.PERSON: "persons",
}
ORDER = (ContentPiece.position, ContentPiece.updated_at.desc(), ContentPiece.id)
"""Of two at one position the one saved last comes first."""

blueprint = Blueprint("content", __name__, url_prefix="/v1", description="The SISTCERE page")


@blueprint.get("/public/content")
@public
@blueprint.response(200, PublicContentView)
def show_content() -> dict[str, Any]:
    """The page as everybody reads it."""
    with reading() as session:
        shown = select(ContentPiece).where(ContentPiece.shown).order_by(*ORDER)
        pieces = session.scalars(shown).all()
    lists = {name: [piece for piece in pieces if piece.block is block] for block, name in LISTS.items()}
    return lists | {"updated_at": max((piece.updated_at for piece in pieces), default=None)}


@blueprint.get("/public/content/files/<string:piece_id>")
@public
@blueprint.response(200, BINARY, content_type=PDF_TYPE)
def read_public_file(piece_id: str) -> Response:
    """The PDF of a piece that the page shows."""
    with reading() as session:
        piece = editing.piece_of(session, piece_id)
    if piece.file is None or not piece.shown:
        raise PieceNotFound
    response = _pdf(piece.file, "-".join(words_of(piece.title)) or "documento")
    response.cache_control.public, response.cache_control.no_cache = True, True
    response.make_conditional(request)
    return response


@blueprint.get("/content/pieces")
@requires("recert:content")
@blueprint.response(200, PiecesView)
def list_pieces() -> dict[str, Any]:
    """Every piece, also those the page does not show."""
    with reading() as session:
        return {"items": session.scalars(select(ContentPiece).order_by(ContentPiece.block, *ORDER)).all()}


@blueprint.post("/content/pieces")
@requires("recert:content")
@blueprint.arguments(NewPieceBody)
@blueprint.response(201, PieceView)
def add_piece(body: dict[str, Any]) -> ContentPiece:
    """Enter a piece. 422 by field."""
    with transaction() as session:
        return editing.add_piece(session, principal(), body, now())


@blueprint.get("/content/pieces/<string:piece_id>")
@requires("recert:content")
@blueprint.response(200, PieceWithVersions)
def show_piece(piece_id: str) -> ContentPiece:
    """One piece and how it read before."""
    with reading() as session:
        piece = editing.piece_of(session, piece_id)
        past = select(ContentVersion).where(ContentVersion.piece_id == piece_id).order_by(ContentVersion.number.desc())
        piece.versions = session.scalars(past).all()  # type: ignore[attr-defined]
        return piece


@blueprint.put("/content/pieces/<string:piece_id>")
@requires("recert:content")
@blueprint.arguments(ChangedPieceBody)
@blueprint.response(200, PieceView)
def change_piece(body: dict[str, Any], piece_id: str) -> ContentPiece:
    """Write a piece anew. 409 `recert/content-outdated` when somebody was faster, 422 by field."""
    with transaction() as session:
        return editing.change_piece(session, principal(), piece_id, body, now())


@blueprint.post("/content/files")
@requires("recert:content")
@blueprint.arguments(FileQuery, location="query")
@blueprint.doc(requestBody=BODY)
@blueprint.response(201, ContentFileView)
def upload_file(query: dict[str, str]) -> ContentFile:
    """Store the PDF in the body for the page; it is public once a piece names it. 422 `recert/file-refused`."""
    data = editing.read_body()
    editing.check_pdf(data)
    with transaction() as session:
        return editing.keep_file(session, principal(), data, query["name"], now())


@blueprint.get("/content/files/<string:sha256>")
@requires("recert:content")
@blueprint.response(200, BINARY, content_type=PDF_TYPE)
def read_file(sha256: str) -> Response:
    """A PDF of the page, also one of an earlier version."""
    with reading() as session:
        file = session.get(ContentFile, sha256)
    if file is None:
        raise PieceNotFound
    return _pdf(file, sha256[:12])


def _pdf(file: ContentFile, name: str) -> Response:
    headers = {"Content-Disposition": f'inline; filename="{name}.pdf"', "Content-Length": str(file.size)}
    response = Response(files().stream(file.sha256), content_type=PDF_TYPE, headers=headers)
    response.set_etag(file.sha256)
    return response
