"""Registrations: somebody says to be a physician of the register, proves the address, and is matched or looked at."""

import uuid
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Index, String
from sqlalchemy.orm import Mapped, mapped_column

from contracts.identity import (
    RegistrationAccepted,
    RegistrationExpired,
    RegistrationHeld,
    RegistrationReceived,
    RegistrationRejected,
)
from services.identity.errors import RegistrationDecided
from services.identity.models.base import Base
from services.identity.tokens import new_code

CODE_LENGTH = 12
"""59 random bits: nobody finds another's registration by trying."""


class RegistrationState(StrEnum):
    """Where a registration stands."""

    UNCONFIRMED = "unconfirmed"
    IN_REVIEW = "in_review"
    ACCEPTED = "accepted"
    REJECTED = "rejected"
    EXPIRED = "expired"


EDGES: dict[RegistrationState, frozenset[RegistrationState]] = {
    RegistrationState.UNCONFIRMED: frozenset(
        {RegistrationState.IN_REVIEW, RegistrationState.ACCEPTED, RegistrationState.EXPIRED}
    ),
    RegistrationState.IN_REVIEW: frozenset({RegistrationState.ACCEPTED, RegistrationState.REJECTED}),
    RegistrationState.ACCEPTED: frozenset(),
    RegistrationState.REJECTED: frozenset(),
    RegistrationState.EXPIRED: frozenset(),
}
"""Every change of state there is (ACC-3): confirmed and agreeing opens the account, anything else is looked at."""


class MatchReason(StrEnum):
    """Why the data did not agree with the register, or why staff turned a registration down."""

    NOT_IN_REGISTRY = "not_in_registry"
    DOCUMENT_DIFFERS = "document_differs"
    NAMES_DIFFER = "names_differ"
    NOT_ACTIVE = "not_active"
    ACCOUNT_EXISTS = "account_exists"
    EMAIL_IN_USE = "email_in_use"
    IDENTITY_NOT_PROVEN = "identity_not_proven"


@dataclass(frozen=True, kw_only=True)
class Consent:
    """Which text was agreed to, when and from where (Law 29733)."""

    text_version: str
    given_at: datetime
    address: str


class Registration(Base):
    """One request for an account. `code` lets its maker look at it before there is a login; staff see the rest."""

    __tablename__ = "registration"
    __table_args__ = (Index("ix_registration_queue", "state", "created_at", "id"),)

    id: Mapped[str] = mapped_column(String(36), primary_key=True, default=lambda: str(uuid.uuid4()))
    code: Mapped[str] = mapped_column(String(16), unique=True)
    state: Mapped[str] = mapped_column(String(12), default=RegistrationState.UNCONFIRMED)
    cmp_number: Mapped[str] = mapped_column(String(6), index=True)
    document_type: Mapped[str] = mapped_column(String(1))
    document_number: Mapped[str] = mapped_column(String(15))
    given_names: Mapped[str] = mapped_column(String(120))
    paternal_surname: Mapped[str] = mapped_column(String(80))
    maternal_surname: Mapped[str] = mapped_column(String(80))
    email: Mapped[str] = mapped_column(String(254))
    council: Mapped[str | None] = mapped_column(String(2))
    consent_version: Mapped[str] = mapped_column(String(40))
    consent_at: Mapped[datetime]
    consent_address: Mapped[str] = mapped_column(String(45))
    password_hash: Mapped[str | None] = mapped_column(String(200))
    reasons: Mapped[list[Any]]
    account_id: Mapped[str | None] = mapped_column(String(36))
    created_at: Mapped[datetime] = mapped_column(index=True)
    confirmed_at: Mapped[datetime | None]
    decided_at: Mapped[datetime | None]
    decided_by: Mapped[str | None] = mapped_column(String(80))
    note: Mapped[str | None] = mapped_column(String(500))

    def receive(self, consent: Consent, moment: datetime) -> RegistrationReceived:
        """Enter it; nothing is believed yet."""
        self.id, self.code, self.created_at, self.reasons = str(uuid.uuid4()), new_code(CODE_LENGTH), moment, []
        self.state = RegistrationState.UNCONFIRMED
        self.consent_version, self.consent_at = consent.text_version, consent.given_at
        self.consent_address = consent.address
        return RegistrationReceived(registration_id=self.id, cmp_number=self.cmp_number)

    def confirm(self, password_hash: str, moment: datetime) -> None:
        """Whoever reads the mailbox has proven it, and chosen the password that an account will have."""
        self.confirmed_at, self.password_hash = moment, password_hash

    def hold(self, reasons: list[MatchReason], council: str | None) -> RegistrationHeld:
        """The data do not agree: staff look."""
        self._go(RegistrationState.IN_REVIEW)
        self.reasons, self.council = [str(reason) for reason in reasons], council
        return RegistrationHeld(registration_id=self.id, reasons=tuple(self.reasons), council=council)

    def accept(self, account_id: str, moment: datetime, by: str | None) -> RegistrationAccepted:
        """The account is open; `by` is the member of staff, None when the register agreed by itself."""
        self._go(RegistrationState.ACCEPTED)
        self.account_id, self.decided_at, self.decided_by, self.password_hash = account_id, moment, by, None
        return RegistrationAccepted(registration_id=self.id, account_id=account_id, automatic=by is None)

    def reject(self, reasons: list[MatchReason], note: str, moment: datetime, by: str) -> RegistrationRejected:
        """Staff turned it down, with reasons that are mailed."""
        self._go(RegistrationState.REJECTED)
        self.reasons, self.note = [str(reason) for reason in reasons], note
        self.decided_at, self.decided_by, self.password_hash = moment, by, None
        return RegistrationRejected(registration_id=self.id, reasons=tuple(self.reasons))

    def expire(self, moment: datetime) -> RegistrationExpired:
        """Nobody confirmed the address in time."""
        self._go(RegistrationState.EXPIRED)
        self.decided_at = moment
        return RegistrationExpired(registration_id=self.id)

    @property
    def name(self) -> str:
        """Given names, then surnames, as typed."""
        return f"{self.given_names} {self.paternal_surname} {self.maternal_surname}".strip()

    def _go(self, state: RegistrationState) -> None:
        if state not in EDGES[RegistrationState(self.state)]:
            raise RegistrationDecided
        self.state = state
