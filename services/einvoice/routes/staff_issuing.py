"""What staff issue, amend and void by hand: within the scope of their council, each act audited."""

from typing import Any

from flask_smorest import Blueprint

from chassis.auth import principal, requires
from services.einvoice.desk.pages import checked
from services.einvoice.desk.schemas import CheckedView
from services.einvoice.schemas import VoucherDetail, detail
from services.einvoice.staff_schemas import NoteWish, VoidWish, VoucherWish
from services.einvoice.staffing import check_by_hand, issue_by_hand, note_by_hand, void_by_hand

blueprint = Blueprint(
    "vouchers-staff", __name__, url_prefix="/v1/staff", description="Comprobantes: emisión, notas y anulaciones a mano"
)


@blueprint.post("/vouchers")
@requires("einvoice:issue")
@blueprint.arguments(VoucherWish)
@blueprint.response(201, VoucherDetail)
def issue_voucher(wish: dict[str, Any]) -> dict[str, Any]:
    """Issue a factura or boleta by hand; the delivery e-mail is asked for, its absence recorded (VOC-7)."""
    return detail(issue_by_hand(principal(), wish))


@blueprint.post("/vouchers/check")
@requires("einvoice:issue")
@blueprint.arguments(VoucherWish)
@blueprint.response(200, CheckedView)
def check_voucher(wish: dict[str, Any]) -> dict[str, Any]:
    """Tell what a voucher would say and come to, without issuing it: what SUNAT would reject is said now."""
    return checked(check_by_hand(principal(), wish))


@blueprint.post("/vouchers/<string:voucher_id>/notes")
@requires("einvoice:issue")
@blueprint.arguments(NoteWish)
@blueprint.response(201, VoucherDetail)
def issue_note(wish: dict[str, Any], voucher_id: str) -> dict[str, Any]:
    """Issue a nota de crédito or débito on an accepted voucher."""
    return detail(note_by_hand(principal(), voucher_id, wish))


@blueprint.post("/vouchers/<string:voucher_id>/void")
@requires("einvoice:void")
@blueprint.arguments(VoidWish)
@blueprint.response(202, VoucherDetail)
def void_voucher(wish: dict[str, Any], voucher_id: str) -> dict[str, Any]:
    """Have SUNAT told that a voucher is void: by RA or by RC, within the days the law gives."""
    return detail(void_by_hand(principal(), voucher_id, wish))
