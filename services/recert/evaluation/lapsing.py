"""The end of a dossier whose days for correcting have passed (REC-20)."""

from sqlalchemy.orm import Session

from chassis.clock import now
from chassis.evidence import SYSTEM
from contracts.recert import DossierDiscarded
from services.recert import deadlines
from services.recert.deadlines import DeadlineKind
from services.recert.evaluation.telling import record_of, take_step
from services.recert.models import Dossier
from services.recert.states import DossierAct


def discard(session: Session, dossier: Dossier) -> None:
    """Discard an observed dossier that was not corrected in time; the caller has locked it. Raises IllegalStep."""
    moment = now()
    told = DossierDiscarded(**record_of(dossier), discarded_at=moment)
    take_step(session, dossier, DossierAct.LAPSED, told, by=SYSTEM.id)
    dossier.closed_at = moment
    deadlines.stop(session, dossier.id, DeadlineKind.CORRECTION, at=moment)
