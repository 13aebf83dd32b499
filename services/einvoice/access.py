"""Who may see which voucher (product 1.5), as a condition on the query: what is not yours is not found."""

from datetime import date

from sqlalchemy import ColumnElement, and_, false, or_

from chassis.auth import Principal
from services.einvoice.documents import BOLETA, CREDIT_NOTE
from services.einvoice.models import Voucher
from services.einvoice.models.voucher import CDR, PDF, XML

PHYSICIAN, CLIENT = "physician", "client"
SINCE = date(2019, 6, 1)
"""The list holds every voucher since June 2019 (VOU-5)."""


def visible_to(who: Principal) -> ColumnElement[bool]:
    """What a person may see of the vouchers issued to the own document since June 2019.

    Option 1: a physician's boletas and the credit notes on boletas (VOU-2, VOU-3). Option 2: a client's vouchers of
    every type (VOC-1); a physician is such a client under the own RUC, never under the DNI.
    """
    if who.kind not in (PHYSICIAN, CLIENT) or not (who.document_type and who.document_number):
        return false()
    own = and_(
        Voucher.customer_document_type == who.document_type,
        Voucher.customer_document_number == who.document_number,
        Voucher.issue_date >= SINCE,
    )
    return own if who.kind == CLIENT else and_(own, _of_option_1())


def _of_option_1() -> ColumnElement[bool]:
    return or_(
        Voucher.voucher_type == BOLETA,
        and_(Voucher.voucher_type == CREDIT_NOTE, Voucher.amended_type == BOLETA),
    )


def paid_by(who: Principal) -> ColumnElement[bool]:
    """The vouchers of a person's own orders, whatever their type: enough to say that one was issued, not to see it."""
    return Voucher.owner_cmp == who.cmp_number if who.kind == PHYSICIAN and who.cmp_number else false()


def attached_for(who: Principal) -> tuple[str, ...]:
    """Which files a voucher's mail carries (VOC-5): option 1 promises the document only, option 2 all three."""
    return (PDF, XML, CDR) if who.kind == CLIENT else (PDF,)
