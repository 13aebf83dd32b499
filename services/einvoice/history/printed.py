"""PDF that others drew: what they say, and whether they can be handed out."""

import io


def first_page(data: bytes) -> str:
    """The text of the first page; empty when nothing can be read."""
    from pypdf import PdfReader

    try:
        return PdfReader(io.BytesIO(data)).pages[0].extract_text()
    except Exception:
        return ""


def is_readable(data: bytes) -> bool:
    """Whether it has pages and no password: only then can it be printed with others, or stamped ANULADO."""
    from pypdf import PdfReader

    try:
        reader = PdfReader(io.BytesIO(data))
        return not reader.is_encrypted and len(reader.pages) > 0
    except Exception:
        return False
