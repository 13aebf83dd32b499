"""A whole voucher as values: identity, parties, lines, totals."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property

from services.einvoice.documents.catalogues import NOTES, TaxTreatment
from services.einvoice.documents.lines import Adjustment, Line, net_of
from services.einvoice.documents.particulars import PLAIN, Amendment, Particulars
from services.einvoice.documents.parties import Customer, Issuer
from services.einvoice.documents.rules import check_document
from services.einvoice.documents.wording import printed_number, round_cents


@dataclass(frozen=True, kw_only=True)
class Document:
    """A whole voucher, numbered. `issued_at` is an aware time in America/Lima, as the document shows it."""

    type: str
    series: str
    number: int
    issued_at: datetime
    issuer: Issuer
    customer: Customer
    lines: Sequence[Line] = field(default_factory=tuple)
    currency: str = "PEN"
    operation: str = "0101"
    particulars: Particulars = PLAIN

    def __post_init__(self) -> None:
        """Refuse what SUNAT would reject for certain, while nobody has spent the number. Raises InvalidDocument."""
        check_document(self)

    @property
    def id(self) -> str:
        """Series and number as printed and sent: `BCN7-00005170` (VOU-8)."""
        return printed_number(self.series, self.number)

    @property
    def file_name(self) -> str:
        """SUNAT's name without extension: RUC-TT-SERIE-NUMERO (sunat.md 2.9)."""
        return f"{self.issuer.ruc}-{self.type}-{self.id}"

    @property
    def is_note(self) -> bool:
        """Whether it amends another voucher."""
        return self.type in NOTES

    @property
    def amends(self) -> Amendment:
        """What a note amends; only notes have it."""
        assert self.particulars.amends is not None  # noqa: S101 - checked when the note was made
        return self.particulars.amends

    @property
    def sale_type(self) -> str:
        """01 or 03: its own type, or that of the voucher it amends, by whose rules it is judged."""
        return self.amends.voucher_type if self.is_note else self.type

    @cached_property
    def value_cents(self) -> int:
        """Value of the sale without tax: lines, and the global adjustments that affect the base (4309)."""
        return sum(line.value_cents for line in self.lines) + self._global(affects_base=True)

    @cached_property
    def tax_cents(self) -> int:
        """Tax of the sale (3294)."""
        return sum(self.subtotal(treatment)[1] for treatment in self.treatments())

    @property
    def price_cents(self) -> int:
        """Value and tax (4310)."""
        return self.value_cents + self.tax_cents

    @cached_property
    def allowance_cents(self) -> int:
        """Discounts that change only what is to be paid: AllowanceTotalAmount."""
        return sum(each.amount_cents for each in self._outside_the_base() if not each.is_charge)

    @cached_property
    def charge_cents(self) -> int:
        """Charges that change only what is to be paid: ChargeTotalAmount."""
        return sum(each.amount_cents for each in self._outside_the_base() if each.is_charge)

    @cached_property
    def total_cents(self) -> int:
        """What the customer pays (3280)."""
        return self.price_cents - self.allowance_cents + self.charge_cents + self.particulars.rounding_cents

    @property
    def pending_cents(self) -> int:
        """What is still to be paid by instalments; 0 when paid at once."""
        return sum(instalment.amount_cents for instalment in self.particulars.instalments)

    def value_of(self, total: str) -> int:
        """Cents of one printed total: gravado, exonerado, inafecto, exportacion."""
        value = sum(line.value_cents for line in self.lines if line.treatment.total == total)
        return value + self._global(affects_base=True) if total == "gravado" else value

    def subtotal(self, treatment: TaxTreatment) -> tuple[int, int]:
        """(base, tax) of a tribute at the header: the sums of its lines; a global discount of the base lowers the
        gravado one, and its IGV is then worked out anew (3277, 3291)."""
        tax = sum(line.tax_cents for line in self.lines if line.treatment.scheme_id == treatment.scheme_id)
        base = self.value_of(treatment.total)
        if treatment.total == "gravado" and self._global(affects_base=True):
            tax = round_cents(base * treatment.percent / 100)
        return base, tax

    def treatments(self) -> list[TaxTreatment]:
        """The distinct treatments of the lines by tribute, in catalogue order: one header subtotal each."""
        by_scheme = {line.treatment.scheme_id: line.treatment for line in self.lines}
        return [by_scheme[scheme] for scheme in sorted(by_scheme)]

    def _global(self, *, affects_base: bool) -> int:
        return net_of(self.particulars.adjustments, affects_base=affects_base)

    def _outside_the_base(self) -> list[Adjustment]:
        on_lines = [each for line in self.lines for each in line.adjustments]
        return [each for each in (*on_lines, *self.particulars.adjustments) if not each.affects_base]
