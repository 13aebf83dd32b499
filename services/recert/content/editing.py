"""Staff write the page: each saving is a version, an entry in the audit and an event."""

import tempfile
import uuid
from datetime import datetime
from pathlib import Path
from typing import Any

from flask import request
from sqlalchemy.orm import Session
from werkzeug.exceptions import RequestEntityTooLarge

from chassis.auth import Principal
from chassis.files import files
from chassis.outbox import publish
from services.recert import staff_acts
from services.recert.content.errors import FileUnknown, PieceNotFound, PieceOutdated
from services.recert.models import ContentBlock, ContentFile, ContentPiece, ContentVersion
from services.recert.models.dossiers import PDF_TYPE
from services.recert.pdf_checks import Fault, FileRefused, check_file
from services.recert.pdf_checks.faults import MOST_BYTES
from services.recert.settings import current_settings


def add_piece(session: Session, who: Principal, wish: dict[str, Any], moment: datetime) -> ContentPiece:
    """Enter a piece that was not there. Raises FileUnknown."""
    piece = ContentPiece(id=str(uuid.uuid4()), block=ContentBlock(wish.pop("block")))
    return _save(session, piece, None, who, wish, moment)


def change_piece(
    session: Session, who: Principal, piece_id: str, wish: dict[str, Any], moment: datetime
) -> ContentPiece:
    """Write a piece anew; nothing happens when nothing changed. Raises PieceNotFound, PieceOutdated, FileUnknown."""
    piece = piece_of(session, piece_id, lock=True)
    if piece.version != wish.pop("version"):
        raise PieceOutdated
    return _save(session, piece, piece.facts(), who, wish, moment)


def piece_of(session: Session, piece_id: str, *, lock: bool = False) -> ContentPiece:
    """One piece. Raises PieceNotFound."""
    piece = session.get(ContentPiece, piece_id)
    if piece is not None and lock:
        session.refresh(piece, with_for_update={"of": ContentPiece})
    if piece is None:
        raise PieceNotFound
    return piece


def read_body() -> bytes:
    """The PDF in the body, read no further than a file may be long. Raises FileRefused."""
    request.max_content_length = MOST_BYTES + 1
    try:
        return request.get_data(cache=False)
    except RequestEntityTooLarge as error:
        raise FileRefused(Fault.TOO_BIG) from error


def check_pdf(data: bytes) -> None:
    """The checks that a physician's file passes, too: the public will open it. Raises FileRefused."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "upload.pdf"
        path.write_bytes(data)
        check_file(path, current_settings())


def keep_file(session: Session, who: Principal, data: bytes, name: str, moment: datetime) -> ContentFile:
    """Store a PDF for the page, once."""
    stored = files().put(data, media_type=PDF_TYPE, name=name)
    known = session.get(ContentFile, stored.sha256)
    if known is None:
        known = ContentFile(
            sha256=stored.sha256, name=name, size=stored.size, uploaded_at=moment, uploaded_by=who.subject
        )
        session.add(known)
    return known


def _save(
    session: Session,
    piece: ContentPiece,
    before: dict[str, Any] | None,
    who: Principal,
    wish: dict[str, Any],
    moment: datetime,
) -> ContentPiece:
    reason = wish.pop("reason")
    if wish["file_sha256"] and session.get(ContentFile, wish["file_sha256"]) is None:
        raise FileUnknown
    for name, value in wish.items():
        setattr(piece, name, value)
    if piece.facts() == before:
        return piece
    piece.updated_at = moment
    session.add(piece)
    session.flush()
    session.add(
        ContentVersion(
            piece_id=piece.id, number=piece.version, facts=piece.facts(), saved_at=moment,
            saved_by=who.subject, saved_by_name=who.name,
        )
    )  # fmt: skip
    act = "content.changed" if before else "content.added"
    staff_acts.record(
        session, act=act, subject=f"content:{piece.id}", council=None, before=before, after=piece.facts(), reason=reason
    )
    publish(session, piece.changed())
    session.refresh(piece, ["file"])
    return piece
