"""What the notifier does when something happened elsewhere: it plans a mail. A job sends it later."""

from typing import Any

from msgspec import to_builtins
from sqlalchemy import select
from sqlalchemy.orm import Session

from chassis.app import current_service
from chassis.clock import now
from chassis.inbox import Subscriptions, received
from chassis.outbox import publish
from contracts.einvoice import VoucherAccepted, VoucherMailRequested
from contracts.identity import AccountMailDue, AccountNoticeDue, ContactChanged, SinadefRequestChanged
from contracts.payments import (
    ChargeReturned,
    HabilidadCertificateMailRequested,
    PaymentDeclined,
    PaymentFailed,
    PaymentNotApplied,
    PaymentRefunded,
    ReceiptDrawn,
)
from services.notifier.mailer import UnusableAddress, single_address
from services.notifier.models import Contact, Letter, Mail, Reason

subscriptions = Subscriptions("notifier")


@subscriptions.on(VoucherAccepted)
def mail_accepted_voucher(event: VoucherAccepted, session: Session) -> None:
    """Send an accepted voucher to the address typed with the order (MAIL-4, PAY-11); its absence is kept (VOC-7)."""
    letter = Letter(
        template="voucher_accepted",
        fact=f"einvoice voucher {event.voucher_id} accepted",
        about=event.voucher_id,
        data=_voucher_data(event) | {"order_number": event.order_number},
        recipient=event.delivery_email,
        attachments=(event.pdf,),
    )
    plan_mail(session, letter, absence=Reason.NO_ADDRESS_GIVEN)


@subscriptions.on(VoucherMailRequested)
def mail_requested_voucher(event: VoucherMailRequested, session: Session) -> None:
    """Send a voucher again because its owner asked: to the registered address and no other (MAIL-3, VOU-10)."""
    contact = session.get(Contact, event.account_id)
    request = received(session)
    letter = Letter(
        template="voucher_requested",
        fact=f"{request.source} {request.id}",
        about=event.voucher_id,
        data=_voucher_data(event) | {"file_names": [file.name for file in event.attachments]},
        recipient=contact.email if contact else None,
        account_id=event.account_id,
        attachments=event.attachments,
    )
    plan_mail(session, letter, absence=Reason.NO_REGISTERED_ADDRESS)


@subscriptions.on(PaymentDeclined)
def mail_declined_payment(event: PaymentDeclined, session: Session) -> None:
    """Tell a payer that the card was refused, when the page could not say so at once (MAIL-8, PAY-12)."""
    if event.settled_later:
        data = {"order_number": event.order_number, "reason": event.reason}
        plan_mail(session, _payment_letter("payment_declined", event, data), absence=Reason.NO_ADDRESS_GIVEN)


@subscriptions.on(PaymentFailed)
def mail_failed_payment(event: PaymentFailed, session: Session) -> None:
    """Tell a payer that nothing was charged, when the page had promised to write (MAIL-8)."""
    if event.settled_later:
        data = {"order_number": event.order_number}
        plan_mail(session, _payment_letter("payment_failed", event, data), absence=Reason.NO_ADDRESS_GIVEN)


@subscriptions.on(ReceiptDrawn)
def mail_receipt(event: ReceiptDrawn, session: Session) -> None:
    """Send the receipt of a payment as the acquirer demands, once, to the address typed with the order (PAY-9)."""
    data = {
        "purchase_number": event.purchase_number,
        "description": event.description,
        "total": str(event.amount),
        "currency": event.currency,
        "happened_at": event.paid_at.isoformat(),
    }
    letter = Letter(
        template="payment_receipt",
        fact=f"payments receipt of order {event.order_id}",
        about=event.order_id,
        data=data,
        recipient=event.email,
        attachments=(event.pdf,),
    )
    plan_mail(session, letter, absence=Reason.NO_ADDRESS_GIVEN)


@subscriptions.on(PaymentNotApplied)
def mail_payment_not_applied(event: PaymentNotApplied, session: Session) -> None:
    """Tell a payer whose charge found its dues paid elsewhere that nobody has lost anything (MAIL-8)."""
    data = {"order_number": event.order_number, "total": str(event.amount), "currency": event.currency}
    plan_mail(session, _payment_letter("payment_not_applied", event, data), absence=Reason.NO_ADDRESS_GIVEN)


@subscriptions.on(ChargeReturned)
def mail_charge_returned(event: ChargeReturned, session: Session) -> None:
    """Tell a payer that a charge which paid nothing went back; no credit note will say it (MAIL-8)."""
    data = {"order_number": event.order_number, "total": str(event.amount), "currency": event.currency}
    plan_mail(session, _payment_letter("charge_returned", event, data), absence=Reason.NO_ADDRESS_GIVEN)


@subscriptions.on(PaymentRefunded)
def mail_refund(event: PaymentRefunded, session: Session) -> None:
    """Tell a payer that paid dues went back, before the credit note says it (MAIL-8); older facts name no address."""
    if event.email is None:
        return
    data = {
        "order_number": event.order_number,
        "lines": [line.description for line in event.lines],
        "total": str(event.amount),
        "currency": event.currency,
        "card_last4": event.card_last4,
    }
    letter = Letter(
        template="payment_refunded",
        fact=f"payments refund {event.refund_id}",
        about=event.order_id,
        data=data,
        recipient=event.email,
    )
    plan_mail(session, letter, absence=Reason.NO_ADDRESS_GIVEN)


@subscriptions.on(HabilidadCertificateMailRequested)
def mail_requested_certificate(event: HabilidadCertificateMailRequested, session: Session) -> None:
    """Send a constancia de habilidad because its owner asked: to the registered address and no other."""
    contact = session.get(Contact, event.account_id)
    request = received(session)
    letter = Letter(
        template="certificate_requested",
        fact=f"{request.source} {request.id}",
        about=event.certificate_id,
        data={"number": event.number, "name": event.name, "valid_until": event.valid_until.isoformat()},
        recipient=contact.email if contact else None,
        account_id=event.account_id,
        attachments=(event.pdf,),
    )
    plan_mail(session, letter, absence=Reason.NO_REGISTERED_ADDRESS)


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
    contact, change = session.get(Contact, event.account_id), received(session)
    facts = {"number": event.number, "state": event.state, "establishment": event.establishment, "reason": event.reason}
    letter = Letter(
        template="sinadef_request",
        fact=f"{change.source} {change.id}",
        about=event.request_id,
        data=facts,
        recipient=contact.email if contact else None,
        account_id=event.account_id,
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


def _voucher_data(event: VoucherAccepted | VoucherMailRequested) -> dict[str, Any]:
    """What the letters say about a voucher."""
    return {
        "number": event.number,
        "voucher_type": event.voucher_type,
        "issue_date": event.issue_date.isoformat(),
        "customer_name": event.customer_name,
        "total": str(event.total),
        "currency": event.currency,
    }


def _payment_letter(
    template: str,
    event: PaymentDeclined | PaymentFailed | PaymentNotApplied | ChargeReturned,
    data: dict[str, Any],
) -> Letter:
    """One letter for each attempt to pay: its purchase number is unique."""
    return Letter(
        template=template,
        fact=f"payments attempt {event.purchase_number} of order {event.order_id}",
        about=event.order_id,
        data=data,
        recipient=event.email,
    )
