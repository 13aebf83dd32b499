"""Rows that keep the service honest: numbers never reused, requests never done twice."""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from services.payments.models.base import Base


class NumberSeries(Base):
    """The last number given out of one series; a row on both databases, so that both behave alike."""

    __tablename__ = "number_series"

    name: Mapped[str] = mapped_column(String(20), primary_key=True)
    last: Mapped[int] = mapped_column(BigInteger)


class IdempotencyKey(Base):
    """A request with an Idempotency-Key: what was asked, and the answer once there is one. Kept 24 hours."""

    __tablename__ = "idempotency_key"
    __table_args__ = (Index("ix_idempotency_key_expires_at", "expires_at"),)

    account: Mapped[str] = mapped_column(String(64), primary_key=True)
    key: Mapped[str] = mapped_column(String(100), primary_key=True)
    request_hash: Mapped[str] = mapped_column(String(64))
    claim: Mapped[str] = mapped_column(String(36))
    """Who is working on it; a claim that was taken over may not finish it."""
    status: Mapped[int | None]
    body: Mapped[dict[str, Any] | None]
    started_at: Mapped[datetime]
    expires_at: Mapped[datetime]
