"""What the tests about money on the books share: treasury, the books as sums, the acquirer's daily file."""

from collections.abc import Iterable
from contextlib import suppress
from decimal import Decimal, InvalidOperation
from typing import Any

from sqlalchemy import func, select

from chassis.auth import Principal
from services.payments.ledger.accounts import Account
from services.payments.models import LedgerEntry, LedgerTransaction
from services.payments.settlement.file import COLUMNS
from tests.payments.desk import Answer, Desk
from tests.people import staff

EVERYTHING = ("payments:view", "payments:settle", "payments:dues", "payments:refund")
TREASURER = staff(*EVERYTHING)
OF_LIMA = staff(*EVERYTHING, council="03")
OF_PUNO = staff(*EVERYTHING, council="21")
ONLOOKER = staff("payments:view")
WHY = {"reason": "Según el oficio 12"}


def balances(desk: Desk) -> dict[str, int]:
    """Debit minus credit of every account that moved, in cents; the sum over all must be zero."""
    sums = select(LedgerEntry.account, func.sum(LedgerEntry.debit_cents - LedgerEntry.credit_cents))
    with desk.service.transaction() as session:
        found = {row[0].name: int(row[1]) for row in session.execute(sums.group_by(LedgerEntry.account))}
    assert sum(found.values()) == 0
    return {name: cents for name, cents in found.items() if cents}


def causes(desk: Desk) -> list[str]:
    """Why the books were written, in order."""
    with desk.service.transaction() as session:
        rows = session.scalars(select(LedgerTransaction).order_by(LedgerTransaction.id))
        return [row.kind for row in rows]


def account(word: str) -> Account:
    """An account by the name of what it is for."""
    return Account[word]


def a_row(purchase_number: str, gross: str = "60.00", /, **changes: str) -> dict[str, str]:
    """One movement as the acquirer tells it; the net follows from gross and fees."""
    row = {
        "purchase_number": purchase_number, "transaction_id": "991263240000001", "date": "2026-11-20 10:00:00",
        "gross": gross, "fee": "1.80", "fee_vat": "0.32", "currency": "PEN", "type": "SALE",
        "deposit_date": "2026-11-23",
    } | changes  # fmt: skip
    with suppress(InvalidOperation):
        row.setdefault("net", str(Decimal(row["gross"]) - Decimal(row["fee"]) - Decimal(row["fee_vat"])))
    return {"net": ""} | row


def a_file(rows: Iterable[dict[str, str]]) -> bytes:
    """A daily file of these rows."""
    lines = [",".join(COLUMNS), *(",".join(row[name] for name in COLUMNS) for row in rows)]
    return "\n".join([*lines, ""]).encode()


def settle(desk: Desk, *rows: dict[str, str], name: str = "niubiz.csv", who: Principal = TREASURER) -> Answer:
    """Send a daily file of these rows as treasury does."""
    return desk.ask("POST", f"/v1/staff/settlement/files?name={name}", who, data=a_file(rows))


def work_list(desk: Desk, who: Principal = TREASURER) -> list[dict[str, Any]]:
    """The settlement rows that wait, newest first."""
    found: list[dict[str, Any]] = desk.ask("GET", "/v1/staff/settlement/rows?open=true", who).body["items"]
    return found


def resolve(desk: Desk, row: dict[str, Any], resolution: str, who: Principal = TREASURER) -> Answer:
    """Settle a row by hand."""
    path = f"/v1/staff/settlement/rows/{row['id']}/resolution"
    return desk.ask("POST", path, who, json={"resolution": resolution, **WHY})
