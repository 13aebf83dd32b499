"""What the notifier does when recert tells of recertifications: constancias, diplomas, and what is about to end."""

from sqlalchemy.orm import Session

from contracts.recert import (
    CertificationEnding,
    ConstanciaIssued,
    ConstanciaMailRequested,
    DiplomaReady,
    RecertificationRevoked,
)
from services.notifier.handlers.planning import plan_for_owner, subscriptions


@subscriptions.on(ConstanciaIssued)
def mail_constancia(event: ConstanciaIssued, session: Session) -> None:
    """Send the Constancia de Recertificación as soon as it is drawn, to the registered address (MAIL-7, REC-15)."""
    _send_constancia("constancia_issued", event, session)


@subscriptions.on(ConstanciaMailRequested)
def mail_requested_constancia(event: ConstanciaMailRequested, session: Session) -> None:
    """Send the Constancia de Recertificación because its owner asked (REC-15)."""
    _send_constancia("constancia_requested", event, session)


@subscriptions.on(RecertificationRevoked)
def mail_revocation(event: RecertificationRevoked, session: Session) -> None:
    """Tell a physician that a recertification was revoked, and why (MAIL-8)."""
    data = {"name": event.name, "number": event.number, "speciality": event.speciality, "reason": event.reason}
    plan_for_owner(
        session, "recertification_revoked", event.account_id, about=event.recertification_id, data=data
    )  # fmt: skip


@subscriptions.on(DiplomaReady)
def mail_diploma_ready(event: DiplomaReady, session: Session) -> None:
    """Tell a physician that the diploma waits at the chosen council."""
    data = {"name": event.name, "diploma_number": event.diploma_number, "council_label": event.council_label}
    plan_for_owner(session, "diploma_ready", event.account_id, about=event.recertification_id, data=data)


@subscriptions.on(CertificationEnding)
def mail_ending_certification(event: CertificationEnding, session: Session) -> None:
    """Tell a physician that a certification is about to end; who has no account here has no address either."""
    if event.account_id is None:
        return
    data = {"speciality": event.speciality, "valid_until": event.valid_until.isoformat(), "notice": event.notice}
    plan_for_owner(session, "certification_ending", event.account_id, about=event.cmp_number, data=data)


def _send_constancia(template: str, event: ConstanciaIssued | ConstanciaMailRequested, session: Session) -> None:
    data = {
        "name": event.name,
        "number": event.number,
        "kind_text": event.kind_text,
        "valid_until": event.valid_until.isoformat(),
    }
    plan_for_owner(
        session, template, event.account_id, about=event.recertification_id, data=data, attachments=(event.pdf,)
    )
