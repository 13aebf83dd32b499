"""Series for the demonstration: the National Council's, and one per regional council and type."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.einvoice.documents import BOLETA, CREDIT_NOTE, DEBIT_NOTE, FACTURA
from services.einvoice.models import Series
from services.einvoice.models.series import NATIONAL_COUNCIL, amends_of

COUNCILS = 27
NATIONAL_SERIES = {FACTURA: "FCN1", BOLETA: "BCN7"}


def add_demo_series(session: Session) -> None:
    """Add what is missing; a series that exists, or a council that has one, is left alone."""
    known = {(row.voucher_type, row.series) for row in session.scalars(select(Series))}
    active = session.scalars(select(Series).where(Series.active))
    served = {(row.voucher_type, row.council, row.amends) for row in active}
    for voucher_type, series, council in demo_series():
        amends = amends_of(voucher_type, series)
        if (voucher_type, series) not in known and (voucher_type, council, amends) not in served:
            session.add(Series(voucher_type=voucher_type, series=series, council=council, amends=amends))


def demo_series() -> list[tuple[str, str, str]]:
    """(type, series, council): BCN7 and FCN1 for the National Council, B003 and F003 for CR III; BC03 and FC03 for
    its notas de crédito, BD03 and FD03 for its notas de débito."""
    national = [(voucher_type, series, NATIONAL_COUNCIL) for voucher_type, series in NATIONAL_SERIES.items()]
    letters = {FACTURA: "F", BOLETA: "B"}
    regional = [
        (voucher_type, f"{letter}{council:03d}", f"{council:02d}")
        for council in range(1, COUNCILS + 1)
        for voucher_type, letter in letters.items()
    ]
    notes = [
        (voucher_type, f"{letter}{kind}{council:02d}", f"{council:02d}")
        for council in range(COUNCILS + 1)
        for letter in letters.values()
        for voucher_type, kind in ((CREDIT_NOTE, "C"), (DEBIT_NOTE, "D"))
    ]
    return national + regional + notes
