"""The two vouchers a payer can choose, and the tax number (RUC) that a factura needs (PAY-7, product.md 2.8)."""

from enum import StrEnum


class VoucherType(StrEnum):
    """SUNAT catalogue 01, as far as payments asks for it."""

    FACTURA = "01"
    BOLETA = "03"


RUC_DOCUMENT = "6"
"""SUNAT catalogue 06: the document is a RUC."""


WEIGHTS = (5, 4, 3, 2, 7, 6, 5, 4, 3, 2)
PREFIXES = ("10", "15", "16", "17", "20")


def is_ruc(text: str) -> bool:
    """Whether a text is a RUC: 11 digits, a known prefix, and check digit (11 - sum mod 11) mod 10."""
    if len(text) != 11 or not (text.isascii() and text.isdigit()) or text[:2] not in PREFIXES:
        return False
    total = sum(weight * int(digit) for weight, digit in zip(WEIGHTS, text, strict=False))
    return (11 - total % 11) % 10 == int(text[10])
