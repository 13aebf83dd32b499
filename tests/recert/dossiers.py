"""Dossiers put straight into the database, and the people who evaluate, revise and answer."""

import uuid
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select

from chassis.auth import Principal
from chassis.clock import LIMA
from chassis.testing import ServiceUnderTest
from contracts.identity import StaffActivated
from services.recert import deadlines
from services.recert.deadlines import DeadlineKind
from services.recert.models import (
    Dossier,
    DossierItem,
    DossierKind,
    DossierVersion,
    Rubric,
    RubricActivity,
    Series,
    StaffAct,
    next_number,
)
from services.recert.models.dossiers import PDF_TYPE
from tests.people import physician, staff

EVALUATE = ("recert:view", "recert:evaluate")
REVISE = ("recert:view", "recert:revise")
CARMEN = staff(*EVALUATE, council="03", subject="staff-carmen", name="CARMEN PRUEBA")
BRUNO = staff(*EVALUATE, council="03", subject="staff-bruno", name="BRUNO PRUEBA")
TACNA = staff(*EVALUATE, council="12", subject="staff-tacna", name="TERESA PRUEBA")
VICTOR = staff(*REVISE, subject="staff-victor", name="VICTOR PRUEBA")
OLGA = staff(*REVISE, subject="staff-olga", name="OLGA PRUEBA")
ROSA = physician(permissions=frozenset({"recert:read", "recert:apply"}))
REASON = "Motivo de prueba suficiente"
OPINION = "Cumple con el puntaje requerido"
PDF = b"%PDF-1.4 un expediente de prueba"
TABLE = 901
"""A table of the tests' own: `LIBRO` 5 points each without limit, `CURSO` 1 point each up to 10."""


@dataclass
class Answer:
    """What a route said."""

    status: int
    body: Any
    response: Any = None

    @property
    def problem(self) -> str:
        """The end of the problem's type."""
        return str(self.body["type"]).removeprefix("urn:cmp:problem:recert/")


