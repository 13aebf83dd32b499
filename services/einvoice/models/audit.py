"""Who of staff did what by hand, or looked at whose voucher: written once, which triggers of both databases enforce."""

from sqlalchemy import Index, String
from sqlalchemy.orm import Mapped, mapped_column

from chassis.evidence import StaffActRow
from services.einvoice.models.tables import Base


class StaffAct(StaffActRow, Base):
    """One act of staff: `voucher.issued` on `voucher:…`, `summary.resent` on `summary:…`, `vouchers.listed`.

    `request_id` comes with the request, so that a form sent twice acts once; a look has none.
    """

    __tablename__ = "staff_act"
    __table_args__ = (
        Index("ix_staff_act_subject", "subject", "id"),
        Index("ix_staff_act_actor_id", "actor_id", "id"),
        {"sqlite_autoincrement": True},
    )

    request_id: Mapped[str | None] = mapped_column(String(36), unique=True)
    actor_council: Mapped[str | None] = mapped_column(String(2))
    """The council the person worked for at the time; None for national staff."""
