"""Several stored PDFs as one, for printing a selection (VOU-9)."""

import io
from collections.abc import Iterable


def merge(documents: Iterable[bytes]) -> bytes:
    """One PDF with all pages in the given order."""
    from pypdf import PdfWriter

    writer = PdfWriter()
    for document in documents:
        writer.append(io.BytesIO(document), import_outline=False)
    writer.metadata = {"/Title": "Comprobantes electrónicos"}
    buffer = io.BytesIO()
    writer.write(buffer)
    return buffer.getvalue()
