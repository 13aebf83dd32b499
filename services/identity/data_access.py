"""Who looked at my data: every look of staff at a person's data is written down, and the person may read it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from chassis.auth import Principal
from chassis.clock import now
from services.identity.models import Account, AccountRole, Council, DataAccess, Physician, Role


@dataclass(frozen=True)
class Look:
    """One look, as its subject is told of it: by what kind of staff, never by whom in person."""

    looked_at: datetime
    who: str
    why: str


def looked_at(session: Session, person: Account | Physician, *, by: Principal, why: str) -> None:
    """Write down that staff (`by`) looked at a person's data; `why` is a short Spanish phrase the person will read.

    Call it in the route that shows the data, in a transaction. What people see of themselves is no look.
    """
    account = person if isinstance(person, Account) else None
    if by.kind != "staff" or (account is not None and account.id == by.subject):
        return
    roles = select(AccountRole.role).where(AccountRole.account_id == by.subject).order_by(AccountRole.role)
    entry = DataAccess(account_id=account.id if account else None, cmp_number=person.cmp_number, looked_at=now())
    entry.staff_account_id, entry.staff_council = by.subject, by.council
    entry.staff_roles, entry.why = ",".join(session.scalars(roles)), why
    session.add(entry)


def looks_at(session: Session, account: Account, *, after: int | None, limit: int) -> tuple[list[Look], int | None]:
    """Who looked at a person's data, newest first, and the cursor of the next page."""
    rows = _rows(session, account, after, limit + 1)
    looks = told(session, rows[:limit])
    return looks, rows[limit - 1].id if len(rows) > limit else None


def told(session: Session, rows: Sequence[DataAccess]) -> list[Look]:
    """The looks in words: role and council."""
    titles = {role.name: role.title for role in session.scalars(select(Role))}
    councils = {council.code: council.label for council in session.scalars(select(Council))}
    return [Look(row.looked_at, _who(row, titles, councils), row.why) for row in rows]


def _rows(session: Session, account: Account, after: int | None, limit: int) -> Sequence[DataAccess]:
    own = DataAccess.account_id == account.id
    if account.cmp_number:
        own = or_(own, DataAccess.cmp_number == account.cmp_number)
    rows = select(DataAccess).where(own)
    if after is not None:
        rows = rows.where(DataAccess.id < after)
    return session.scalars(rows.order_by(DataAccess.id.desc()).limit(limit)).all()


def _who(row: DataAccess, titles: dict[str, str], councils: dict[str, str]) -> str:
    """`Tesorería, CR III LIMA`."""
    roles = " y ".join(titles.get(name, name) for name in row.staff_roles.split(",") if name) or "Personal del Colegio"
    return f"{roles}, {councils.get(row.staff_council, row.staff_council) if row.staff_council else 'Consejo Nacional'}"
