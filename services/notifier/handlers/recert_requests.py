"""What the notifier does when recert tells of a dossier that was sent: confirm it, with the day its result is due."""

from sqlalchemy.orm import Session

from contracts.recert import DossierCorrected, DossierSubmitted
from services.notifier.handlers.planning import plan_for_owner, subscriptions


@subscriptions.on(DossierSubmitted)
def confirm_request(event: DossierSubmitted, session: Session) -> None:
    """Confirm that a request for recertification entered (MAIL-5, REC-12)."""
    _plan("dossier_submitted", event, f"recert dossier {event.dossier_id} submitted", session)


@subscriptions.on(DossierCorrected)
def confirm_correction(event: DossierCorrected, session: Session) -> None:
    """Confirm that a corrected dossier entered, and when its result is due now (MAIL-8)."""
    _plan("dossier_corrected", event, f"recert dossier {event.dossier_id} version {event.version}", session)


def _plan(template: str, event: DossierSubmitted | DossierCorrected, fact: str, session: Session) -> None:
    data = {
        "name": event.name,
        "number": event.dossier_number,
        "kind_text": event.kind_text,
        "dossier_id": event.dossier_id,
        "happened_at": event.sent_at.isoformat(),
        "due_on": event.result_due_on.isoformat(),
    }
    plan_for_owner(session, template, event.account_id, about=event.dossier_id, data=data, fact=fact)
