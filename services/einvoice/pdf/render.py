"""HTML to PDF by xhtml2pdf, confined to this package's assets: nothing is fetched from anywhere (reliability 4.3)."""

import io
import logging
from functools import cache
from pathlib import Path

from jinja2 import Environment, PackageLoader, StrictUndefined, Template

from services.einvoice.errors import RenderingFailed
from services.einvoice.pdf.printout import Printout
from services.einvoice.pdf.qr import qr_image, qr_text

BASE_FONT, BOLD_FONT = "CMP-Base", "CMP-Bold"
ASSETS = Path(__file__).resolve().parent.parent / "assets"


def render(printout: Printout) -> bytes:
    """The A4 PDF of a voucher, with embedded fonts. Raises RenderingFailed when anything had to be left out."""
    return html_to_pdf(html_of(printout))


def html_of(printout: Printout) -> str:
    """The page as HTML, with its QR code inside."""
    document = printout.document
    return _template().render(printout=printout, document=document, qr=qr_image(qr_text(document)))


def html_to_pdf(html: str) -> bytes:
    """Convert trusted HTML with escaped data. A warning counts as failure: it means a missing font or image."""
    from xhtml2pdf import pisa
    from xhtml2pdf.config.resources import ResourceAccessPolicy

    prepare_reportlab()
    buffer = io.BytesIO()
    policy = ResourceAccessPolicy.server(ASSETS, allow_remote=False)
    result = pisa.CreatePDF(html, dest=buffer, path=str(ASSETS / "voucher.html"), resource_policy=policy)
    if result.err or result.warn:
        raise RenderingFailed(f"{result.err} errors and {result.warn} warnings while rendering")
    return buffer.getvalue()


@cache
def prepare_reportlab() -> None:
    """Same input, same bytes; and no page names the Helvetica that nobody embeds."""
    from reportlab import rl_config
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.ttfonts import TTFont
    from reportlab.platypus.tables import CellStyle

    logging.getLogger("xhtml2pdf").setLevel(logging.ERROR)
    pdfmetrics.registerFont(TTFont(BASE_FONT, str(ASSETS / "DejaVuSans.ttf")))
    pdfmetrics.registerFont(TTFont(BOLD_FONT, str(ASSETS / "DejaVuSans-Bold.ttf")))
    rl_config.invariant = 1
    rl_config.canvas_basefontname = BASE_FONT
    CellStyle.fontname = BASE_FONT


@cache
def _template() -> Template:
    loader = PackageLoader("services.einvoice", "pdf")
    environment = Environment(loader=loader, autoescape=True, undefined=StrictUndefined)
    return environment.get_template("voucher.html")
