"""The end of a first access: the new password is set, the consents are recorded, and only then somebody is in."""

from sqlalchemy.orm import Session

from chassis.clock import now
from chassis.db import reading, transaction
from services.identity import audit, consents, sessions
from services.identity.clients.first_access import account_to_open, use_token
from services.identity.models import Account
from services.identity.passwords import check_new_password, passwords, set_password


def finish(token: str, password: str, given: dict[str, str]) -> sessions.Opened:
    """Set the first password of a client against the token of a proof, and open the first session.

    Raises FirstAccessOver, PasswordRefused, ConsentMissing, Busy. The token is used up only when all is well.
    """
    account = account_to_open(token)
    check_new_password(password, account)
    with reading() as session:
        consents.check_needed(session, given, now())
    hashed = passwords().hash(password)
    with transaction() as session:
        owner = use_token(session, token)
        _admit(session, owner, hashed, given)
        return sessions.begin(session, owner, remember=False)


def _admit(session: Session, owner: Account, hashed: str, given: dict[str, str]) -> None:
    """The account is its owner's from now on; earlier sessions and secrets are over."""
    set_password(session, owner, hashed, now())
    consents.record_all(session, owner, given)
    audit.record(session, act="first_access.finished", subject=f"account:{owner.id}", actor=audit.VISITOR)
