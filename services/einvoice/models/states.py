"""The life of a voucher as a table of allowed edges (sunat.md 2.16)."""

from enum import StrEnum


class VoucherState(StrEnum):
    """Where a voucher stands between its number and SUNAT's last word."""

    DRAFT = "draft"
    NUMBERED = "numbered"
    SIGNED = "signed"
    QUEUED = "queued"
    SENDING = "sending"
    UNKNOWN = "unknown"
    ACCEPTED = "accepted"
    OBSERVED = "observed"
    REJECTED = "rejected"
    EXCEPTION = "exception"
    VOID_REQUESTED = "void_requested"
    VOIDED = "voided"
    VOID_REJECTED = "void_rejected"


S = VoucherState
JUDGED = frozenset({S.ACCEPTED, S.OBSERVED, S.REJECTED})

EDGES: dict[VoucherState, frozenset[VoucherState]] = {
    S.DRAFT: frozenset({S.NUMBERED}),
    S.NUMBERED: frozenset({S.SIGNED}),
    S.SIGNED: frozenset({S.QUEUED}),
    S.QUEUED: frozenset({S.SENDING}) | JUDGED,
    S.SENDING: frozenset({S.QUEUED, S.UNKNOWN, S.EXCEPTION}) | JUDGED,
    S.UNKNOWN: frozenset({S.SENDING}) | JUDGED,
    S.EXCEPTION: frozenset({S.QUEUED}) | JUDGED,
    S.ACCEPTED: frozenset({S.VOID_REQUESTED}),
    S.OBSERVED: frozenset({S.VOID_REQUESTED}),
    S.REJECTED: frozenset(),
    S.VOID_REQUESTED: frozenset({S.VOIDED, S.VOID_REJECTED}),
    S.VOID_REJECTED: frozenset({S.VOID_REQUESTED}),
    S.VOIDED: frozenset(),
}
"""A late receipt may still judge a voucher that is queued again, in doubt, or waiting for a person."""

OPEN = frozenset({S.QUEUED, S.SENDING, S.UNKNOWN})
"""What the filing job works on."""

UNJUDGED = OPEN | {S.EXCEPTION}
"""What SUNAT still has to judge: the queue an operator watches."""

FINAL = frozenset({S.ACCEPTED, S.OBSERVED, S.REJECTED, S.VOID_REQUESTED, S.VOIDED, S.VOID_REJECTED})
"""SUNAT has spoken: the number is spent."""

HELD_BY_SUNAT = frozenset({S.ACCEPTED, S.OBSERVED})
"""Accepted, with or without observations, and not being voided."""

AMENDABLE = HELD_BY_SUNAT | {S.VOID_REJECTED}
"""What a note may amend, and what may be voided."""

LABELS = {
    S.DRAFT: "Borrador",
    S.NUMBERED: "En proceso",
    S.SIGNED: "En proceso",
    S.QUEUED: "En proceso",
    S.SENDING: "En proceso",
    S.UNKNOWN: "En proceso",
    S.EXCEPTION: "En revisión",
    S.ACCEPTED: "Aceptado",
    S.OBSERVED: "Aceptado con observaciones",
    S.REJECTED: "Rechazado",
    S.VOID_REQUESTED: "Anulación en trámite",
    S.VOIDED: "Anulado",
    S.VOID_REJECTED: "Aceptado",
}
"""What users read (AMB-12)."""

FILTERS: dict[str, frozenset[VoucherState]] = {
    "accepted": frozenset({S.ACCEPTED, S.OBSERVED, S.VOID_REQUESTED, S.VOID_REJECTED}),
    "observed": frozenset({S.OBSERVED}),
    "rejected": frozenset({S.REJECTED}),
    "voided": frozenset({S.VOIDED}),
    "pending": frozenset({S.QUEUED, S.SENDING, S.UNKNOWN, S.EXCEPTION}),
    "any": frozenset(S),
}
"""Values of the Estado filter; an observed voucher is an accepted one, so the default list must show it (VOU-7)."""
