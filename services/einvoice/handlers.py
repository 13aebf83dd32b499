"""What this service does when something happened elsewhere."""

from sqlalchemy.orm import Session

from chassis.inbox import Subscriptions
from chassis.outbox import publish
from contracts.payments import PaymentCaptured, PaymentRefunded
from services.einvoice.notes import take_refund
from services.einvoice.paid import take_payment

subscriptions = Subscriptions("einvoice")


@subscriptions.on(PaymentCaptured)
def issue_voucher(event: PaymentCaptured, session: Session) -> None:
    """Give every captured payment one voucher, with its number and signed bytes. A job files it with SUNAT later."""
    publish(session, *take_payment(session, event))


@subscriptions.on(PaymentRefunded)
def issue_credit_note(event: PaymentRefunded, session: Session) -> None:
    """Give every refund exactly one credit note, once SUNAT has accepted the voucher that it amends."""
    publish(session, *take_refund(session, event))
