"""Lines, and what is taken off or put on them: amounts in whole cents, rounded per line (sunat.md 2.3)."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from services.einvoice.documents.catalogues import TREATMENTS, TaxTreatment
from services.einvoice.documents.wording import one_line, round_cents
from services.einvoice.errors import InvalidDocument


@dataclass(frozen=True, kw_only=True)
class Adjustment:
    """A discount or a charge on a line or on the whole document (catalogue 53). `base_cents` is what it was worked
    out on; one that `affects_base` changes what IGV is paid on, another only what is to be paid."""

    is_charge: bool
    affects_base: bool
    amount_cents: int
    base_cents: int

    def code(self, *, on_line: bool) -> str:
        """Catalogue 53: 00, 01, 47, 48 on a line, 02, 03, 49, 50 on the document."""
        codes = ("00", "01", "47", "48") if on_line else ("02", "03", "49", "50")
        return codes[2 * self.is_charge + (not self.affects_base)]


def net_of(adjustments: Iterable[Adjustment], *, affects_base: bool) -> int:
    """Charges less discounts of one kind, in cents."""
    chosen = [each for each in adjustments if each.affects_base is affects_base]
    return sum(each.amount_cents if each.is_charge else -each.amount_cents for each in chosen)


@dataclass(frozen=True, kw_only=True)
class Line:
    """One line. `value_cents` is its value without tax, after the adjustments that affect the tax base."""

    description: str
    treatment: TaxTreatment
    value_cents: int
    tax_cents: int
    quantity: Decimal = Decimal(1)
    unit: str = "ZZ"
    adjustments: tuple[Adjustment, ...] = ()
    item_code: str | None = None
    """The issuer's own code of the thing sold, 1 to 30 characters."""
    unspsc: str | None = None
    """Eight digits of catalogue 25."""

    @classmethod
    def priced(
        cls, *, description: str, price_cents: int, tax_code: str, quantity: Decimal = Decimal(1), unit: str = "ZZ"
    ) -> "Line":
        """A line whose price, for the whole quantity, includes its tax. Raises InvalidDocument for a tax code that
        is not ours."""
        treatment = treatment_of(tax_code)
        value = round_cents(Decimal(price_cents) * 100 / (100 + treatment.percent))
        return cls(
            description=one_line(description, limit=500),
            treatment=treatment,
            value_cents=value,
            tax_cents=price_cents - value,
            quantity=quantity,
            unit=unit,
        )

    @classmethod
    def valued(
        cls,
        *,
        description: str,
        unit_value: Decimal,
        tax_code: str,
        quantity: Decimal = Decimal(1),
        adjustments: tuple[Adjustment, ...] = (),
        **more: str | None,
    ) -> "Line":
        """A line from its unit value without tax, in currency units, less discounts. Raises InvalidDocument."""
        treatment = treatment_of(tax_code)
        value = round_cents(unit_value * quantity * 100) + net_of(adjustments, affects_base=True)
        if value < 0:
            raise InvalidDocument("a discount larger than what it is taken from")
        return cls(
            description=one_line(description, limit=500),
            treatment=treatment,
            value_cents=value,
            tax_cents=round_cents(value * treatment.percent / 100),
            quantity=quantity,
            adjustments=adjustments,
            **more,  # type: ignore[arg-type]
        )

    @property
    def unit_value(self) -> Decimal:
        """Value of one unit without tax and before discounts, in currency units (3271: value = quantity x this)."""
        return _unit(self.value_cents - net_of(self.adjustments, affects_base=True), self.quantity)

    @property
    def unit_price(self) -> Decimal:
        """Price of one unit with tax, less discounts, in currency units (4287)."""
        return _unit(self.price_cents, self.quantity)

    @property
    def price_cents(self) -> int:
        """What is paid for the line: value, tax, and the adjustments that change neither."""
        return self.value_cents + self.tax_cents + net_of(self.adjustments, affects_base=False)


def treatment_of(tax_code: str) -> TaxTreatment:
    """The treatment of a catalogue 07 code. Raises InvalidDocument for one that we do not issue."""
    treatment = TREATMENTS.get(tax_code)
    if treatment is None:
        raise InvalidDocument(f"tax code {tax_code!r} is not one we issue (catalogue 07)")
    return treatment


def _unit(cents: int, quantity: Decimal) -> Decimal:
    return (Decimal(cents) / 100 / quantity).quantize(Decimal("1e-10"), ROUND_HALF_UP)
