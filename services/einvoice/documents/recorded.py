"""A voucher as it was recorded: its totals are what its XML says, and its rules were SUNAT's to judge."""

from typing import Any

from services.einvoice.documents.document import Document
from services.einvoice.documents.particulars import Amendment


class Recorded(Document):
    """A document whose number is spent already; what other software once issued need not follow our rules."""

    def __init__(self, *, value_cents: int, tax_cents: int, total_cents: int, sale_type: str, **facts: Any) -> None:
        """The totals and the type whose rules count stand as recorded, instead of being worked out."""
        self.__dict__["_sale_type"] = sale_type
        super().__init__(**facts)
        self.__dict__.update(value_cents=value_cents, tax_cents=tax_cents, total_cents=total_cents)

    def __post_init__(self) -> None:
        """Nothing to refuse any more."""

    @property
    def sale_type(self) -> str:
        """01 or 03."""
        return str(self.__dict__["_sale_type"])

    @property
    def amends(self) -> Amendment:
        """What a note amends; some kinds of notes name nothing (2524)."""
        nothing = Amendment(voucher_type=self.sale_type, number="", reason_code="", reason="")
        return self.particulars.amends or nothing
