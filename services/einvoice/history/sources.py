"""Where old documents lie: folders and archives, walked one file at a time in bounded memory."""

import io
import os
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path, PurePosixPath

from services.einvoice.history.archive import DEFLATED, STORED, Archive, Entry, check
from services.einvoice.history.reasons import Reason, Refused
from services.einvoice.models.history import HistoryFile

LARGEST = 20 * 1024 * 1024
"""Bytes of one document; XML and receipts have a limit of their own, 5 MiB."""
SMALL_ARCHIVE = 5 * 1024 * 1024
SMALL_COUNT = 20
"""What a receipt's ZIP may be at most, and any ZIP inside a ZIP."""
OPEN_ARCHIVES = 8
UNREADABLE = (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, RuntimeError, ValueError)
ZIP_HEAD = (b"PK\x03\x04", b"PK\x05\x06")


@dataclass(frozen=True, kw_only=True)
class Place:
    """Where a file is. `refused` when it must not be read at all."""

    path: str
    member: str = ""
    inner: str = ""
    offset: int = 0
    packed: int = 0
    method: int = STORED
    size: int = 0
    crc: int | None = None
    stamp: str = ""
    refused: Refused | None = None

    @classmethod
    def of(cls, row: HistoryFile) -> "Place":
        """The place a row remembers."""
        return cls(
            path=row.path, member=row.member, inner=row.inner, offset=row.offset, packed=row.packed, method=row.method
        )

    @property
    def id(self) -> str:
        """SHA-256 of the place."""
        return _digest(f"{self.path}\0{self.member}\0{self.inner}\0{self.offset}")

    @property
    def name(self) -> str:
        """The name the file bears."""
        return (self.inner or self.member or self.path).replace("\\", "/").rpartition("/")[2]

    @property
    def stem(self) -> str:
        """SHA-256 of folder and name without ending, small letters."""
        folder = PurePosixPath((self.inner or self.member or self.path).replace("\\", "/")).with_suffix("")
        beside = self.path if self.member else ""
        return _digest(f"{beside}\0{str(folder).lower()}")


@dataclass
class Shelves:
    """Reads the bytes of places; keeps a few archives open."""

    _open: dict[str, Archive] = field(default_factory=dict)
    _stack: ExitStack = field(default_factory=ExitStack)

    def read(self, place: Place) -> bytes:
        """The bytes. Raises Refused, also when the file is no longer there."""
        try:
            data = self._outer(place)
        except OSError as error:
            raise Refused(Reason.UNREADABLE, type(error).__name__) from error
        return inner_file(data, place.inner) if place.inner else data

    def close(self) -> None:
        """Close the archives."""
        self._stack.close()
        self._open.clear()

    def _outer(self, place: Place) -> bytes:
        if not place.member:
            with Path(place.path).open("rb") as file:
                data = file.read(LARGEST + 1)
            if len(data) > LARGEST:
                raise Refused(Reason.TOO_LARGE)
            return data
        if place.path not in self._open:
            if len(self._open) >= OPEN_ARCHIVES:
                self.close()
            self._open[place.path] = self._stack.enter_context(Archive(Path(place.path)))
        archive = self._open[place.path]
        return archive.read(place.offset, place.packed, place.method, limit=LARGEST, crc=place.crc)


def walk(sources: list[Path]) -> Iterator[Place]:
    """Every file of the sources: plain ones, and the members of archives. Links are refused, not followed."""
    for source in sources:
        yield from _folder(source) if source.is_dir() else _file(source)


def count(sources: list[Path]) -> int:
    """How many files `walk` will give, about: for the progress shown."""
    return sum(_count(place) for source in sources for place in ([source] if source.is_file() else _files(source)))


def inner_names(data: bytes) -> list[str]:
    """The files in a small ZIP. Raises Refused."""
    with _small(data) as archive:
        return [entry.filename for entry in archive.infolist() if not entry.is_dir()]


def inner_file(data: bytes, name: str) -> bytes:
    """One file of a small ZIP. Raises Refused."""
    with _small(data) as archive:
        try:
            with archive.open(name) as file:
                content = file.read(SMALL_ARCHIVE + 1)
        except (KeyError, *UNREADABLE) as error:
            raise Refused(Reason.BAD_ARCHIVE, type(error).__name__) from error
    if len(content) > SMALL_ARCHIVE:
        raise Refused(Reason.TOO_LARGE)
    return content


