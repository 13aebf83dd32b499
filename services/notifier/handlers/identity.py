"""What the notifier does when identity tells something: links, notices, and where people are written to."""

from msgspec import to_builtins
from sqlalchemy.orm import Session

from chassis.clock import now
from chassis.inbox import received
from contracts.identity import AccountMailDue, AccountNoticeDue, ContactChanged, SinadefRequestChanged
from services.notifier.handlers.planning import plan_for_owner, plan_mail, subscriptions
from services.notifier.models import Contact, Letter, Reason


@subscriptions.on(AccountMailDue)
def mail_account_secret(event: AccountMailDue, session: Session) -> None:
    """Send a link or a code to the address identity names; the secret itself is fetched when the mail leaves."""
    letter = Letter(
        template=f"account_{event.purpose}",
        fact=f"identity mail request {event.mail_request_id}",
        about=event.account_id or event.mail_request_id,
        data={},
        recipient=event.email,
        secret_request=event.mail_request_id,
    )
    plan_mail(session, letter, absence=Reason.NO_ADDRESS_GIVEN)


@subscriptions.on(AccountNoticeDue)
def mail_account_notice(event: AccountNoticeDue, session: Session) -> None:
    """Tell a person what happened to the own account, at the address identity names (MAIL-1, MAIL-8)."""
    letter = Letter(
        template=f"notice_{event.purpose}",
        fact=f"identity notice {event.notice_id}",
        about=event.account_id or event.notice_id,
        data=to_builtins(event.facts),
        recipient=event.email,
    )
    plan_mail(session, letter, absence=Reason.NO_ADDRESS_GIVEN)


@subscriptions.on(ContactChanged)
def remember_contact(event: ContactChanged, session: Session) -> None:
    """Keep the newest registered address of every account; it counts from this moment (ACC-7)."""
    sequence = received(session).sequence
    contact = session.get(Contact, event.account_id)
    if contact is None:
        contact = Contact(account_id=event.account_id, email=event.email, sequence=sequence, changed_at=now())
        session.add(contact)
    elif sequence > contact.sequence:
        contact.email, contact.sequence, contact.changed_at = event.email, sequence, now()


@subscriptions.on(SinadefRequestChanged)
def mail_sinadef_change(event: SinadefRequestChanged, session: Session) -> None:
    """Tell an applicant each change of an application for SINADEF, at the registered address (MENU-1)."""
    facts = {"number": event.number, "state": event.state, "establishment": event.establishment, "reason": event.reason}
    plan_for_owner(session, "sinadef_request", event.account_id, about=event.request_id, data=facts)
