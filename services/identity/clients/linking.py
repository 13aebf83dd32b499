"""A physician's own RUC: linking its account after proof, and going over to it without a second password (AMB-2)."""

from sqlalchemy.orm import Session

from chassis.clock import now
from chassis.db import reading, transaction
from chassis.outbox import publish
from services.identity import audit, sessions, throttling
from services.identity.clients.appearing import find_client
from services.identity.clients.errors import NoOwnRuc, NotLinked
from services.identity.documents import DNI, RUC, ruc_of
from services.identity.models import Account, AccountLink
from services.identity.passwords import passwords
from services.identity.settings import current_settings


def own_ruc(account: Account) -> str | None:
    """The RUC made of a physician's own DNI; None for everybody else."""
    kind, number = account.document
    return ruc_of(number) if account.kind == "physician" and kind == DNI else None


def link(account_id: str, password: str) -> Account:
    """Link the account of the own RUC, against its password. Raises NoOwnRuc, TooManyAttempts, Busy.

    The password is checked between two transactions, throttled like a login with that RUC, and at the same cost
    whether or not there is such an account.
    """
    with transaction() as session:
        owner = session.get_one(Account, account_id)
        ruc = own_ruc(owner) or ""
        attempt = throttling.attempt(ruc)
        throttling.admit(session, attempt, current_settings(), now())
        client = find_client(session, RUC, ruc)
    if not passwords().verify(client.password_hash if client else None, password) or client is None:
        raise NoOwnRuc
    with transaction() as session:
        throttling.forgive(session, attempt, current_settings(), now())
        _tie(session, session.get_one(Account, account_id), session.get_one(Account, client.id))
    return client


def unlink(session: Session, account_id: str) -> None:
    """Undo the link. Raises NotLinked."""
    known = session.get(AccountLink, account_id)
    if known is None:
        raise NotLinked
    publish(session, known.undone(now()))
    session.delete(known)
    audit.record(session, act="account.unlinked", subject=f"account:{account_id}", before=_facts(known))


def linked_client(session: Session, account_id: str) -> Account | None:
    """The RUC account linked to a physician's."""
    known = session.get(AccountLink, account_id)
    return known.client if known else None


def go_over(account_id: str, session_id: str | None) -> sessions.Opened:
    """A session of the linked RUC account for a physician whose own session goes on. Raises SessionEnded, NotLinked.

    The access token alone is not enough: it outlives its session by minutes, and here it would get hours more.
    """
    with transaction() as session:
        sessions.live_session(session, session_id)
        client = linked_client(session, account_id)
        if client is None or not client.admits(now()):
            raise NotLinked
        audit.record(
            session, act="account.switched", subject=f"account:{account_id}", after={"client_account_id": client.id}
        )
        return sessions.begin(session, client, remember=False)


def status_of(account_id: str) -> tuple[str | None, Account | None]:
    """The own RUC, and the account linked to it, if any."""
    with reading() as session:
        return own_ruc(session.get_one(Account, account_id)), linked_client(session, account_id)


def _tie(session: Session, owner: Account, client: Account) -> None:
    """Write the link down once."""
    if session.get(AccountLink, owner.id) is not None:
        return
    made, told = AccountLink.between(owner, client, now())
    session.add(made)
    publish(session, told)
    audit.record(session, act="account.linked", subject=f"account:{owner.id}", after=_facts(made))


def _facts(tie: AccountLink) -> dict[str, str]:
    return {"client_account_id": tie.client_account_id or tie.client.id}
