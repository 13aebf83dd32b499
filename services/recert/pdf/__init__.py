"""HTML to PDF for what recert prints, with fonts of its own; nothing is fetched from anywhere."""

from services.recert.pdf.render import RenderingFailed, html_to_pdf

__all__ = ["RenderingFailed", "html_to_pdf"]
