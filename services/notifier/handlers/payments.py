"""What the notifier does when payments tells something: outcomes, receipts, refunds, constancias de habilidad."""

from typing import Any

from sqlalchemy.orm import Session

from contracts.payments import (
    ChargeReturned,
    HabilidadCertificateMailRequested,
    PaymentDeclined,
    PaymentFailed,
    PaymentNotApplied,
    PaymentRefunded,
    ReceiptDrawn,
)
from services.notifier.handlers.planning import plan_for_owner, plan_mail, subscriptions
from services.notifier.models import Letter, Reason


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
    data = {"number": event.number, "name": event.name, "valid_until": event.valid_until.isoformat()}
    plan_for_owner(
        session, "certificate_requested", event.account_id, about=event.certificate_id, data=data,
        attachments=(event.pdf,),
    )  # fmt: skip


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
