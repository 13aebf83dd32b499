"""Cents inside, decimals with two places on the wire; never a float."""

from decimal import Decimal


def decimal(cents: int) -> Decimal:
    """Cents as an amount with exactly two decimals."""
    return Decimal(cents).scaleb(-2)


def cents(amount: Decimal) -> int:
    """An amount as cents. Raises ValueError when it has a fraction of a cent or is no number."""
    scaled = amount.scaleb(2)
    if not scaled.is_finite() or scaled != scaled.to_integral_value():
        raise ValueError(f"{amount} is not a whole number of cents")
    return int(scaled)
