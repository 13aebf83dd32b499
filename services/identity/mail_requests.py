"""Mails that carry a secret, by claim check: the event says that a mail is due, the secret is made when it is sent.

How a slice adds a mail of its own:

1. Put a line into `PURPOSES`: the purpose's name (at most 30 characters), the portal's path of the link with `{token}`
   in it (or `form="code"` for a code that people type), and the setting that says how many minutes the secret lives.
2. In the transaction of the act: `publish(session, ask_for_mail(session, "<purpose>", email=…, subject=…, moment=…))`.
   `subject` is what the secret is for (account id, registration id, id of a change); a newer request for the same
   purpose and subject replaces the older one, its mail and its link. `facts` is what the letter says besides
   (`{"given_names": "Rosa"}`): kept here and in the sent mail, never in the event.
3. Write `services/notifier/templates/account_<purpose>.txt` and `.html`; they know `link` or `code`, `minutes`, and the
   facts. A test sees to it that every purpose has a letter.
4. Where the link leads: GET shows a page (`one_time.look_up` says whether the link still works), POST uses it up:
   `row = use_link(session, "<purpose>", token, moment)` gives `row.subject` and `row.account_id`, or None.
   For a code: `use_code(session, "<purpose>", subject, code, moment)`, after a throttle of its own.

Notices without a secret are `notice(…)` below: an event with facts, and a template `notice_<purpose>`.
"""

import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import update
from sqlalchemy.orm import Session

from contracts.identity import AccountMailDue, AccountNoticeDue, NoticeFacts
from services.identity import one_time
from services.identity.errors import MailRequestGone, MailRequestNotFound
from services.identity.models import Account, MailRequest, OneTimeToken
from services.identity.models.accounts import DISABLED
from services.identity.settings import current_settings

LINK, CODE = "link", "code"
STAFF_INVITATION = "staff_invitation"
CONFIRM_REGISTRATION, RECOVER_PASSWORD, RECOVER_USER, GRANT_ENTRY = (
    "confirm_registration",
    "recover_password",
    "recover_user",
    "grant_entry",
)
FIRST_ACCESS = "first_access"
CONFIRM_EMAIL = "confirm_email"


@dataclass(frozen=True, kw_only=True)
class Purpose:
    """A kind of mail with a secret: where its link leads, how long the secret lives (a setting), link or code."""

    path: str = ""
    lifetime: str = "one_time_minutes"
    form: str = LINK


PURPOSES: dict[str, Purpose] = {
    CONFIRM_REGISTRATION: Purpose(path="registro/confirmar/{token}", lifetime="confirm_minutes"),
    RECOVER_PASSWORD: Purpose(path="contrasena/nueva/{token}"),
    RECOVER_USER: Purpose(path="ingresar/{token}"),
    GRANT_ENTRY: Purpose(path="contrasena/nueva/{token}"),
    STAFF_INVITATION: Purpose(path="personal/activar/{token}", lifetime="staff_invitation_minutes"),
    FIRST_ACCESS: Purpose(form=CODE),
    CONFIRM_EMAIL: Purpose(path="confirmar-correo/{token}", lifetime="email_confirm_minutes"),
}
"""Every mail with a secret there is, by name."""


@dataclass(frozen=True, kw_only=True)
class Minted:
    """What the notifier puts into the mail. `times` counts how often a secret was made for this mail."""

    url: str | None
    code: str | None
    minutes: int
    times: int
    facts: dict[str, Any]


def ask_for_mail(
    session: Session,
    purpose: str,
    *,
    email: str,
    subject: str,
    moment: datetime,
    account_id: str | None = None,
    facts: dict[str, Any] | None = None,
) -> AccountMailDue:
    """Note that a mail is due and return the event to publish. Older requests and secrets of the same are over."""
    if purpose not in PURPOSES:
        raise KeyError(purpose)
    withdraw(session, purpose, subject, moment)
    request = MailRequest(
        id=str(uuid.uuid4()),
        purpose=purpose,
        subject=subject,
        account_id=account_id,
        email=email,
        facts={"given_names": None} | (facts or {}),
        created_at=moment,
        expires_at=moment + timedelta(hours=current_settings().mail_request_hours),
    )
    session.add(request)
    session.flush()
    return request.due()


def withdraw(session: Session, purpose: str, subject: str, moment: datetime) -> None:
    """Drop what is still on its way and make its secrets worthless: it was replaced or is no longer wanted."""
    older = (MailRequest.purpose == purpose, MailRequest.subject == subject, MailRequest.superseded_at.is_(None))
    session.execute(update(MailRequest).where(*older).values(superseded_at=moment))
    one_time.withdraw(session, purpose, subject, moment)


def mint_secret(session: Session, request_id: str, moment: datetime) -> Minted:
    """Make the secret of a mail that is about to leave; only its digest stays, an earlier one stops working.

    Raises MailRequestNotFound (404), MailRequestGone (410: the mail is to be dropped, not tried again).
    """
    request = session.get(MailRequest, request_id, with_for_update=True)
    if request is None:
        raise MailRequestNotFound
    owner = session.get(Account, request.account_id) if request.account_id else None
    if not request.stands(moment) or (owner is not None and owner.state == DISABLED):
        raise MailRequestGone
    purpose = PURPOSES[request.purpose]
    minutes: int = getattr(current_settings(), purpose.lifetime)
    make = one_time.make_link_token if purpose.form == LINK else one_time.make_code
    secret = make(
        session,
        request.purpose,
        request.subject,
        minutes=minutes,
        moment=moment,
        account_id=request.account_id,
        mail_request_id=request.id,
    )
    request.mint(moment)
    url = f"{current_settings().portal_url.rstrip('/')}/{purpose.path.format(token=secret)}"
    is_link = purpose.form == LINK
    return Minted(
        url=url if is_link else None,
        code=None if is_link else secret,
        minutes=minutes,
        times=request.times_minted,
        facts=request.facts,
    )


def use_link(session: Session, purpose: str, token: str, moment: datetime) -> OneTimeToken | None:
    """Use a mailed link up; None when it is unknown, used, replaced or too old."""
    return _close(session, one_time.use(session, purpose, token, moment), moment)


def use_code(session: Session, purpose: str, subject: str, code: str, moment: datetime) -> OneTimeToken | None:
    """Use a mailed code up; None when it is not the one this subject was sent last."""
    return _close(session, one_time.use_code(session, purpose, subject, code, moment), moment)


def notice(
    purpose: str, *, email: str, account_id: str | None = None, facts: NoticeFacts | None = None
) -> AccountNoticeDue:
    """The event of a mail without a secret, to publish in the transaction of what it tells."""
    return AccountNoticeDue(
        notice_id=str(uuid.uuid4()),
        purpose=purpose,
        account_id=account_id,
        email=email,
        facts=facts or NoticeFacts(),
    )


def _close(session: Session, row: OneTimeToken | None, moment: datetime) -> OneTimeToken | None:
    """Mark the request whose secret was used, so that no further mail leaves for it."""
    if row is not None and row.mail_request_id:
        used = update(MailRequest).where(MailRequest.id == row.mail_request_id)
        session.execute(used.values(used_at=moment))
    return row
