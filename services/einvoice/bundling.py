"""A selection as one ZIP, sent while it is put together: no more than a chunk of one file is in memory."""

import io
import zipfile
from collections.abc import Iterable, Iterator
from datetime import datetime

from chassis.clock import LIMA
from chassis.events import FileRef
from chassis.files import FileStore

COMPRESSED_ALREADY = ("application/pdf", "application/zip")


class _Outlet(io.RawIOBase):
    """Takes what ZipFile writes and hands it on; it cannot go back, which ZipFile respects."""

    def __init__(self) -> None:
        self._waiting: list[bytes] = []

    def writable(self) -> bool:
        return True

    def write(self, data: "bytes | memoryview") -> int:  # type: ignore[override]
        self._waiting.append(bytes(data))
        return len(data)

    def taken(self) -> bytes:
        """What was written since the last time."""
        data, self._waiting = b"".join(self._waiting), []
        return data


def bundle(store: FileStore, documents: Iterable[tuple[FileRef, datetime]]) -> Iterator[bytes]:
    """The files under their own names, each with its time. PDF and ZIP are stored as they are, XML is compressed."""
    outlet = _Outlet()
    with zipfile.ZipFile(outlet, "w") as archive:
        for reference, moment in documents:
            entry = zipfile.ZipInfo(reference.name, moment.astimezone(LIMA).timetuple()[:6])
            stored = reference.media_type in COMPRESSED_ALREADY
            entry.compress_type = zipfile.ZIP_STORED if stored else zipfile.ZIP_DEFLATED
            entry.external_attr = 0o600 << 16
            with archive.open(entry, "w") as member:
                for chunk in store.stream(reference.sha256):
                    member.write(chunk)
                    yield outlet.taken()
            yield outlet.taken()
    yield outlet.taken()
