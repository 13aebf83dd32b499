"""What is believed of a voucher of earlier years: its own signature, and SUNAT's word about it."""

from base64 import b64encode
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from hashlib import sha256

from chassis.clock import today
from chassis.events import FileRef
from services.einvoice.access import SINCE
from services.einvoice.history.keeping import Keeper
from services.einvoice.history.reading import Told, read_voucher
from services.einvoice.history.reasons import Reason, Refused, refusing
from services.einvoice.history.receipts import Key, Receipt, verified_receipt
from services.einvoice.history.signatures import read_xml, verify
from services.einvoice.history.sources import Place, Shelves, is_archive
from services.einvoice.history.trust import Trust
from services.einvoice.models import HistoryFile, VoucherState

XML_TYPE, PDF_TYPE, ZIP_TYPE = "application/xml", "application/pdf", "application/zip"
FINAL_FIRST = (VoucherState.ACCEPTED, VoucherState.OBSERVED, VoucherState.REJECTED)


@dataclass(frozen=True, kw_only=True)
class Candidate:
    """A voucher whose signature holds and whose signer counts."""

    row: HistoryFile
    told: Told
    digest: str
    data: bytes

    @property
    def digests(self) -> frozenset[str]:
        """What an OSE may call its digest: DigestValue, or SHA-256 of the file, in base64 or hexadecimal."""
        whole = sha256(self.data)
        return frozenset({self.digest, b64encode(whole.digest()).decode(), whole.hexdigest()})


@dataclass(frozen=True, kw_only=True)
class Judgement:
    """SUNAT's last word: by the voucher's own receipt, or by that of the RC that told of it."""

    state: VoucherState
    code: str
    text: str
    observations: tuple[str, ...]
    at: datetime
    receipt: FileRef


@dataclass(frozen=True, kw_only=True)
class Void:
    """That an RA or RC voided it."""

    summary: str
    reason: str
    at: datetime
    receipt: FileRef


@dataclass
class Examiner:
    """Reads and verifies; everything it does is outside any transaction."""

    trust: Trust
    keeper: Keeper
    shelves: Shelves = field(default_factory=Shelves)

    def content(self, row: HistoryFile) -> bytes:
        """The bytes a row was made from. Raises Refused when they are gone or others lie there."""
        data = self.shelves.read(Place.of(row))
        if sha256(data).hexdigest() != row.sha256:
            raise Refused(Reason.UNREADABLE, "changed while the import ran")
        return data

    def candidate(self, row: HistoryFile) -> Candidate:
        """A voucher, believed. Raises Refused."""
        data = self.content(row)
        with refusing(Reason.BAD_CONTENT):
            verified = verify(read_xml(data))
            told = read_voucher(verified.root)
        if told.issuer.ruc != self.trust.issuer_ruc:
            raise Refused(Reason.OTHER_ISSUER)
        check_day(told.issue_date)
        self.trust.check_issuer(verified.certificate, told.issued_at)
        return Candidate(row=row, told=told, digest=verified.digest, data=data)

    def judgement(self, candidate: Candidate, rows: Iterable[HistoryFile], name: str) -> Judgement | None:
        """What the voucher's own receipts say; None without any. Raises Refused when none of them can be believed."""
        receipts, problem = [], None
        for row in rows:
            try:
                receipts.append((self.receipt(row, candidate.told.key, candidate.digests), row))
            except Refused as refused:
                problem = refused
        if not receipts:
            if problem:
                raise problem
            return None
        receipt, row = min(receipts, key=lambda pair: FINAL_FIRST.index(pair[0].state or VoucherState.REJECTED))
        stored = self.keep_receipt(self.content(row), name)
        return Judgement(
            state=receipt.state or VoucherState.REJECTED,
            code=receipt.code,
            text=receipt.text,
            observations=receipt.observations,
            at=receipt.answered_at,
            receipt=stored,
        )

    def keep_receipt(self, data: bytes, name: str) -> FileRef:
        """Store a receipt as it came: SUNAT's ZIP, or the XML alone."""
        ending, media_type = ("zip", ZIP_TYPE) if is_archive(data) else ("xml", XML_TYPE)
        return self.keeper.keep(data, media_type=media_type, name=f"R-{name}.{ending}")

    def close(self) -> None:
        """Give back threads and open archives."""
        self.keeper.close()
        self.shelves.close()

    def receipt(self, row: HistoryFile, key: Key, digests: frozenset[str] = frozenset()) -> Receipt:
        """A receipt about a document, believed, with a final word; an OSE names one of its digests. Raises Refused."""
        receipt = verified_receipt(self.content(row), Place.of(row).name, self.trust)
        told_type, *numbers = receipt.key
        if numbers != [*key[1:]] or told_type not in ("", key[0]) or receipt.ruc not in ("", self.trust.issuer_ruc):
            raise Refused(Reason.CDR_OTHER_DOCUMENT)
        if receipt.digest and digests and receipt.digest not in digests:
            raise Refused(Reason.CDR_OTHER_DOCUMENT, "digest")
        if receipt.state is None:
            raise Refused(Reason.CDR_NOT_FINAL, receipt.code)
        return receipt


def check_day(day: date) -> None:
    """The list begins in June 2019 (VOU-5), and nothing is issued tomorrow. Raises Refused."""
    if day < SINCE:
        raise Refused(Reason.BEFORE_JUNE_2019, f"{day:%d/%m/%Y}")
    if day > today():
        raise Refused(Reason.FUTURE_DATE, f"{day:%d/%m/%Y}")
