"""Reading ZIP archives of any length: entries are read one by one from the directory at its end, never all at once.

The standard library's reader keeps every entry in memory, which a million vouchers do not fit into.
"""

import os
import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Self

from services.einvoice.history.reasons import Reason, Refused

END, END_64, LOCATOR_64 = b"PK\x05\x06", b"PK\x06\x06", b"PK\x06\x07"
CENTRAL, LOCAL = b"PK\x01\x02", b"PK\x03\x04"
LONGEST_COMMENT = 65_535
FULL_16, FULL_32 = 0xFFFF, 0xFFFFFFFF
STORED, DEFLATED = 0, 8
ENCRYPTED, UTF_8 = 0x1, 0x800
LINK = 0o120000
CHUNK = 1 << 20


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One member, as the directory tells it; `offset` is where its local header stands."""

    name: str
    size: int
    packed: int
    crc: int
    method: int
    offset: int
    flags: int = 0
    is_link: bool = False

    @property
    def is_folder(self) -> bool:
        """Whether it is only a folder."""
        return self.name.endswith("/")

    @property
    def leaves_its_folder(self) -> bool:
        """Whether its name is one that would write elsewhere if somebody unpacked it."""
        parts = self.name.replace("\\", "/").split("/")
        return self.is_link or ".." in parts or self.name[:1] in ("/", "\\") or ":" in parts[0] or "\0" in self.name


class Archive:
    """An open archive. Raises Refused(BAD_ARCHIVE) for what no honest program writes."""

    def __init__(self, path: Path) -> None:
        """Open it and find its directory."""
        self._file: BinaryIO = path.open("rb")
        try:
            self._length = os.fstat(self._file.fileno()).st_size
            self.count, self._start, self._end = self._find_directory()
        except BaseException:
            self._file.close()
            raise

    def __enter__(self) -> Self:
        """The archive."""
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        """Close the file."""
        self._file.close()

    def entries(self) -> Iterator[Entry]:
        """Every member in the order of the directory; whoever claims more bytes than there are is refused."""
        at, claimed, seen = self._start, 0, 0
        while at < self._end:
            header = self._read(at, 46)
            if header[:4] != CENTRAL:
                raise Refused(Reason.BAD_ARCHIVE, "directory")
            (flags, method, *_), (crc, packed, size) = (
                struct.unpack_from("<4H", header, 8),
                struct.unpack_from("<3L", header, 16),
            )
            name_length, extra_length, comment_length = struct.unpack_from("<3H", header, 28)
            attributes, offset = struct.unpack_from("<2L", header, 38)
            rest = self._read(at + 46, name_length + extra_length)
            size, packed, offset = _long_values(rest[name_length:], size, packed, offset)
            at += 46 + name_length + extra_length + comment_length
            claimed, seen = claimed + packed, seen + 1
            if claimed > self._length or offset >= self._start or seen > self.count:
                raise Refused(Reason.BAD_ARCHIVE, "overlapping members")
            yield Entry(
                name=rest[:name_length].decode("utf-8" if flags & UTF_8 else "cp437", "replace"),
                size=size,
                packed=packed,
                crc=crc,
                method=method,
                offset=offset,
                flags=flags,
                is_link=(attributes >> 16) & 0o170000 == LINK,
            )

    def read(self, offset: int, packed: int, method: int, *, limit: int, crc: int | None = None) -> bytes:
        """The bytes of a member, at most `limit`. Raises Refused."""
        header = self._read(offset, 30)
        if header[:4] != LOCAL:
            raise Refused(Reason.BAD_ARCHIVE, "member")
        name_length, extra_length = struct.unpack("<26x2H", header)
        if packed > limit:
            raise Refused(Reason.TOO_LARGE)
        data = _unpacked(self._read(offset + 30 + name_length + extra_length, packed), method, limit)
        if crc is not None and zlib.crc32(data) != crc:
            raise Refused(Reason.BAD_ARCHIVE, "CRC")
        return data

    def _read(self, at: int, length: int) -> bytes:
        self._file.seek(at)
        data = self._file.read(length)
        if len(data) < length:
            raise Refused(Reason.BAD_ARCHIVE, "cut short")
        return data

    def _find_directory(self) -> tuple[int, int, int]:
        """(members, first byte, byte after the last) of the directory; the 64-bit end counts where there is one."""
        tail_length = min(self._length, LONGEST_COMMENT + 22)
        tail = self._read(self._length - tail_length, tail_length)
        found = tail.rfind(END)
        if found < 0 or len(tail) < found + 22:
            raise Refused(Reason.BAD_ARCHIVE, "no directory")
        count, size, start = struct.unpack("<10xHLL2x", tail[found : found + 22])
        end = self._length - tail_length + found
        if (count == FULL_16 or size == FULL_32 or start == FULL_32) and tail[found - 20 : found - 16] == LOCATOR_64:
            end = struct.unpack("<8xQ4x", tail[found - 20 : found])[0]
            record = self._read(end, 56)
            if record[:4] != END_64:
                raise Refused(Reason.BAD_ARCHIVE, "no directory")
            count, size, start = struct.unpack("<32x3Q", record)
        if start + size > end:
            raise Refused(Reason.BAD_ARCHIVE, "directory")
        return count, start, start + size


def check(entry: Entry, limit: int) -> None:
    """Refuse a member by what the directory says of it, before a byte is unpacked. Raises Refused."""
    if entry.leaves_its_folder:
        raise Refused(Reason.BAD_PATH)
    if entry.flags & ENCRYPTED or entry.method not in (STORED, DEFLATED):
        raise Refused(Reason.BAD_ARCHIVE, "encrypted" if entry.flags & ENCRYPTED else f"method {entry.method}")
    if entry.size > limit or entry.packed > limit:
        raise Refused(Reason.TOO_LARGE)


def _unpacked(data: bytes, method: int, limit: int) -> bytes:
    """What a member holds; unpacking stops at the limit, whatever the directory had said (zip bombs)."""
    if method == STORED:
        return data
    unpacker = zlib.decompressobj(-zlib.MAX_WBITS)
    try:
        unpacked = unpacker.decompress(data, limit + 1)
    except zlib.error as error:
        raise Refused(Reason.BAD_ARCHIVE, "deflate") from error
    if len(unpacked) > limit:
        raise Refused(Reason.TOO_LARGE)
    if not unpacker.eof:
        raise Refused(Reason.BAD_ARCHIVE, "cut short")
    return unpacked


def _long_values(extra: bytes, size: int, packed: int, offset: int) -> tuple[int, int, int]:
    """64-bit sizes and offset from the extra field, for those that did not fit (APPNOTE 4.5.3)."""
    at = 0
    while at + 4 <= len(extra):
        kind, length = struct.unpack_from("<HH", extra, at)
        if at + 4 + length > len(extra):
            raise Refused(Reason.BAD_ARCHIVE, "directory")
        if kind == 1:
            values = iter(struct.unpack_from(f"<{length // 8}Q", extra, at + 4))
            size = next(values, size) if size == FULL_32 else size
            packed = next(values, packed) if packed == FULL_32 else packed
            offset = next(values, offset) if offset == FULL_32 else offset
        at += 4 + length
    return size, packed, offset
