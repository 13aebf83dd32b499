"""The words of settlement: what a row of the acquirer's file is, how it fits our books, how a misfit is settled."""

from collections.abc import Mapping
from enum import StrEnum


class RowType(StrEnum):
    """What the acquirer says moved. SALE is positive, the others negative."""

    SALE = "SALE"
    REFUND = "REFUND"
    VOID = "VOID"
    CHARGEBACK = "CHARGEBACK"


class Match(StrEnum):
    """How a row fits."""

    MATCHED = "MATCHED"
    AMOUNT_DIFFERS = "AMOUNT_DIFFERS"
    """Ours, but the amount is not what we know."""
    UNKNOWN_PURCHASE = "UNKNOWN_PURCHASE"
    """No attempt of ours has this number (case 18)."""
    NOT_RECORDED = "NOT_RECORDED"
    """Our number, but we do not hold this charge or return as done (case 18, case 1)."""
    DUPLICATE = "DUPLICATE"
    """A second movement of a kind that happens once per number."""
    DISPUTED = "DISPUTED"
    """A chargeback: the holder's bank takes the money back."""
    MISSING_IN_FILE = "MISSING_IN_FILE"
    """We hold it as charged, but no file has shown it within the days of the setting."""


class Resolution(StrEnum):
    """How a row of the work list was settled."""

    MATCH = "MATCH"
    """It is the charge we know; a difference in amount is written off."""
    OWE = "OWE"
    """The money is not ours: it is owed back."""
    WRITE_OFF = "WRITE_OFF"
    """Taken as a gain or a loss."""
    NOTE = "NOTE"
    """No money to move: explained by the reason alone."""
    CAME_LATER = "CAME_LATER"
    """By itself: what was missing came, or what was not recorded is recorded now."""


ALLOWED: Mapping[Match, frozenset[Resolution]] = {
    Match.AMOUNT_DIFFERS: frozenset({Resolution.MATCH, Resolution.OWE, Resolution.WRITE_OFF}),
    Match.UNKNOWN_PURCHASE: frozenset({Resolution.OWE, Resolution.WRITE_OFF, Resolution.CAME_LATER}),
    Match.NOT_RECORDED: frozenset({Resolution.OWE, Resolution.WRITE_OFF, Resolution.CAME_LATER}),
    Match.DUPLICATE: frozenset({Resolution.OWE, Resolution.WRITE_OFF}),
    Match.DISPUTED: frozenset({Resolution.WRITE_OFF}),
    Match.MISSING_IN_FILE: frozenset({Resolution.NOTE, Resolution.CAME_LATER}),
}
"""Every way out of the work list; there is no other."""

STAFF_RESOLUTIONS = tuple(word for word in Resolution if word is not Resolution.CAME_LATER)
