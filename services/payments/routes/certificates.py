"""Constancias de habilidad: the owner's, staff's, and the public question whether one is good."""

from typing import Any

from flask import Response, request
from flask_smorest import Blueprint
from sqlalchemy import Select, select

from chassis.app import current_service
from chassis.auth import principal, public, requires
from chassis.db import reading, transaction
from chassis.files import files
from chassis.outbox import publish
from services.payments.certificates.issuing import complete, find_own, issue, revoke
from services.payments.certificates.keys import ring
from services.payments.certificates.schemas import (
    CertificatePage,
    CertificateView,
    KeyDocument,
    PageQuery,
    PublicQuery,
    PublicView,
    RevocationRequest,
    StaffQuery,
    VerificationPage,
)
from services.payments.certificates.verifying import Verification, verify
from services.payments.errors import CertificateNotFound, CodeNotFound
from services.payments.models import Certificate, CertificateVerification
from services.payments.models.certificates import PDF_TYPE
from services.payments.ordering import cmp_of

BINARY = {"format": "binary", "type": "string"}

blueprint = Blueprint("certificates", __name__, url_prefix="/v1", description="Constancias de habilidad")
keys = Blueprint("certificate_keys", __name__, description="Claves públicas de las constancias")


@blueprint.post("/certificates")
@requires("payments:pay")
@blueprint.response(201, CertificateView)
@blueprint.alt_response(200, schema=CertificateView)
def issue_certificate() -> tuple[Certificate, int]:
    """Issue a constancia to a physician in good standing; 200 with today's when there is one already."""
    certificate_id, new = issue(principal())
    with reading() as session:
        return session.get_one(Certificate, certificate_id), 201 if new else 200


@blueprint.get("/certificates")
@requires("payments:pay")
@blueprint.arguments(PageQuery, location="query")
@blueprint.response(200, CertificatePage)
def list_certificates(query: dict[str, Any]) -> dict[str, Any]:
    """The physician's own constancias, newest first."""
    return _page(select(Certificate).where(Certificate.cmp_number == cmp_of(principal())), query)


@blueprint.get("/certificates/<uuid:certificate_id>")
@requires("payments:pay")
@blueprint.response(200, CertificateView)
def show_certificate(certificate_id: Any) -> Certificate:
    """One constancia of the physician; anybody else's is not found."""
    with reading() as session:
        return find_own(session, str(certificate_id), principal())


@blueprint.get("/certificates/<uuid:certificate_id>/pdf")
@requires("payments:pay")
@blueprint.response(200, BINARY, content_type=PDF_TYPE)
def download_certificate(certificate_id: Any) -> Response:
    """The stored PDF, as it was issued; drawn now if that was interrupted."""
    with reading() as session:
        certificate = find_own(session, str(certificate_id), principal())
    return _pdf_of(certificate)


@blueprint.get("/certificates/<uuid:certificate_id>/verifications")
@requires("payments:pay")
@blueprint.arguments(PageQuery, location="query")
@blueprint.response(200, VerificationPage)
def list_verifications(query: dict[str, Any], certificate_id: Any) -> dict[str, Any]:
    """Who asked about the physician's constancia, as far as anybody may know: when, the answer, roughly from where."""
    row = CertificateVerification
    with reading() as session:
        certificate = find_own(session, str(certificate_id), principal())
        asked = select(row).where(row.certificate_id == certificate.id)
        if query["after"]:
            asked = asked.where(row.id < query["after"])
        found = list(session.scalars(asked.order_by(row.id.desc()).limit(query["limit"] + 1)))
    page = found[: query["limit"]]
    return {"items": page, "next": str(page[-1].id) if len(found) > len(page) else None}


@blueprint.post("/certificates/<uuid:certificate_id>/mail")
@requires("payments:pay")
@blueprint.response(202, CertificateView)
def mail_certificate(certificate_id: Any) -> Certificate:
    """Send the PDF to the registered address, and no other."""
    complete(_own_id(certificate_id))
    with transaction() as session:
        certificate = find_own(session, str(certificate_id), principal())
        publish(session, certificate.mail_requested())
        return certificate


