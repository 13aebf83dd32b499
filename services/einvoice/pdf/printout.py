"""What stands on paper: the document in words and figures a customer reads."""

from dataclasses import dataclass
from decimal import Decimal

from services.einvoice.documents import (
    DOCUMENT_NAMES,
    FACTURA,
    IGV_PERCENT,
    REASONS,
    REFERENCE_NAMES,
    TYPE_NAMES,
    Document,
    Line,
)
from services.einvoice.words import amount_in_words

CURRENCY_SYMBOLS = {"PEN": "S/", "USD": "US$"}
CURRENCY_WORDS = {"PEN": "Soles", "USD": "Dólares americanos"}
UNIT_NAMES = {"ZZ": "Servicio", "NIU": "Unidad"}


@dataclass(frozen=True, kw_only=True)
class Printout:
    """A document with what only the paper needs: its digest, where to check it, the order it pays, a notice."""

    document: Document
    digest: str
    consult_url: str
    order_number: str | None = None
    notice: str | None = None

    @property
    def title(self) -> str:
        """The name of the document in capitals."""
        return TYPE_NAMES[self.document.type].upper()

    @property
    def words(self) -> str:
        """Legend 1000."""
        return amount_in_words(self.document.total_cents, self.document.currency)

    @property
    def customer_facts(self) -> list[tuple[str, str]]:
        """Label and value of what is said of the customer and the sale."""
        document, customer = self.document, self.document.customer
        particulars = document.particulars
        facts = [
            ("Señor(es)", customer.name),
            (DOCUMENT_NAMES.get(customer.document_type, "Documento"), customer.document_number),
            ("Dirección", customer.address or ""),
            ("Fecha de emisión", document.issued_at.strftime("%d/%m/%Y")),
            ("Hora de emisión", document.issued_at.strftime("%H:%M:%S")),
            ("Moneda", CURRENCY_WORDS[document.currency]),
            ("Fecha de vencimiento", f"{particulars.due_date:%d/%m/%Y}" if particulars.due_date else ""),
            ("Forma de pago", self._payment),
            ("N.º de pedido", self.order_number or ""),
            *self._amended,
            ("Orden de compra", particulars.order_reference or ""),
            *((REFERENCE_NAMES.get(each.document_type, "Documento relacionado"), each.number)
              for each in (*particulars.despatches, *particulars.references)),
            *(("Observación", remark) for remark in particulars.remarks),
        ]  # fmt: skip
        return [(label, value) for label, value in facts if value]

    @property
    def _payment(self) -> str:
        """Contado or Crédito, which only facturas and their new instalments say."""
        if self.document.particulars.instalments:
            return f"Crédito, pendiente de pago {self.money(self.document.pending_cents)}"
        return "Contado" if self.document.type == FACTURA else ""

    @property
    def _amended(self) -> list[tuple[str, str]]:
        """For notes: which voucher they amend, and why."""
        if not self.document.is_note:
            return []
        amends = self.document.amends
        kind = REASONS[self.document.type].get(amends.reason_code, "")
        return [
            ("Documento que modifica", f"{TYPE_NAMES[amends.voucher_type]} {amends.number}"),
            ("Motivo", f"{amends.reason_code} - {kind}"),
            ("Sustento", amends.reason),
        ]

    @property
    def instalments(self) -> list[tuple[str, str, str]]:
        """Number, day and amount of each cuota."""
        return [
            (f"Cuota{place:03d}", f"{each.due_date:%d/%m/%Y}", self.money(each.amount_cents))
            for place, each in enumerate(self.document.particulars.instalments, start=1)
        ]

    @property
    def totals(self) -> list[tuple[str, str]]:
        """Label and amount of each total that applies; the total itself is last."""
        document = self.document
        rows = [
            ("Op. gravada", document.value_of("gravado")),
            ("Op. exonerada", document.value_of("exonerado")),
            ("Op. inafecta", document.value_of("inafecto")),
            ("Op. de exportación", document.value_of("exportacion")),
            (f"IGV {IGV_PERCENT.normalize():f} %", document.tax_cents),
            ("Otros descuentos", -document.allowance_cents),
            ("Otros cargos", document.charge_cents),
            ("Redondeo", document.particulars.rounding_cents),
        ]
        shown = [(label, self.money(cents)) for label, cents in rows if cents]
        return [*shown, ("Importe total", self.money(document.total_cents))]

    def money(self, cents: int) -> str:
        """An amount as Peru writes it: S/ 1,234.50."""
        sign, cents = ("-" if cents < 0 else ""), abs(cents)
        return f"{CURRENCY_SYMBOLS[self.document.currency]} {sign}{cents // 100:,}.{cents % 100:02d}"

    def line_cells(self, line: Line) -> tuple[str, str, str, str, str]:
        """Description, unit, quantity, unit price with tax, and amount with tax."""
        unit_price = line.unit_price.quantize(Decimal("0.01"))
        quantity = f"{line.quantity:f}"
        amount = self.money(line.price_cents)
        return line.description, UNIT_NAMES.get(line.unit, line.unit), quantity, f"{unit_price:,}", amount
