"""The first pass of an import: every file found is looked at once and written down with the voucher it is about."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from hashlib import sha256
from itertools import islice
from typing import Any

from lxml import etree
from sqlalchemy import delete, insert, select

from chassis.db import reading, transaction
from services.einvoice.history.printed import first_page
from services.einvoice.history.reading import ROOTS, SUMMARY_ROOTS, SummaryTold, key_of, read_summary, ruc_of
from services.einvoice.history.reasons import Reason, Refused, refusing
from services.einvoice.history.receipts import VOUCHER_NAME, Key, key_of_name, read_receipt
from services.einvoice.history.signatures import read_xml
from services.einvoice.history.sources import (
    Place,
    Shelves,
    inner_file,
    inner_names,
    is_archive,
    is_receipt_archive,
)
from services.einvoice.models import HistoryFile, HistoryLine
from services.einvoice.models.history import CDR, DONE, OTHER, PDF, REFUSED, SUMMARY, WAITING, XML

BATCH = 500
WHERE = ("path", "member", "inner", "offset", "packed", "method", "stamp")
UNREAD = ("", "", 0)
PDF_HEAD = b"%PDF-"
PRINTED = re.compile(r"(?<![A-Z0-9])([FB][A-Z0-9]{3})\s?-\s?(\d{1,8})(?!\d)")


@dataclass(frozen=True, kw_only=True)
class Found:
    """A file that was looked at."""

    place: Place
    kind: str
    key: Key = UNREAD
    data: bytes = b""
    state: str = WAITING
    refused: Refused | None = None
    summary: SummaryTold | None = None

    def row(self) -> dict[str, Any]:
        """As a row of the books."""
        place = self.place
        kind, series, number = self.key
        return {
            "id": place.id,
            **{name: getattr(place, name) for name in WHERE},
            "kind": self.kind,
            "sha256": sha256(self.data).hexdigest() if self.data else "",
            "voucher_type": kind,
            "series": series,
            "number": number,
            "stem": place.stem if self.kind in (XML, PDF) else "",
            "state": REFUSED if self.refused else self.state,
            "reason": self.refused.reason if self.refused else "",
            "detail": self.refused.detail if self.refused else "",
        }

    def lines(self) -> list[dict[str, Any]]:
        """The vouchers an RC or RA tells of, as rows."""
        if self.summary is None:
            return []
        return [
            {
                "file_id": self.place.id,
                "position": position,
                "summary": self.summary.file_name,
                "voucher_type": line.key[0],
                "series": line.key[1],
                "number": line.key[2],
                "condition": line.condition,
                "reason": line.reason,
            }
            for position, line in enumerate(self.summary.lines, start=1)
        ]


def catalogue(places: Iterable[Place], issuer_ruc: str) -> Iterator[int]:
    """Write down what is not in the books yet, batch by batch; yields how many files each batch looked through."""
    shelves, each = Shelves(), iter(places)
    try:
        while batch := list(islice(each, BATCH)):
            fresh = _not_in_books(batch)
            found = [file for place in fresh for file in look_at(place, shelves, issuer_ruc)]
            _write(fresh, found)
            yield len(batch)
    finally:
        shelves.close()


def look_at(place: Place, shelves: Shelves, issuer_ruc: str) -> Iterator[Found]:
    """What a file is; a ZIP inside an archive gives its own files as well."""
    try:
        if place.refused:
            raise place.refused
        data = shelves.read(place)
    except Refused as refused:
        yield Found(place=place, kind=OTHER, refused=refused)
        return
    if is_archive(data) and not is_receipt_archive(data):
        yield from _opened(place, data, issuer_ruc)
        return
    yield identify(place, data, issuer_ruc)


def identify(place: Place, data: bytes, issuer_ruc: str) -> Found:
    """What the bytes of a file are about: by their content first, by the file's name last."""
    try:
        with refusing(Reason.UNREADABLE):
            if is_archive(data):
                return Found(place=place, kind=CDR, key=_receipt_key(data, place.name, issuer_ruc), data=data)
            if data.startswith(PDF_HEAD):
                return Found(place=place, kind=PDF, key=_pdf_key(data, place.name, issuer_ruc), data=data)
            return _identify_xml(place, data, issuer_ruc)
    except Refused as refused:
        return Found(place=place, kind=OTHER, refused=refused, data=data)


def _identify_xml(place: Place, data: bytes, issuer_ruc: str) -> Found:
    if not data.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<"):
        raise Refused(Reason.UNKNOWN_FILE)
    root = read_xml(data)
    name = etree.QName(root).localname
    if name == "ApplicationResponse":
        return Found(place=place, kind=CDR, key=_receipt_key(data, place.name, issuer_ruc), data=data)
    if name not in ROOTS and name not in SUMMARY_ROOTS:
        raise Refused(Reason.UNSUPPORTED_DOCUMENT, name[:40])
    if ruc_of(root) != issuer_ruc:
        raise Refused(Reason.OTHER_ISSUER)
    if name in ROOTS:
        return Found(place=place, kind=XML, key=key_of(root), data=data)
    told = read_summary(root)
    return Found(place=place, kind=SUMMARY, key=told.key, data=data, summary=told)


def _receipt_key(data: bytes, name: str, issuer_ruc: str) -> Key:
    receipt = read_receipt(data, name)
    if receipt.ruc and receipt.ruc != issuer_ruc:
        raise Refused(Reason.OTHER_ISSUER)
    return receipt.key


def _pdf_key(data: bytes, name: str, issuer_ruc: str) -> Key:
    """A printed representation is known by SUNAT's name, or by the one number that stands on it beside our RUC."""
    if found := VOUCHER_NAME.search(name):
        if found[1] != issuer_ruc:
            raise Refused(Reason.OTHER_ISSUER)
        return key_of_name(name) or UNREAD
    words = first_page(data)
    numbers = {(found[1], int(found[2])) for found in PRINTED.finditer(words)}
    if issuer_ruc in words and len(numbers) == 1:
        series, number = numbers.pop()
        return "", series, number
    return UNREAD


def _opened(place: Place, data: bytes, issuer_ruc: str) -> Iterator[Found]:
    """The files of a ZIP that is a member itself; it is written down too, so that it is not opened twice."""
    if place.inner or not place.member:
        yield Found(place=place, kind=OTHER, refused=Refused(Reason.BAD_ARCHIVE, "too deep"))
        return
    try:
        names = inner_names(data)
        contents = [(name, inner_file(data, name)) for name in names]
    except Refused as refused:
        yield Found(place=place, kind=OTHER, refused=refused)
        return
    yield Found(place=place, kind=OTHER, state=DONE)
    for name, content in contents:
        yield identify(replace(place, inner=name), content, issuer_ruc)


def _not_in_books(batch: list[Place]) -> list[Place]:
    """Those not looked at before, or changed since."""
    with reading() as session:
        rows = select(HistoryFile.id, HistoryFile.stamp).where(HistoryFile.id.in_([place.id for place in batch]))
        known = {row[0]: row[1] for row in session.execute(rows)}
    return [place for place in batch if known.get(place.id) != place.stamp]


def _write(fresh: list[Place], found: list[Found]) -> None:
    if not fresh:
        return
    once = {file.place.id: file for file in found}
    rows = [file.row() for file in once.values()]
    lines = [line for file in once.values() for line in file.lines()]
    with transaction() as session:
        session.execute(delete(HistoryFile).where(HistoryFile.id.in_([row["id"] for row in rows])))
        session.execute(insert(HistoryFile), rows)
        if lines:
            session.execute(insert(HistoryLine), lines)
