"""The ZIP around a voucher and around SUNAT's receipt (sunat.md 2.9)."""

import io
import zipfile
import zlib

from services.einvoice.errors import UnreadableCdr
from services.einvoice.sunat.safe_xml import MAX_BYTES

EPOCH = (1980, 1, 1, 0, 0, 0)
MAX_ENTRIES = 20
UNREADABLE = (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, RuntimeError, ValueError)
"""What zipfile raises for damaged archives."""


def zip_voucher(file_name: str, xml: bytes) -> bytes:
    """`NAME.zip` holding `NAME.xml` and nothing else (0151-0161); the same XML gives the same bytes."""
    entry = zipfile.ZipInfo(f"{file_name}.xml", date_time=EPOCH)
    entry.compress_type = zipfile.ZIP_DEFLATED
    entry.external_attr = 0o644 << 16
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr(entry, xml)
    return buffer.getvalue()


def unzip_receipt(data: bytes) -> bytes:
    """The XML inside a CDR's ZIP, past its `dummy` folder. Raises UnreadableCdr."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            entries = archive.infolist()
            found = [entry for entry in entries if entry.filename.lower().endswith(".xml") and not entry.is_dir()]
            if len(entries) > MAX_ENTRIES or not found or found[0].file_size > MAX_BYTES:
                raise UnreadableCdr("the ZIP holds no receipt of a sensible size")
            with archive.open(found[0]) as file:
                return file.read(MAX_BYTES + 1)
    except UNREADABLE as error:
        raise UnreadableCdr(f"not a ZIP we can read: {error}") from error
