"""The moment between the first and the second factor: a short-lived token that is good for the next step only."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from services.identity import one_time
from services.identity.models import Account
from services.identity.settings import current_settings

STAFF = "staff"
SECOND_FACTOR, ENROL = "second_factor", "enrol"
"""What a challenge asks for: a code of the second factor, or that one be enrolled first."""


@dataclass(frozen=True, kw_only=True)
class Challenge:
    """The first factor was right; no permission comes with it. `expires_in` is in seconds."""

    challenge: str
    next: str
    expires_in: int


def challenge(session: Session, account: Account, wanted: str, moment: datetime) -> Challenge:
    """Ask for the next step; an earlier challenge of the account stops working."""
    minutes = current_settings().challenge_minutes
    token = one_time.make_link_token(session, wanted, account.id, minutes=minutes, moment=moment, account_id=account.id)
    return Challenge(challenge=token, next=wanted, expires_in=minutes * 60)


def challenged(session: Session, token: str, wanted: str, moment: datetime) -> Account | None:
    """Whose challenge it is, as long as it works and the account is open; it is not used up."""
    row = one_time.look_up(session, token, moment, wanted)
    account = session.get(Account, row.account_id) if row is not None and row.account_id else None
    return account if account and account.admits(moment) else None
