"""The QR code that SUNAT asks for on paper."""

from services.einvoice.documents import Document
from services.einvoice.ubl.elements import two_decimals

CHECKERBOARD = 0
"""The mask of ISO 18004 that breaks up plain areas evenly."""


def qr_text(document: Document) -> str:
    """RUC|TT|SERIE|NUMERO|IGV|TOTAL|YYYY-MM-DD|TIPODOC|NUMDOC| with the bar at the end (sunat.md 2.14)."""
    fields = (
        document.issuer.ruc,
        document.type,
        document.series,
        f"{document.number:08d}",
        two_decimals(document.tax_cents),
        two_decimals(document.total_cents),
        document.issued_at.strftime("%Y-%m-%d"),
        document.customer.document_type,
        document.customer.document_number,
    )
    return "|".join(fields) + "|"


def qr_image(text: str) -> str:
    """The code at level Q as a PNG data URI.

    The mask is fixed: trying all eight for the prettiest takes a tenth of the whole rendering, and readers take any.
    """
    import segno

    return segno.make(text, error="q", micro=False, mask=CHECKERBOARD).png_data_uri(scale=4, border=2)