def is_archive(head: bytes) -> bool:
    """Whether bytes begin like a ZIP."""
    return head[:4] in ZIP_HEAD


def is_receipt_archive(data: bytes) -> bool:
    """Whether a ZIP is a receipt's: one XML, an ApplicationResponse."""
    try:
        names = inner_names(data)
        return len(names) == 1 and b"ApplicationResponse" in inner_file(data, names[0])[:2048]
    except Refused:
        return False


def _folder(folder: Path) -> Iterator[Place]:
    for path in _files(folder):
        yield from _file(path)


def _files(folder: Path) -> Iterator[Path]:
    """Plain files below a folder, as the system lists them: a sorted list of millions would not be bounded."""
    with os.scandir(folder) as listed:
        for each in listed:
            if each.is_dir(follow_symlinks=False):
                yield from _files(Path(each.path))
            elif each.is_symlink() or each.is_file(follow_symlinks=False):
                yield Path(each.path)


def _file(path: Path) -> Iterator[Place]:
    absolute = path.absolute()
    if not _is_text(str(absolute)):
        name = str(absolute).encode("utf-8", "backslashreplace").decode()
        yield Place(path=name, stamp="?", refused=Refused(Reason.UNREADABLE, "file name is not UTF-8"))
        return
    if absolute.is_symlink():
        yield Place(path=str(absolute), stamp="link", refused=Refused(Reason.BAD_PATH, "link"))
        return
    try:
        found = absolute.stat()
        if _is_long_archive(absolute, found.st_size):
            yield from _members(absolute)
            return
    except OSError as error:
        yield Place(path=str(absolute), stamp="?", refused=Refused(Reason.UNREADABLE, type(error).__name__))
        return
    refused = Refused(Reason.TOO_LARGE) if found.st_size > LARGEST else None
    stamp = f"{found.st_size}-{found.st_mtime_ns}"
    yield Place(path=str(absolute), size=found.st_size, stamp=stamp, refused=refused)


def _members(path: Path) -> Iterator[Place]:
    try:
        with Archive(path) as archive:
            for entry in archive.entries():
                if not entry.is_folder:
                    yield _member(path, entry)
    except Refused as refused:
        found = path.stat()
        yield Place(path=str(path), stamp=f"{found.st_size}-{found.st_mtime_ns}", refused=refused)


def _member(path: Path, entry: Entry) -> Place:
    refused = None
    try:
        check(entry, LARGEST)
    except Refused as reason:
        refused = reason
    return Place(
        path=str(path),
        member=entry.name.replace("\0", "\N{REPLACEMENT CHARACTER}"),
        offset=entry.offset,
        packed=entry.packed,
        method=entry.method if entry.method in (STORED, DEFLATED) else STORED,
        size=entry.size,
        crc=entry.crc,
        stamp=f"{entry.size}-{entry.crc:08x}",
        refused=refused,
    )


def _count(path: Path) -> int:
    """Members of a long archive; a small one counts as one file, as opening each would take as long as the import."""
    try:
        if path.is_symlink() or path.stat().st_size <= SMALL_ARCHIVE or not _is_long_archive(path, LARGEST):
            return 1
        with Archive(path) as archive:
            return archive.count
    except (OSError, Refused):
        return 1


def _is_long_archive(path: Path, size: int) -> bool:
    """Whether a file is an archive of documents rather than one receipt's ZIP."""
    with path.open("rb") as file:
        if not is_archive(file.read(4)):
            return False
        file.seek(0)
        return size > SMALL_ARCHIVE or not is_receipt_archive(file.read())


def _is_text(name: str) -> bool:
    """Whether a file name is UTF-8, which the database and the report can hold."""
    try:
        name.encode()
    except UnicodeEncodeError:
        return False
    return True


def _small(data: bytes) -> zipfile.ZipFile:
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
    except UNREADABLE as error:
        raise Refused(Reason.BAD_ARCHIVE, type(error).__name__) from error
    entries = archive.infolist()
    if len(data) > SMALL_ARCHIVE or len(entries) > SMALL_COUNT:
        raise Refused(Reason.TOO_LARGE, "ZIP in a ZIP")
    if any(entry.file_size > SMALL_ARCHIVE for entry in entries):
        raise Refused(Reason.TOO_LARGE)
    return archive


def _digest(text: str) -> str:
    return sha256(text.encode("utf-8", "surrogateescape")).hexdigest()
