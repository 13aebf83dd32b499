"""Notes and what they amend, in whatever order the two were imported."""

from collections.abc import Iterable, Sequence

import msgspec
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from chassis.db import reading, transaction
from services.einvoice.documents import Amendment, Particulars
from services.einvoice.history.keys import among
from services.einvoice.models import Voucher

BATCH = 500


def originals_of(session: Session, amendments: Iterable[Amendment | None]) -> dict[Amendment | None, str]:
    """The ids of the vouchers that are there, by what amends them."""
    wanted = {_key(each): each for each in amendments if each is not None and _key(each)[2]}
    if not wanted:
        return {}
    columns = (Voucher.voucher_type, Voucher.series, Voucher.number)
    found = session.execute(select(Voucher.id, *columns).where(among(Voucher, wanted)))
    known = {(kind, series, number): voucher_id for voucher_id, kind, series, number in found}
    return {each: known[key] for key, each in wanted.items() if key in known}


def link_notes() -> None:
    """Join imported notes to the voucher they amend, when it came later than they did."""
    last = ""
    while page := _unlinked(last):
        last = page[-1].id
        amended = {note.id: msgspec.convert(note.particulars or {}, Particulars).amends for note in page}
        with transaction() as session:
            known = originals_of(session, amended.values())
            found = [{"id": note, "amended_id": known[each]} for note, each in amended.items() if each in known]
            if found:
                session.execute(update(Voucher), found)


def _unlinked(last: str) -> Sequence[Voucher]:
    with reading() as session:
        alone = (Voucher.imported_at.is_not(None), Voucher.amended_type.is_not(None), Voucher.amended_id.is_(None))
        page = select(Voucher).where(*alone, Voucher.id > last).order_by(Voucher.id).limit(BATCH)
        return session.scalars(page).all()


def _key(amendment: Amendment) -> tuple[str, str, int]:
    series, _, number = amendment.number.partition("-")
    return amendment.voucher_type, series, int(number) if number.isdigit() and len(number) <= 8 else 0
