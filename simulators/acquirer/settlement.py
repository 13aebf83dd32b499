"""The daily file a merchant gets: what was sold and given back on a day, what it costs, what reaches the bank.

The layout is an assumption (docs/reference/settlement-file.md): Niubiz hands its own to merchants under agreement.
"""

import csv
import io
from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal

from simulators.acquirer.ledger import Charge, from_ms
from simulators.acquirer.settings import LIMA

COLUMNS = (
    "purchase_number", "transaction_id", "date", "gross", "fee", "fee_vat", "net", "currency", "type", "deposit_date",
)  # fmt: skip
FEE_RATE = Decimal("0.03")
VAT_RATE = Decimal("0.18")
"""Samples: a merchant's rate is in its contract."""
CENT = Decimal("0.01")


def daily_file(charges: Iterable[Charge], day: date | None = None) -> str:
    """The file of one Lima day, or of all days; a sale voided on its own day leaves no line."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(COLUMNS)
    for charge in sorted(charges, key=lambda charge: charge.at_ms):
        writer.writerows(row for at, row in _movements(charge) if day is None or at.date() == day)
    return text.getvalue()


def _movements(charge: Charge) -> Iterator[tuple[datetime, tuple[str, ...]]]:
    if not charge.approved or charge.status not in ("Authorized", "Confirmed") or not _settles(charge):
        return
    yield charge.at, _row(charge, charge.at, Decimal(charge.authorized_amount), "SALE")
    for refund in charge.refunds:
        at = from_ms(refund.at_ms).astimezone(LIMA)
        yield at, _row(charge, at, -Decimal(refund.amount), "REFUND")


def _settles(charge: Charge) -> bool:
    return charge.countable or bool(charge.confirmed_ms)


def _row(charge: Charge, at: datetime, gross: Decimal, kind: str) -> tuple[str, ...]:
    """A sale pays a fee; a return gets none of it back."""
    fee = (gross * FEE_RATE).quantize(CENT, ROUND_HALF_UP) if kind == "SALE" else Decimal("0.00")
    vat = (fee * VAT_RATE).quantize(CENT, ROUND_HALF_UP)
    return (
        charge.purchase_number, charge.transaction_id, at.strftime("%Y-%m-%d %H:%M:%S"),
        f"{gross:.2f}", f"{fee:.2f}", f"{vat:.2f}", f"{gross - fee - vat:.2f}", charge.currency, kind,
        _deposit(at.date()).isoformat(),
    )  # fmt: skip


def _deposit(day: date) -> date:
    """The next day that is no weekend; holidays are not known here."""
    following = day + timedelta(days=1)
    while following.weekday() > 4:
        following += timedelta(days=1)
    return following
