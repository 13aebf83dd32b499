"""UBL documents as SUNAT wants them: element by element in XSD order (sunat.md 2.1, 2.7, 2.12)."""

from services.einvoice.ubl.summaries import build_summary
from services.einvoice.ubl.vouchers import build

__all__ = ["build", "build_summary"]
