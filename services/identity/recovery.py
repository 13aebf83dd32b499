"""¿Recordar usuario?, ¿Recordar contraseña? and Solicitar ingreso: one answer for everybody, mails only to the owner.

The request writes one row whether or not the account exists; the job `grant_wishes` finds out whom to write to. So
neither the answer nor its time tells who has an account (ASVS 6.3.8). A link lives for minutes, works once, and a
newer one replaces it (ASVS 6.5.1, 6.5.5); opening it uses nothing up.
"""

import re
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from chassis.clock import now
from chassis.db import reading, transaction
from chassis.events import Event
from chassis.outbox import publish
from services.identity import mail_requests, one_time, registrations, throttling
from services.identity.accounts import canonical, find_account
from services.identity.errors import LinkNotValid
from services.identity.mail_requests import GRANT_ENTRY, RECOVER_PASSWORD, RECOVER_USER
from services.identity.models import Account, MailWish, OneTimeToken, Physician
from services.identity.models.accounts import DISABLED
from services.identity.passwords import check_new_password, passwords, set_password
from services.identity.settings import current_settings
from services.identity.staff import second_factor
from services.identity.staff.challenges import STAFF

BATCH = 50
SETS_PASSWORD = (RECOVER_PASSWORD, GRANT_ENTRY)


def ask(purpose: str, typed: str) -> None:
    """Note that somebody wants a mail for whoever is meant by what was typed. Raises TooManyAttempts.

    `typed` is a CMP number, a document number, a user name or an e-mail. Counts per name and per address.
    """
    told, moment = current_settings(), now()
    with transaction() as session:
        attempt = throttling.attempt(canonical(typed), "mail:")
        throttling.admit(session, attempt, throttling.for_mails(told), moment)
        account = find_owner(session, typed)
        session.add(MailWish(purpose=purpose, subject=account.id if account else None, asked_at=moment))


def find_owner(session: Session, typed: str) -> Account | None:
    """The account meant by a CMP number, a user name, an e-mail or the number of a document."""
    account = find_account(session, typed)
    number = re.sub(r"[\s-]", "", typed).upper()
    if account is None and len(number) >= 8:
        physicians = select(Account).join(Account.physician).where(Physician.document_number == number)
        account = session.scalars(physicians).unique().first()
    if account is None and len(number) >= 8:
        clients = select(Account).where(Account.kind == "client", Account.document_number == number)
        account = session.scalars(clients).unique().first()
    return account


def grant_wishes(session: Session, moment: datetime) -> bool:
    """Turn the oldest wishes into mails, or into nothing. True when more wait."""
    waiting = select(MailWish).order_by(MailWish.id).limit(BATCH).with_for_update(skip_locked=True)
    wishes = session.scalars(waiting).all()
    for wish in wishes:
        if wish.purpose == mail_requests.CONFIRM_REGISTRATION:
            publish(session, *registrations.mail_for(session, wish.subject or "", moment))
        else:
            publish(session, *_mail_for(session, wish, moment))
        session.delete(wish)
    return len(wishes) == BATCH


def look_at_link(token: str) -> OneTimeToken:
    """A link that still works, for the page behind it; looking does not use it up. Raises LinkNotValid."""
    with reading() as session:
        row = one_time.look_up(session, token, now())
    if row is None:
        raise LinkNotValid
    return row


def reset_password(token: str, password: str) -> None:
    """Set a new password against a mailed link, which is used up only when the password is a good one.

    All sessions end and the owner is told by mail. Raises LinkNotValid, PasswordRefused, Busy.
    """
    purpose = look_at_link(token).purpose
    with reading() as session:
        account = _owner(session, one_time.look_up(session, token, now()))
    if account is None or purpose not in SETS_PASSWORD:
        raise LinkNotValid
    check_new_password(password, account)
    hashed = passwords().hash(password)
    with transaction() as session:
        owner = _owner(session, mail_requests.use_link(session, purpose, token, now()))
        if owner is None:
            raise LinkNotValid
        set_password(session, owner, hashed, now())


def _owner(session: Session, row: OneTimeToken | None) -> Account | None:
    account = session.get(Account, row.account_id) if row and row.account_id else None
    return account if account and _has_come_in(session, account) else None


def _has_come_in(session: Session, account: Account) -> bool:
    """Whether there is anything to recover: clients begin by a first access, staff by their invitation and TOTP."""
    if account.state == DISABLED:
        return False
    if account.kind == STAFF:
        return account.password_hash is not None and second_factor.enrolled(session, account.id)
    return account.kind == "physician" or account.password_hash is not None


def _mail_for(session: Session, wish: MailWish, moment: datetime) -> list[Event]:
    """The mail to the address on file; nothing for accounts that are closed, have no address, or never came in."""
    account = session.get(Account, wish.subject) if wish.subject else None
    if account is None or not account.mail_address or not _has_come_in(session, account):
        return []
    if wish.purpose == RECOVER_USER and account.kind == STAFF:
        return []
    asked = mail_requests.ask_for_mail(
        session,
        wish.purpose,
        email=account.mail_address,
        subject=account.id,
        account_id=account.id,
        moment=moment,
        facts=_facts(account),
    )
    return [asked]


def _facts(account: Account) -> dict[str, Any]:
    """What the letters say: by which names the owner may come in."""
    return {
        "given_names": account.first_names or None,
        "cmp_number": account.cmp_number,
        "username": account.username,
        "own_email": account.mail_address,
    }
