"""What the notifier does by itself: it hands planned mails to the mail server, one by one, and writes each outcome."""

import logging
from dataclasses import dataclass
from typing import Any

from jinja2 import TemplateError
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from chassis.app import current_service
from chassis.clock import now
from chassis.db import reading, transaction
from chassis.jobs import Jobs
from chassis.outbox import publish
from services.notifier.attachments import AttachmentMissing, AttachmentTooBig, fetch_all
from services.notifier.letters import Letterhead, Rendered, render
from services.notifier.mail_secrets import Secret, SecretGone, SecretMissing, SecretRefused, fetch_secret
from services.notifier.mailer import (
    Answer,
    Attachment,
    Deferred,
    MailServer,
    Message,
    Refused,
    Taken,
    Unknown,
    UnsendableMessage,
    UnusableAddress,
    build,
    hand_over,
    single_address,
)
from services.notifier.measures import count_outcome, show_backlog
from services.notifier.models import Mail, MailAttempt, MailState, Reason, TryOutcome
from services.notifier.settings import Settings

log = logging.getLogger(__name__)
jobs = Jobs()


@dataclass(frozen=True)
class Unsendable:
    """We ourselves cannot or must not send it; the mail server was not asked. Trying again would not help."""

    why: str


@dataclass(frozen=True)
class Dropped:
    """The mail is no longer wanted; nobody was asked to send it."""

    why: str


Outcome = Answer | Unsendable | Dropped
TRY_OUTCOMES: dict[type[Outcome], TryOutcome] = {
    Taken: TryOutcome.TAKEN,
    Refused: TryOutcome.REFUSED,
    Deferred: TryOutcome.DEFERRED,
    Unknown: TryOutcome.UNKNOWN,
    Unsendable: TryOutcome.UNSENDABLE,
    Dropped: TryOutcome.DROPPED,
}
UNFINISHED = (MailState.PENDING, MailState.SENDING)


@dataclass(frozen=True)
class Try:
    """One claimed mail, as it was when claimed. Whoever holds the lease may write the outcome."""

    mail: Mail
    lease: str


@jobs.every(seconds=2)
def send_next_mail() -> bool:
    """Send the mail due longest: claim it in one transaction, talk to the server, write the outcome in another."""
    claimed = claim_next()
    if claimed is None:
        return False
    rendered, outcome = attempt(claimed.mail)
    record(claimed, rendered, outcome)
    return True


@jobs.every(seconds=15)
def measure_backlog() -> None:
    """Measure every quarter of a minute what has not left yet."""
    waiting = select(func.count(), func.min(Mail.created_at)).where(Mail.state.in_(UNFINISHED))
    with reading() as session:
        count, oldest = session.execute(waiting).one()
    show_backlog(count, (now() - oldest).total_seconds() if oldest else 0.0)


