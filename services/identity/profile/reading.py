"""What the page of own data shows."""

from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.identity.models import Account, ContactDetails, Council, EmailChange, Photo
from services.identity.models.contact import PENDING
from services.identity.profile.photos import PhotoLimits
from services.identity.settings import current_settings


def profile_of(session: Session, account: Account, moment: datetime) -> dict[str, Any]:
    """Everything about one account that its owner sees and may change."""
    physician, council = account.physician, session.get(Council, account.council_code or "")
    document_type, document_number = account.document
    return contact_of(account) | {
        "cmp_number": account.cmp_number,
        "document_type": document_type,
        "document_number": document_number,
        "given_names": account.first_names,
        "surnames": surnames_of(account),
        "council": account.council_code,
        "council_label": council.label if council else None,
        "state": physician.state if physician else None,
        "email_editable": account.kind != "client",
        "has_password": account.password_hash is not None,
        "pending_email": pending_email(session, account.id, moment),
        "photo": session.get(Photo, account.id),
        "photo_limits": PhotoLimits.of(current_settings()),
    }


def contact_of(account: Account) -> dict[str, Any]:
    """How the person is reached; `complete` when e-mail and a telephone are known (REC-4)."""
    details = account.contact or ContactDetails()
    telephone = details.phone or details.mobile
    return {
        "email": account.mail_address,
        "phone": details.phone,
        "mobile": details.mobile,
        "address": details.address,
        "complete": bool(account.mail_address and telephone),
    }


def surnames_of(account: Account) -> str:
    """Paternal and maternal surname of a physician, what the account says of others."""
    person = account.physician
    return f"{person.paternal_surname} {person.maternal_surname}".strip() if person else account.surnames or ""


def pending_email(session: Session, account_id: str, moment: datetime) -> EmailChange | None:
    """The address that waits to be confirmed, while its link is good."""
    newest = select(EmailChange).where(EmailChange.account_id == account_id, EmailChange.state == PENDING)
    change = session.scalars(newest.order_by(EmailChange.requested_at.desc())).first()
    return change if change and change.alive(moment) else None
