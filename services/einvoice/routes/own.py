"""The HTTP surface of options 1 and 2: list, look at, download, print and mail one's own vouchers."""

from typing import Any

from flask import Response, request
from flask_smorest import Blueprint
from marshmallow import RAISE
from sqlalchemy import select
from sqlalchemy.orm import Session

from chassis.auth import principal, requires
from chassis.db import reading, transaction
from chassis.events import FileRef
from chassis.files import files
from chassis.outbox import publish
from services.einvoice.access import attached_for, paid_by, visible_to
from services.einvoice.bundling import bundle
from services.einvoice.errors import FileNotReady, VoucherNotFound
from services.einvoice.listing import matching, newest_first
from services.einvoice.models import Voucher
from services.einvoice.models.voucher import CDR, PDF, XML
from services.einvoice.pdf import merge
from services.einvoice.schemas import (
    MailRequested,
    OrderVoucher,
    Selection,
    VoucherDetail,
    VoucherPage,
    VoucherQuery,
    detail,
    order_voucher,
    view,
)

blueprint = Blueprint("vouchers", __name__, url_prefix="/v1", description="Comprobantes electrónicos propios")

BINARY = {"type": "string", "format": "binary"}


@blueprint.get("/vouchers")
@requires("vouchers:read")
@blueprint.arguments(VoucherQuery, location="query", unknown=RAISE)
@blueprint.response(200, VoucherPage)
def list_vouchers(query: dict[str, Any]) -> dict[str, Any]:
    """List one's own vouchers, newest first; accepted ones unless another state is asked for (VOU-5 to VOU-8)."""
    conditions = [visible_to(principal()), *matching(query)]
    with reading() as session:
        page = newest_first(session, conditions, after=query["after"], limit=query["limit"])
        return {"items": [view(voucher) for voucher in page.items], "next": page.next}


@blueprint.get("/vouchers/<string:voucher_id>")
@requires("vouchers:read")
@blueprint.response(200, VoucherDetail)
def show_voucher(voucher_id: str) -> dict[str, Any]:
    """Show one voucher with its lines and SUNAT's answer."""
    with reading() as session:
        return detail(_own(session, voucher_id))


@blueprint.get("/vouchers/<string:voucher_id>/pdf")
@requires("vouchers:read")
@blueprint.response(200, BINARY, content_type="application/pdf")
def download_pdf(voucher_id: str) -> Response:
    """Download the printed representation."""
    return _download(voucher_id, PDF)


@blueprint.get("/vouchers/<string:voucher_id>/xml")
@requires("vouchers:read")
@blueprint.response(200, BINARY, content_type="application/xml")
def download_xml(voucher_id: str) -> Response:
    """Download the signed XML, byte for byte as SUNAT got it."""
    return _download(voucher_id, XML)


@blueprint.get("/vouchers/<string:voucher_id>/cdr")
@requires("vouchers:read")
@blueprint.response(200, BINARY, content_type="application/zip")
def download_cdr(voucher_id: str) -> Response:
    """Download SUNAT's receipt [CDR]."""
    return _download(voucher_id, CDR)


@blueprint.post("/vouchers/print")
@requires("vouchers:read")
@blueprint.arguments(Selection)
@blueprint.response(200, BINARY, content_type="application/pdf")
def print_vouchers(selection: dict[str, Any]) -> Response:
    """Give a selection as one PDF, in the order it was made (VOU-9)."""
    with reading() as session:
        references = [_ready(voucher, PDF) for voucher in _own_selection(session, selection["ids"])]
    merged = merge(files().get(reference.sha256) for reference in references)
    headers = {"Content-Disposition": 'attachment; filename="comprobantes.pdf"', "Cache-Control": "private, no-store"}
    return Response(merged, content_type="application/pdf", headers=headers)


