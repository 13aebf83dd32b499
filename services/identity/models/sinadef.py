"""Applications for access to SINADEF (MENU-1): identity and good standing attested by the college, seen to by staff."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import BigInteger, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from chassis.auth import Principal
from chassis.clock import LIMA
from chassis.outbox import BigId
from contracts.identity import SinadefRequestChanged
from contracts.payments import GoodStandingChanged
from services.identity.models.base import Base

FILED, IN_REVIEW, GRANTED, REJECTED, CANCELLED = "EMITIDO", "EN_REVISION", "ATENDIDO", "RECHAZADO", "ANULADO"
LABELS = {
    FILED: "Emitido",
    IN_REVIEW: "En revisión",
    GRANTED: "Atendido",
    REJECTED: "Rechazado",
    CANCELLED: "Anulado",
}
EDGES: dict[str, frozenset[str]] = {
    FILED: frozenset({IN_REVIEW, CANCELLED}),
    IN_REVIEW: frozenset({IN_REVIEW, GRANTED, REJECTED, CANCELLED}),
    GRANTED: frozenset(),
    REJECTED: frozenset(),
    CANCELLED: frozenset(),
}
"""Every change of state there is. IN_REVIEW to itself: a colleague takes the review over."""
OPEN = (FILED, IN_REVIEW)

_IS_OPEN = text("state IN ('EMITIDO', 'EN_REVISION')")


class IllegalSinadefState(Exception):
    """A change of state that EDGES does not allow; the message names both states."""


@dataclass(frozen=True, kw_only=True)
class Attested:
    """What the college vouches for at one moment: the register's data, and that the physician is hábil."""

    cmp_number: str
    document_type: str
    document_number: str
    given_names: str
    surnames: str
    council: str
    physician_state: str
    standing_as_of: date


class GoodStanding(Base):
    """Local copy of who is hábil, kept from payments' GoodStandingChanged. No row means: not known."""

    __tablename__ = "good_standing"

    cmp_number: Mapped[str] = mapped_column(String(6), primary_key=True)
    in_good_standing: Mapped[bool]
    as_of: Mapped[date]
    unpaid_periods: Mapped[int]
    sequence: Mapped[int] = mapped_column(BigInteger)

    def learn(self, event: GoodStandingChanged, sequence: int) -> None:
        """Take over what an event says."""
        self.in_good_standing, self.as_of = event.in_good_standing, event.as_of
        self.unpaid_periods, self.sequence = event.unpaid_periods, sequence


class SinadefRequest(Base):
    """One application. Attested data are those of the day it was filed, and again of the day it was granted."""

    __tablename__ = "sinadef_request"
    __table_args__ = (
        Index("uq_sinadef_request_open", "account_id", unique=True, sqlite_where=_IS_OPEN, postgresql_where=_IS_OPEN),
        Index("ix_sinadef_request_owner", "account_id", "id"),
        Index("ix_sinadef_request_queue", "state", "id"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    account_id: Mapped[str] = mapped_column(ForeignKey("account.id"))
    cmp_number: Mapped[str] = mapped_column(String(6))
    document_type: Mapped[str] = mapped_column(String(1))
    document_number: Mapped[str] = mapped_column(String(15))
    given_names: Mapped[str] = mapped_column(String(120))
    surnames: Mapped[str] = mapped_column(String(160))
    council: Mapped[str] = mapped_column(ForeignKey("council.code"))
    physician_state: Mapped[str] = mapped_column(String(20))
    standing_as_of: Mapped[date]
    email: Mapped[str] = mapped_column(String(254))
    phone: Mapped[str] = mapped_column(String(30))
    establishment: Mapped[str] = mapped_column(String(160))
    establishment_code: Mapped[str] = mapped_column(String(8))
    health_authority: Mapped[str] = mapped_column(String(80))
    position: Mapped[str] = mapped_column(String(80))
    state: Mapped[str] = mapped_column(String(12), default=FILED)
    reason: Mapped[str | None] = mapped_column(String(500))
    reviewer_id: Mapped[str | None] = mapped_column(String(36))
    reviewer_name: Mapped[str | None] = mapped_column(String(300))
    filed_at: Mapped[datetime]
    changed_at: Mapped[datetime]
    steps: Mapped[list["SinadefStep"]] = relationship(
        order_by="SinadefStep.id", cascade="all, delete-orphan", lazy="selectin"
    )

    @property
    def number(self) -> str:
        """As people quote it: `SIN-2026-000017`."""
        return f"SIN-{self.filed_at.astimezone(LIMA).year}-{self.id:06d}"

    @property
    def state_label(self) -> str:
        """As people read it."""
        return LABELS[self.state]

    def attest(self, attested: Attested) -> None:
        """Write down what the college vouches for now."""
        for name in Attested.__dataclass_fields__:
            setattr(self, name, getattr(attested, name))

    def file(self, moment: datetime) -> SinadefRequestChanged:
        """The application enters; its row has its id already."""
        return self._note(None, FILED, None, moment)

    def claim(self, who: Principal, moment: datetime) -> SinadefRequestChanged:
        """A member of staff begins the review, or takes it over. Raises IllegalSinadefState."""
        self.reviewer_id, self.reviewer_name = who.subject, who.name
        return self._go(IN_REVIEW, who, moment)

    def grant(self, who: Principal, attested: Attested, moment: datetime) -> SinadefRequestChanged:
        """Approve it: the physician goes on the list for MINSA. Raises IllegalSinadefState."""
        told = self._go(GRANTED, who, moment)
        self.attest(attested)
        return told

    def reject(self, who: Principal, reason: str, moment: datetime) -> SinadefRequestChanged:
        """Refuse it; the applicant is told why. Raises IllegalSinadefState."""
        return self._go(REJECTED, who, moment, reason)

    def cancel(self, moment: datetime) -> SinadefRequestChanged:
        """The applicant withdraws it. Raises IllegalSinadefState."""
        return self._go(CANCELLED, None, moment)

    def _go(
        self, state: str, who: Principal | None, moment: datetime, reason: str | None = None
    ) -> SinadefRequestChanged:
        if state not in EDGES[self.state]:
            raise IllegalSinadefState(f"{self.state} -> {state}")
        self.state, self.reason = state, reason
        return self._note(who, state, reason, moment)

    def _note(self, who: Principal | None, state: str, reason: str | None, moment: datetime) -> SinadefRequestChanged:
        self.changed_at = moment
        actor = who.subject if who else self.account_id
        self.steps.append(
            SinadefStep(at=moment, actor_id=actor, actor_name=who.name if who else "", state=state, reason=reason)
        )
        return SinadefRequestChanged(
            request_id=str(self.id),
            number=self.number,
            account_id=self.account_id,
            cmp_number=self.cmp_number,
            council=self.council,
            state=state,
            establishment=self.establishment,
            changed_at=moment,
            reason=reason,
        )


class SinadefStep(Base):
    """One change of state of an application: who, when, why. The applicant's own steps carry no name."""

    __tablename__ = "sinadef_step"
    __table_args__ = ({"sqlite_autoincrement": True},)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    request_id: Mapped[int] = mapped_column(ForeignKey("sinadef_request.id", ondelete="CASCADE"), index=True)
    at: Mapped[datetime]
    actor_id: Mapped[str] = mapped_column(String(80))
    actor_name: Mapped[str] = mapped_column(String(300))
    state: Mapped[str] = mapped_column(String(12))
    reason: Mapped[str | None] = mapped_column(String(500))

    @property
    def state_label(self) -> str:
        """As people read it."""
        return LABELS[self.state]
