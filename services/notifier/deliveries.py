"""Looking mails up, and ordering another try of one that failed; used by the routes and the commands."""

import base64
import binascii
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, select, tuple_
from sqlalchemy.orm import Session, selectinload

from chassis.clock import now
from services.notifier.errors import BadCursor, DeliveryNotFailed, DeliveryNotFound, NothingToSendTo
from services.notifier.mailer import UnusableAddress, single_address
from services.notifier.models import Contact, Mail, MailRetry, MailState


def list_mails(
    session: Session, *, limit: int, after: str | None = None, **filters: Any
) -> tuple[list[Mail], str | None]:
    """One page of mails, newest first, and the cursor of the next one. Raises BadCursor."""
    found = _filtered(filters).order_by(Mail.created_at.desc(), Mail.id.desc()).limit(limit + 1)
    if after:
        found = found.where(tuple_(Mail.created_at, Mail.id) < _read_cursor(after))
    mails = list(session.scalars(found))
    more = len(mails) > limit
    return mails[:limit], _cursor(mails[limit - 1]) if more else None


def get_mail(session: Session, mail_id: str) -> Mail:
    """One mail with its tries and retries. Raises DeliveryNotFound."""
    wanted = select(Mail).where(Mail.id == mail_id).options(selectinload(Mail.tries), selectinload(Mail.retries))
    mail = session.scalar(wanted)
    if mail is None:
        raise DeliveryNotFound
    return mail


def order_retry(session: Session, mail_id: str, *, ordered_by: str, reason: str) -> Mail:
    """Let a failed mail be tried again, to the address known now, and write down who wanted it and why.

    Raises DeliveryNotFound, DeliveryNotFailed, NothingToSendTo.
    """
    mail = session.scalar(select(Mail).where(Mail.id == mail_id).with_for_update())
    if mail is None:
        raise DeliveryNotFound
    if mail.state != MailState.FAILED:
        raise DeliveryNotFailed
    recipient = _address_now(session, mail)
    session.add(
        MailRetry(
            mail_id=mail.id,
            ordered_at=now(),
            ordered_by=ordered_by,
            reason=reason,
            recipient_before=mail.recipient,
            recipient_after=recipient,
        )
    )
    mail.order_retry(recipient=recipient, at=now())
    session.flush()
    return mail


def _address_now(session: Session, mail: Mail) -> str:
    """Mail to a registered address follows it when it changes; other mail keeps the address it was given."""
    contact = session.get(Contact, mail.account_id) if mail.account_id else None
    recipient = contact.email if contact else mail.recipient
    try:
        single_address(recipient or "")
    except UnusableAddress as error:
        raise NothingToSendTo from error
    return str(recipient)


def _filtered(filters: dict[str, Any]) -> Select[Mail]:
    columns: dict[str, ColumnElement[bool]] = {
        name: getattr(Mail, name) == value
        for name, value in filters.items()
        if name in ("state", "template", "recipient", "about")
    }
    if start := filters.get("created_from"):
        columns["created_from"] = Mail.created_at >= start
    if end := filters.get("created_before"):
        columns["created_before"] = Mail.created_at < end
    return select(Mail).where(*columns.values())


def _cursor(mail: Mail) -> str:
    return base64.urlsafe_b64encode(f"{mail.created_at.isoformat()} {mail.id}".encode()).decode().rstrip("=")


def _read_cursor(cursor: str) -> tuple[datetime, str]:
    try:
        moment, _, mail_id = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode().partition(" ")
        created_at = datetime.fromisoformat(moment)
        if created_at.tzinfo is None or not mail_id:
            raise ValueError("incomplete cursor")
    except (ValueError, binascii.Error) as error:
        raise BadCursor from error
    return created_at, mail_id
