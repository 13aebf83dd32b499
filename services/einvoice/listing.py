"""Finding vouchers: filters and keyset paging, newest first."""

import base64
import binascii
import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, false, func, or_, select, tuple_
from sqlalchemy.orm import Session

from chassis.clock import LIMA
from chassis.errors import FieldError
from services.einvoice.errors import InvalidFilter
from services.einvoice.models import CustomerName, Voucher
from services.einvoice.models.states import FILTERS
from services.einvoice.search_text import search_text

SERIES_AND_NUMBER = re.compile(r"([A-Z][A-Z0-9]{3})-?(\d{1,8})")
SERIES = re.compile(r"([A-Z][A-Z0-9]{0,3})-?")
SERIES_LENGTH = 4
NUMBER = re.compile(r"\d{1,8}")

NEWEST_FIRST = (Voucher.issued_at.desc(), Voucher.id.desc())


@dataclass(frozen=True)
class Page:
    """Some vouchers, and the cursor of the next ones if there are more."""

    items: list[Voucher]
    next: str | None


def matching(filters: dict[str, Any]) -> list[ColumnElement[bool]]:
    """The conditions of the filters that were given (VOU-7); dates include both ends (VOU-12).

    Days are asked of `issued_at`, which the list is ordered by, so that an old range costs no more than a new one.
    """
    state = filters.get("state") or ("any" if filters.get("order_id") else "accepted")
    conditions: list[ColumnElement[bool]] = [Voucher.state.in_(FILTERS[state])]
    if first := filters.get("from_date"):
        conditions.append(Voucher.issued_at >= begin_of(first))
    if last := filters.get("to_date"):
        conditions.append(Voucher.issued_at < begin_of(last + timedelta(days=1)))
    for key, column in (
        ("type", Voucher.voucher_type),
        ("client_document", Voucher.customer_document_number),
        ("order_id", Voucher.order_id),
    ):
        if value := filters.get(key):
            conditions.append(column == value)
    if number := filters.get("number"):
        conditions.append(by_number(number))
    if (total := filters.get("total")) is not None:
        conditions.append(Voucher.total_cents == int(total.scaleb(2)))
    if name := search_text(filters.get("name") or ""):
        conditions.append(by_name(name))
    return conditions


def begin_of(day: date) -> datetime:
    """The first moment of a day in Lima, whose calendar the issue date is of."""
    return datetime.combine(day, time.min, LIMA)


def by_name(name: str) -> ColumnElement[bool]:
    """The vouchers of every customer whose name has all these words, or parts of words, in any order.

    They are looked for among the customers' names, of which there are far fewer than vouchers.
    """
    bearers = select(CustomerName.document_number, CustomerName.document_type).where(
        *(CustomerName.search_name.contains(word, autoescape=True) for word in name.split())
    )
    return tuple_(Voucher.customer_document_number, Voucher.customer_document_type).in_(bearers)


def by_number(text: str) -> ColumnElement[bool]:
    """`BCN7-00005170`, `bcn7 5170`, `5170`, or a series from its beginning; anything else finds nothing (VOU-7)."""
    wanted = re.sub(r"\s", "", text).upper()
    if found := SERIES_AND_NUMBER.fullmatch(wanted):
        return and_(Voucher.series == found[1], Voucher.number == int(found[2]))
    if found := SERIES.fullmatch(wanted):
        whole = len(found[1]) == SERIES_LENGTH
        return Voucher.series == found[1] if whole else Voucher.series.startswith(found[1])
    return Voucher.number == int(wanted) if NUMBER.fullmatch(wanted) else false()


def newest_first(session: Session, conditions: list[ColumnElement[bool]], *, after: str | None, limit: int) -> Page:
    """One page, read with one row more than asked to know whether there are more. Raises InvalidFilter for a cursor
    that is not ours.

    First the places, which an index holds, then the vouchers: of a customer with thousands only a page is looked up.
    """
    places = select(Voucher.id).where(*conditions)
    if after:
        places = places.where(older_than(*_read_cursor(after)))
    page = places.order_by(*NEWEST_FIRST).limit(limit + 1).scalar_subquery()
    found = session.scalars(select(Voucher).where(Voucher.id.in_(page)).order_by(*NEWEST_FIRST)).all()
    items = list(found[:limit])
    return Page(items, _cursor(items[-1]) if len(found) > limit else None)


def older_than(issued_at: datetime, voucher_id: str) -> ColumnElement[bool]:
    """What comes after this place of the list; the id breaks the tie of one moment."""
    return or_(Voucher.issued_at < issued_at, and_(Voucher.issued_at == issued_at, Voucher.id < voucher_id))


def how_many(session: Session, conditions: list[ColumnElement[bool]], *, at_most: int) -> int:
    """How many vouchers match, counting no further than one more than `at_most`."""
    some = select(Voucher.id).where(*conditions).limit(at_most + 1).subquery()
    return session.scalar(select(func.count()).select_from(some)) or 0


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
