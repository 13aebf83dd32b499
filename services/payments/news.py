"""News about an attempt: what happened, who says so, and what came with it."""

from dataclasses import dataclass

from services.payments.models import Refund
from services.payments.niubiz import Declined, Sale
from services.payments.states import Happening


@dataclass(frozen=True, kw_only=True)
class News:
    """What happened to an attempt, who says so, and what came with it."""

    happening: Happening
    actor: str
    reason: str = ""
    sale: Sale | None = None
    refusal: Declined | None = None
    action_code: str | None = None
    """The code of an answer that decided nothing."""
    refund: Refund | None = None
    """The return of money that the news is about."""
