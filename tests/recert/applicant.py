"""A physician on the way to sending a dossier, through the service's own routes."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from flask.testing import FlaskClient

from chassis.testing import ServiceUnderTest
from contracts.identity import ContactChanged, CouncilChanged, PhysicianRegistered, Speciality
from tests.people import physician
from tests.recert import pdfs

CMP = "023546"
RIGHT_NAME = "023546-2026.pdf"
PERMISSIONS = frozenset({"recert:read", "recert:apply"})
PSYCHIATRY = "014567"


@dataclass
class Answer:
    """Status, body and the last word of a problem's type."""

    status: int
    body: Any
    headers: dict[str, str] = field(default_factory=dict)

    @property
    def problem(self) -> str:
        return str(self.body.get("type", "")).removeprefix("urn:cmp:problem:")

    @property
    def pointers(self) -> list[str]:
        return [error["pointer"] for error in self.body.get("errors", [])]


class Applicant:
    """Asks recert as one physician."""

    def __init__(self, service: ServiceUnderTest, cmp_number: str = CMP) -> None:
        self.service, self.cmp_number = service, cmp_number
        self.who = physician(cmp_number, council="15", permissions=PERMISSIONS)

    @property
    def client(self) -> FlaskClient:
        """A client with a token that is valid now."""
        return self.service.client(self.who)

    # ---- what identity told
    def register(self, *specialities: Speciality, **contact: Any) -> "Applicant":
        """The register and the contact that recert knows."""
        own = specialities or (Speciality(name="Psiquiatría", rne=PSYCHIATRY, registered_on=date(2024, 2, 29)),)
        self.service.deliver(
            PhysicianRegistered(
                cmp_number=self.cmp_number, document_type="1", document_number="40000002", given_names="Julio César",
                paternal_surname="Rengifo", maternal_surname="Tuanama", council="15", state="ACTIVO",
                registered_on=date(2023, 3, 1), specialities=own,
            )
        )  # fmt: skip
        self.reach(**contact)
        for code, label in (("03", "CR III LIMA"), ("15", "CR XV SAN MARTIN")):
            event = CouncilChanged(code=code, roman="", name="", region="", label=label)
            self.service.deliver(event)
        return self

    def reach(self, *, sequence: int = 1, **contact: Any) -> None:
        """How the physician is reached, as identity tells."""
        known = {"email": "julio@example.pe", "mobile": "+51 999 000 002"} | contact
        self.service.deliver(
            ContactChanged(
                account_id=self.who.subject, document_type="1", document_number="40000002", cmp_number=self.cmp_number,
                **known,
            ),
            sequence=sequence,
        )  # fmt: skip

    # ---- what the physician does
    def ask(self, method: str, path: str, **options: Any) -> Answer:
        response = self.client.open(f"/v1/{path}", method=method, **options)
        return Answer(response.status_code, response.get_json(silent=True) or {}, dict(response.headers))

    def begin(self) -> Any:
        """The draft, which must be given."""
        answer = self.ask("POST", "drafts")
        assert answer.status == 200, answer.body
        return answer.body

    def announce(self, draft: Any, *, size: int, name: str = RIGHT_NAME, fingerprint: str = "") -> Answer:
        wish = {"name": name, "size": size, "fingerprint": fingerprint}
        return self.ask("POST", f"drafts/{draft['id']}/uploads", json=wish)

    def send_bytes(self, upload: Any, data: bytes, offset: int = 0) -> Answer:
        headers = {"Upload-Offset": str(offset), "Content-Type": "application/offset+octet-stream"}
        return self.ask("PATCH", f"uploads/{upload['id']}", data=data, headers=headers)

    def upload(self, draft: Any, data: bytes | None = None, name: str = RIGHT_NAME) -> Answer:
        """A whole file, announced, sent and checked."""
        data = pdfs.good() if data is None else data
        begun = self.announce(draft, size=len(data), name=name)
        if begun.status != 201:
            return begun
        assert self.send_bytes(begun.body, data).status == 200
        return self.ask("POST", f"uploads/{begun.body['id']}/completion")

    def claim(self, draft: Any, **changes: Any) -> Answer:
        """One activity: by default 10 points of courses."""
        wish = {
            "activity": "CURSO", "title": "Congreso de ejemplo", "done_on": "2026-03-02", "quantity": "10",
            "page_from": 1, "page_to": 2,
        }  # fmt: skip
        return self.ask("POST", f"drafts/{draft['id']}/items", json=wish | changes)

    def describe(self, draft: Any, **changes: Any) -> Answer:
        wish = {"type": PSYCHIATRY, "pickup_council": "03", "description": "Diez años de ejercicio"}
        return self.ask("PUT", f"drafts/{draft['id']}/data", json=wish | changes)

    def prepare(self) -> Any:
        """A draft with 20 points that can be sent."""
        draft = self.begin()
        assert self.describe(draft).status == 200
        assert self.upload(draft).status == 200
        assert self.claim(draft).status == 201
        assert self.claim(draft, activity="EJERCICIO", quantity="5", page_from=3, page_to=12).status == 201
        return draft

    def submit(self, draft: Any) -> Answer:
        return self.ask("POST", f"drafts/{draft['id']}/submission")

    def send(self) -> Any:
        """A dossier that was sent."""
        answer = self.submit(self.prepare())
        assert answer.status == 201, answer.body
        return answer.body
