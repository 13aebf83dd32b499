"""Consents under law 29733: which text is in force, who agreed to which version, and taking it back."""

from collections.abc import Iterable
from datetime import datetime

from flask import has_request_context, request
from sqlalchemy import select
from sqlalchemy.orm import Session

from chassis.clock import now
from chassis.outbox import publish
from services.identity.models import Account, Consent, ConsentText
from services.identity.models.privacy import NEWS, PERSONAL_DATA
from services.identity.privacy.errors import ConsentMissing, ConsentNeeded, ConsentNotFound

__all__ = ["NEWS", "PERSONAL_DATA", "record_consent"]


def texts_in_force(session: Session, moment: datetime) -> list[ConsentText]:
    """The newest text of every purpose, those an account needs first."""
    rows = select(ConsentText).where(ConsentText.in_force_from <= moment).order_by(ConsentText.in_force_from)
    newest = {row.purpose: row for row in session.scalars(rows)}
    return sorted(newest.values(), key=lambda text: (not text.needed, text.purpose))


def text_in_force(session: Session, purpose: str, moment: datetime) -> ConsentText:
    """What is asked today for a purpose. Raises ConsentNotFound."""
    for text in texts_in_force(session, moment):
        if text.purpose == purpose:
            return text
    raise ConsentNotFound


def check_needed(session: Session, given: dict[str, str], moment: datetime) -> None:
    """Refuse what lacks a needed consent, or was agreed to in another version than today's. Raises ConsentMissing."""
    texts = texts_in_force(session, moment)
    if any(text.needed and given.get(text.purpose) != text.version for text in texts):
        raise ConsentMissing
    known = {text.purpose: text.version for text in texts}
    if any(known.get(purpose) != version for purpose, version in given.items()):
        raise ConsentMissing


def record_consent(
    session: Session,
    account: Account,
    purpose: str,
    *,
    version: str | None = None,
    given_at: datetime | None = None,
    address: str | None = None,
) -> Consent:
    """Write down, and announce, that the account's owner agreed to a text: by default today's version, now, from the
    address of the running request. The same version given again stays the one consent it is. Raises ConsentNotFound."""
    moment = given_at or now()
    version = version or text_in_force(session, purpose, moment).version
    standing = select(Consent).where(Consent.account_id == account.id, Consent.purpose == purpose)
    for known in session.scalars(standing.where(Consent.withdrawn_at.is_(None))):
        if known.version == version:
            return known
    consent = Consent(account_id=account.id, purpose=purpose, version=version)
    consent.given_at, consent.given_from = moment, address or own_address()
    session.add(consent)
    session.flush()
    publish(session, consent.given())
    return consent


def record_all(session: Session, account: Account, given: dict[str, str]) -> None:
    """Record every purpose that was agreed to, with its version."""
    for purpose, version in given.items():
        record_consent(session, account, purpose, version=version)


def withdraw_consent(session: Session, account_id: str, purpose: str) -> None:
    """Take a free consent back, as easily as it was given. Raises ConsentNotFound; ConsentNeeded for one that the
    account stands on."""
    text = text_in_force(session, purpose, now())
    if text.needed:
        raise ConsentNeeded
    standing = [consent for consent in consents_of(session, account_id) if consent.purpose == purpose]
    taken_back = [consent.withdraw(now(), own_address()) for consent in standing if consent.withdrawn_at is None]
    if not taken_back:
        raise ConsentNotFound
    publish(session, *taken_back)


def consents_of(session: Session, account_id: str) -> Iterable[Consent]:
    """Every consent of an account, newest first, taken back or not."""
    rows = select(Consent).where(Consent.account_id == account_id).order_by(Consent.id.desc())
    return session.scalars(rows).all()


def own_address() -> str:
    """Where the running request comes from, as the gateway says; empty outside of a request."""
    return (request.remote_addr or "")[:45] if has_request_context() else ""
