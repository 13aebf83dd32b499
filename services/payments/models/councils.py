"""The regional councils by name: identity's news, kept for reports."""

from sqlalchemy import BigInteger, String
from sqlalchemy.orm import Mapped, mapped_column

from services.payments.models.base import Base


class CouncilName(Base):
    """How a council is called, as identity last told. Newer events win by sequence."""

    __tablename__ = "council_name"

    code: Mapped[str] = mapped_column(String(2), primary_key=True)
    label: Mapped[str] = mapped_column(String(120))
    """As people read it: `CR III LIMA`."""
    sequence: Mapped[int] = mapped_column(BigInteger)
