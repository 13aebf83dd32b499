"""A new e-mail counts only once the link sent to it was used; then the old address is told (ACC-7)."""

from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from chassis.events import Event
from contracts.identity import AccountMailDue, AccountNoticeDue, ContactChanged, NoticeFacts
from services.identity import mail_requests
from services.identity.accounts import canonical, find_account
from services.identity.errors import LinkNotValid
from services.identity.mail_requests import CONFIRM_EMAIL
from services.identity.models import Account, EmailChange
from services.identity.models.contact import CANCELLED, CONFIRMED, REPLACED
from services.identity.profile.contacts import change_email, own_account
from services.identity.profile.errors import EmailByCouncil, NothingPending, SameEmail, TooManyMails
from services.identity.profile.reading import pending_email
from services.identity.settings import current_settings

DAY = timedelta(days=1)


def ask_for_email(session: Session, account: Account, email: str, moment: datetime) -> Event:
    """Note the new address and return the event of the mail to it; a pending one is replaced.

    The answer is the same for an address that another account has: nothing but a mail to that address says so.
    Raises EmailByCouncil, SameEmail, TooManyMails.
    """
    email = canonical(email)
    if account.kind == "client":
        raise EmailByCouncil
    if email == account.mail_address:
        raise SameEmail
    _slow_down(session, account, moment)
    drop_pending(session, account, REPLACED, moment)
    change = EmailChange(account_id=account.id, email=email, requested_at=moment, sent_at=moment)
    change.withheld = find_account(session, email) is not None
    change.expires_at = moment + timedelta(hours=current_settings().email_change_hours)
    session.add(change)
    session.flush()
    return _mail(session, account, change, moment)


def send_again(session: Session, account: Account, moment: datetime) -> Event:
    """Send another link to the pending address; the one before stops working. Raises NothingPending, TooManyMails."""
    change = pending_email(session, account.id, moment)
    if change is None:
        raise NothingPending
    _slow_down(session, account, moment)
    change.send_again(moment)
    return _mail(session, account, change, moment)


def drop_pending(session: Session, account: Account, state: str, moment: datetime) -> bool:
    """End the pending change, so that its link is worth nothing. False when there is none."""
    change = pending_email(session, account.id, moment)
    if change is None:
        return False
    change.settle(state, moment)
    mail_requests.withdraw(session, CONFIRM_EMAIL, change.id, moment)
    return True


def cancel_email(session: Session, account: Account, moment: datetime) -> None:
    """The owner thought better of it. Raises NothingPending."""
    if not drop_pending(session, account, CANCELLED, moment):
        raise NothingPending


def confirm_email(session: Session, token: str, moment: datetime) -> list[ContactChanged | AccountNoticeDue]:
    """Use the link up: the new address counts from this moment, and the old one is told. Raises LinkNotValid."""
    row = mail_requests.use_link(session, CONFIRM_EMAIL, token, moment)
    change = session.get(EmailChange, row.subject) if row else None
    if change is None or not change.alive(moment):
        raise LinkNotValid
    account = own_account(session, change.account_id)
    old = account.mail_address
    change.settle(CONFIRMED, moment)
    try:
        told = change_email(session, account, change.email, None, moment)
        session.flush()
    except IntegrityError as error:  # another account took the address while the mail was on its way
        raise LinkNotValid from error
    return [told, _notice(account, old, change.email, moment)] if old else [told]


def masked(address: str) -> str:
    """`j***@correo.pe`: enough for its owner to recognise, too little for anybody else."""
    name, _, host = address.partition("@")
    return f"{name[:1]}***@{host}"


def _mail(
    session: Session, account: Account, change: EmailChange, moment: datetime
) -> AccountMailDue | AccountNoticeDue:
    """The mail to the new address: a link, or, when it belongs to another account, a warning without one."""
    if change.withheld:
        return mail_requests.notice("email_taken", email=change.email)
    return mail_requests.ask_for_mail(
        session,
        CONFIRM_EMAIL,
        email=change.email,
        subject=change.id,
        moment=moment,
        account_id=account.id,
        facts={"given_names": account.first_names},
    )


def _notice(account: Account, old: str, new: str, moment: datetime) -> AccountNoticeDue:
    facts = NoticeFacts(given_names=account.first_names, happened_at=moment, masked_email=masked(new))
    return mail_requests.notice("email_changed", email=old, account_id=account.id, facts=facts)


def _slow_down(session: Session, account: Account, moment: datetime) -> None:
    """One mail a minute and a few a day, whoever they go to. Raises TooManyMails."""
    settings = current_settings()
    sent = select(func.max(EmailChange.sent_at), func.sum(EmailChange.times_sent), func.min(EmailChange.sent_at))
    newest, count, oldest = session.execute(
        sent.where(EmailChange.account_id == account.id, EmailChange.sent_at > moment - DAY)
    ).one()
    if newest is None:
        return
    wait = newest + timedelta(seconds=settings.email_mail_pause_seconds) - moment
    if count >= settings.email_mails_a_day:
        wait = max(wait, oldest + DAY - moment)
    if wait > timedelta(0):
        raise TooManyMails(wait)
