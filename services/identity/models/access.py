"""What tokens are made of: signing keys, the services that may ask for one, and who may do what."""

from datetime import datetime
from typing import Any

from sqlalchemy import String, Text
from sqlalchemy.orm import Mapped, mapped_column

from services.identity.models.base import Base

CURRENT, NEXT = "current", "next"


class SigningKey(Base):
    """An ES256 key. `slot` is `next` (published, not yet signing), `current`, or empty once superseded."""

    __tablename__ = "signing_key"

    kid: Mapped[str] = mapped_column(String(40), primary_key=True)
    slot: Mapped[str | None] = mapped_column(String(10), unique=True)
    sealed_key: Mapped[str | None] = mapped_column(Text)
    jwk: Mapped[dict[str, Any]]
    created_at: Mapped[datetime]
    current_from: Mapped[datetime | None]
    superseded_at: Mapped[datetime | None]

    def promote(self, moment: datetime) -> None:
        """Sign with this key from now on."""
        self.slot, self.current_from = CURRENT, moment

    def supersede(self, moment: datetime) -> None:
        """Sign no more: the private half is forgotten at once, the public half when its last token has expired."""
        self.slot, self.superseded_at, self.sealed_key = None, moment, None


class ServiceClient(Base):
    """A service of ours that may ask for a token to call another; its secret is kept as a digest."""

    __tablename__ = "service_client"

    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    secret_digest: Mapped[str] = mapped_column(String(64))
    created_at: Mapped[datetime]
    changed_at: Mapped[datetime]


class Grant(Base):
    """Permission as data. `holder` is `kind:physician` or `service:notifier`; `audience` is where it counts."""

    __tablename__ = "permission_grant"

    holder: Mapped[str] = mapped_column(String(60), primary_key=True)
    permission: Mapped[str] = mapped_column(String(60), primary_key=True)
    audience: Mapped[str] = mapped_column(String(40), primary_key=True, default="")
