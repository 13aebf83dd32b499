"""Changing how a person is reached, with its history; every change is told at once (ACC-7)."""

from datetime import datetime

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from chassis.auth import Principal
from contracts.identity import ContactChanged
from services.identity.models import Account, ContactDetails, ContactEntry
from services.identity.models.contact import Difference


def own_account(session: Session, account_id: str) -> Account:
    """The account of the person who asks, held until the transaction ends, so that two changes come one by one."""
    return session.get_one(Account, account_id, with_for_update={"of": Account}, populate_existing=True)


def change_details(
    session: Session, account: Account, given: dict[str, str | None], who: Principal, moment: datetime
) -> ContactChanged | None:
    """Take over phone, mobile or address; None when nothing is new."""
    details = account.contact or ContactDetails(account_id=account.id)
    changed = details.take(given, moment)
    if not changed:
        return None
    account.contact = details
    remember(session, account, changed, who, moment)
    return account.contact_changed()


def change_email(
    session: Session, account: Account, email: str, who: Principal | None, moment: datetime
) -> ContactChanged:
    """Make an address the registered one, with its entry in the history. Without `who` its owner did it."""
    before = account.mail_address
    told = account.set_email(email)
    remember(session, account, {"email": (before, email)}, who, moment)
    return told


def remember(session: Session, account: Account, changed: Difference, who: Principal | None, moment: datetime) -> None:
    """Add one entry for each field that changed."""
    actor_id, actor_name = (who.subject, who.name) if who else (account.id, account.name)
    session.add_all(
        ContactEntry(
            account_id=account.id,
            at=moment,
            actor_id=actor_id,
            actor_name=actor_name,
            field=field,
            before=old,
            after=new,
        )
        for field, (old, new) in changed.items()
    )


def history_of(account_id: str) -> Select[ContactEntry]:
    """The owner's history, newest first."""
    return select(ContactEntry).where(ContactEntry.account_id == account_id).order_by(ContactEntry.id.desc())
