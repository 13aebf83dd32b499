"""Dossiers at their last step, the recertifications they lead to, and who asks about them."""

import uuid
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import select

from chassis.auth import Principal
from chassis.testing import ServiceUnderTest
from services.recert.models import Council, Dossier, DossierKind, Recertification, Series, StaffAct, next_number
from services.recert.outcome.granting import recertify
from services.recert.states import DossierState
from tests.people import physician, staff

JULIO = physician("023546", name="RENGIFO TUANAMA, Julio César")
ROSA = physician("012345")
REVISER = staff("recert:view", "recert:revise", subject="staff-reviser")
OF_LIMA = staff("recert:view", "recert:evaluate", council="03", subject="staff-lima", name="ANA LIMA")
OF_TACNA = staff("recert:view", "recert:evaluate", council="12", subject="staff-tacna")
TODAY = date(2026, 11, 20)


@dataclass
class Answer:
    """What a route said."""

    status: int
    body: Any
    data: bytes
    headers: Any

    @property
    def problem(self) -> str:
        """The end of the problem's type."""
        return str(self.body["type"]).removeprefix("urn:cmp:problem:recert/")


@dataclass
class OutcomeDesk:
    """Recert as owners, staff and the public see it once a dossier is revised."""

    service: ServiceUnderTest

    def dossier(self, *, pickup: str = "03", rne: str = "014567", speciality: str | None = "Psiquiatría") -> Dossier:
        """Julio's dossier, revised."""
        with self.service.transaction() as session:
            dossier = Dossier(
                id=str(uuid.uuid4()), number=next_number(session, Series.DOSSIER), cmp_number="023546",
                account_id="account-023546", name="RENGIFO TUANAMA, Julio César",
                kind=DossierKind.ESPECIALIDAD if rne else DossierKind.MEDICO_CIRUJANO, rne=rne,
                speciality=speciality if rne else None, council="15", pickup_council=pickup, phone="",
                mobile="999000001", email="julio.rengifo@example.pe", address="Jr. de Ejemplo 1", rubric_version=1,
                state=DossierState.APROBADO_Y_REVISADO, submitted_at=datetime(2026, 11, 18, 15, tzinfo=UTC),
            )  # fmt: skip
            session.add(dossier)
        return dossier

    def name_council(self) -> None:
        """Identity has told what CR III is called."""
        with self.service.transaction() as session:
            session.add(Council(code="03", label="CR III LIMA", sequence=1))

    def recertify(self, *, on: date = TODAY, **dossier: Any) -> Recertification:
        """Julio recertified; not drawn yet."""
        found = self.dossier(**dossier)
        with self.service.transaction() as session:
            return recertify(session, session.get_one(Dossier, found.id), on=on)

    def ask(self, method: str, path: str, who: Principal | None = None, **options: Any) -> Answer:
        """Call a route."""
        if method == "POST":
            options = {"json": {}} | options
        response = self.service.client(who).open(path, method=method, **options)
        return Answer(response.status_code, response.get_json(silent=True), response.data, response.headers)

    def row(self, recertification_id: str) -> Recertification:
        """It as it is now."""
        with self.service.transaction() as session:
            return session.get_one(Recertification, recertification_id)

    def acts(self) -> list[StaffAct]:
        """What staff did, oldest first."""
        with self.service.transaction() as session:
            return list(session.scalars(select(StaffAct).order_by(StaffAct.id)))
