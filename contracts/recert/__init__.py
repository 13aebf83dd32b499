"""What recert tells: until when a physician is certified and why, and the life of every dossier."""

from contracts.recert.certifications import CertificationGranted
from contracts.recert.content import ContentChanged
from contracts.recert.deadlines import (
    CalendarDayAdded,
    CalendarDayWithdrawn,
    DeadlineMissed,
    DeadlineMoved,
    DeadlineNeared,
    DeadlineStarted,
    DeadlineStopped,
)
from contracts.recert.evaluation import (
    DossierApproved,
    DossierClaimed,
    DossierDiscarded,
    DossierObserved,
    DossierReleased,
    DossierReturned,
    DossierReviewed,
    ItemChange,
    ObservedPoint,
)
from contracts.recert.outcomes import (
    CertificationEnding,
    ConstanciaIssued,
    ConstanciaMailRequested,
    DiplomaHandedOver,
    DiplomaReady,
    PhysicianRecertified,
    RecertificationRevoked,
)
from contracts.recert.requests import DossierCorrected, DossierSubmitted

__all__ = [
    "CalendarDayAdded",
    "CalendarDayWithdrawn",
    "CertificationEnding",
    "CertificationGranted",
    "ConstanciaIssued",
    "ConstanciaMailRequested",
    "ContentChanged",
    "DeadlineMissed",
    "DeadlineMoved",
    "DeadlineNeared",
    "DeadlineStarted",
    "DeadlineStopped",
    "DiplomaHandedOver",
    "DiplomaReady",
    "DossierApproved",
    "DossierClaimed",
    "DossierCorrected",
    "DossierDiscarded",
    "DossierObserved",
    "DossierReleased",
    "DossierReturned",
    "DossierReviewed",
    "DossierSubmitted",
    "ItemChange",
    "ObservedPoint",
    "PhysicianRecertified",
    "RecertificationRevoked",
]
