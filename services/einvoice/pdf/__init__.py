"""The printed representation of a voucher (sunat.md 2.14), rendered once and stored."""

from services.einvoice.pdf.merge import merge
from services.einvoice.pdf.printout import Printout
from services.einvoice.pdf.qr import qr_text
from services.einvoice.pdf.render import render
from services.einvoice.pdf.stamp import stamp

__all__ = ["Printout", "merge", "qr_text", "render", "stamp"]