def claim_next() -> Try | None:
    """Take the mail due longest, or one whose last try left no outcome within its lease. None when nothing is due."""
    due = (
        select(Mail)
        .where(Mail.state.in_(UNFINISHED), Mail.next_attempt_at <= now())
        .order_by(Mail.next_attempt_at, Mail.id)
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    with transaction() as session:
        mail = session.scalar(due)
        if mail is None or (mail.state == MailState.SENDING and not _resume(session, mail)):
            return None
        return Try(mail, mail.claim(now=now(), lease=_settings().lease))


def attempt(mail: Mail) -> tuple[Rendered | None, Outcome]:
    """Render once, fetch the attachments, talk to the mail server; no transaction is open meanwhile.

    A secret is fetched last, put into what leaves and into nothing that is kept.
    """
    settings = _settings()
    rendered = None
    try:
        recipient = single_address(mail.recipient or "")
        files = fetch_all(list(mail.files), max_bytes=settings.max_attachments_bytes)
        secret = fetch_secret(mail.secret_request) if mail.secret_request else None
        rendered = _kept(mail) or render(mail.template, _known(mail, secret), _letterhead(settings))
        message = build(_message(mail, rendered, secret, files, recipient, settings), at=now())
        answer = hand_over(_server(settings), message, sender=single_address(settings.mail_from), recipient=recipient)
        return rendered, answer
    except (AttachmentMissing, SecretMissing) as error:
        return rendered, Deferred(None, str(error))
    except SecretGone as error:
        return rendered, Dropped(str(error))
    except (UnusableAddress, UnsendableMessage, AttachmentTooBig, SecretRefused, TemplateError) as error:
        return rendered, Unsendable(f"{type(error).__name__}: {error}")


def record(claimed: Try, rendered: Rendered | None, outcome: Outcome) -> None:
    """Write how a try ended. One whose lease was taken over meanwhile only adds its row: it must not overwrite."""
    with transaction() as session:
        mail = session.get_one(Mail, claimed.mail.id, with_for_update=True)
        _note(session, mail.id, outcome)
        if mail.lease != claimed.lease:
            log.warning("mail %s: this try lasted longer than its lease; its outcome is only noted", mail.id)
            return
        if rendered is not None:
            mail.subject, mail.text, mail.html = rendered.subject, rendered.text, rendered.html
        _settle(session, mail, outcome)


def _settle(session: Session, mail: Mail, outcome: Outcome) -> None:
    """The change of state that an outcome brings, and its event."""
    match outcome:
        case Taken():
            publish(session, mail.sent(now()))
        case Refused(code, answer):
            publish(session, mail.give_up(Reason.REFUSED, f"{code} {answer}"))
        case Unsendable(why):
            publish(session, mail.give_up(Reason.UNSENDABLE, why))
        case Dropped(why):
            publish(session, mail.drop(why))
        case Deferred(code, answer):
            _try_again(session, mail, f"{code or ''} {answer}".strip())
        case Unknown(answer):
            _try_again(session, mail, answer)


def _try_again(session: Session, mail: Mail, why: str) -> None:
    """Plan the next try, or give up after the last."""
    pauses = _settings().pauses
    if mail.attempts > len(pauses):
        publish(session, mail.give_up(Reason.TRIES_USED_UP, why))
    else:
        mail.postpone(now() + pauses[mail.attempts - 1], why)


def _resume(session: Session, mail: Mail) -> bool:
    """A try was interrupted: the server may have the mail or not. True when another try is left."""
    _note(session, mail.id, Unknown("el intento se interrumpió"))
    if mail.attempts > len(_settings().pauses):
        publish(session, mail.give_up(Reason.TRIES_USED_UP, "el último intento se interrumpió"))
        return False
    return True


def _note(session: Session, mail_id: str, outcome: Outcome) -> None:
    """Add the row of one try and count it."""
    number = session.scalar(select(func.count()).where(MailAttempt.mail_id == mail_id)) or 0
    kind = TRY_OUTCOMES[type(outcome)]
    code = getattr(outcome, "code", None)
    words = outcome.why if isinstance(outcome, Unsendable | Dropped) else outcome.answer
    row = MailAttempt(mail_id=mail_id, number=number + 1, ended_at=now(), outcome=kind, smtp_code=code, answer=words)
    session.add(row)
    count_outcome(kind)


def _kept(mail: Mail) -> Rendered | None:
    """What an earlier try rendered: every try of a mail sends the same words."""
    if mail.subject is None or mail.text is None or mail.html is None:
        return None
    return Rendered(mail.subject, mail.text, mail.html)


def _known(mail: Mail, secret: Secret | None) -> dict[str, Any]:
    """What the template may say."""
    return mail.data | (secret.known() if secret else {})


def _message(
    mail: Mail,
    kept: Rendered,
    secret: Secret | None,
    files: list[Attachment],
    recipient: str,
    settings: Settings,
) -> Message:
    leaving = secret.put_into(kept) if secret else kept
    return Message(
        message_id=mail.message_id_of(secret.times if secret else 1),
        sender=settings.mail_from,
        sender_name=settings.mail_from_name,
        reply_to=settings.mail_reply_to,
        recipient=recipient,
        subject=leaving.subject,
        text=leaving.text,
        html=leaving.html,
        attachments=files,
    )


def _letterhead(settings: Settings) -> Letterhead:
    return Letterhead(
        portal_url=settings.portal_url,
        institution=settings.institution_name,
        address=settings.institution_address,
        reply_to=settings.mail_reply_to,
    )


def _server(settings: Settings) -> MailServer:
    return MailServer(
        host=settings.smtp_host,
        port=settings.smtp_port,
        tls=settings.smtp_tls,
        timeout=settings.smtp_timeout_seconds,
        user=settings.smtp_user,
        password=settings.smtp_password,
        ca_file=settings.smtp_ca_file,
    )


def _settings() -> Settings:
    settings: Settings = current_service().settings
    return settings
