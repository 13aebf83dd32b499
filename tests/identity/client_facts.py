"""Facts the tests of clients start from. The firms and people are invented; their RUCs only have a right check digit."""

import uuid
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import select

from contracts.einvoice import VoucherIssued
from services.identity.clients.appearing import change_client_email, find_client
from services.identity.models import Account, FirstAccess, MailRequest
from tests.identity.conftest import Answer, House

CLINIC = "20999999019"
CLINIC_PASSWORD = "diecisiete puertas azules"
ROSA_RUC = "10400000013"
ROSA_DNI = "40000001"
PATIENT_DNI = "04000009"
TEXTS = {"personal-data": "2026-11-ejemplo"}


def issued(number: str = "F003-00000017", **changes: Any) -> VoucherIssued:
    """A factura of S/ 120.00 to the clinic, numbered by CR III."""
    facts: dict[str, Any] = {
        "voucher_id": str(uuid.uuid4()),
        "number": number,
        "voucher_type": "01",
        "issue_date": date(2026, 11, 20),
        "customer_document_type": "6",
        "customer_document_number": CLINIC,
        "customer_name": "CLÍNICA DE EJEMPLO S.A.C.",
        "total": Decimal("120.00"),
        "currency": "PEN",
        "council": "03",
    }
    return VoucherIssued(**(facts | changes))


PROOF = {"type": "01", "number": "F003-00000017", "issue_date": "2026-11-20", "total": "120.00"}
"""What the clinic reads on that factura."""


@dataclass
class Desk:
    """Identity after a factura to the clinic, and the gestures of a first access."""

    house: House

    def start(
        self, document: str = CLINIC, password: str | None = None, address: str = "203.0.113.7", **more: Any
    ) -> Answer:
        """The document number in both fields."""
        typed = document if password is None else password
        return self.house.post("/v1/first-access", address, username=document, password=typed, **more)

    def begin(self, document: str = CLINIC) -> str:
        """A first access that was begun; its secret."""
        return str(self.start(document).body["first_access"])

    def prove(self, secret: str, address: str = "203.0.113.7", **proof: Any) -> Answer:
        """Show a proof."""
        return self.house.post("/v1/first-access/proof", address, first_access=secret, **proof)

    def finish(self, token: str, password: str = CLINIC_PASSWORD, consents: dict[str, str] | None = None) -> Answer:
        """Set the password."""
        consents = TEXTS if consents is None else consents
        return self.house.post("/v1/first-access/password", token=token, password=password, consents=consents)

    def token(self, document: str = CLINIC) -> str:
        """The token of a first access proven by the factura."""
        return str(self.prove(self.begin(document), voucher=PROOF).body["token"])

    def write_to(self, email: str, document: str = CLINIC) -> None:
        """Give the client an address, as staff do."""
        with self.house.service.transaction() as session:
            client = find_client(session, "6", document)
            assert client is not None
            change_client_email(client, email)

    def mails_due(self) -> list[MailRequest]:
        """The mails with a code that were asked for, after the job ran."""
        from services.identity.jobs import mail_first_accesses

        self.house.service.run(mail_first_accesses)
        with self.house.service.transaction() as session:
            return list(session.scalars(select(MailRequest).where(MailRequest.purpose == "first_access")))

    def code_of(self, request: MailRequest) -> str:
        """What the notifier is told when it sends the mail."""
        from services.identity.mail_requests import mint_secret

        with self.house.service.transaction() as session:
            code = mint_secret(session, request.id, self.house.service.clock.now()).code
        assert code is not None
        return code

    def client(self, document: str = CLINIC, kind: str = "6") -> Account:
        """The client's account."""
        with self.house.service.transaction() as session:
            found = find_client(session, kind, document)
        assert found is not None
        return found

    def accesses(self) -> list[FirstAccess]:
        """Every first access, oldest first."""
        with self.house.service.transaction() as session:
            return list(session.scalars(select(FirstAccess).order_by(FirstAccess.started_at)))
