"""What the staff routes of dues, settlement and books share: paging by id, files as a body, who is national."""

from collections.abc import Callable
from typing import Any

from flask import request
from sqlalchemy import Select, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from chassis.auth import Principal, principal
from services.payments.dues.errors import DueNotFound, NationalOnly
from services.payments.models import Due, Payer

MAX_FILE_BYTES = 20 * 1024 * 1024


def national() -> Principal:
    """Who asks, when it is the national treasury. Raises NationalOnly."""
    who = principal()
    if who.council is not None:
        raise NationalOnly
    return who


def body_of_file() -> bytes:
    """The file sent as the body, up to 20 MB. Raises 413."""
    request.max_content_length = MAX_FILE_BYTES
    return request.get_data()


def page(
    session: Session, wanted: Select[Any], key: InstrumentedAttribute[int], query: dict[str, Any],
    show: Callable[[Any], Any] = lambda row: row,
) -> dict[str, Any]:  # fmt: skip
    """One page of rows, the highest id first; `after` is the id the page before ended with."""
    if str(query["after"] or "").isdigit():
        wanted = wanted.where(key < int(query["after"]))
    rows = list(session.scalars(wanted.order_by(None).order_by(key.desc()).limit(query["limit"] + 1)))
    shown = rows[: query["limit"]]
    return {
        "items": [show(row) for row in shown],
        "next": str(getattr(shown[-1], key.key)) if len(rows) > len(shown) else None,
    }


def find_due(session: Session, due_id: int, *, lock: bool = False) -> tuple[Due, str | None]:
    """A due this person may see, and its owner's council. Raises DueNotFound, for another council's too."""
    wanted = select(Due).where(Due.id == due_id)
    due = session.scalars(wanted.with_for_update() if lock else wanted).one_or_none()
    if due is None:
        raise DueNotFound
    payer = session.get(Payer, due.owner_cmp)
    council = payer.council if payer else None
    if principal().council not in (None, council):
        raise DueNotFound
    return due, council
