"""Action codes: what each means for us and what the payer is told (payments.md 1.3; texts are ours)."""

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path

FILE = Path(__file__).parent.parent / "action_codes.csv"


class Outcome(StrEnum):
    """What an action code decides."""

    APPROVED = "approved"
    DECLINED = "declined"
    OURS = "ours"
    """Refused for a reason we must fix (shop disabled, bad parameters): declined, and an alarm."""
    EXPIRED = "expired"
    """The form's session or token was too old (674, 682, 683)."""
    DOUBTFUL = "doubtful"
    """The code does not say whether money moved: ask before calling it failed."""
    DUPLICATE = "duplicate"
    """The number was used already (300, 913, 945): ask whose sale it holds."""


@dataclass(frozen=True)
class ActionCode:
    """One row of action_codes.csv."""

    code: str
    outcome: Outcome
    customer_text: str


GENERIC_TEXT = "La operación no fue aprobada. No se realizó ningún cobro."


@cache
def action_codes() -> Mapping[str, ActionCode]:
    """All known codes. Data of the package, read once."""
    with FILE.open(encoding="utf-8", newline="") as lines:
        return {
            row["code"]: ActionCode(row["code"], Outcome(row["outcome"]), row["customer_text"])
            for row in csv.DictReader(lines)
        }


def outcome_of(code: str) -> Outcome:
    """What a code decides; one that is not in the table decides nothing, so it is doubtful."""
    known = action_codes().get(code)
    return known.outcome if known else Outcome.DOUBTFUL


def customer_text(code: str | None) -> str:
    """What the payer is told about a code (PAY-12)."""
    known = action_codes().get(code or "")
    return known.customer_text if known else GENERIC_TEXT
