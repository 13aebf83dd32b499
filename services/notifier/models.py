"""What the notifier remembers: where people can be written to, each mail, and each try to hand one over."""

import uuid
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, ClassVar

from sqlalchemy import BigInteger, ForeignKey, Index, MetaData, String, Text, UniqueConstraint
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship

from chassis.db import TYPES, metadata
from chassis.events import Envelope, FileRef
from contracts.notifier import MailDropped, MailFailed, MailSent

MAIL_IDS = uuid.UUID("5b0f4c1e-7f0a-5a55-9a3e-0d6f2f6f8c11")
"""Namespace of mail ids: one cause always gives one id, and so one Message-ID, even after a restore."""


class Base(DeclarativeBase):
    """Tables of the notifier's own database."""

    metadata: ClassVar[MetaData] = metadata()
    type_annotation_map: ClassVar[dict[Any, Any]] = TYPES


class MailState(StrEnum):
    """Where a mail stands."""

    PENDING = "pending"
    SENDING = "sending"
    SENT = "sent"
    FAILED = "failed"
    DROPPED = "dropped"


EDGES: dict[MailState, frozenset[MailState]] = {
    MailState.PENDING: frozenset({MailState.SENDING, MailState.FAILED}),
    MailState.SENDING: frozenset(
        {MailState.SENDING, MailState.SENT, MailState.PENDING, MailState.FAILED, MailState.DROPPED}
    ),
    MailState.SENT: frozenset(),
    MailState.DROPPED: frozenset(),
    MailState.FAILED: frozenset({MailState.PENDING}),
}
"""Every change of state there is. SENDING to itself: the lease of a try that left no outcome ran out."""


class Reason(StrEnum):
    """Why a mail failed; the text beside it says more."""

    NO_ADDRESS_GIVEN = "no_address_given"
    NO_REGISTERED_ADDRESS = "no_registered_address"
    UNUSABLE_ADDRESS = "unusable_address"
    UNSENDABLE = "unsendable"
    REFUSED = "refused"
    TRIES_USED_UP = "tries_used_up"
    NO_LONGER_WANTED = "no_longer_wanted"


class TryOutcome(StrEnum):
    """How one try ended. UNKNOWN: the server may have the mail; its answer never came."""

    TAKEN = "taken"
    DEFERRED = "deferred"
    REFUSED = "refused"
    UNKNOWN = "unknown"
    UNSENDABLE = "unsendable"
    DROPPED = "dropped"


class IllegalMailState(Exception):
    """A change of state that EDGES does not allow: a defect of ours."""


@dataclass(frozen=True, kw_only=True)
class Letter:
    """A mail as a handler plans it. `fact` names what must be mailed once, whoever reports it and how often.

    `secret_request` names the secret that identity makes when the mail is about to leave.
    """

    template: str
    fact: str
    about: str
    data: dict[str, Any]
    recipient: str | None
    account_id: str | None = None
    attachments: tuple[FileRef, ...] = field(default=())
    secret_request: str | None = None


class Contact(Base):
    """Local copy of the registered address of an account, kept from identity's ContactChanged."""

    __tablename__ = "contact"

    account_id: Mapped[str] = mapped_column(String(64), primary_key=True)
    email: Mapped[str] = mapped_column(String(320))
    sequence: Mapped[int] = mapped_column(BigInteger)
    changed_at: Mapped[datetime]


