"""A shelf of vouchers, and a physician who looks at it over HTTP."""

from dataclasses import dataclass
from typing import Any

from werkzeug.test import TestResponse

from chassis.auth import Principal
from chassis.testing import ServiceUnderTest
from services.einvoice.issuing import Draft, issue
from services.einvoice.models import Voucher, VoucherState
from services.einvoice.printing import claim_printing, print_voucher
from tests.einvoice.facts import ROSA, a_line
from tests.people import physician

ROSA_LOGIN = physician()
OTHER = physician("023546", document_number="40000002")


@dataclass
class Shelf:
    """A service with vouchers put on its shelf, and a client to look at them."""

    service: ServiceUnderTest

    def put(self, state: VoucherState = VoucherState.ACCEPTED, **changes: Any) -> str:
        """Issue a voucher and say how SUNAT judged it; returns its id."""
        facts: dict[str, Any] = {
            "voucher_type": "03",
            "council": "03",
            "issued_at": self.service.clock.now(),
            "customer": ROSA,
            "lines": (a_line(),),
            "owner_cmp": "012345",
        }
        own = {name: changes.pop(name) for name in ("amended_type",) if name in changes}
        voucher_type = changes.pop("as_type", None)
        printed = changes.pop("printed", False)
        with self.service.transaction() as session:
            issued = issue(session, Draft(**facts | changes))
        if printed:
            self.print_all()
        with self.service.transaction() as session:
            voucher = session.get_one(Voucher, issued.voucher_id)
            voucher.state = state
            voucher.voucher_type = voucher_type or voucher.voucher_type
            for name, value in own.items():
                setattr(voucher, name, value)
            self.service.clock.advance(seconds=1)
            return voucher.id

    def print_all(self) -> None:
        """Render what waits."""
        with self.service.context():
            while voucher_id := claim_printing():
                print_voucher(voucher_id)

    def get(self, path: str, who: Principal | None = ROSA_LOGIN, **query: Any) -> TestResponse:
        """GET as a person."""
        return self.service.client(who).get(f"/v1/{path}", query_string=query)

    def statuses(self, voucher_id: str, who: Principal | None = ROSA_LOGIN) -> set[int]:
        """What every way to one voucher answers: look, download, print, ZIP, mail."""
        answers = [self.get(f"vouchers/{voucher_id}{way}", who) for way in ("", "/pdf", "/xml", "/cdr")]
        answers += [self.post(f"vouchers/{act}", who, ids=[voucher_id]) for act in ("print", "zip", "mail")]
        return {answer.status_code for answer in answers}

    def post(self, path: str, who: Principal | None = ROSA_LOGIN, **body: Any) -> TestResponse:
        """POST as a person."""
        return self.service.client(who).post(f"/v1/{path}", json=body)

    def items(self, **query: Any) -> list[dict[str, Any]]:
        """Rows of the list."""
        return list(self.get("vouchers", **query).get_json()["items"])

    def ids(self, who: Principal = ROSA_LOGIN, **query: Any) -> list[str]:
        """Ids of the list, in its order."""
        response = self.get("vouchers", who, **query)
        assert response.status_code == 200, response.get_json()
        return [item["id"] for item in response.get_json()["items"]]
