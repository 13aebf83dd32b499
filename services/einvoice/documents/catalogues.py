"""What SUNAT's catalogues call things: kinds of vouchers, identity documents, taxes, reasons of notes."""

from dataclasses import dataclass
from decimal import Decimal

FACTURA, BOLETA, CREDIT_NOTE, DEBIT_NOTE = "01", "03", "07", "08"

NOTES = frozenset({CREDIT_NOTE, DEBIT_NOTE})

TYPE_NAMES = {
    FACTURA: "Factura electrónica",
    BOLETA: "Boleta de venta electrónica",
    CREDIT_NOTE: "Nota de crédito electrónica",
    DEBIT_NOTE: "Nota de débito electrónica",
}
"""SUNAT catalogue 01, the four types in scope (VOU-1)."""

DNI, RUC = "1", "6"

DOCUMENT_NAMES = {
    "0": "Doc. trib. no dom. sin RUC",
    "1": "DNI",
    "4": "Carné de extranjería",
    "6": "RUC",
    "7": "Pasaporte",
    "A": "Cédula diplomática",
    "B": "Doc. identidad del país de residencia",
    "C": "TIN de persona natural",
    "D": "IN de persona jurídica",
    "E": "TAM",
    "F": "PTP",
    "G": "Salvoconducto",
    "-": "Sin documento",
}
"""SUNAT catalogue 06, as printed."""

REFERENCE_NAMES = {"09": "Guía de remisión", "31": "Guía de remisión transportista", "99": "Documento relacionado"}
"""Catalogues 01 (despatch documents) and 12 (other documents), those we write."""


@dataclass(frozen=True)
class TaxTreatment:
    """How a line is taxed: SUNAT catalogue 07 code, its tribute of catalogue 05, and the rate in percent."""

    code: str
    scheme_id: str
    scheme_name: str
    scheme_type: str
    percent: Decimal
    total: str
    """Which printed total the line belongs to: gravado, exonerado, inafecto or exportacion."""


IGV_PERCENT = Decimal("18.00")

TREATMENTS = {
    "10": TaxTreatment("10", "1000", "IGV", "VAT", IGV_PERCENT, "gravado"),
    "20": TaxTreatment("20", "9997", "EXO", "VAT", Decimal(0), "exonerado"),
    "30": TaxTreatment("30", "9998", "INA", "FRE", Decimal(0), "inafecto"),
    "40": TaxTreatment("40", "9995", "EXP", "FRE", Decimal(0), "exportacion"),
}
"""Catalogue 07 -> catalogue 05 (sunat.md 2.2): dues are 30, courses and room hire 10."""

CREDIT_REASONS = {
    "01": "Anulación de la operación",
    "02": "Anulación por error en el RUC",
    "03": "Corrección por error en la descripción",
    "04": "Descuento global",
    "05": "Descuento por ítem",
    "06": "Devolución total",
    "07": "Devolución por ítem",
    "08": "Bonificación",
    "09": "Disminución en el valor",
    "10": "Otros conceptos",
    "13": "Ajuste de montos o fechas de pago",
}
"""Catalogue 09; 11 (export) and 12 (IVAP) do not occur at the CMP."""

DEBIT_REASONS = {
    "01": "Intereses por mora",
    "02": "Aumento en el valor",
    "03": "Penalidades u otros conceptos",
}
"""Catalogue 10; 11 (export) and 12 (IVAP) do not occur at the CMP."""

REASONS = {CREDIT_NOTE: CREDIT_REASONS, DEBIT_NOTE: DEBIT_REASONS}

NOT_ON_BOLETAS = frozenset({"04", "05", "08"})
"""Reasons of a credit note that SUNAT observes on a boleta (4367)."""

TOTAL_REFUND, LINE_REFUND, RESCHEDULING = "06", "07", "13"