class Mail(Base):
    """One mail for one cause, ever. It keeps what was sent, to whom and when, or why it was not."""

    __tablename__ = "mail"
    __table_args__ = (
        UniqueConstraint("template", "cause_source", "cause_id"),
        UniqueConstraint("template", "fact"),
        Index("ix_mail_due", "state", "next_attempt_at"),
        Index("ix_mail_newest", "created_at", "id"),
        Index("ix_mail_recipient", "recipient"),
        Index("ix_mail_about", "about"),
    )

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    template: Mapped[str] = mapped_column(String(40))
    fact: Mapped[str] = mapped_column(String(200))
    cause_source: Mapped[str] = mapped_column(String(100))
    cause_id: Mapped[str] = mapped_column(String(100))
    cause_topic: Mapped[str] = mapped_column(String(100))
    about: Mapped[str] = mapped_column(String(64))
    account_id: Mapped[str | None] = mapped_column(String(64))
    recipient: Mapped[str | None] = mapped_column(String(320))
    data: Mapped[dict[str, Any]]
    attachments: Mapped[list[Any]]
    secret_request: Mapped[str | None] = mapped_column(String(36))
    message_id: Mapped[str] = mapped_column(String(200), unique=True)
    state: Mapped[str] = mapped_column(String(10))
    reason: Mapped[str | None] = mapped_column(String(40))
    reason_detail: Mapped[str | None] = mapped_column(Text)
    attempts: Mapped[int] = mapped_column(default=0)
    next_attempt_at: Mapped[datetime]
    lease: Mapped[str | None] = mapped_column(String(32))
    subject: Mapped[str | None] = mapped_column(Text)
    text: Mapped[str | None] = mapped_column(Text)
    html: Mapped[str | None] = mapped_column(Text)
    created_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]

    tries: Mapped[list["MailAttempt"]] = relationship(order_by="MailAttempt.number", viewonly=True)
    retries: Mapped[list["MailRetry"]] = relationship(order_by="MailRetry.id", viewonly=True)

    @classmethod
    def planned(cls, letter: Letter, *, cause: Envelope, domain: str, at: datetime) -> "Mail":
        """A mail that a job will send. Its id and Message-ID follow from the template and the fact."""
        mail_id = uuid.uuid5(MAIL_IDS, f"{letter.template} {letter.fact}").hex
        return cls(
            id=mail_id,
            template=letter.template,
            fact=letter.fact,
            cause_source=cause.source,
            cause_id=cause.id,
            cause_topic=cause.topic,
            about=letter.about,
            account_id=letter.account_id,
            recipient=letter.recipient,
            data=letter.data,
            attachments=[asdict(file) for file in letter.attachments],
            secret_request=letter.secret_request,
            message_id=f"<{mail_id}@{domain}>",
            state=MailState.PENDING,
            attempts=0,
            next_attempt_at=at,
            created_at=at,
        )

    def claim(self, *, now: datetime, lease: timedelta) -> str:
        """Take the mail for one try. Returns the lease's token: only its holder may write the outcome."""
        self._go(MailState.SENDING)
        self.attempts += 1
        self.next_attempt_at = now + lease
        self.lease = uuid.uuid4().hex
        return self.lease

    def sent(self, at: datetime) -> MailSent:
        """The mail server has taken it."""
        self._go(MailState.SENT)
        self.lease, self.sent_at, self.reason, self.reason_detail = None, at, None, None
        return MailSent(mail_id=self.id, template=self.template, cause=self.cause, sent_at=at)

    def postpone(self, until: datetime, detail: str) -> None:
        """Not this time; another try is due at `until`."""
        self._go(MailState.PENDING)
        self.lease, self.next_attempt_at, self.reason_detail = None, until, detail

    def give_up(self, reason: Reason, detail: str) -> MailFailed:
        """It will not be sent, unless staff order another try. The event tells the reason without the server's words,
        which may repeat the address."""
        self._go(MailState.FAILED)
        self.lease, self.reason, self.reason_detail = None, reason, detail
        return MailFailed(mail_id=self.id, template=self.template, cause=self.cause, reason=str(reason))

    def drop(self, detail: str) -> MailDropped:
        """Nobody wants it any more: the link it was to bring was replaced, used, or came too late."""
        self._go(MailState.DROPPED)
        self.lease, self.reason, self.reason_detail = None, Reason.NO_LONGER_WANTED, detail
        return MailDropped(mail_id=self.id, template=self.template, cause=self.cause, reason=str(self.reason))

    def message_id_of(self, time: int) -> str:
        """The Message-ID of one try. A mail with a new link is a new message: a mailbox that keeps only the first
        of two equal ones would keep the link that no longer works."""
        return self.message_id if time <= 1 else self.message_id.replace("@", f".{time}@", 1)

    def order_retry(self, *, recipient: str, at: datetime) -> None:
        """Staff want a failed mail tried again from the start, to the address known now."""
        self._go(MailState.PENDING)
        self.recipient, self.attempts, self.next_attempt_at = recipient, 0, at
        self.reason, self.reason_detail = None, None

    @property
    def cause(self) -> str:
        """Topic and id of the event that caused the mail, as the events name it."""
        return f"{self.cause_topic} {self.cause_id}"

    @property
    def files(self) -> Iterable[FileRef]:
        """The claim checks of the attachments."""
        return (FileRef(**file) for file in self.attachments)

    def _go(self, state: MailState) -> None:
        if state not in EDGES[MailState(self.state)]:
            raise IllegalMailState(f"mail {self.id}: {self.state} -> {state}")
        self.state = state


class MailAttempt(Base):
    """One try to hand a mail over, and the server's words. Rows are only added."""

    __tablename__ = "mail_attempt"
    __table_args__ = (UniqueConstraint("mail_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    mail_id: Mapped[str] = mapped_column(ForeignKey("mail.id"))
    number: Mapped[int]
    ended_at: Mapped[datetime]
    outcome: Mapped[str] = mapped_column(String(10))
    smtp_code: Mapped[int | None]
    answer: Mapped[str] = mapped_column(Text)


class MailRetry(Base):
    """Who ordered another try of a failed mail, when and why. Rows are only added."""

    __tablename__ = "mail_retry"

    id: Mapped[int] = mapped_column(primary_key=True)
    mail_id: Mapped[str] = mapped_column(ForeignKey("mail.id"), index=True)
    ordered_at: Mapped[datetime]
    ordered_by: Mapped[str] = mapped_column(String(100))
    reason: Mapped[str] = mapped_column(Text)
    recipient_before: Mapped[str | None] = mapped_column(String(320))
    recipient_after: Mapped[str] = mapped_column(String(320))
