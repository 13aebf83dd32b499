"""A file on its way: begun, taken piece by piece wherever it stopped, checked when whole, then stored."""

import tempfile
import uuid
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import IO

from sqlalchemy import delete, insert, select, update
from sqlalchemy.orm import Session
from werkzeug.exceptions import ClientDisconnected

from chassis.auth import Principal
from chassis.clock import now
from chassis.db import reading, transaction
from chassis.files import files
from services.recert.models import Draft, Upload, UploadPiece
from services.recert.models.dossiers import PDF_TYPE
from services.recert.pdf_checks import Fault, FileRefused, check_file
from services.recert.pdf_checks.faults import MOST_BYTES
from services.recert.requests.drafting import own_draft
from services.recert.requests.errors import OffsetWrong, UploadNotFound
from services.recert.requests.naming import kept_name
from services.recert.settings import current_settings

PIECE = 256 * 1024
"""Bytes held in memory of one upload."""


def begin_upload(session: Session, draft: Draft, *, name: str, size: int, fingerprint: str) -> Upload:
    """Announce a file, or find the same one half here. Any other of the draft is given up. Raises FileRefused."""
    if size == 0:
        raise FileRefused(Fault.EMPTY)
    if size > MOST_BYTES:
        raise FileRefused(Fault.TOO_BIG)
    name = kept_name(name)
    same = (Upload.fingerprint == fingerprint, Upload.name == name, Upload.size == size)
    if fingerprint and (found := session.scalar(select(Upload).where(Upload.draft_id == draft.id, *same))):
        return found
    session.execute(delete(Upload).where(Upload.draft_id == draft.id))
    upload = Upload(
        id=str(uuid.uuid4()), draft_id=draft.id, name=name, size=size, fingerprint=fingerprint, received=0,
        started_at=now(),
    )  # fmt: skip
    session.add(upload)
    session.flush()
    return upload


def own_upload(session: Session, upload_id: str, who: Principal) -> Upload:
    """An upload of who asks. Raises UploadNotFound (404), also for another's."""
    mine = select(Upload).join(Draft, Draft.id == Upload.draft_id).where(Draft.cmp_number == who.cmp_number)
    upload = session.scalar(mine.where(Upload.id == upload_id))
    if upload is None:
        raise UploadNotFound
    return upload


def take(upload_id: str, who: Principal, *, offset: int, stream: IO[bytes]) -> int:
    """Keep what comes from `offset` on, each piece for good; how much is here now. Raises OffsetWrong, FileRefused.

    A line that drops leaves what had come: the sender asks for the offset and goes on from there.
    """
    with reading() as session:
        upload = own_upload(session, upload_id, who)
    if offset != upload.received:
        raise OffsetWrong(upload.received)
    received = offset
    for piece in _pieces(stream):
        if received + len(piece) > upload.size:
            raise FileRefused(Fault.TOO_BIG)
        _keep(upload_id, received, piece)
        received += len(piece)
    return received


def complete(upload_id: str, who: Principal) -> str:
    """Check a file that is all here and make it the draft's; returns the draft's id. Raises FileRefused, OffsetWrong.

    A refused file is forgotten at once. When the antivirus does not answer (503) it stays to be checked again.
    """
    with reading() as session:
        upload = own_upload(session, upload_id, who)
    if upload.received != upload.size:
        raise OffsetWrong(upload.received)
    with tempfile.TemporaryDirectory(prefix="expediente-") as folder:
        path = Path(folder) / "archivo.pdf"
        _write(upload_id, path)
        try:
            good = check_file(path, current_settings())
        except FileRefused:
            _forget(upload_id)
            raise
        stored = files().put_file(path, media_type=PDF_TYPE, name=upload.name)
    with transaction() as session:
        draft = own_draft(session, upload.draft_id, who, lock=True)
        own_upload(session, upload_id, who)
        draft.sha256, draft.size, draft.pages, draft.file_name = stored.sha256, stored.size, good.pages, upload.name
        session.execute(delete(Upload).where(Upload.id == upload_id))
        return draft.id


def forget_abandoned(session: Session) -> int:
    """Delete uploads that nobody finished in time; how many there were."""
    before = now() - timedelta(hours=current_settings().upload_hours)
    return int(session.execute(delete(Upload).where(Upload.started_at < before)).rowcount)  # type: ignore[attr-defined]


def _pieces(stream: IO[bytes]) -> Iterator[bytes]:
    """The body in full pieces; what came before a cut is a piece too, and then the cut is told."""
    while True:
        piece = bytearray()
        try:
            while len(piece) < PIECE and (more := stream.read(PIECE - len(piece))):
                piece += more
        except (ClientDisconnected, OSError):
            if piece:
                yield bytes(piece)
            raise
        if not piece:
            return
        yield bytes(piece)


def _keep(upload_id: str, start: int, piece: bytes) -> None:
    """Row and offset in one transaction; of two senders at once the slower one learns where the other is."""
    with transaction() as session:
        here = update(Upload).where(Upload.id == upload_id, Upload.received == start)
        if session.execute(here.values(received=start + len(piece))).rowcount != 1:  # type: ignore[attr-defined]
            upload = session.get(Upload, upload_id)
            raise OffsetWrong(upload.received) if upload else UploadNotFound
        session.execute(insert(UploadPiece).values(upload_id=upload_id, start=start, data=piece))


def _write(upload_id: str, path: Path) -> None:
    """The pieces one after the other, one in memory at a time."""
    mine = UploadPiece.upload_id == upload_id
    with reading() as session, path.open("wb") as file:
        for start in session.scalars(select(UploadPiece.start).where(mine).order_by(UploadPiece.start)).all():
            file.write(session.scalars(select(UploadPiece.data).where(mine, UploadPiece.start == start)).one())


def _forget(upload_id: str) -> None:
    with transaction() as session:
        session.execute(delete(Upload).where(Upload.id == upload_id))
