"""Files are write-once objects named by their SHA-256: a folder by default, S3 by configuration."""

import contextlib
import hashlib
import os
import re
from collections.abc import Iterator
from pathlib import Path

import obstore
from flask import Response, current_app
from flask_smorest import Blueprint
from obstore.exceptions import AlreadyExistsError
from obstore.store import LocalStore, from_url

from chassis.auth import requires
from chassis.errors import TITLES, Problem
from chassis.events import FileRef

SHA256 = re.compile(r"[0-9a-f]{64}")
PIECE = 256 * 1024
REMOTE_PIECE = 5 * 1024 * 1024
"""S3 takes no smaller parts."""


class FileMissing(Problem):
    """No file with that digest is stored here."""

    status, type, title, detail = 404, *TITLES[404]


class FileStore:
    """The objects of one service."""

    def __init__(self, service: str, url: str, folder: Path) -> None:
        """`url` empty = files under `folder`; otherwise any URL obstore knows (`s3://bucket/prefix`)."""
        self.service = service
        self._folder = None if url else folder
        if url:
            self._store = from_url(url)
        else:
            folder.mkdir(parents=True, exist_ok=True)
            self._store = LocalStore(folder)

    def put(self, data: bytes, *, media_type: str, name: str) -> FileRef:
        """Store bytes once and return their claim check; storing the same bytes again changes nothing."""
        digest = hashlib.sha256(data).hexdigest()
        with contextlib.suppress(AlreadyExistsError):
            obstore.put(self._store, _path(digest), data, mode="create")
        if self._folder:
            flush(self._folder / _path(digest))  # also when it stands already: who wrote it may have died before this
        return FileRef(service=self.service, sha256=digest, size=len(data), media_type=media_type, name=name)

    def put_file(self, path: Path, *, media_type: str, name: str) -> FileRef:
        """Store a file of the disk like `put`, in pieces, so that memory stays flat. Writing it twice is harmless."""
        with path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
        piece = PIECE if self._folder else REMOTE_PIECE
        obstore.put(self._store, _path(digest), path, use_multipart=True, chunk_size=piece, max_concurrency=1)
        if self._folder:
            flush(self._folder / _path(digest))
        return FileRef(service=self.service, sha256=digest, size=path.stat().st_size, media_type=media_type, name=name)

    def get(self, sha256: str) -> bytes:
        """The stored bytes. Raises FileMissing (404)."""
        return b"".join(self.stream(sha256))

    def stream(self, sha256: str) -> Iterator[bytes]:
        """The stored bytes in chunks, so that memory stays flat. Raises FileMissing (404) at once."""
        if not SHA256.fullmatch(sha256):
            raise FileMissing
        try:
            found = obstore.get(self._store, _path(sha256))
        except FileNotFoundError as error:
            raise FileMissing from error
        return (bytes(chunk) for chunk in found.stream())


def _path(sha256: str) -> str:
    return f"{sha256[:2]}/{sha256[2:4]}/{sha256}"


def flush(path: Path) -> None:
    """Put a new file and its name on the disk, before a transaction relies on them."""
    for place in (path, path.parent):
        descriptor = os.open(place, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def files() -> FileStore:
    """The running service's file store."""
    store: FileStore = current_app.extensions["cmp"].files
    return store


blueprint = Blueprint("files", __name__, url_prefix="/v1", description="Stored files, for other services (claim check)")


@blueprint.get("/files/<string:sha256>")
@requires("files:read")
@blueprint.response(200, {"format": "binary", "type": "string"}, content_type="application/octet-stream")
def read_file(sha256: str) -> Response:
    """Stream a stored file to a service that holds its claim check."""
    return Response(files().stream(sha256), content_type="application/octet-stream", headers={"ETag": f'"{sha256}"'})