@blueprint.post("/vouchers/zip")
@requires("vouchers:read")
@blueprint.arguments(Selection)
@blueprint.response(200, BINARY, content_type="application/zip")
def bundle_vouchers(selection: dict[str, Any]) -> Response:
    """Give PDF, XML and CDR of a selection as one ZIP, each file under its SUNAT name."""
    with reading() as session:
        chosen = _own_selection(session, selection["ids"])
        documents = [(file, voucher.issued_at) for voucher in chosen for file in _what_there_is(voucher)]
    headers = {"Content-Disposition": 'attachment; filename="comprobantes.zip"', "Cache-Control": "private, no-store"}
    return Response(bundle(files(), documents), content_type="application/zip", headers=headers)


@blueprint.post("/vouchers/mail")
@requires("vouchers:mail")
@blueprint.arguments(Selection)
@blueprint.response(202, MailRequested)
def mail_vouchers(selection: dict[str, Any]) -> dict[str, int]:
    """Have a selection mailed to the registered address, to no other (VOU-10): the PDF, for clients XML and CDR too."""
    who = principal()
    kinds = attached_for(who)
    with transaction() as session:
        chosen = _own_selection(session, selection["ids"])
        for voucher in chosen:
            for kind in kinds:
                _ready(voucher, kind)
        publish(session, *(voucher.request_mail(who.subject, *kinds) for voucher in chosen))
    return {"requested": len(chosen)}


@blueprint.get("/orders/<string:order_id>/voucher")
@requires("vouchers:read")
@blueprint.response(200, OrderVoucher)
def show_order_voucher(order_id: str) -> dict[str, Any]:
    """Tell that the voucher of one's own payment was issued, also when it is a factura, shown in option 2 (VOU-3)."""
    who = principal()
    with reading() as session:
        voucher = session.scalar(select(Voucher).where(Voucher.order_id == order_id, paid_by(who)))
        if voucher is None:
            raise VoucherNotFound
        visible = session.scalar(select(Voucher.id).where(Voucher.id == voucher.id, visible_to(who)))
        return order_voucher(voucher, visible is not None)


def _own(session: Session, voucher_id: str) -> Voucher:
    voucher = session.scalar(select(Voucher).where(Voucher.id == voucher_id, visible_to(principal())))
    if voucher is None:
        raise VoucherNotFound
    return voucher


def _own_selection(session: Session, ids: list[str]) -> list[Voucher]:
    """The chosen vouchers in order, each once; one that is not the caller's refuses them all."""
    wanted = list(dict.fromkeys(ids))
    found = session.scalars(select(Voucher).where(Voucher.id.in_(wanted), visible_to(principal())))
    by_id = {voucher.id: voucher for voucher in found}
    if len(by_id) < len(wanted):
        raise VoucherNotFound("Alguno de los comprobantes no existe o no está a su nombre.")
    return [by_id[voucher_id] for voucher_id in wanted]


def _ready(voucher: Voucher, kind: str) -> FileRef:
    reference = voucher.printed if kind == PDF else voucher.file(kind)
    if reference is None:
        raise FileNotReady(headers={"Retry-After": "10"})
    return reference


def _what_there_is(voucher: Voucher) -> list[FileRef]:
    """PDF, XML and CDR. What is on its way is waited for; what will never come, as of a refused one, is left out."""
    found = [voucher.printed, voucher.file(XML), voucher.file(CDR)]
    being_drawn = voucher.printed is None and voucher.pdf_next_attempt_at is not None
    if voucher.is_open or being_drawn or not any(found):
        raise FileNotReady(headers={"Retry-After": "10"})
    return [reference for reference in found if reference]


def _download(voucher_id: str, kind: str) -> Response:
    """The stored bytes under their SUNAT name; the digest is the ETag, so an unchanged file is not sent twice."""
    with reading() as session:
        reference = _ready(_own(session, voucher_id), kind)
    response = Response(files().stream(reference.sha256), content_type=reference.media_type)
    response.content_length = reference.size
    response.set_etag(reference.sha256)
    response.headers["Content-Disposition"] = f'attachment; filename="{reference.name}"'
    response.headers["Cache-Control"] = "private, no-store"
    response.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response.make_conditional(request)
    return response
