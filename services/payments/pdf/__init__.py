"""HTML to PDF for whatever payments prints, with fonts of its own; nothing is fetched from anywhere."""

from services.payments.pdf.render import RenderingFailed, html_to_pdf

__all__ = ["RenderingFailed", "html_to_pdf"]
