"""How a client comes to be: by a voucher issued to the document (VOC-2), or from a list; and whose e-mail it is."""

from datetime import datetime

from sqlalchemy import ColumnElement, exists, select, true
from sqlalchemy.orm import Session

from chassis.events import Event
from contracts.einvoice import VoucherImported, VoucherIssued
from contracts.identity import AccountOpened, ContactChanged
from services.identity.documents import DNI, TYPES, login_name
from services.identity.models import Account, ClientCouncil, KnownVoucher, Physician

NAME_LIMIT = 160


def learn(session: Session, event: VoucherIssued | VoucherImported, moment: datetime) -> list[Event]:
    """Remember a voucher and, when its document is nobody's yet, give the customer an account; returns the events."""
    if session.get(KnownVoucher, event.voucher_id) is not None:
        return []
    session.add(KnownVoucher.told(event))
    kind, number = event.customer_document_type, event.customer_document_number
    if kind not in TYPES or not number or belongs_to_physician(session, kind, number):
        return []
    client, opened = appear(session, kind, number, name=event.customer_name, moment=moment)
    if event.council:
        served_by(session, client, event.council)
    return opened


def appear(session: Session, kind: str, number: str, *, name: str, moment: datetime) -> tuple[Account, list[Event]]:
    """The client with this document, made when missing: without a password, so that nobody comes in yet (AMB-4)."""
    known = find_client(session, kind, number)
    if known is not None:
        return known, []
    client = Account(kind="client", username=login_name(kind, number), document_type=kind, document_number=number)
    client.surnames, client.valid_after, client.created_at = name.strip()[:NAME_LIMIT], moment, moment
    session.add(client)
    session.flush()
    return client, [AccountOpened(account_id=client.id, kind="client", document_type=kind, document_number=number)]


def find_client(session: Session, kind: str, number: str) -> Account | None:
    """The client's account for a document."""
    name = login_name(kind, number)
    return session.scalar(select(Account).where(Account.kind == "client", Account.username == name))


def belongs_to_physician(session: Session, kind: str, number: str) -> bool:
    """Whether the document is a physician's own, whose vouchers are in option 1 (AMB-2). A RUC never is."""
    same = (Physician.document_type == kind, Physician.document_number == number)
    return bool(session.scalar(select(exists().where(*same))))


def physicians_account(session: Session, dni: str) -> Account | None:
    """The account of the physician with this DNI, if there is one."""
    own = (Physician.document_type == DNI, Physician.document_number == dni)
    return session.scalars(select(Account).join(Account.physician).where(*own)).first()


def served_by(session: Session, client: Account, council: str) -> None:
    """Note that a council gave the client a service; its staff may look after the account from now on (VOC-6)."""
    session.merge(ClientCouncil(account_id=client.id, council=council))


def in_scope(council: str | None) -> ColumnElement[bool]:
    """Clients that staff of a council may look after: those it served; all of them for the national council (VOC-6)."""
    if council is None:
        return true()
    return exists().where(ClientCouncil.account_id == Account.id, ClientCouncil.council == council)


def client_in_scope(session: Session, account_id: str, council: str | None) -> Account | None:
    """A client for staff of a council; None when there is none, or it is another council's (then it is 404)."""
    wanted = (Account.id == account_id, Account.kind == "client", in_scope(council))
    return session.scalar(select(Account).where(*wanted))


def clients_like(session: Session, council: str | None, number: str, limit: int = 20) -> list[Account]:
    """Clients in scope whose document number begins so, in order."""
    wanted = (Account.kind == "client", Account.document_number.startswith(number, autoescape=True), in_scope(council))
    return list(session.scalars(select(Account).where(*wanted).order_by(Account.document_number).limit(limit)))


def change_client_email(client: Account, email: str) -> ContactChanged:
    """Set where a client is written to. Only staff in scope may (VOC-6): the caller checks, audits and publishes.

    Returns the event for the notifier. Several clients may share one address.
    """
    if client.kind != "client":
        raise ValueError("only a client's address is changed by staff")
    return client.set_email(email.strip().casefold())
