"""The closed set of answers, and how a receipt, a fault or a query status becomes one of them."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field

from services.einvoice.errors import UnreadableCdr
from services.einvoice.sunat.cdr import Cdr, read_cdr
from services.einvoice.sunat.codes import Kind, action_for


@dataclass(frozen=True, kw_only=True)
class Ticketed:
    """SUNAT took a summary and will judge it by and by: ask with the ticket."""

    ticket: str
    code: str = ""
    text: str = ""
    evidence: bytes = field(repr=False, compare=False, default=b"")


@dataclass(frozen=True, kw_only=True)
class WithReceipt:
    """What brings a receipt that speaks for itself."""

    cdr: Cdr

    @property
    def code(self) -> str:
        """The receipt's code."""
        return self.cdr.code

    @property
    def text(self) -> str:
        """The receipt's words."""
        return self.cdr.description


@dataclass(frozen=True, kw_only=True)
class Accepted(WithReceipt):
    """Final: SUNAT has it, without observations."""


@dataclass(frozen=True, kw_only=True)
class Observed(WithReceipt):
    """Final: SUNAT has it, and noted something that is worth reading."""


@dataclass(frozen=True, kw_only=True)
class WithoutReceipt:
    """What brings no receipt: SUNAT's code and words, and the answer's own bytes, kept as evidence."""

    code: str
    text: str
    evidence: bytes = field(repr=False, compare=False, default=b"")


@dataclass(frozen=True, kw_only=True)
class Rejected(WithoutReceipt):
    """Final for this number: refused by receipt (production) or by fault (beta, schema checks)."""

    cdr: Cdr | None = None


@dataclass(frozen=True, kw_only=True)
class NotProcessed(WithoutReceipt):
    """An exception, 100 to 1999: nothing was registered; after a correction the same number may be sent."""


@dataclass(frozen=True, kw_only=True)
class SummaryOnly(WithoutReceipt):
    """1079: sendBill no longer takes this boleta; nothing was registered, and an RC may still tell of it."""


@dataclass(frozen=True, kw_only=True)
class AlreadyRegistered(WithoutReceipt):
    """The number is at SUNAT already; the evidence is the answer that says so."""


@dataclass(frozen=True, kw_only=True)
class InProcess(WithoutReceipt):
    """98: the ticket is not judged yet. Ask again; never send again (0140, 0402)."""


@dataclass(frozen=True, kw_only=True)
class NotFound(WithoutReceipt):
    """A query found nothing under this number; the same bytes may be sent again."""


@dataclass(frozen=True, kw_only=True)
class Retry(WithoutReceipt):
    """Trouble on the way or on SUNAT's side: the same again, later. `reached` = it may have been registered."""

    reached: bool = True


@dataclass(frozen=True, kw_only=True)
class Unknown(WithoutReceipt):
    """The answer was lost or makes no sense. The voucher may or may not be registered."""

    code: str = ""


@dataclass(frozen=True, kw_only=True)
class CredentialsRefused(WithoutReceipt):
    """User, password, profile or RUC refused: every further request would fail alike."""


Answer = (
    Ticketed
    | Accepted
    | Observed
    | Rejected
    | NotProcessed
    | SummaryOnly
    | AlreadyRegistered
    | InProcess
    | NotFound
    | Retry
    | Unknown
    | CredentialsRefused
)

TEXT_LIMIT = 500
CODE_IN_FAULTCODE = re.compile(r"(?:^|\.)(\d{1,4})$")
CODE_IN_FAULTSTRING = re.compile(r"^\s*(?:(\d{4})\b[\s:.-]*(.*)|(\d{1,4})\s*)$", re.DOTALL)


def from_receipt(data: bytes, number: str) -> Answer:
    """Judge a CDR's ZIP about our `number`. An unreadable or foreign one is Unknown: ask again."""
    try:
        cdr = read_cdr(data)
    except UnreadableCdr as error:
        return Unknown(text=f"unreadable receipt: {error}")
    if not cdr.is_about(number):
        return Unknown(text=f"receipt about another document: {cdr.reference}", code=cdr.code)
    match action_for("receipt", cdr.code):
        case "accepted":
            return Observed(cdr=cdr) if cdr.observations else Accepted(cdr=cdr)
        case "observed":
            return Observed(cdr=cdr)
        case "rejected":
            return Rejected(code=cdr.code, text=cdr.description[:TEXT_LIMIT], cdr=cdr)
        case "already_registered":
            return AlreadyRegistered(code=cdr.code, text=cdr.description[:TEXT_LIMIT])
        case "summary_only":
            return SummaryOnly(code=cdr.code, text=cdr.description[:TEXT_LIMIT])
        case "not_processed":
            return NotProcessed(code=cdr.code, text=cdr.description[:TEXT_LIMIT])
    return Unknown(text=f"receipt with an unknown code: {cdr.description[:TEXT_LIMIT]}", code=cdr.code)


def from_fault(faultcode: str, faultstring: str, detail: str) -> Answer:
    """Judge a SOAP fault: the code is in faultcode (`soap-env:Client.0306`) or leads faultstring (`1033 - …`)."""
    code, text = fault_code(faultcode, faultstring, detail)
    return _from_code("fault", code, text)


def from_status(code: str, text: str) -> Answer:
    """Judge what getStatusCdr says when it brings no receipt."""
    return _from_code("status", code, text[:TEXT_LIMIT])


def from_ticket(code: str, text: str, receipt: Callable[[], Answer]) -> Answer:
    """Judge what getStatus says of a ticket: 0 and 99 bring a receipt, which decides; 98 asks for patience."""
    if action_for("ticket", code) == "receipt":
        return receipt()
    return _from_code("ticket", code, text[:TEXT_LIMIT])


def fault_code(faultcode: str, faultstring: str, detail: str) -> tuple[str, str]:
    """(code, text) of a fault; the code is empty when neither place holds one."""
    in_string = CODE_IN_FAULTSTRING.match(faultstring)
    in_code = CODE_IN_FAULTCODE.search(faultcode.strip())
    if in_string:
        code, words = in_string[1] or in_string[3], in_string[2] or ""
    else:
        code, words = in_code[1] if in_code else "", faultstring
    return code, (words.strip() or detail.strip() or faultstring.strip())[:TEXT_LIMIT]


def _from_code(kind: Kind, code: str, text: str) -> Answer:
    match action_for(kind, code):
        case "already_registered":
            return AlreadyRegistered(code=code, text=text)
        case "summary_only":
            return SummaryOnly(code=code, text=text)
        case "in_process":
            return InProcess(code=code, text=text)
        case "credentials":
            return CredentialsRefused(code=code, text=text)
        case "retry":
            return Retry(code=code, text=text)
        case "not_processed":
            return NotProcessed(code=code, text=text)
        case "rejected":
            return Rejected(code=code, text=text)
        case "not_found":
            return NotFound(code=code, text=text)
    return Unknown(code=code, text=text)
