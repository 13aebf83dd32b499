"""The books, voucher by voucher: its XML, its receipts, its PDF, and what RC and RA tell of it."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from sqlalchemy import ColumnElement, exists, func, literal_column, select, tuple_
from sqlalchemy.orm import Session, aliased

from chassis.db import reading
from services.einvoice.history.keys import among, numbered_alike
from services.einvoice.history.receipts import Key
from services.einvoice.history.summaries import ToldOf, told_of
from services.einvoice.models import HistoryFile, Voucher, VoucherFile
from services.einvoice.models import voucher as voucher_files
from services.einvoice.models.history import CDR, DONE, PDF, SUMMARY, XML

BATCH = 100
FIRST: Key = ("", "", 0)
"""Before every key."""

COLUMNS = (HistoryFile.voucher_type, HistoryFile.series, HistoryFile.number)
OPEN_VOUCHER = (HistoryFile.kind == XML, HistoryFile.state != literal_column(f"'{DONE}'"))
"""The state is written out, not bound: only then do both databases see that the index of what is open serves."""


@dataclass
class Shelf:
    """Everything in the books about one voucher."""

    key: Key
    xml: list[HistoryFile] = field(default_factory=list)
    receipts: list[HistoryFile] = field(default_factory=list)
    printed: list[HistoryFile] = field(default_factory=list)
    told: ToldOf = field(default_factory=list)
    stored: str | None = None
    """SHA-256 of the XML of a voucher that is there already."""
    is_signed: bool = False
    """Whether the issuer has signed one of the XML: the number is spent then, proven or not."""

    @property
    def rows(self) -> Iterable[HistoryFile]:
        """Its files."""
        return (*self.xml, *self.receipts, *self.printed)


def count_waiting(session: Session) -> int:
    """How many vouchers of the books are not entered."""
    keys = select(*COLUMNS).where(*OPEN_VOUCHER).distinct().subquery()
    return session.scalar(select(func.count()).select_from(keys)) or 0


def next_keys(last: Key) -> list[Key]:
    """The next vouchers that wait, in the order of type, series and number."""
    with reading() as session:
        waiting = select(*COLUMNS).where(*OPEN_VOUCHER, tuple_(*COLUMNS) > tuple_(*last)).distinct()
        return [(row[0], row[1], row[2]) for row in session.execute(waiting.order_by(*COLUMNS).limit(BATCH))]


def shelves_of(session: Session, keys: list[Key]) -> list[Shelf]:
    """What there is about some vouchers."""
    shelves = {key: Shelf(key) for key in keys}
    wanted = select(HistoryFile).where(*OPEN_VOUCHER, among(HistoryFile, keys))
    for row in session.scalars(wanted.order_by(HistoryFile.path, HistoryFile.member, HistoryFile.offset)):
        shelves[row.voucher_type, row.series, row.number].xml.append(row)
    _put_others(session, shelves)
    _put_beside(session, shelves)
    for key, told in told_of(session, keys).items():
        shelves[key].told = told
    for key, stored in stored_among(session, keys).items():
        shelves[key].stored = stored
    return list(shelves.values())


def stored_among(session: Session, keys: list[Key]) -> dict[Key, str]:
    """Which vouchers are there already, and the SHA-256 of their XML."""
    xml = (VoucherFile.voucher_id == Voucher.id) & (VoucherFile.kind == voucher_files.XML)
    found = select(Voucher.voucher_type, Voucher.series, Voucher.number, VoucherFile.sha256)
    rows = session.execute(found.outerjoin(VoucherFile, xml).where(among(Voucher, keys)))
    return {(row[0], row[1], row[2]): row[3] or "" for row in rows}


def has_document() -> ColumnElement[bool]:
    """Whether the books hold the XML that a receipt or PDF is about."""
    document = aliased(HistoryFile)
    return exists().where(
        document.series == HistoryFile.series,
        document.number == HistoryFile.number,
        document.kind.in_((XML, SUMMARY)),
        (HistoryFile.voucher_type == "") | (document.voucher_type == HistoryFile.voucher_type),
    )


def _put_others(session: Session, shelves: dict[Key, Shelf]) -> None:
    """Receipts and PDF by the number they are about; one that tells no type counts where no other type has it."""
    of_number = numbered_alike(HistoryFile, shelves)
    types: dict[tuple[str, int], set[str]] = {}
    for kind, series, number in session.execute(select(*COLUMNS).where(of_number, HistoryFile.kind == XML).distinct()):
        types.setdefault((series, number), set()).add(kind)
    found = select(HistoryFile).where(of_number, HistoryFile.kind.in_((CDR, PDF))).order_by(HistoryFile.id)
    for row in session.scalars(found):
        wanted = {row.voucher_type} if row.voucher_type else types.get((row.series, row.number), set())
        shelf = shelves.get((wanted.copy().pop(), row.series, row.number)) if len(wanted) == 1 else None
        if shelf is not None:
            (shelf.receipts if row.kind == CDR else shelf.printed).append(row)


def _put_beside(session: Session, shelves: dict[Key, Shelf]) -> None:
    """PDF that tell nothing themselves, by the name they share with an XML of the same folder."""
    by_stem = {row.stem: shelf for shelf in shelves.values() for row in shelf.xml}
    beside = (HistoryFile.stem.in_(list(by_stem)), HistoryFile.kind == PDF, HistoryFile.series == "")
    for row in session.scalars(select(HistoryFile).where(*beside).order_by(HistoryFile.id)):
        by_stem[row.stem].printed.append(row)
