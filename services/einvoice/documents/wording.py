"""Small rules of writing: numbers as printed, amounts as rounded, text as one line."""

from decimal import ROUND_HALF_UP, Decimal


def printed_number(series: str, number: int) -> str:
    """Four-character series, hyphen, eight digits (VOU-8)."""
    return f"{series}-{number:08d}"


def round_cents(amount: Decimal) -> int:
    """Half up, as SUNAT rounds (sunat.md 2.3)."""
    return int(amount.quantize(Decimal(1), ROUND_HALF_UP))


def one_line(text: str, *, limit: int) -> str:
    """Free text fit for an element: one line, no control characters, cut at `limit` (2136 refuses line breaks)."""
    printable = "".join(" " if character.isspace() else character for character in text)
    kept = "".join(character for character in printable if character.isprintable())
    return " ".join(kept.split())[:limit].rstrip()
