"""What this service does when something happened elsewhere."""

from sqlalchemy.orm import Session

from chassis.inbox import Subscriptions, received
from chassis.outbox import publish
from contracts.identity import ContactChanged
from contracts.payments import PaymentCaptured, PaymentRefunded
from services.einvoice.desk.mailing import remember_account
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


@subscriptions.on(ContactChanged)
def know_customer(event: ContactChanged, session: Session) -> None:
    """Keep which account stands for a customer's document, so that staff can have a voucher sent there (VOC-6)."""
    remember_account(session, event, received(session).sequence)
