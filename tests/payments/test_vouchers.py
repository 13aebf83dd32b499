"""RUC: eleven digits, a known prefix, the right check digit (product.md 2.8)."""

import pytest

from services.payments.vouchers import is_ruc


@pytest.mark.parametrize("ruc", ["20512333797", "10101174102"])
def test_known_good_numbers_pass(ruc: str) -> None:
    """Vectors of product.md 2.8; the second is a person's: 10, DNI, check digit."""
    assert is_ruc(ruc)


@pytest.mark.parametrize(
    "ruc",
    ["20512333798", "", "2051233379", "205123337970", "2051233379a", "２0512333797", "20 512333797", "-0512333797"],
)
def test_anything_else_fails(ruc: str) -> None:
    """Wrong check digit, wrong length, no digits, digits of another script."""
    assert not is_ruc(ruc)


@pytest.mark.parametrize(
    ("prefix", "good"), [("10", 10), ("15", 10), ("16", 10), ("17", 10), ("20", 10), ("11", 0), ("30", 0)]
)
def test_only_five_prefixes_are_known(prefix: str, good: int) -> None:
    """For each body exactly one of ten check digits fits, if the prefix is one of 10, 15, 16, 17, 20."""
    found = [body for body in range(10) for digit in range(10) if is_ruc(f"{prefix}0000000{body}{digit}")]
    assert len(found) == good


def test_a_remainder_of_ten_gives_zero_and_of_eleven_gives_one() -> None:
    """The two corners of (11 - sum mod 11) mod 10, where public formulas differ."""
    corners: dict[int, str] = {}
    for number in range(2000000000, 2000000200):
        corners.setdefault(sum_of(str(number)) % 11, str(number))
    assert is_ruc(corners[1] + "0")
    assert is_ruc(corners[0] + "1")


def sum_of(ten: str) -> int:
    """The weighted sum of the first ten digits."""
    return sum(weight * int(digit) for weight, digit in zip((5, 4, 3, 2, 7, 6, 5, 4, 3, 2), ten, strict=True))
