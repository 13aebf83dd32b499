"""xhtml2pdf, confined to this package's assets (reliability 4.3). Pages name `DejaVuSans.ttf` and `-Bold.ttf`."""

import io
import logging
from functools import cache
from pathlib import Path

ASSETS = Path(__file__).resolve().parent / "assets"


class RenderingFailed(RuntimeError):
    """Something had to be left out of the PDF, so there is none."""


def html_to_pdf(html: str) -> bytes:
    """Convert our own HTML with escaped data; the same HTML gives the same bytes.

    Raises RenderingFailed also for a warning: it means a missing font or image.
    """
    from xhtml2pdf import pisa
    from xhtml2pdf.config.resources import ResourceAccessPolicy

    _prepare_reportlab()
    buffer = io.BytesIO()
    policy = ResourceAccessPolicy.server(ASSETS, allow_remote=False)
    result = pisa.CreatePDF(html, dest=buffer, path=str(ASSETS / "page.html"), resource_policy=policy)
    if result.err or result.warn:
        raise RenderingFailed(f"{result.err} errors and {result.warn} warnings while rendering")
    return buffer.getvalue()


@cache
def _prepare_reportlab() -> None:
    """Same input, same bytes; and no page names the Helvetica that nobody embeds."""
    from reportlab import rl_config
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.ttfonts import TTFont
    from reportlab.platypus.tables import CellStyle

    logging.getLogger("xhtml2pdf").setLevel(logging.ERROR)
    pdfmetrics.registerFont(TTFont("CMP-Base", str(ASSETS / "DejaVuSans.ttf")))
    rl_config.invariant = 1
    rl_config.canvas_basefontname = "CMP-Base"
    CellStyle.fontname = "CMP-Base"
