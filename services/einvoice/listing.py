"""Finding vouchers: filters and keyset paging, newest first."""

import base64
import binascii
import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, false, or_, select
from sqlalchemy.orm import Session

from chassis.errors import FieldError
from services.einvoice.errors import InvalidFilter
from services.einvoice.models import Voucher
from services.einvoice.models.states import FILTERS
from services.einvoice.search_text import search_text

SERIES_AND_NUMBER = re.compile(r"([A-Z][A-Z0-9]{3})-?(\d{1,8})")
SERIES = re.compile(r"([A-Z][A-Z0-9]{0,3})-?")
NUMBER = re.compile(r"\d{1,8}")


@dataclass(frozen=True)
class Page:
    """Some vouchers, and the cursor of the next ones if there are more."""

    items: list[Voucher]
    next: str | None


def matching(filters: dict[str, Any]) -> list[ColumnElement[bool]]:
    """The conditions of the filters that were given (VOU-7); dates include both ends (VOU-12)."""
    state = filters.get("state") or ("any" if filters.get("order_id") else "accepted")
    conditions: list[ColumnElement[bool]] = [Voucher.state.in_(FILTERS[state])]
    if first := filters.get("from_date"):
        conditions.append(Voucher.issue_date >= first)
    if last := filters.get("to_date"):
        conditions.append(Voucher.issue_date <= last)
    for key, column in (
        ("type", Voucher.voucher_type),
        ("client_document", Voucher.customer_document_number),
        ("order_id", Voucher.order_id),
    ):
        if value := filters.get(key):
            conditions.append(column == value)
    if number := filters.get("number"):
        conditions.append(by_number(number))
    if name := search_text(filters.get("name") or ""):
        conditions.append(Voucher.search_name.contains(name, autoescape=True))
    return conditions


def by_number(text: str) -> ColumnElement[bool]:
    """`BCN7-00005170`, `bcn7 5170`, `5170`, or a series from its beginning; anything else finds nothing (VOU-7)."""
    wanted = re.sub(r"\s", "", text).upper()
    if found := SERIES_AND_NUMBER.fullmatch(wanted):
        return and_(Voucher.series == found[1], Voucher.number == int(found[2]))
    if found := SERIES.fullmatch(wanted):
        return Voucher.series.startswith(found[1])
    return Voucher.number == int(wanted) if NUMBER.fullmatch(wanted) else false()


def newest_first(session: Session, conditions: list[ColumnElement[bool]], *, after: str | None, limit: int) -> Page:
    """One page, read with one row more than asked to know whether there are more. Raises InvalidFilter for a cursor
    that is not ours."""
    query = select(Voucher).where(*conditions)
    if after:
        issued_at, last_id = _read_cursor(after)
        query = query.where(
            or_(Voucher.issued_at < issued_at, and_(Voucher.issued_at == issued_at, Voucher.id < last_id))
        )
    found = session.scalars(query.order_by(Voucher.issued_at.desc(), Voucher.id.desc()).limit(limit + 1)).all()
    items = list(found[:limit])
    return Page(items, _cursor(items[-1]) if len(found) > limit else None)


def _cursor(voucher: Voucher) -> str:
    text = f"{voucher.issued_at.isoformat()}|{voucher.id}"
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def _read_cursor(cursor: str) -> tuple[datetime, str]:
    try:
        text = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True).decode()
        moment, _, voucher_id = text.partition("|")
        issued_at = datetime.fromisoformat(moment)
    except (binascii.Error, ValueError) as error:
        raise InvalidFilter(errors=[FieldError("/after", "La posición de la página no es válida.")]) from error
    if issued_at.tzinfo is None:
        raise InvalidFilter(errors=[FieldError("/after", "La posición de la página no es válida.")])
    return issued_at, voucher_id
