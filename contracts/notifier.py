"""What notifier tells: mails that left, and mails that never will."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from chassis.events import Event


@dataclass(frozen=True, kw_only=True)
class MailSent(Event):
    """Published when the mail server has taken a mail."""

    topic: ClassVar[str] = "notifier.mail_sent.v1"
    subject_field: ClassVar[str] = "mail_id"

    mail_id: str
    template: str
    cause: str
    """Topic and id of the event that caused the mail."""
    sent_at: datetime


@dataclass(frozen=True, kw_only=True)
class MailFailed(Event):
    """Published when a mail is given up: the address was refused, or the retries are used up."""

    topic: ClassVar[str] = "notifier.mail_failed.v1"
    subject_field: ClassVar[str] = "mail_id"

    mail_id: str
    template: str
    cause: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class MailDropped(Event):
    """Published when a mail is no longer wanted: its link was replaced, used or too old. That is not a failure."""

    topic: ClassVar[str] = "notifier.mail_dropped.v1"
    subject_field: ClassVar[str] = "mail_id"

    mail_id: str
    template: str
    cause: str
    reason: str
