"""What the notifier does when recert tells how a dossier was evaluated: the result by mail, whatever it is (MAIL-6)."""

from typing import Any

from msgspec import to_builtins
from sqlalchemy.orm import Session

from chassis.app import current_service
from contracts.recert import DossierApproved, DossierDiscarded, DossierObserved, DossierReturned, DossierReviewed
from services.notifier.handlers.planning import plan_for_owner, subscriptions


@subscriptions.on(DossierObserved)
def mail_observations(event: DossierObserved, session: Session) -> None:
    """Tell a physician what must be corrected and until when (MAIL-6, REC-19, REC-20)."""
    facts = {
        "observations": to_builtins(event.observations),
        "correct_by": event.correct_by.isoformat(),
        "days_left": event.days_left,
    }
    _plan("dossier_observed", event, session, facts)


@subscriptions.on(DossierApproved)
def mail_approval(event: DossierApproved, session: Session) -> None:
    """Tell a physician that the council approved, and the points that were changed (MAIL-6, REC-14)."""
    _plan("dossier_approved", event, session, {"points": event.points, "changes": to_builtins(event.changes)})


@subscriptions.on(DossierReturned)
def mail_return(event: DossierReturned, session: Session) -> None:
    """Tell a physician who read of the approval that the council looks at the dossier again (MAIL-6)."""
    _plan("dossier_returned", event, session, {"reason": event.reason})


@subscriptions.on(DossierReviewed)
def mail_final_ruling(event: DossierReviewed, session: Session) -> None:
    """Tell a physician of the final ruling; the constancia follows when it is drawn (MAIL-6, REC-14)."""
    _plan("dossier_reviewed", event, session, {"points": event.points, "dictamen_on": event.dictamen_on.isoformat()})


@subscriptions.on(DossierDiscarded)
def mail_discarding(event: DossierDiscarded, session: Session) -> None:
    """Tell a physician that the days for correcting passed and that a new request must be started (REC-20)."""
    _plan("dossier_discarded", event, session, {})


def _plan(
    template: str,
    event: DossierObserved | DossierApproved | DossierReturned | DossierReviewed | DossierDiscarded,
    session: Session,
    facts: dict[str, Any],
) -> None:
    """One letter for the event received now, with whom to ask."""
    data = {name: getattr(event, name) for name in ("dossier_id", "dossier_number", "kind_text")}
    data["ask_at"] = current_service().settings.recertification_email
    plan_for_owner(session, template, event.account_id, about=event.dossier_id, data=data | facts)
