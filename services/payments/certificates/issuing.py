"""Issuing a constancia, drawing it, mailing it, taking it back."""

import uuid
from datetime import datetime, time, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from chassis.auth import Principal
from chassis.clock import LIMA, now, today
from chassis.db import reading, transaction
from chassis.files import files
from chassis.outbox import publish
from chassis.seals import Signer, new_code
from services.payments.certificates.keys import ring
from services.payments.certificates.pdf import draw
from services.payments.certificates.signed import seal
from services.payments.dues import spell_count
from services.payments.errors import AlreadyRevoked, CertificateNotFound, NotInGoodStanding, PayerUnknown
from services.payments.models import Certificate, Payer
from services.payments.models.certificates import PDF_TYPE
from services.payments.numbers import Series, next_number
from services.payments.ordering import cmp_of
from services.payments.settings import current_settings
from services.payments.staff_acts import record
from services.payments.standing.reckoning import Verdict, verdict_on


def issue(who: Principal) -> tuple[str, bool]:
    """Issue a constancia to a physician in good standing; its id, and whether it is new.

    The one issued earlier the same day in Lima, still good, is given again, so a double click makes one.
    Row first, drawing second, outcome third: whoever finds one that is not drawn draws it.
    Raises PayerUnknown, NotInGoodStanding.
    """
    key = ring.signer()
    with transaction() as session:
        payer = session.get(Payer, cmp_of(who), with_for_update=True)
        if payer is None:
            raise PayerUnknown
        _require_good_standing(verdict_on(session, payer, today()))
        todays = _todays(session, payer.cmp_number)
        certificate = todays or _new(session, who, payer, key)
        session.add(certificate)
    complete(certificate.id)
    return certificate.id, todays is None


def complete(certificate_id: str) -> None:
    """Draw and store the PDF unless that was done; the one who stores it first tells that the constancia exists."""
    with reading() as session:
        certificate = session.get_one(Certificate, certificate_id)
    if certificate.is_drawn:
        return
    pdf = files().put(draw(certificate, current_settings()), media_type=PDF_TYPE, name=certificate.pdf.name)
    with transaction() as session:
        certificate = session.get_one(Certificate, certificate_id, with_for_update=True)
        if not certificate.is_drawn:
            publish(session, certificate.keep_pdf(pdf))


def undrawn() -> str | None:
    """A constancia whose drawing was interrupted, if there is one."""
    since = now() - timedelta(minutes=1)
    waiting = select(Certificate.id).where(Certificate.pdf_sha256.is_(None), Certificate.issued_at < since).limit(1)
    with reading() as session:
        return session.scalar(waiting)


def find_own(session: Session, certificate_id: str, who: Principal) -> Certificate:
    """A constancia of this physician. Raises CertificateNotFound, for other people's too."""
    certificate = session.get(Certificate, certificate_id)
    if certificate is None or certificate.cmp_number != cmp_of(who):
        raise CertificateNotFound
    return certificate


def revoke(certificate_id: str, who: Principal, reason: str) -> None:
    """Take a constancia back, by staff, with a reason. Raises CertificateNotFound, AlreadyRevoked."""
    with transaction() as session:
        certificate = session.get(Certificate, certificate_id, with_for_update=True)
        if certificate is None or who.council not in (None, certificate.council):
            raise CertificateNotFound
        before = certificate.state
        fact = certificate.revoke(by=who.subject, reason=reason, at=now())
        if fact is None:
            raise AlreadyRevoked
        record(
            session,
            act="certificate.revoked",
            subject=f"certificate:{certificate.id}",
            council=certificate.council,
            before={"state": before},
            after={"state": certificate.state},
            reason=reason,
        )
        publish(session, fact)


def _require_good_standing(verdict: Verdict) -> None:
    if verdict.good:
        return
    if not verdict.fit:
        raise NotInGoodStanding("Su estado en el registro de médicos no permite emitir la constancia.")
    months = spell_count(verdict.unpaid_periods, "mes", "meses")
    raise NotInGoodStanding(f"Usted no está hábil: debe {months}. Pague sus cuotas y vuelva a solicitarla.")


def _todays(session: Session, cmp_number: str) -> Certificate | None:
    midnight = datetime.combine(today(), time(), LIMA)
    good = select(Certificate).where(
        Certificate.cmp_number == cmp_number, Certificate.revoked_at.is_(None), Certificate.issued_at >= midnight
    )
    return session.scalars(good.order_by(Certificate.number.desc()).limit(1)).one_or_none()


def _new(session: Session, who: Principal, payer: Payer, key: Signer) -> Certificate:
    certificate = Certificate(
        id=str(uuid.uuid4()),
        number=next_number(session, Series.CERTIFICATE),
        code=new_code(),
        account=who.subject,
        cmp_number=payer.cmp_number,
        name=payer.name,
        council=payer.council,
        issued_at=now(),
        valid_until=today() + timedelta(days=current_settings().certificate_days - 1),
    )
    certificate.signed = seal(
        key,
        number=certificate.number_text,
        code=certificate.code,
        cmp_number=certificate.cmp_number,
        name=certificate.name,
        issued_at=certificate.issued_at,
        valid_until=certificate.valid_until,
    )
    return certificate
