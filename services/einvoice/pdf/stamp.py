"""A word across every page of a stored PDF: what is void must say so, and nothing is rendered again."""

import io


def stamp(document: bytes, word: str, words: str) -> bytes:
    """The PDF with `word` large and slanted over each page, and `words` at its head; its own content stays as it is."""
    from pypdf import PdfReader, PdfWriter

    writer = PdfWriter(clone_from=io.BytesIO(document))
    for page in writer.pages:
        width, height = float(page.mediabox.width), float(page.mediabox.height)
        overlay = PdfReader(io.BytesIO(_overlay(width, height, word, words)))
        page.merge_page(overlay.pages[0])
    buffer = io.BytesIO()
    writer.write(buffer)
    return buffer.getvalue()


def _overlay(width: float, height: float, word: str, words: str) -> bytes:
    """One page with nothing but the stamp, in an embedded font, half transparent so that figures stay legible."""
    from reportlab.pdfgen.canvas import Canvas

    from services.einvoice.pdf.render import BASE_FONT, BOLD_FONT, prepare_reportlab

    prepare_reportlab()
    buffer = io.BytesIO()
    canvas = Canvas(buffer, pagesize=(width, height), initialFontName=BASE_FONT)
    canvas.setFillColorRGB(0.7, 0.1, 0.1)
    canvas.setFont(BOLD_FONT, 11)
    canvas.drawCentredString(width / 2, height - 28, words)
    canvas.translate(width / 2, height / 2)
    canvas.rotate(50)
    canvas.setFillAlpha(0.28)
    canvas.setFont(BOLD_FONT, 110)
    canvas.drawCentredString(0, -40, word)
    canvas.save()
    return buffer.getvalue()
