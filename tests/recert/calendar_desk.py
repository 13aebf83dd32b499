"""Dossiers with deadlines, and the staff who keep the calendar."""

import uuid
from datetime import UTC, date, datetime

from chassis.auth import Principal
from services.recert import deadlines
from services.recert.deadlines import DeadlineKind
from services.recert.models import Deadline, Dossier, DossierKind
from services.recert.states import DossierState

JULIO = Principal(
    subject="account-julio", kind="physician", name="Julio Rengifo", cmp_number="023546",
    permissions=frozenset({"recert:read", "recert:apply"}),
)  # fmt: skip
ROSA = Principal(
    subject="account-rosa", kind="physician", name="Rosa Quispe", cmp_number="012345",
    permissions=frozenset({"recert:read", "recert:apply"}),
)  # fmt: skip
REVISER = Principal(
    subject="staff-reviser", kind="staff", name="Nélida Paredes",
    permissions=frozenset({"recert:view", "recert:revise", "recert:calendar", "recert:content"}),
)  # fmt: skip
OF_SAN_MARTIN = Principal(
    subject="staff-15", kind="staff", name="Óscar Vela", council="15", permissions=frozenset({"recert:view"})
)
KEEPER_OF_SAN_MARTIN = Principal(
    subject="staff-15b", kind="staff", name="Ana Ríos", council="15",
    permissions=frozenset({"recert:view", "recert:calendar"}),
)  # fmt: skip


def lima(text: str) -> datetime:
    """A moment written as in Lima: `2027-01-07 23:59:59`."""
    return datetime.fromisoformat(f"{text}-05:00").astimezone(UTC)


def a_dossier(session, number=1, state=DossierState.EN_EVALUACION, council="15", pickup="03", cmp_number="023546"):
    """One dossier of Julio's (or another's), in any state."""
    dossier = Dossier(
        id=str(uuid.uuid5(uuid.NAMESPACE_URL, f"dossier {number}")), number=number, cmp_number=cmp_number,
        account_id="account-julio", name="RENGIFO TUANAMA, Julio César", kind=DossierKind.MEDICO_CIRUJANO,
        rne=f"{number:06d}", speciality=None, council=council, pickup_council=pickup, phone="", mobile="999000001",
        email="julio.rengifo@example.pe", address="Jr. de Ejemplo 1", rubric_version=1, state=state,
        submitted_at=datetime(2026, 11, 20, 15, tzinfo=UTC),
    )  # fmt: skip
    session.add(dossier)
    session.flush()
    return dossier


def a_deadline(service, kind=DeadlineKind.CORRECTION, on=date(2026, 11, 20), **dossier) -> int:
    """A dossier with a running deadline; returns the deadline's id."""
    state = {DeadlineKind.CORRECTION: DossierState.OBSERVADO, DeadlineKind.RESULT: DossierState.EN_EVALUACION}
    with service.transaction() as session:
        found = a_dossier(session, **{"state": state.get(kind, DossierState.APROBADO_Y_REVISADO)} | dossier)
        return deadlines.start(session, found, kind, on=on).id


def deadline(service, deadline_id: int) -> Deadline:
    """The deadline as it is now."""
    with service.transaction() as session:
        found = session.get_one(Deadline, deadline_id)
        assert found.dossier
        return found
