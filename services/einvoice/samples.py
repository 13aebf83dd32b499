"""One signed file of every kind and variant we issue, for whoever wants to check them (`make vouchers`)."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from chassis.clock import LIMA, now
from services.einvoice.documents import (
    BOLETA,
    CREDIT_NOTE,
    CREDIT_REASONS,
    DEBIT_NOTE,
    DEBIT_REASONS,
    DNI,
    FACTURA,
    NOT_ON_BOLETAS,
    RESCHEDULING,
    RUC,
    Adjustment,
    Amendment,
    Customer,
    Document,
    Instalment,
    Line,
    Particulars,
    Reference,
)
from services.einvoice.documents.summaries import ADD, MODIFY, RA, RC, VOID, SummaryDocument, SummaryLine
from services.einvoice.keys import signing_key
from services.einvoice.pdf import Printout, render
from services.einvoice.printing import DEMO_NOTICE
from services.einvoice.settings import current_settings
from services.einvoice.signing import Signed, sign
from services.einvoice.ubl import build, build_summary

PHYSICIAN = Customer(document_type=DNI, document_number="40000001", name="QUISPE ÑAUPARI ROSA ELVIRA")
CLINIC = Customer(
    document_type=RUC,
    document_number="20123456786",
    name='CLÍNICA DE EJEMPLO "SAN & JUAN" S.A.C.',
    address="AV. DE EJEMPLO 123, SAN BORJA, LIMA",
)
FOREIGNER = Customer(document_type="7", document_number="PA1234567", name="MÜLLER ANNA")
NOBODY = Customer(document_type="0", document_number="00000000", name="CLIENTE VARIOS")

MANY_LINES = 500
PRINTED_LINES = 60
"""A sample with more lines gets no PDF: it would only take time."""


def sample_documents() -> list[Document]:
    """Every voucher: facturas, boletas, notes on either, with and without all optional parts, and one of 500 lines."""
    return [*_boletas(), *_facturas(), *_notes_on(BOLETA), *_notes_on(FACTURA)]


def sample_summaries() -> list[SummaryDocument]:
    """An RC that adds, modifies and voids, an RC of 500 lines, an RA of a factura and its notes."""
    boletas, facturas = _boletas(), _facturas()
    notes = [*_notes_on(BOLETA)[:1], *_notes_on(BOLETA)[-1:]]
    added = [SummaryLine.of(document, ADD) for document in (*boletas[:4], *notes)]
    voided = [SummaryLine.of(document, VOID, "ERROR EN EL CLIENTE") for document in (boletas[4], *notes[:1])]
    changed = SummaryLine.of(replace(boletas[1], number=6001), MODIFY)
    many = [SummaryLine.of(replace(boletas[0], number=7000 + number), ADD) for number in range(MANY_LINES)]
    notes_on_facturas = _notes_on(FACTURA)
    void_with_ra = [facturas[0], notes_on_facturas[0], notes_on_facturas[-1]]
    told = [SummaryLine.of(document, VOID, "ERROR EN EL RUC DEL CLIENTE") for document in void_with_ra]
    return [
        _summary(RC, 1, added),
        _summary(RC, 2, [changed, *voided[:1]]),
        _summary(RC, 3, voided[1:]),
        _summary(RC, 4, many),
        _summary(RA, 1, told),
        _summary(RA, 2, told[:1]),
    ]


def write_samples(folder: Path, *, with_pdf: bool = True) -> Iterator[Path]:
    """Write XML, and PDF unless it is long, of each sample under its SUNAT name; yields the paths."""
    folder.mkdir(parents=True, exist_ok=True)
    for document in sample_documents():
        signed = sign(build(document), signing_key())
        yield _write(folder / f"{document.file_name}.xml", signed.xml)
        if with_pdf and len(document.lines) <= PRINTED_LINES:
            yield _write(folder / f"{document.file_name}.pdf", _printed(document, signed))
    for summary in sample_summaries():
        yield _write(folder / f"{summary.file_name}.xml", sign(build_summary(summary), signing_key()).xml)


def _boletas() -> list[Document]:
    dues = _dues("ENERO", "FEBRERO")
    boleta = Document(
        type=BOLETA,
        series="BCN7",
        number=5170,
        issued_at=now().astimezone(LIMA),
        issuer=current_settings().issuer,
        customer=PHYSICIAN,
        lines=dues,
    )
    variants: list[dict[str, Any]] = [
        {},
        {"lines": _mixed()},
        {"lines": _discounted(), "particulars": _everything(with_rounding=False)},
        {"customer": FOREIGNER, "lines": (_line("LIBRO", 4500, "20"),)},
        {"customer": NOBODY, "lines": (_line("FOLLETO", 500, "20"),)},
        {"customer": CLINIC, "lines": (_line("ALQUILER DE AUDITORIO", 11800, "10"),)},
        {"series": "BCN5", "lines": (_line("CURSO", 9990, "10"),), "particulars": Particulars(rounding_cents=10)},
        {"lines": _many()},
        {"lines": (_line("CAPACITACIÓN INTEGRAL", 99_999_999_999, "30"),)},
    ]
    return [replace(boleta, number=5170 + place, **changes) for place, changes in enumerate(variants)]


def _facturas() -> list[Document]:
    factura = replace(_boletas()[0], type=FACTURA, series="FCN1", customer=CLINIC)
    credit = Particulars(instalments=_instalments(6000))
    variants: list[dict[str, Any]] = [
        {},
        {"lines": _mixed()},
        {"particulars": credit},
        {"lines": _discounted(), "particulars": _everything()},
        {"lines": _discounted(), "particulars": replace(_everything(), instalments=_instalments(20000))},
        {"lines": (_line("LIBRO", 4500, "20"),)},
        {"lines": (_line("ALQUILER DE AUDITORIO", 11800, "10"),)},
        {"lines": _many()},
        {"lines": _mixed(), "currency": "USD"},
    ]
    return [replace(factura, number=1 + place, **changes) for place, changes in enumerate(variants)]


def _notes_on(voucher_type: str) -> list[Document]:
    """Notes of credit with every reason that fits, then notes of debit with every reason, then one with everything."""
    originals = _boletas() if voucher_type == BOLETA else _facturas()
    original, long, letter = originals[1], originals[7], "B" if voucher_type == BOLETA else "F"
    notes = []
    for note_type, series, reasons in (
        (CREDIT_NOTE, f"{letter}CN7", CREDIT_REASONS),
        (DEBIT_NOTE, f"{letter}ND1", DEBIT_REASONS),
    ):
        blank = replace(original, type=note_type, series=series, particulars=_amending(original, "01", "MUESTRA"))
        fitting = [code for code in reasons if voucher_type == FACTURA or code not in {*NOT_ON_BOLETAS, RESCHEDULING}]
        notes += [_note(blank, original, place, code, reasons[code]) for place, code in enumerate(fitting, start=1)]
        rich = _amending(original, "01", "CON TODO LO OPCIONAL")
        extras = {"order_reference": "OC-2026-15", "references": _OTHERS, "remarks": ("NOTA DE MUESTRA",)}
        notes.append(
            replace(blank, number=90, lines=_coded(original.lines), particulars=replace(rich, **extras))  # type: ignore[arg-type]
        )
        large = _amending(long, "01", "ANULACIÓN DE MUCHAS LÍNEAS")
        notes.append(replace(blank, number=91, lines=_many(), particulars=large))
    return notes


def _note(blank: Document, original: Document, number: int, code: str, reason: str) -> Document:
    particulars = _amending(original, code, reason.upper())
    if code == RESCHEDULING:
        nothing = tuple(replace(line, value_cents=0, tax_cents=0) for line in original.lines)
        particulars = replace(particulars, instalments=_instalments(original.total_cents))
        return replace(blank, number=number, lines=nothing, particulars=particulars)
    return replace(blank, number=number, particulars=particulars)


def _amending(original: Document, code: str, reason: str) -> Particulars:
    amends = Amendment(voucher_type=original.type, number=original.id, reason_code=code, reason=reason)
    return Particulars(amends=amends)


_OTHERS = (Reference(number="EXPEDIENTE-2026-0042", document_type="99"),)


def _everything(*, with_rounding: bool = True) -> Particulars:
    """Due date, references, remarks, discounts and charges of the whole, rounding."""
    return Particulars(
        due_date=_today() + timedelta(days=30),
        adjustments=(
            Adjustment(is_charge=False, affects_base=True, amount_cents=1000, base_cents=27000),
            Adjustment(is_charge=True, affects_base=True, amount_cents=500, base_cents=27000),
            Adjustment(is_charge=False, affects_base=False, amount_cents=300, base_cents=37000),
            Adjustment(is_charge=True, affects_base=False, amount_cents=200, base_cents=37000),
        ),
        rounding_cents=-3 if with_rounding else 0,
        order_reference="OC-2026-15",
        despatches=(Reference(number="T001-00000123", document_type="09"),),
        references=_OTHERS,
        remarks=("DOCUMENTO DE MUESTRA", "SEGUNDA OBSERVACION"),
    )


def _discounted() -> tuple[Line, ...]:
    """Lines with a discount and a charge of each kind, codes, and quantities that are not whole."""
    gravado = Line.valued(
        description="CURSO DE ACTUALIZACIÓN",
        unit_value=Decimal("100"),
        quantity=Decimal(3),
        tax_code="10",
        adjustments=(
            Adjustment(is_charge=False, affects_base=True, amount_cents=4000, base_cents=30000),
            Adjustment(is_charge=True, affects_base=True, amount_cents=1000, base_cents=30000),
        ),
        item_code="CURSO-01",
        unspsc="86101700",
    )
    inafecto = Line.valued(
        description="HORAS DE ASESORÍA",
        unit_value=Decimal("28.5714285714"),
        quantity=Decimal("3.5"),
        tax_code="30",
        adjustments=(
            Adjustment(is_charge=False, affects_base=False, amount_cents=500, base_cents=10000),
            Adjustment(is_charge=True, affects_base=False, amount_cents=100, base_cents=10000),
        ),
    )
    return gravado, inafecto


def _mixed() -> tuple[Line, ...]:
    return (*_dues("ENERO", "FEBRERO"), _line("CURSO DE ACTUALIZACIÓN", 11800, "10"), _line("LIBRO", 4500, "20"))


def _many() -> tuple[Line, ...]:
    return tuple(
        _line(f"CONCEPTO {place:03d}", 1000 + place, ("30", "10", "20")[place % 3]) for place in range(MANY_LINES)
    )


def _coded(lines: Any) -> tuple[Line, ...]:
    return tuple(replace(line, item_code=f"C-{place}", unspsc="86101700") for place, line in enumerate(lines, start=1))


def _instalments(total_cents: int) -> tuple[Instalment, ...]:
    """Three instalments, a month apart, the last one with what is left over."""
    part = total_cents // 3
    amounts = (part, part, total_cents - 2 * part)
    return tuple(
        Instalment(amount_cents=cents, due_date=_today() + timedelta(days=30 * (place + 1)))
        for place, cents in enumerate(amounts)
    )


def _summary(kind: str, number: int, lines: list[SummaryLine]) -> SummaryDocument:
    return SummaryDocument(
        kind=kind,
        number=number,
        issue_date=_today(),
        reference_date=_today(),
        issuer=current_settings().issuer,
        lines=lines,
    )


def _dues(*months: str) -> tuple[Line, ...]:
    return tuple(_line(f"CUOTA COLEGIADO {month} 2026", 3000, "30") for month in months)


def _line(description: str, price_cents: int, tax_code: str) -> Line:
    return Line.priced(description=description, price_cents=price_cents, tax_code=tax_code)


def _printed(document: Document, signed: Signed) -> bytes:
    consult_url = current_settings().consult_url
    return render(Printout(document=document, digest=signed.digest, consult_url=consult_url, notice=DEMO_NOTICE))


def _today() -> date:
    return now().astimezone(LIMA).date()


def _write(path: Path, content: bytes) -> Path:
    path.write_bytes(content)
    return path
