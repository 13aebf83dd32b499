"""SUNAT's rules, one small function each. A new kind of document is a new line in `RULES`, made of the same ones."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from ..catalogue import Catalogue, is_observation
from ..documents import Document
from . import dates, identity, lines, notes, parties, payment_terms, signature, structure, summaries, taxes, totals
from .finding import Check, Context, Finding

FRAME: tuple[Check, ...] = (*structure.CHECKS, *identity.CHECKS, *dates.CHECKS, *signature.CHECKS)
BODY: tuple[Check, ...] = (*parties.CHECKS, *lines.CHECKS, *taxes.CHECKS, *totals.CHECKS)
SUMMARY_FRAME: tuple[Check, ...] = (*structure.CHECKS, *signature.CHECKS)

RULES: dict[str, tuple[Check, ...]] = {
    "01": (*FRAME, *identity.INVOICE_CHECKS, *parties.FACTURA_CHECKS, *BODY, *payment_terms.FACTURA_CHECKS),
    "03": (*FRAME, *identity.INVOICE_CHECKS, *BODY, *payment_terms.BOLETA_CHECKS),
    "07": (*FRAME, *BODY, *notes.CHECKS, *notes.CREDIT_CHECKS, *payment_terms.CREDIT_NOTE_CHECKS),
    "08": (*FRAME, *BODY, *notes.CHECKS, *notes.DEBIT_CHECKS),
    "RC": (*SUMMARY_FRAME, *summaries.CHECKS, *summaries.RC_CHECKS),
    "RA": (*SUMMARY_FRAME, *summaries.CHECKS, *summaries.RA_CHECKS),
}


@dataclass
class Verdict:
    """What SUNAT says of one document: 0, or the code that stopped it, and the observations made on the way."""

    code: str = "0"
    detail: str = ""
    observations: list[Finding] = field(default_factory=list)


def findings(document: Document, context: Context, catalogue: Catalogue) -> Iterator[Finding]:
    """Every finding in the order of the rules, with boletas getting their milder code."""
    for check in RULES[document.name.kind]:
        for finding in check(document, context):
            code = catalogue.for_series(finding.code, document.is_boleta)
            yield Finding(code, finding.detail)


def judge(document: Document, context: Context, catalogue: Catalogue) -> Verdict:
    """Stop at the first exception or rejection, as SUNAT does; collect observations until then."""
    verdict = Verdict()
    for finding in findings(document, context, catalogue):
        if not is_observation(finding.code):
            return Verdict(finding.code, finding.detail, verdict.observations)
        verdict.observations.append(finding)
    return verdict


__all__ = ["RULES", "Context", "Finding", "Verdict", "judge"]