@dataclass
class EvaluationDesk:
    """Recert as staff and physicians see it."""

    service: ServiceUnderTest

    def ask(self, method: str, path: str, who: Principal = CARMEN, **body: Any) -> Answer:
        """Call a route under `/v1`."""
        options = {"json": body} if method not in ("GET", "DELETE") else {}
        response = self.service.client(who).open(f"/v1/{path}", method=method, **options)
        return Answer(response.status_code, response.get_json(silent=True), response)

    def desk(self, method: str, dossier: str, act: str = "", who: Principal = CARMEN, **body: Any) -> Answer:
        """Call a route of one dossier at the desk."""
        return self.ask(method, f"desk/dossiers/{dossier}{f'/{act}' if act else ''}", who, **body)

    def claim(self, dossier: str, who: Principal = CARMEN) -> Answer:
        """Take it and declare to have no conflict."""
        return self.desk("POST", dossier, "claim", who, no_conflict=True)

    def rule(self, dossier: str, item: int, points: str, reason: str | None = None, who: Principal = CARMEN) -> Answer:
        """Give an item points."""
        return self.desk("PUT", dossier, f"items/{item}/ruling", who, points=points, reason=reason)

    def confirm_all(self, dossier: str, who: Principal = CARMEN) -> None:
        """Give every item what the table gives."""
        for item in self.desk("GET", dossier, who=who).body["items"]:
            assert self.rule(dossier, item["position"], item["proposed"]["points"], who=who).status == 200

    def observe(
        self, dossier: str, item: int | None = 1, page: int = 1, who: Principal = CARMEN, **body: Any
    ) -> Answer:
        """Write one observation."""
        given = {"item": item, "page": page, "reason": "ilegible"} | body
        return self.desk("POST", dossier, "observations", who, **given)

    def approved(self, *points: int, by: Principal = CARMEN) -> str:
        """A dossier that was claimed, confirmed and approved."""
        dossier = self.submitted(*points)
        assert self.claim(dossier, by).status == 200
        self.confirm_all(dossier, by)
        assert self.desk("POST", dossier, "approval", by, opinion=OPINION).status == 200
        return dossier

    def observed(self, item: int | None = 1, **body: Any) -> str:
        """A dossier with one observation sent."""
        dossier = self.submitted()
        self.claim(dossier)
        assert self.observe(dossier, item, **body).status == 201
        assert self.desk("POST", dossier, "observed").status == 200
        return dossier

    def revise(self, dossier: str, who: Principal = VICTOR) -> Answer:
        """Agree with the approval."""
        return self.desk("POST", dossier, "revision", who, no_conflict=True)

    def answer(self, dossier: str, observation: int, who: Principal = ROSA, **body: Any) -> Answer:
        """Answer an observation."""
        return self.ask("PUT", f"dossiers/{dossier}/observations/{observation}/answer", who, **body)

    def own(self, dossier: str, who: Principal = ROSA) -> Any:
        """The evaluation as the physician reads it."""
        return self.ask("GET", f"dossiers/{dossier}/evaluation", who).body

    def state(self, dossier: str) -> str:
        """Where it stands."""
        with self.service.transaction() as session:
            return session.get_one(Dossier, dossier).state.value

    def acts(self, dossier: str) -> list[str]:
        """What staff did to it, oldest first."""
        with self.service.transaction() as session:
            wanted = select(StaffAct.act).where(StaffAct.subject == f"dossier:{dossier}").order_by(StaffAct.id)
            return list(session.scalars(wanted))

    def engage(self, who: Principal) -> None:
        """Let identity's event about an evaluator arrive, and the person open the desk."""
        moment, roles = self.service.clock.now(), ("evaluator",)
        event = StaffActivated(account_id=who.subject, roles=roles, council=who.council, changed_at=moment)
        self.service.deliver(event)
        assert self.ask("GET", "desk", who).status == 200

    def submitted(self, *books: int, who: Principal = ROSA, council: str = "03") -> str:
        """A dossier as the request leaves it: items of so many hundredths of a book, four whole ones if not told."""
        with self.service.transaction() as session:
            dossier = self._dossier(session, who, council, books or (100,) * 4)
            session.add(dossier)
            session.flush()
            day = self.service.clock.now().astimezone(LIMA).date()
            deadlines.start(session, dossier, DeadlineKind.RESULT, on=day)
            return dossier.id

    def _dossier(self, session: Any, who: Principal, council: str, quantities: tuple[int, ...]) -> Dossier:
        file = self.service.service.files.put(PDF, media_type=PDF_TYPE, name="x.pdf")
        moment = self.service.clock.now()
        return Dossier(
            id=str(uuid.uuid4()), number=next_number(session, Series.DOSSIER), cmp_number=who.cmp_number, account_id=who.subject,
            name=who.name, kind=DossierKind.ESPECIALIDAD, rne=uuid.uuid4().hex[:6], speciality="Pediatría", council=council,
            pickup_council=council, phone="", mobile="999000001", email="rosa@example.pe", address="",
            rubric_version=TABLE, submitted_at=moment,
            versions=[
                DossierVersion(
                    number=1, sha256=file.sha256, size=file.size, file_name=f"{who.cmp_number}-2026.pdf", pages=12,
                    sent_at=moment, items=[
                        DossierItem(
                            position=place, activity="LIBRO", title=f"Libro {place}", done_on=date(2025, 3, 2),
                            quantity=quantity, page_from=place, page_to=place, claimed_points=quantity * 5,
                        )
                        for place, quantity in enumerate(quantities, 1)
                    ],
                )
            ],
        )  # fmt: skip


def enter_table(service: ServiceUnderTest) -> None:
    """Enter the tests' own table of qualification."""
    line = {"rubric_version": TABLE, "cap": None, "max_age_years": 5, "least_quantity": 0, "evidence": "x"}
    with service.transaction() as session:
        session.add(
            Rubric(
                version=TABLE, name="Tabla de prueba", sample=True, minimum_points=2000, entered_at=service.clock.now(),
                activities=[
                    RubricActivity(**line | {"code": "LIBRO", "position": 1, "name": "Libro", "unit": "libro", "points": 500}),
                    RubricActivity(
                        **line | {"code": "CURSO", "position": 2, "name": "Curso", "unit": "curso", "points": 100, "cap": 1000}
                    ),
                ],
            )
        )  # fmt: skip
