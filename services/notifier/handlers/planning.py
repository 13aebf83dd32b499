"""Planning a mail: written down once for its fact, in the transaction of the event that asks for it."""

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from chassis.app import current_service
from chassis.clock import now
from chassis.events import FileRef
from chassis.inbox import Subscriptions, received
from chassis.outbox import publish
from services.notifier.mailer import UnusableAddress, single_address
from services.notifier.models import Contact, Letter, Mail, Reason

subscriptions = Subscriptions("notifier")


def plan_for_owner(
    session: Session,
    template: str,
    account_id: str,
    *,
    about: str,
    data: dict[str, Any],
    fact: str | None = None,
    attachments: tuple[FileRef, ...] = (),
) -> None:
    """A mail to the registered address of an account and no other (VOU-10).

    Without a `fact` it is written once for the event received now; with one, once for whatever events tell the same.
    """
    contact, cause = session.get(Contact, account_id), received(session)
    letter = Letter(
        template=template,
        fact=fact or f"{cause.source} {cause.id}",
        about=about,
        data=data,
        recipient=contact.email if contact else None,
        account_id=account_id,
        attachments=attachments,
    )
    plan_mail(session, letter, absence=Reason.NO_REGISTERED_ADDRESS)


def plan_mail(session: Session, letter: Letter, *, absence: Reason) -> None:
    """Write the mail down, once for its fact. One that can go nowhere is kept as failed and told, never dropped."""
    if session.scalar(select(Mail.id).where(Mail.template == letter.template, Mail.fact == letter.fact)):
        return
    mail = Mail.planned(letter, cause=received(session), domain=current_service().settings.mail_domain, at=now())
    session.add(mail)
    if not mail.recipient:
        publish(session, mail.give_up(absence, "no hay dirección de correo"))
        return
    try:
        single_address(mail.recipient)
    except UnusableAddress as error:
        publish(session, mail.give_up(Reason.UNUSABLE_ADDRESS, str(error)))
