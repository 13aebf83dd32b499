"""Who may come in: accounts, their sessions, and the tokens that keep a session going or begin one."""

import uuid
from datetime import datetime, timedelta

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from contracts.identity import ContactChanged
from services.identity.models.base import Base
from services.identity.models.contact import ContactDetails
from services.identity.models.registry import Physician

ACTIVE, DISABLED = "active", "disabled"
LOGOUT, REUSE, REVOKED, PASSWORD_CHANGED = "logout", "reuse", "revoked", "password"


class Account(Base):
    """One person's way in. Names and document of a physician are the register's; other kinds keep their own."""

    __tablename__ = "account"
    __table_args__ = (
        CheckConstraint("kind IN ('physician', 'client', 'staff')", name="kind"),
        CheckConstraint("state IN ('active', 'disabled')", name="state"),
    )

    id: Mapped[str] = mapped_column(String(36), primary_key=True, default=lambda: str(uuid.uuid4()))
    kind: Mapped[str] = mapped_column(String(10))
    username: Mapped[str | None] = mapped_column(String(60), unique=True)
    email: Mapped[str | None] = mapped_column(String(254), unique=True)
    client_email: Mapped[str | None] = mapped_column(String(254))
    """Of a client: one address may serve several, a firm of accountants for instance, so nobody logs in with it."""
    cmp_number: Mapped[str | None] = mapped_column(ForeignKey("physician.cmp_number"), unique=True)
    document_type: Mapped[str | None] = mapped_column(String(1))
    document_number: Mapped[str | None] = mapped_column(String(15))
    given_names: Mapped[str | None] = mapped_column(String(120))
    surnames: Mapped[str | None] = mapped_column(String(160))
    council: Mapped[str | None] = mapped_column(ForeignKey("council.code"))
    password_hash: Mapped[str | None] = mapped_column(String(200))
    state: Mapped[str] = mapped_column(String(10), default=ACTIVE)
    valid_after: Mapped[datetime]
    created_at: Mapped[datetime]
    last_login_at: Mapped[datetime | None]
    physician: Mapped[Physician | None] = relationship(lazy="joined")
    contact: Mapped[ContactDetails | None] = relationship(cascade="all, delete-orphan", passive_deletes=True)

    def set_email(self, email: str) -> ContactChanged:
        """The address counts from this moment (ACC-7)."""
        if self.kind == "client":
            self.client_email = email
        else:
            self.email = email
        return self.contact_changed()

    def contact_changed(self) -> ContactChanged:
        """How the person is reached now, whole, so that consumers need not remember what came before."""
        document_type, document_number = self.document
        return ContactChanged(
            account_id=self.id,
            document_type=document_type,
            document_number=document_number,
            email=self.mail_address or "",
            cmp_number=self.cmp_number,
            phone=self.contact.phone if self.contact else None,
            mobile=self.contact.mobile if self.contact else None,
            address=self.contact.address if self.contact else None,
        )

    @property
    def mail_address(self) -> str | None:
        """Where the person is written to."""
        return self.client_email if self.kind == "client" else self.email

    @property
    def document(self) -> tuple[str, str]:
        """Type (SUNAT catalogue 06) and number of the person's document."""
        owner = self.physician or self
        return owner.document_type or "", owner.document_number or ""

    @property
    def first_names(self) -> str:
        """Given names, as the greeting says them (ACC-5)."""
        return (self.physician.given_names if self.physician else self.given_names) or ""

    @property
    def name(self) -> str:
        """Full name."""
        return self.physician.name if self.physician else f"{self.given_names or ''} {self.surnames or ''}".strip()

    @property
    def council_code(self) -> str | None:
        """Council the person belongs to or works for."""
        return self.physician.council if self.physician else self.council

    def admits(self, begun_at: datetime) -> bool:
        """Whether a session begun at that time may still be used."""
        return self.state == ACTIVE and begun_at >= self.valid_after


class LoginSession(Base):
    """A refresh-token family: begins with a login, ends by logout, by time, or because a token was used twice."""

    __tablename__ = "login_session"

    id: Mapped[str] = mapped_column(String(36), primary_key=True, default=lambda: str(uuid.uuid4()))
    account_id: Mapped[str] = mapped_column(ForeignKey("account.id"), index=True)
    idle_seconds: Mapped[int]
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime] = mapped_column(index=True)
    ended_at: Mapped[datetime | None]
    end_reason: Mapped[str | None] = mapped_column(String(20))
    seen_at: Mapped[datetime | None]
    device: Mapped[str | None] = mapped_column(String(200))
    address: Mapped[str | None] = mapped_column(String(45))
    account: Mapped[Account] = relationship(lazy="joined", innerjoin=True)

    def alive(self, moment: datetime) -> bool:
        """Whether the session, and the account it belongs to, may still be used."""
        return self.ended_at is None and moment < self.expires_at and self.account.admits(self.created_at)

    def seen(self, moment: datetime, device: str | None, address: str | None) -> None:
        """Note when, with which browser and from where it was last used, for its owner to recognise."""
        self.seen_at = moment
        self.device = device[:200] if device else self.device
        self.address = address[:45] if address else self.address

    def end(self, reason: str, moment: datetime) -> None:
        """End it for good; the first reason stays."""
        if self.ended_at is None:
            self.ended_at, self.end_reason = moment, reason

    def token(self, digest: str, moment: datetime) -> "RefreshToken":
        """The next link of the chain; it never outlives the session."""
        expires_at = min(moment + timedelta(seconds=self.idle_seconds), self.expires_at)
        return RefreshToken(digest=digest, session_id=self.id, created_at=moment, expires_at=expires_at)


class RefreshToken(Base):
    """One link of a session's chain; only its digest is kept. Used once, it stays to recognise a second use."""

    __tablename__ = "refresh_token"

    digest: Mapped[str] = mapped_column(String(64), primary_key=True)
    session_id: Mapped[str] = mapped_column(ForeignKey("login_session.id", ondelete="CASCADE"), index=True)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
    salt: Mapped[str | None] = mapped_column(String(50))


class OneTimeToken(Base):
    """A link or code that works once, for a few minutes; a newer one of its purpose and subject replaces it.

    `subject` is whom or what it is for: an account, a registration, a change of address.
    """

    __tablename__ = "one_time_token"
    __table_args__ = (
        Index("ix_one_time_token_owner", "account_id", "purpose"),
        Index("ix_one_time_token_subject", "subject", "purpose"),
    )

    digest: Mapped[str] = mapped_column(String(64), primary_key=True)
    purpose: Mapped[str] = mapped_column(String(30))
    subject: Mapped[str] = mapped_column(String(64))
    account_id: Mapped[str | None] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"))
    mail_request_id: Mapped[str | None] = mapped_column(String(36))
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime] = mapped_column(index=True)
    used_at: Mapped[datetime | None]
