"""The acquirer's published test cards, and what becomes of each."""

import csv
import re
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path

from simulators.acquirer.settings import LIMA

HERE = Path(__file__).parent
APPROVED = "000"
EXPIRED = "101"
INVALID_CARD = "118"
CVV_DIFFERS = "408"


@dataclass(frozen=True)
class TestCard:
    """One row of test_cards.csv (README 1.4 and the acquirer's guide of 2020, page 30)."""

    __test__ = False  # the name is the trade's, not pytest's

    brand: str
    number: str
    expiry: str
    cvv: str
    scenario: str
    action_code: str
    behaviour: str
    seconds: str
    source: str

    @property
    def masked(self) -> str:
        """First six, six stars, last four."""
        return mask(self.number)

    @property
    def invented(self) -> bool:
        """Whether the card exists only here, to break something on purpose."""
        return bool(self.behaviour)


@dataclass(frozen=True)
class Outcome:
    """All that outlives the card form: never the number, never the CVV (PCI DSS 3.3.1 and 3.5.1)."""

    masked: str
    brand: str
    action_code: str
    behaviour: str = ""
    seconds: float = 0


@cache
def test_cards() -> dict[str, TestCard]:
    """The published cards by number."""
    with (HERE / "test_cards.csv").open(encoding="utf-8", newline="") as lines:
        return {row["number"]: TestCard(**row) for row in csv.DictReader(lines)}


@cache
def action_texts() -> dict[str, tuple[str, str]]:
    """Merchant text and customer text of each action code (README 1.3)."""
    with (HERE / "action_codes.csv").open(encoding="utf-8", newline="") as lines:
        return {row["code"]: (row["merchant_text"], row["customer_text"]) for row in csv.DictReader(lines)}


def describe(action_code: str) -> str:
    """The text a reply carries: the merchant's one, which a portal must not show to the payer."""
    return action_texts().get(action_code, ("Operación Denegada.", ""))[0]


def passes_luhn(number: str) -> bool:
    """The check digit every card number ends with."""
    doubled = (sum(divmod(int(digit) * 2, 10)) for digit in number[-2::-2])
    plain = (int(digit) for digit in number[::-2])
    return (sum(doubled) + sum(plain)) % 10 == 0


def mask(number: str) -> str:
    """First six and last four, the most that PCI DSS 3.4.1 lets anyone show."""
    return f"{number[:6]}{'*' * (len(number) - 10)}{number[-4:]}"


def brand_of(number: str) -> str:
    """The brand, by the issuer's first digits."""
    if number.startswith("4"):
        return "visa"
    if re.match(r"5[1-5]|2[2-7]", number):
        return "mastercard"
    if re.match(r"3[47]", number):
        return "amex"
    return "dinersclub" if number.startswith("3") else "unknown"


def read_expiry(text: str) -> tuple[int, int] | None:
    """(year, month) of `03/28`, `03/2028`, `3-28` or `0328`; None if it is no date."""
    found = re.fullmatch(r"(\d{1,2})\s*[/-]\s*(?:20)?(\d{2})|(\d{2})(?:20)?(\d{2})", text.strip())
    if not found:
        return None
    month, year = int(found[1] or found[3]), 2000 + int(found[2] or found[4])
    return (year, month) if 1 <= month <= 12 else None


def outcome_of(number: str, expiry: tuple[int, int], cvv: str, now: datetime) -> Outcome:
    """Decide when the form is sent, so that the number can be forgotten at once."""
    card = test_cards().get(number)
    if card is None:
        return Outcome(mask(number), brand_of(number), INVALID_CARD)
    code = _code_of(card, expiry, cvv, now)
    return Outcome(card.masked, card.brand, code, card.behaviour, float(card.seconds or 0))


def _code_of(card: TestCard, expiry: tuple[int, int], cvv: str, now: datetime) -> str:
    """A wrong date or CVV spoils an approval; a card that declines keeps its own code."""
    if card.action_code != APPROVED:
        return card.action_code
    today = now.astimezone(LIMA)
    if expiry < (today.year, today.month):
        return EXPIRED
    return CVV_DIFFERS if card.cvv and cvv != card.cvv else APPROVED