@blueprint.get("/staff/certificates")
@requires("payments:certificates")
@blueprint.arguments(StaffQuery, location="query")
@blueprint.response(200, CertificatePage)
def search_certificates(query: dict[str, Any]) -> dict[str, Any]:
    """Constancias of the own council, or of all, by CMP or number, newest first."""
    wanted = _in_reach()
    if query["cmp_number"]:
        wanted = wanted.where(Certificate.cmp_number == query["cmp_number"])
    if query["number"]:
        digits = query["number"].upper().removeprefix("CH-")
        wanted = wanted.where(Certificate.number == (int(digits) if digits.isdecimal() and len(digits) < 18 else -1))
    return _page(wanted, query)


@blueprint.get("/staff/certificates/<uuid:certificate_id>")
@requires("payments:certificates")
@blueprint.response(200, CertificateView)
def inspect_certificate(certificate_id: Any) -> Certificate:
    """One constancia of the own council, or of any for national staff."""
    with reading() as session:
        found = session.scalar(_in_reach().where(Certificate.id == str(certificate_id)))
    if found is None:
        raise CertificateNotFound
    return found


@blueprint.post("/staff/certificates/<uuid:certificate_id>/revocation")
@requires("payments:certificates")
@blueprint.arguments(RevocationRequest)
@blueprint.response(200, CertificateView)
def revoke_certificate(body: dict[str, str], certificate_id: Any) -> Certificate:
    """Take a constancia back, with a reason; its public page says so from this moment."""
    revoke(str(certificate_id), principal(), body["reason"])
    with reading() as session:
        return session.get_one(Certificate, str(certificate_id))


@blueprint.get("/public/constancias/<string:code>")
@public
@blueprint.arguments(PublicQuery, location="query")
@blueprint.response(200, PublicView)
def verify_certificate(query: dict[str, Any], code: str) -> Verification:
    """Whether a constancia is good, for anybody who holds its code; each question is noted for its owner."""
    with transaction() as session:
        found = verify(session, code, query["firma"], request.remote_addr or "")
    metrics = current_service().metrics
    counter = metrics.counter("cmp_payments_verifications", "Questions about constancias by answer", "result")
    counter.labels(found.result.value if found else "UNKNOWN").inc()
    if found is None:
        raise CodeNotFound
    return found


@keys.get("/.well-known/constancias.json")
@public
@keys.response(200, KeyDocument)
def publish_keys() -> dict[str, Any]:
    """The public keys that verify a constancia's QR without asking us (RFC 7517)."""
    with reading() as session:
        return {"keys": ring.public_keys(session)}


def _page(wanted: Select[Certificate], query: dict[str, Any]) -> dict[str, Any]:
    if query["after"]:
        wanted = wanted.where(Certificate.number < query["after"])
    with reading() as session:
        found = list(session.scalars(wanted.order_by(Certificate.number.desc()).limit(query["limit"] + 1)))
    page = found[: query["limit"]]
    return {"items": page, "next": str(page[-1].number) if len(found) > len(page) else None}


def _in_reach() -> Select[Certificate]:
    """What this member of staff may see."""
    council = principal().council
    everything = select(Certificate)
    return everything if council is None else everything.where(Certificate.council == council)


def _own_id(certificate_id: Any) -> str:
    with reading() as session:
        return find_own(session, str(certificate_id), principal()).id


def _pdf_of(certificate: Certificate) -> Response:
    if not certificate.is_drawn:
        complete(certificate.id)
        with reading() as session:
            certificate = session.get_one(Certificate, certificate.id)
    headers = {
        "Content-Disposition": f'attachment; filename="{certificate.pdf.name}"',
        "Cache-Control": "private, no-store",
    }
    return Response(files().stream(certificate.pdf.sha256), content_type=PDF_TYPE, headers=headers)
