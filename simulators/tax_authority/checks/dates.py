"""When it was issued and when it arrives: deadlines are counted in calendar days of Lima."""

from __future__ import annotations

from collections.abc import Iterator

from ..documents import Document
from .finding import Check, Context, Finding

DAYS_AHEAD = 2


def check_issue_date(document: Document, _: Context) -> Iterator[Finding]:
    """1010 missing, 1009 not YYYY-MM-DD."""
    if document.issue_date is None:
        yield Finding("1009" if document.text("cbc:IssueDate") else "1010")


def check_not_ahead(document: Document, context: Context) -> Iterator[Finding]:
    """2329: more than two days in the future."""
    if document.issue_date and (document.issue_date - context.today).days > DAYS_AHEAD:
        yield Finding("2329", str(document.issue_date))


def check_not_late(document: Document, context: Context) -> Iterator[Finding]:
    """2108 a factura or its note after 3 days (RS 003-2023); 1079 a boleta after 7: by then only in a summary."""
    if document.issue_date is None:
        return
    age = (context.today - document.issue_date).days
    if document.is_boleta and age > context.config.boleta_days:
        yield Finding("1079", str(document.issue_date))
    elif not document.is_boleta and age > context.config.factura_days:
        yield Finding("2108", str(document.issue_date))


CHECKS: tuple[Check, ...] = (check_issue_date, check_not_ahead, check_not_late)
