"""The office: receives a file, judges it, registers the outcome and writes the CDR. Knows nothing of HTTP or SOAP."""

from __future__ import annotations

import hashlib
import itertools
from dataclasses import dataclass
from typing import Any

from .catalogue import Catalogue, is_exception, is_rejection
from .cdr import Answer, build_cdr, load_seal
from .checks import Context, Finding, Verdict, judge
from .checks.summaries import referred
from .config import Config
from .documents import Document, read_document, text_of
from .faults import FaultError
from .files import FileName, open_zip, parse_name
from .registry import FINAL, Registry
from .switches import Switch


@dataclass(frozen=True)
class Parcel:
    """A zip as it came, opened."""

    document: Document
    content: bytes


class Office:
    """One simulated SUNAT: its settings, its memory, its seal."""

    def __init__(self, config: Config, registry: Registry, catalogue: Catalogue) -> None:
        self.config, self.registry, self.catalogue = config, registry, catalogue
        self.seal = load_seal(registry, config.clock())
        self._tickets = itertools.count(1)

    def open(self, file_name: str, content: bytes, summary: bool) -> Parcel:
        """Open a zip sent to the right service, or fault (0151 to 0161, 0306)."""
        name = parse_name(file_name)
        if name.ruc != self.config.ruc:
            raise FaultError("0154", name.ruc)
        if name.is_summary != summary:
            raise FaultError("0152" if name.is_summary else "0151", file_name)
        return Parcel(read_document(name, open_zip(name, content)), content)

    def receive_bill(self, parcel: Parcel, switch: Switch | None = None) -> bytes:
        """Judge and register one voucher; give its CDR. Faults 1032/1033 when its number is spent."""
        self._refuse_if_spent(parcel)
        verdict = self._verdict(parcel.document, switch)
        self._raise_exception(parcel, verdict)
        cdr = self._write_cdr(parcel.document, verdict, switch)
        self._settle(parcel, verdict, cdr)
        if is_rejection(verdict.code) and self._rejects_by_fault(switch):
            raise FaultError(verdict.code, verdict.detail)
        return cdr

    def receive_summary(self, parcel: Parcel, switch: Switch | None = None) -> str:
        """Judge an RC or RA at once, but tell only by ticket. Faults 2223/2324 when it was sent before."""
        self._refuse_if_spent(parcel)
        verdict = self._verdict(parcel.document, switch)
        self._raise_exception(parcel, verdict)
        ticket = self._next_ticket()
        cdr = self._write_cdr(parcel.document, verdict, switch)
        self._settle(parcel, verdict, cdr, ticket)
        if verdict.code == "0":
            self._apply(parcel.document)
        self.registry.open_ticket(
            ticket, parcel.document.name.key, self.config.ticket_polls, "0" if verdict.code == "0" else "99"
        )
        return ticket

    def _raise_exception(self, parcel: Parcel, verdict: Verdict) -> None:
        """An exception is noted for whoever looks at the page, but leaves the number free."""
        if is_exception(verdict.code):
            self._settle(parcel, verdict, None)
            raise FaultError(verdict.code, verdict.detail)

    def _next_ticket(self) -> str:
        return f"{self.config.clock():%Y%m%d%H%M%S%f}"[:18] + f"{next(self._tickets):06d}"

    def _rejects_by_fault(self, switch: Switch | None) -> bool:
        form = switch.form if switch and switch.behaviour == "reject" and switch.form else self.config.rejection_as
        return form == "fault"

    def _verdict(self, document: Document, switch: Switch | None) -> Verdict:
        behaviour = switch.behaviour if switch else ""
        if switch and behaviour == "reject":
            return Verdict(switch.code, "por orden del simulador")
        if behaviour == "accept":
            return Verdict()
        now = self.config.clock()
        context = Context(self.config, self.config.today(), now, self.registry.find)
        verdict = judge(document, context, self.catalogue)
        if switch and behaviour == "observe":
            verdict.observations.append(Finding(switch.code, "por orden del simulador"))
        return verdict

    def _refuse_if_spent(self, parcel: Parcel) -> None:
        known = self.registry.find(parcel.document.name.key)
        if known and known["state"] in FINAL:
            self._settle(parcel, Verdict("1033"), None)

    def _duplicate(self, name: FileName, known: dict[str, Any]) -> FaultError:
        """1032 when the number is void or rejected, 1033 when it stands; summaries have their own codes."""
        if name.is_summary:
            return FaultError({"RC": "2223", "RA": "2324"}[name.kind], name.document_id)
        state = {"voided": "anulado", "rejected": "rechazado"}.get(known["state"], "informado anteriormente")
        code = "1033" if state == "informado anteriormente" else "1032"
        ticket = known["ticket"] or known["first_at"]
        detail = f"Detalle: xxx.xxx.xxx value='ticket: {ticket} error: El comprobante {name.document_id} fue {state}'"
        return FaultError(code, detail)

    def _settle(self, parcel: Parcel, verdict: Verdict, cdr: bytes | None, ticket: str | None = None) -> None:
        """Write the outcome down; whoever comes second with the same number gets the duplicate's fault."""
        taken = self.registry.settle(self._entry(parcel, verdict, cdr, ticket))
        if taken:
            raise self._duplicate(parcel.document.name, taken)

    def _entry(self, parcel: Parcel, verdict: Verdict, cdr: bytes | None, ticket: str | None) -> dict[str, Any]:
        document, name = parcel.document, parcel.document.name
        return {
            "key": name.key,
            "file_name": name.stem,
            "kind": name.kind,
            "serie": name.serie,
            "number": int(name.number),
            "state": state_of(verdict),
            "code": verdict.code,
            "description": self._describe(document, verdict),
            "observations": [finding.code for finding in verdict.observations],
            "total": document.total,
            "currency": document.currency,
            "issue_date": document.text("cbc:IssueDate"),
            "sha256": hashlib.sha256(document.xml).hexdigest(),
            "zip_sha256": hashlib.sha256(parcel.content).hexdigest(),
            "last_at": self.config.clock().isoformat(),
            "ticket": ticket,
            "cdr": cdr,
        }

    def _describe(self, document: Document, verdict: Verdict) -> str:
        if verdict.code == "0":
            return document.kind.accepted.format(document.name.document_id)
        return self.sentence(verdict.code, verdict.detail)

    def sentence(self, code: str, detail: str) -> str:
        """A code's text with its detail, as SUNAT joins them."""
        return f"{self.catalogue.text(code)} - {detail}" if detail else self.catalogue.text(code)

    def _write_cdr(self, document: Document, verdict: Verdict, switch: Switch | None) -> bytes:
        code = verdict.code
        if switch and switch.behaviour == "observe" and switch.form == "response_code":
            code = switch.code
        notes = tuple(f"{f.code} - {self.sentence(f.code, f.detail)}" for f in verdict.observations)
        answer = Answer(code, self._describe(document, verdict), notes)
        return build_cdr(document, answer, self.seal, self.config.clock(), self.config.cdr_encoding)

    def _apply(self, document: Document) -> None:
        """Carry out an accepted summary: void what it voids, register the boletas it brings."""
        voided = []
        for line in document.lines:
            condition = text_of(line, "cac:Status/cbc:ConditionCode")
            if condition in ("", "3"):
                voided.append(referred(document, line))
            elif condition == "1":
                self.registry.settle(self._entry_of_line(document, line))
        self.registry.void(voided, document.name.stem)

    def _entry_of_line(self, document: Document, line: Any) -> dict[str, Any]:
        kind, number = text_of(line, "cbc:DocumentTypeCode"), text_of(line, "cbc:ID")
        serie, _dash, digits = number.partition("-")
        name = FileName(f"{document.name.ruc}-{kind}-{number}", document.name.ruc, kind, serie, digits)
        entry = self._entry(Parcel(Document(name, document.xml, document.root), b""), Verdict(), None, None)
        total = text_of(line, "sac:TotalAmount")
        return {**entry, "total": total, "currency": "PEN", "issue_date": document.text("cbc:ReferenceDate")}


def state_of(verdict: Verdict) -> str:
    """The state a verdict leads to; the number stays free after an exception only."""
    if is_exception(verdict.code):
        return "exception"
    if verdict.code != "0":
        return "rejected"
    return "observed" if verdict.observations else "accepted"
