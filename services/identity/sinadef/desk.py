"""The desk of staff: the queue in its council's scope, and what is decided there, each act audited."""

from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from chassis.auth import Principal
from chassis.clock import LIMA
from contracts.identity import SinadefRequestChanged
from services.identity import audit
from services.identity.models import Physician, SinadefRequest
from services.identity.models.sinadef import GRANTED, IN_REVIEW, IllegalSinadefState
from services.identity.sinadef.applying import TEXTS, attest, unentitled
from services.identity.sinadef.errors import NoLongerEntitled, NotYourReview, RequestMoved, RequestNotFound


def in_scope(who: Principal) -> Select[SinadefRequest]:
    """The applications a member of staff may see: all, or those of the own council's physicians."""
    requests = select(SinadefRequest)
    return requests if who.council is None else requests.where(SinadefRequest.council == who.council)


def find_request(session: Session, who: Principal, request_id: int, *, hold: bool = False) -> SinadefRequest:
    """One application in scope; `hold` keeps others from deciding it meanwhile. Raises RequestNotFound."""
    found = in_scope(who).where(SinadefRequest.id == request_id)
    request = session.scalar(found.with_for_update() if hold else found)
    if request is None:
        raise RequestNotFound
    return request


def claim(session: Session, who: Principal, request_id: int, moment: datetime) -> SinadefRequestChanged:
    """Begin the review or take it over. Raises RequestNotFound, RequestMoved."""
    request = find_request(session, who, request_id, hold=True)
    before = _facts(request)
    try:
        told = request.claim(who, moment)
    except IllegalSinadefState as error:
        raise RequestMoved from error
    _audit(session, request, "sinadef_request.claimed", before)
    return told


def approve(session: Session, who: Principal, request_id: int, moment: datetime) -> SinadefRequestChanged:
    """Grant it with data attested today. Raises RequestNotFound, RequestMoved, NotYourReview, NoLongerEntitled."""
    request = _under_own_review(session, who, request_id)
    before = _facts(request)
    physician = session.get_one(Physician, request.cmp_number)
    if reasons := unentitled(session, physician):
        raise NoLongerEntitled({reason: TEXTS[reason] for reason in reasons})
    told = request.grant(who, attest(session, physician), moment)
    _audit(session, request, "sinadef_request.approved", before)
    return told


def reject(session: Session, who: Principal, request_id: int, reason: str, moment: datetime) -> SinadefRequestChanged:
    """Refuse it; the reason goes to the applicant. Raises RequestNotFound, RequestMoved, NotYourReview."""
    request = _under_own_review(session, who, request_id)
    before = _facts(request)
    told = request.reject(who, reason, moment)
    _audit(session, request, "sinadef_request.rejected", before, reason)
    return told


def granted_between(who: Principal, first: date, last: date) -> Select[SinadefRequest]:
    """The applications granted on these days in Lima, both included, in the order they were filed."""
    start, end = (datetime(day.year, day.month, day.day, tzinfo=LIMA) for day in (first, last + timedelta(days=1)))
    granted = in_scope(who).where(SinadefRequest.state == GRANTED)
    return granted.where(SinadefRequest.changed_at >= start, SinadefRequest.changed_at < end).order_by(
        SinadefRequest.id
    )


def _under_own_review(session: Session, who: Principal, request_id: int) -> SinadefRequest:
    request = find_request(session, who, request_id, hold=True)
    if request.state != IN_REVIEW:
        raise RequestMoved
    if request.reviewer_id != who.subject:
        raise NotYourReview
    return request


def _audit(
    session: Session, request: SinadefRequest, act: str, before: dict[str, Any], reason: str | None = None
) -> None:
    subject, after = f"sinadef_request:{request.number}", _facts(request)
    audit.record(session, act=act, subject=subject, before=before, after=after, reason=reason, council=request.council)


def _facts(request: SinadefRequest) -> dict[str, Any]:
    return {"state": request.state, "reviewer_id": request.reviewer_id}
