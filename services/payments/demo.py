"""Invented dues to try the system with. Amounts are samples: CMP's real ones are not public (product.md 2.7)."""

from collections.abc import Iterator

from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from chassis.clock import now, today
from chassis.db import transaction
from services.payments.dues import LABELS, ORDINARY, DueKind, Relation, spell_period
from services.payments.dues.entry import COLUMNS, import_dues
from services.payments.dues.tariffs import TariffWish, enter_tariff
from services.payments.models import Tariff, Terms

SAMPLE_AMOUNTS = {DueKind.COLEGIADO: "60.00", DueKind.SEMEFA: "85.00"}
"""Samples, in soles."""

TAX_CODE = "30"

SAMPLE_PREMIUMS = (
    (Relation.TITULAR, 0, 150, 8500),
    (Relation.CONYUGE, 0, 150, 8500),
    (Relation.PADRE, 0, 150, 12000),
    (Relation.HIJO, 0, 17, 3000),
    (Relation.HIJO, 18, 40, 5000),
    (Relation.NIETO, 0, 18, 3000),
)
"""Samples in cents by relation and age; only the ages at which cover ends are known (product.md 2.7)."""

FIRST_MONTH = "202001"

OWED_MONTHS_AGO = {
    ("012345", DueKind.COLEGIADO): range(1, 9),
    ("012345", DueKind.SEMEFA): range(1, 4),
    ("023546", DueKind.COLEGIADO): (*range(1, 6), *range(38, 42)),
    ("023546", DueKind.SEMEFA): range(1, 5),
    ("034567", DueKind.COLEGIADO): range(1, 3),
}
"""023546 also owes what is too old to be paid here (PAY-5); 100001 owes nothing."""

TERMS_VERSION = "ejemplo-1"
TERMS_ES = (
    "EJEMPLO DE CONDICIONES DE PAGO. El pago corresponde a las cuotas que usted eligió y se abona al número de CMP "
    "indicado en el resumen. El cobro se realiza en soles, en el Perú, con tarjeta de crédito o débito, por Niubiz; "
    "el Colegio no recibe ni guarda el número de su tarjeta. El comprobante electrónico se envía al correo que usted "
    "indicó. Para pedir una devolución escriba a consultas@example.pe."
)
TERMS_EN = (
    "SAMPLE PAYMENT CONDITIONS. The payment covers the dues you chose and is credited to the CMP number shown in the "
    "summary. You are charged in Peruvian soles, in Peru, by credit or debit card through Niubiz; the college neither "
    "receives nor keeps your card number. The electronic voucher is sent to the e-mail address you entered. To ask for "
    "a refund, write to consultas@example.pe."
)


def load_demo(app: Flask) -> None:
    """Enter the demo dues and sample conditions; what is there already stays."""
    with app.app_context():
        import_dues(_lines(), _never)
        with transaction() as session:
            if session.get(Terms, TERMS_VERSION) is None:
                session.add(Terms(version=TERMS_VERSION, text_es=TERMS_ES, text_en=TERMS_EN, published_at=now()))
            if session.scalar(select(func.count()).select_from(Tariff)) == 0:
                _enter_tariffs(session)


def _enter_tariffs(session: Session) -> None:
    """Sample tariffs that say so; the local platform does not assess by them, its debts stay as the guide tells."""
    amounts = [(DueKind.COLEGIADO, None, 0, 150, 6000), *((DueKind.SEMEFA, *premium) for premium in SAMPLE_PREMIUMS)]
    for kind, relation, age_from, age_to, cents in amounts:
        wish = TariffWish(
            kind=kind, concept=ORDINARY, relation=relation, age_from=age_from, age_to=age_to, amount_cents=cents,
            tax_code=TAX_CODE, valid_from=FIRST_MONTH, valid_until=None, sample=True,
        )  # fmt: skip
        enter_tariff(session, wish, reason="tarifas de ejemplo")


def _lines() -> Iterator[str]:
    yield ",".join(COLUMNS)
    for (owner_cmp, kind), months in OWED_MONTHS_AGO.items():
        for ago in months:
            period = months_ago(ago)
            text = f"{LABELS[kind]} {spell_period(period)}"
            yield f"{owner_cmp},{kind},{period},{SAMPLE_AMOUNTS[kind]},{TAX_CODE},{text}"


def months_ago(count: int) -> str:
    """The month `yyyymm` so many months before this one, in Lima."""
    index = today().year * 12 + today().month - 1 - count
    return f"{index // 12:04d}{index % 12 + 1:02d}"


def _never(bad: object) -> None:
    raise AssertionError(f"demo data must be good: {bad}")
