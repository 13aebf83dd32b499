"""What travels: one zip with one XML of the same name. Opens it with SUNAT's complaints (0151 to 0161)."""

from __future__ import annotations

import io
import re
import zipfile
from dataclasses import dataclass

from .faults import FaultError

VOUCHER_NAME = re.compile(r"(?P<ruc>\d{11})-(?P<kind>01|03|07|08)-(?P<serie>[A-Z0-9]{4})-(?P<number>\d{1,8})")
SUMMARY_NAME = re.compile(r"(?P<ruc>\d{11})-(?P<kind>RC|RA)-(?P<serie>\d{8})-(?P<number>\d{1,5})")

MAX_FILES = 10
MAX_XML_BYTES = 8 * 1024 * 1024


@dataclass(frozen=True)
class FileName:
    """`RUC-TT-SERIE-NUMERO` (or `RUC-RC-YYYYMMDD-N`) taken apart."""

    stem: str
    ruc: str
    kind: str
    serie: str
    number: str

    @property
    def key(self) -> str:
        """What SUNAT holds unique: F001-00000001 and F001-1 are the same number."""
        return f"{self.ruc}-{self.kind}-{self.serie}-{int(self.number)}"

    @property
    def is_summary(self) -> bool:
        """RC and RA go by sendSummary and never by sendBill."""
        return self.kind in ("RC", "RA")

    @property
    def document_id(self) -> str:
        """The cbc:ID that the XML should carry."""
        return f"{self.kind}-{self.serie}-{self.number}" if self.is_summary else f"{self.serie}-{self.number}"


def parse_name(zip_name: str) -> FileName:
    """Take a zip's name apart, or fault 0151."""
    stem, dot, extension = zip_name.rpartition(".")
    match = VOUCHER_NAME.fullmatch(stem) or SUMMARY_NAME.fullmatch(stem)
    if not dot or extension.lower() != "zip" or match is None:
        raise FaultError("0151", f"nombre '{zip_name}'")
    return FileName(stem, **match.groupdict())


def open_zip(name: FileName, content: bytes) -> bytes:
    """Give the XML bytes inside the zip, or the fault SUNAT gives: 0155 empty, 0156 corrupt, 0157 without voucher."""
    if not content:
        raise FaultError("0155")
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return _read_voucher(name, archive)
    except (zipfile.BadZipFile, zipfile.LargeZipFile, RuntimeError, NotImplementedError, OSError, EOFError) as error:
        raise FaultError("0156", str(error)) from error


def _read_voucher(name: FileName, archive: zipfile.ZipFile) -> bytes:
    entries = [entry for entry in archive.infolist() if not entry.is_dir()]
    if not entries:
        raise FaultError("0157")
    if len(entries) > MAX_FILES:
        raise FaultError("0158")
    vouchers = [entry for entry in entries if entry.filename.lower().endswith(".xml")]
    if not vouchers:
        raise FaultError("0159", f"nombre '{entries[0].filename}'")
    if len(entries) > 1:
        raise FaultError("0204", f"{len(entries)} archivos")
    return _read_entry(name, archive, vouchers[0])


def _read_entry(name: FileName, archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> bytes:
    if entry.filename != f"{name.stem}.xml":
        raise FaultError("0161", f"'{entry.filename}' en '{name.stem}.zip'")
    with archive.open(entry) as file:
        data = file.read(MAX_XML_BYTES + 1)
    if len(data) > MAX_XML_BYTES:
        raise FaultError("0156", "el contenido descomprimido excede el límite")
    if not data:
        raise FaultError("0160")
    return data
