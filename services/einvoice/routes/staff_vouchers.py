"""Vouchers as staff find and open them, within the scope of their council: each look is written down (product 1.5)."""

from typing import Any

from flask import Response
from flask_smorest import Blueprint
from marshmallow import RAISE

from chassis.auth import principal, requires
from chassis.db import transaction
from chassis.files import files
from services.einvoice.desk.acts import FILE_VIEWED, LISTED, VIEWED, about, record
from services.einvoice.desk.attempts import answer_for
from services.einvoice.desk.mailing import mail_by_hand
from services.einvoice.desk.pages import KINDS, file_of, page_of
from services.einvoice.desk.queue import queued
from services.einvoice.desk.rejections import settle_rejection
from services.einvoice.desk.resending import resend_voucher
from services.einvoice.desk.schemas import FoundPage, MailWish, QueuedView, ReasonWish, StaffVoucher, StaffVoucherQuery
from services.einvoice.desk.scope import voucher_for, within
from services.einvoice.errors import FileNotReady, VoucherNotFound
from services.einvoice.listing import matching, newest_first
from services.einvoice.schemas import view

blueprint = Blueprint(
    "vouchers-staff-search",
    __name__,
    url_prefix="/v1/staff",
    description="Comprobantes: búsqueda y ficha del personal",
)


@blueprint.get("/vouchers")
@requires("einvoice:view")
@blueprint.arguments(StaffVoucherQuery, location="query", unknown=RAISE)
@blueprint.response(200, FoundPage)
def find_vouchers(query: dict[str, Any]) -> dict[str, Any]:
    """Find vouchers of whatever state; which ones were shown to whom is written down."""
    who = principal()
    conditions = [within(who), *matching(query | {"state": query["state"] or "any"})]
    with transaction() as session:
        page = newest_first(session, conditions, after=query["after"], limit=query["limit"])
        shown = {"numbers": [voucher.printed_number for voucher in page.items]}
        if page.items:
            record(session, who, act=LISTED, subject="vouchers:list", council=who.council, after=shown)
        return {"items": [view(one) | {"council": one.council} for one in page.items], "next": page.next}


@blueprint.get("/vouchers/<string:voucher_id>")
@requires("einvoice:view")
@blueprint.response(200, StaffVoucher)
def show_voucher(voucher_id: str) -> dict[str, Any]:
    """Show a voucher with its conversation with SUNAT, its history and its notes; the look is written down."""
    who = principal()
    with transaction() as session:
        voucher = voucher_for(session, who, voucher_id)
        record(session, who, act=VIEWED, **about(voucher))
        return page_of(session, voucher)


@blueprint.get("/vouchers/<string:voucher_id>/files/<string:kind>")
@requires("einvoice:view")
@blueprint.response(200, {"type": "string", "format": "binary"}, content_type="application/octet-stream")
def download_file(voucher_id: str, kind: str) -> Response:
    """Give the PDF, the XML, the CDR, or the CDR of its void; the look is written down."""
    who = principal()
    with transaction() as session:
        voucher = voucher_for(session, who, voucher_id)
        if kind not in KINDS:
            raise VoucherNotFound
        reference = file_of(voucher, kind)
        if reference is None:
            raise FileNotReady(headers={"Retry-After": "10"})
        record(session, who, act=FILE_VIEWED, after={"file": kind}, **about(voucher))
    return _handed_out(reference.sha256, reference.name, reference.media_type)


@blueprint.get("/attempts/<string:submission_id>/answer")
@requires("einvoice:view")
@blueprint.response(200, {"type": "string", "format": "binary"}, content_type="application/octet-stream")
def download_answer(submission_id: str) -> Response:
    """Give what SUNAT answered to one attempt, byte for byte; the look is written down."""
    who = principal()
    with transaction() as session:
        answer = answer_for(session, who, submission_id)
        record(session, who, act=FILE_VIEWED, subject=f"attempt:{submission_id}", council=who.council)
    return _handed_out(answer.sha256, answer.name, "application/octet-stream")


def _handed_out(sha256: str, name: str, media_type: str) -> Response:
    headers = {
        "Content-Disposition": f'attachment; filename="{name}"',
        "Cache-Control": "private, no-store",
        "Content-Security-Policy": "sandbox; default-src 'none'",
    }
    return Response(files().stream(sha256), content_type=media_type, headers=headers)


@blueprint.post("/vouchers/<string:voucher_id>/resend")
@requires("einvoice:operate")
@blueprint.arguments(ReasonWish)
@blueprint.response(202, QueuedView)
def resend(wish: dict[str, Any], voucher_id: str) -> dict[str, Any]:
    """Send a voucher that waits for a person again: same number, same bytes."""
    return queued(resend_voucher(principal(), voucher_id, wish))


@blueprint.post("/vouchers/<string:voucher_id>/settlement")
@requires("einvoice:issue")
@blueprint.arguments(ReasonWish)
@blueprint.response(200, QueuedView)
def settle(wish: dict[str, Any], voucher_id: str) -> dict[str, Any]:
    """Say why a rejected voucher needs no other in its place; it leaves the queue."""
    return queued(settle_rejection(principal(), voucher_id, wish))


@blueprint.post("/vouchers/<string:voucher_id>/mail")
@requires("einvoice:view")
@blueprint.arguments(MailWish)
@blueprint.response(202, QueuedView)
def mail(wish: dict[str, Any], voucher_id: str) -> dict[str, Any]:
    """Have it sent again to the customer's registered address, to no other (VOC-6)."""
    return queued(mail_by_hand(principal(), voucher_id, wish))
