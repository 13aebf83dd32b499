"""The copy of one's own data that law 29733 grants: everything identity keeps about a person, fit to take along."""

from datetime import datetime
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from services.identity.clients.linking import linked_client
from services.identity.consents import consents_of
from services.identity.data_access import told
from services.identity.models import Account, ConsentText, DataAccess, KnownVoucher, LoginSession
from services.identity.profile.contacts import history_of

MOST_ROWS = 1000
"""Of each list, the newest; who wants older ones asks in writing."""


def export(session: Session, account: Account, moment: datetime) -> dict[str, Any]:
    """The whole copy. Other services keep their own: payments, vouchers, recertification."""
    return {
        "made_at": moment,
        "account": account,
        "contact": _contact(account),
        "physician": account.physician and account.physician.entry(),
        "linked_ruc": _linked(session, account),
        "contact_history": session.scalars(history_of(account.id).limit(MOST_ROWS)).all(),
        "consents": consents_in_words(session, account.id),
        "sessions": session.scalars(_sessions_of(account.id)).all(),
        "looks": told(session, session.scalars(_looks_at(account)).all()),
        "vouchers": session.scalars(_vouchers_of(account)).all(),
    }


def consents_in_words(session: Session, account_id: str) -> list[dict[str, Any]]:
    """Every consent with the text that was agreed to."""
    texts = {(text.purpose, text.version): text for text in session.scalars(select(ConsentText))}
    return [
        {
            "purpose": consent.purpose,
            "version": consent.version,
            "title": text.title if (text := texts.get((consent.purpose, consent.version))) else consent.purpose,
            "text": text.text if text else None,
            "needed": text.needed if text else False,
            "given_at": consent.given_at,
            "given_from": consent.given_from,
            "withdrawn_at": consent.withdrawn_at,
        }
        for consent in consents_of(session, account_id)
    ]


def _contact(account: Account) -> dict[str, str | None]:
    details = account.contact
    return {
        "email": account.mail_address,
        "phone": details.phone if details else None,
        "mobile": details.mobile if details else None,
        "address": details.address if details else None,
    }


def _linked(session: Session, account: Account) -> str | None:
    client = linked_client(session, account.id)
    return client.document_number if client else None


def _sessions_of(account_id: str) -> Any:
    own = select(LoginSession).where(LoginSession.account_id == account_id)
    return own.order_by(LoginSession.created_at.desc()).limit(MOST_ROWS)


def _looks_at(account: Account) -> Any:
    own = DataAccess.account_id == account.id
    if account.cmp_number:
        own = or_(own, DataAccess.cmp_number == account.cmp_number)
    return select(DataAccess).where(own).order_by(DataAccess.id.desc()).limit(MOST_ROWS)


def _vouchers_of(account: Account) -> Any:
    kind, number = account.document
    own = (KnownVoucher.customer_document_type == kind, KnownVoucher.customer_document_number == number)
    return select(KnownVoucher).where(*own).order_by(KnownVoucher.issue_date.desc()).limit(MOST_ROWS)
