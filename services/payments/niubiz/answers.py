"""The closed set of answers the acquirer can give; whoever asks matches every case (architecture.md 5)."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal


@dataclass(frozen=True, kw_only=True)
class SaleRequest:
    """What we ask to be charged. `amount` in soles with two decimals, `purchase_number` of 9 digits, used once."""

    purchase_number: str
    amount: Decimal
    currency: str


@dataclass(frozen=True, kw_only=True)
class CardDetails:
    """What may be kept of a card: first six, last four, brand (PCI DSS 3.4.1)."""

    brand: str | None = None
    first6: str | None = None
    last4: str | None = None


@dataclass(frozen=True, kw_only=True)
class Sale:
    """An approved charge as the acquirer tells it. `charged_at` is aware UTC, read from Lima local time."""

    amount: Decimal
    action_code: str
    description: str
    status: str | None
    authorization_code: str | None
    transaction_id: str | None
    trace_number: str | None
    signature: str | None
    eci: str | None
    installments: int | None
    charged_at: datetime | None
    card: CardDetails


@dataclass(frozen=True)
class Approved:
    """Money was charged, and everything equals what was asked for."""

    sale: Sale


@dataclass(frozen=True)
class Mismatch:
    """Money was charged, but amount, currency or number differ from what was asked for: an alarm."""

    sale: Sale
    difference: str


@dataclass(frozen=True, kw_only=True)
class Declined:
    """The acquirer or the issuer refused with a definite action code; nothing was charged."""

    action_code: str
    description: str
    status: str | None = None
    charged_at: datetime | None = None
    card: CardDetails = CardDetails()


@dataclass(frozen=True)
class NotSent:
    """The request provably never left us; nothing was charged."""

    reason: str


@dataclass(frozen=True)
class BadRequest:
    """The acquirer refused to read the request (4xx without action code); nothing was charged. Ours to fix."""

    reason: str


@dataclass(frozen=True)
class Unknown:
    """Money may have moved: time-out, 5xx, unreadable reply, or an action code that does not decide."""

    reason: str
    action_code: str | None = None


@dataclass(frozen=True)
class NotFound:
    """A query found no sale under the purchase number (yet)."""


Authorization = Approved | Declined | NotSent | BadRequest | Mismatch | Unknown
"""What an authorization can answer."""

Finding = Approved | Declined | Mismatch | NotFound | Unknown
"""What a query can answer."""


@dataclass(frozen=True)
class GaveBack:
    """The acquirer took the void or the refund. `code` is its name for a refund, None for a void."""

    code: str | None = None


@dataclass(frozen=True)
class BatchClosed:
    """The charge has left its own day: it cannot be voided any more, only refunded."""


@dataclass(frozen=True)
class TooEarly:
    """The charge is not settled yet, so it cannot be refunded; nothing moved."""

    reason: str


@dataclass(frozen=True)
class Refused:
    """The acquirer turned the return down; nothing moved."""

    reason: str


GivingBack = GaveBack | BatchClosed | TooEarly | Refused | NotSent | Unknown
"""What a void, a reversal or a refund can answer."""


@dataclass(frozen=True)
class FormSession:
    """A session of the card form, until `expires_at` (UTC). `key` goes to the payer's browser and is never stored."""

    key: str
    expires_at: datetime | None


@dataclass(frozen=True, kw_only=True)
class Exchange:
    """One line of the conversation as it may be kept: already through the allow-list."""

    direction: str
    endpoint: str
    http_status: int | None
    body: dict[str, object]
    elapsed_ms: int | None


class AcquirerUnavailable(Exception):
    """No form session could be opened; nothing was charged. The message names the cause, never a secret."""
