"""Sending a voucher again to its customer's registered address, once the council has put it right (VOC-6)."""

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from chassis.auth import Principal
from chassis.outbox import publish
from contracts.identity import ContactChanged
from services.einvoice.desk.acts import MAIL_REQUESTED, about, once, record
from services.einvoice.desk.scope import voucher_for
from services.einvoice.documents import BOLETA, CREDIT_NOTE
from services.einvoice.errors import FileNotReady, NoRegisteredAddress
from services.einvoice.models import CustomerAccount, Voucher
from services.einvoice.models.voucher import CDR, PDF, XML


def remember_account(session: Session, event: ContactChanged, sequence: int) -> None:
    """Keep which account stands for a document, and whether it has an address; the address itself is not kept."""
    known = session.get(CustomerAccount, event.account_id)
    if known is not None and known.sequence >= sequence:
        return
    account = known or CustomerAccount(account_id=event.account_id)
    account.document_type, account.document_number = event.document_type, event.document_number
    account.is_physician, account.has_email = event.cmp_number is not None, bool(event.email)
    account.sequence = sequence
    session.add(account)


def account_of(session: Session, voucher: Voucher) -> CustomerAccount | None:
    """The account that may see the voucher by itself: a client's for all, a physician's for option 1 (VOU-2)."""
    query = select(CustomerAccount).where(
        CustomerAccount.document_type == voucher.customer_document_type,
        CustomerAccount.document_number == voucher.customer_document_number,
    )
    if not _of_option_1(voucher):
        query = query.where(CustomerAccount.is_physician.is_(False))
    return session.scalar(query.order_by(CustomerAccount.is_physician, CustomerAccount.has_email.desc()).limit(1))


def mail_by_hand(who: Principal, voucher_id: str, wish: dict[str, Any]) -> Voucher:
    """Have it mailed to the registered address, to no other. Raises VoucherNotFound, NoRegisteredAddress,
    FileNotReady."""

    def act(session: Session) -> Voucher:
        voucher = voucher_for(session, who, voucher_id)
        account = account_of(session, voucher)
        if account is None or not account.has_email:
            raise NoRegisteredAddress
        kinds = (PDF,) if account.is_physician else (PDF, XML, CDR)
        if any((voucher.printed if kind == PDF else voucher.file(kind)) is None for kind in kinds):
            raise FileNotReady(headers={"Retry-After": "10"})
        publish(session, voucher.request_mail(account.account_id, *kinds))
        record(session, who, request_id=wish["request_id"], act=MAIL_REQUESTED, **about(voucher))
        session.flush()
        return voucher

    return once(who, MAIL_REQUESTED, wish["request_id"], act, lambda session, id: session.get_one(Voucher, id))


def _of_option_1(voucher: Voucher) -> bool:
    return voucher.voucher_type == BOLETA or (voucher.voucher_type == CREDIT_NOTE and voucher.amended_type == BOLETA)
