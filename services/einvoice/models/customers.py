"""Names that customers bear on vouchers, so that a name is looked for among customers, not among all their vouchers."""

from sqlalchemy import Index, String
from sqlalchemy.orm import Mapped, mapped_column

from services.einvoice.models.tables import Base

NAME_LENGTH = 200
"""What of a name can be searched for; longer ones are cut."""


class CustomerName(Base):
    """A document and a name it stands beside on a voucher, as it is searched for. A trigger on `voucher` writes it."""

    __tablename__ = "customer_name"
    __table_args__ = (
        Index(
            "ix_customer_name_search_name",
            "search_name",
            postgresql_using="gin",
            postgresql_ops={"search_name": "gin_trgm_ops"},
        ),
    )

    document_number: Mapped[str] = mapped_column(String(15), primary_key=True)
    document_type: Mapped[str] = mapped_column(String(1), primary_key=True)
    search_name: Mapped[str] = mapped_column(String(NAME_LENGTH), primary_key=True)
