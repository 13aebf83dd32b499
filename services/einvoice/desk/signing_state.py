"""Series with their last numbers, and the certificate with its validity and its warning."""

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from chassis.auth import Principal
from chassis.clock import now
from services.einvoice.documents import TYPE_NAMES
from services.einvoice.errors import CertificateError
from services.einvoice.keys import load_signing_key
from services.einvoice.models import Series
from services.einvoice.settings import current_settings


def series_of(session: Session, who: Principal) -> list[dict[str, Any]]:
    """Every series of the person's council, or of all, with the last number it gave."""
    query = select(Series).order_by(Series.council, Series.voucher_type, Series.series)
    if who.council is not None:
        query = query.where(Series.council == who.council)
    names = ("series", "council", "last_number", "active", "amends")
    return [
        {name: getattr(row, name) for name in names}
        | {"type": row.voucher_type, "type_label": TYPE_NAMES[row.voucher_type]}
        for row in session.scalars(query)
    ]


def certificate() -> dict[str, Any]:
    """The certificate we sign with. `state` is valid, expiring, expired or unreadable."""
    settings = current_settings()
    about: dict[str, Any] = {
        "demonstration": settings.is_demonstration,
        "warning_days": settings.certificate_warning_days,
    }
    try:
        key = load_signing_key(settings)
    except CertificateError:
        return about | {"state": "unreadable", "days_left": 0}
    left = (key.expires_at - now()).days
    state = (
        "expired" if key.expires_at <= now() else "expiring" if left < settings.certificate_warning_days else "valid"
    )
    return about | {
        "state": state,
        "subject": key.subject,
        "serial": f"{key.certificate.serial_number:x}",
        "valid_from": key.certificate.not_valid_before_utc,
        "valid_until": key.expires_at,
        "days_left": max(left, 0),
    }
