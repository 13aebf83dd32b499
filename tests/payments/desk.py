"""A payments service with the acquirer beside it, and the few gestures its tests make."""

import threading
from dataclasses import dataclass, field
from typing import Any

from flask import Flask
from sqlalchemy import select
from waitress.server import create_server

from chassis.auth import Principal
from chassis.testing import ServiceUnderTest
from contracts.identity import PhysicianRegistered
from services.payments.dues import DueKind
from services.payments.jobs import send_refunds, settle_doubtful_refunds, settle_unknown_attempts
from services.payments.models import Attempt, AttemptEvent, Due, GatewayMessage, Order, Refund, StaffAct, Terms
from services.payments.states import DueState
from simulators.acquirer.app import create_app as create_acquirer
from tests.payments.facts import a_physician_registered
from tests.people import physician, staff

APPROVED = "4474118355632240"
NO_FUNDS = "4041650444437904"
NO_COMMUNICATION = "4285975261967724"
INVALID_MERCHANT = "4539674409144668"
TERMS = "2026-01"
ROSA = physician()
TREASURY = ("payments:view", "payments:settle", "payments:refund", "payments:dues")
ANA = staff(*TREASURY, subject="staff-ana", name="ANA PRUEBA")
BETO = staff(*TREASURY, subject="staff-beto", name="BETO PRUEBA")
JULIO = physician("023546", document_number="40000002", council="15")


class Socket:
    """One real socket for all tests; behind it stands the application of the test that runs."""

    def __init__(self) -> None:
        self.answer: Any = None
        self._server: Any = create_server(self._pass_on, host="127.0.0.1", port=0, threads=8)
        self.url = f"http://127.0.0.1:{self._server.effective_port}"
        threading.Thread(target=self._server.run, daemon=True).start()

    def _pass_on(self, environ: Any, start_response: Any) -> Any:
        return self.answer(environ, start_response)

    def close(self) -> None:
        """Stop listening."""
        self._server.close()


class Acquirer:
    """The simulated acquirer; its clock is the test's, and it sleeps only until it is let go."""

    def __init__(self, socket: Socket, **config: Any) -> None:
        self.awake = threading.Event()
        self.app: Flask = create_acquirer({"sleep": self._sleep, **config})
        self.control = self.app.test_client()
        self.url = socket.url
        socket.answer = self.app

    def _sleep(self, seconds: float) -> None:
        self.awake.wait(min(seconds, 10))

    def next(self, behaviour: str, **more: Any) -> None:
        """Spoil the next call."""
        assert self.control.post("/_control/next", json={"behaviour": behaviour, **more}).status_code == 201

    def token(self, card: str = APPROVED, **form: Any) -> str:
        """What the card form gives the browser."""
        return str(self.control.post("/_control/token", json={"number": card, **form}).get_json()["transactionToken"])

    def charges(self, *, approved_only: bool = True) -> list[dict[str, Any]]:
        """What was decided, newest first."""
        decided = self.control.get("/_control/charges").get_json()
        return [charge for charge in decided if not approved_only or charge["actionCode"] == "000"]


@dataclass
class Answer:
    """What a route said."""

    status: int
    body: Any
    headers: Any

    @property
    def problem(self) -> str:
        """The end of the problem's type."""
        return str(self.body["type"]).removeprefix("urn:cmp:problem:")

    @property
    def pointers(self) -> dict[str, str]:
        """What is wrong in the input, by place."""
        return {error["pointer"]: error["detail"] for error in self.body["errors"]}


@dataclass
class Desk:
    """Payments as physicians see it, and as its tables stand."""

    service: ServiceUnderTest
    acquirer: Acquirer
    keys: int = field(default=0)

    def welcome(self, **changes: Any) -> PhysicianRegistered:
        """Let a physician's registration arrive."""
        event = a_physician_registered(**changes)
        self.service.deliver(event)
        return event

    def publish_terms(self, version: str = TERMS) -> None:
        """Publish payment conditions."""
        with self.service.transaction() as session:
            session.add(
                Terms(version=version, text_es="Condiciones", text_en="Terms", published_at=self.service.clock.now())
            )

    def owe(
        self, *periods: str, cmp_number: str = "012345", kind: DueKind = DueKind.COLEGIADO, cents: int = 6000
    ) -> list[str]:
        """Let a physician owe these months; return the ids of the dues."""
        dues = [
            Due(
                owner_cmp=cmp_number, kind=kind, period=period, amount_cents=cents, tax_code="30",
                description=f"Cuota {kind} {period}", created_at=self.service.clock.now(),
            )
            for period in periods
        ]  # fmt: skip
        with self.service.transaction() as session:
            session.add_all(dues)
        return [str(due.id) for due in dues]

    def ask(self, method: str, path: str, who: Principal | None = ROSA, **options: Any) -> Answer:
        """Call a route."""
        response = self.service.client(who).open(path, method=method, **options)
        return Answer(response.status_code, response.get_json(), response.headers)

    def pending(self, kind: str = "COLEGIADO", who: Principal = ROSA) -> Any:
        """The list of dues that can be paid."""
        return self.ask("GET", f"/v1/dues/pending?kind={kind}", who).body

    def request_for(self, due_ids: list[str], kind: str = "COLEGIADO", **voucher: Any) -> dict[str, Any]:
        """The body of an order: a boleta unless told otherwise."""
        boleta = {"type": "03", "email": "pago@example.org", "terms_accepted": True, "terms_version": TERMS}
        return {"kind": kind, "due_ids": due_ids, "voucher": boleta | voucher}

    def post_order(self, body: dict[str, Any], who: Principal | None = ROSA, key: str | None = None) -> Answer:
        """Place an order under a key of its own."""
        self.keys += 1
        return self.ask("POST", "/v1/orders", who, json=body, headers={"Idempotency-Key": key or f"key-{self.keys}"})

    def place(self, *due_ids: str, who: Principal = ROSA, kind: str = "COLEGIADO", **voucher: Any) -> Any:
        """Place an order that must succeed."""
        answer = self.post_order(self.request_for(list(due_ids), kind, **voucher), who)
        assert answer.status == 201, answer.body
        return answer.body

    def open_form(self, order: Any, who: Principal = ROSA) -> Any:
        """Open the card form; it must succeed."""
        answer = self.ask("POST", f"/v1/orders/{order['id']}/attempts", who)
        assert answer.status == 201, answer.body
        return answer.body

    def fill(self, form: Any, card: str = APPROVED) -> str:
        """Fill the acquirer's form in the browser."""
        bound = {"sessionKey": form["session_key"], "amount": form["amount"], "purchaseNumber": form["purchase_number"]}
        return self.acquirer.token(card, **bound)

    def submit(self, order: Any, form: Any, token: str, who: Principal | None = ROSA, **more: Any) -> Answer:
        """Send back what the form gave."""
        path = f"/v1/orders/{order['id']}/attempts/{form['purchase_number']}/authorization"
        body = {"transaction_token": token, "channel": "web", "customer_email": "otra@example.org"}
        return self.ask("POST", path, who, json=body | more)

    def pay(self, order: Any, card: str = APPROVED, who: Principal = ROSA) -> Any:
        """Open the form, fill it, send it back; return the order as it then stands."""
        form = self.open_form(order, who)
        answer = self.submit(order, form, self.fill(form, card), who)
        assert answer.status == 200, answer.body
        return answer.body

    def wait_and_ask(self, **time: float) -> None:
        """Let time pass, then let the janitor work."""
        self.service.clock.advance(**time)
        self.service.run(settle_unknown_attempts)

    def in_doubt(self, behaviour: str = "charge_then_drop", *due_ids: str) -> Any:
        """An order whose charge was never answered."""
        order = self.place(*(due_ids or self.owe("202608")))
        self.acquirer.next(behaviour)
        self.pay(order)
        return order

    def authorizations(self) -> int:
        """How often a charge was asked for."""
        return sum(
            1
            for line in self.conversation()
            if line.direction == "out" and "/authorization/ecommerce/" in line.endpoint
        )

    def pay_elsewhere(self, due_id: str) -> None:
        """At the bank or the counter."""
        self.change_due(due_id, state=DueState.PAID, settled_at=self.service.clock.now())

    def order(self, order: Any, who: Principal = ROSA) -> Any:
        """The order as it stands."""
        return self.ask("GET", f"/v1/orders/{order['id']}", who).body

    def attempts(self) -> list[Attempt]:
        """All attempts, oldest first."""
        with self.service.transaction() as session:
            return list(session.scalars(select(Attempt).order_by(Attempt.id)))

    def attempt(self) -> Attempt:
        """The last attempt."""
        return self.attempts()[-1]

    def history(self) -> list[str]:
        """The edges the attempts took, oldest first."""
        with self.service.transaction() as session:
            rows = session.scalars(select(AttemptEvent).order_by(AttemptEvent.id))
            return [f"{row.from_state or '-'} {row.happening} {row.to_state}" for row in rows]

    def conversation(self) -> list[GatewayMessage]:
        """What was said to and by the acquirer, as it is kept."""
        with self.service.transaction() as session:
            return list(session.scalars(select(GatewayMessage).order_by(GatewayMessage.id)))

    def due(self, due_id: str) -> Due:
        """A due as it stands."""
        with self.service.transaction() as session:
            return session.get_one(Due, int(due_id))

    def change_due(self, due_id: str, **values: Any) -> None:
        """Change a due behind the order's back."""
        with self.service.transaction() as session:
            due = session.get_one(Due, int(due_id))
            for name, value in values.items():
                setattr(due, name, value)

    def stored_order(self, order: Any) -> Order:
        """The order's row."""
        with self.service.transaction() as session:
            return session.get_one(Order, order["id"])

    # --- what treasury does ---------------------------------------------------------------------------------

    def paid(self, *due_ids: str, who: Principal = ROSA, kind: str = "COLEGIADO") -> Any:
        """An order that was paid."""
        order = self.place(*(due_ids or self.owe("202608")), who=who, kind=kind)
        assert self.pay(order, who=who)["state"] == "PAID"
        return order

    def not_applied(self) -> Any:
        """An order whose charge found its due paid elsewhere (case 8)."""
        [due] = self.owe("202608")
        order = self.in_doubt("charge_then_drop", due)
        self.pay_elsewhere(due)
        self.wait_and_ask(seconds=10)
        assert self.stored_order(order).state == "PAID_NOT_APPLIED"
        return order

    def treasury(self, method: str, path: str, who: Principal = ANA, **body: Any) -> Answer:
        """Call one of treasury's routes."""
        options = {"json": body} if method == "POST" else {}
        return self.ask(method, f"/v1/staff/{path}", who, **options)

    def ask_refund(self, order: Any, *due_ids: str, who: Principal = ANA) -> Any:
        """Ask for a refund; it must succeed."""
        body = {"due_ids": list(due_ids), "reason": "pagó dos veces"}
        answer = self.treasury("POST", f"orders/{order['id']}/refunds", who, **body)
        assert answer.status == 201, answer.body
        return answer.body

    def refund(self, order: Any, *due_ids: str) -> Any:
        """Ask for a refund and have it approved by another person; nothing is sent yet."""
        asked = self.ask_refund(order, *due_ids)
        answer = self.treasury("POST", f"refunds/{asked['id']}/approval", BETO)
        assert answer.status == 200, answer.body
        return answer.body

    def send_refunds(self, **time: float) -> None:
        """Let time pass, then let the job tell the acquirer."""
        self.service.clock.advance(**time)
        self.service.run(send_refunds)

    def ask_about_refunds(self, **time: float) -> None:
        """Let time pass, then let the job ask about refunds in doubt."""
        self.service.clock.advance(**time)
        self.service.run(settle_doubtful_refunds)

    def refunds(self) -> list[Refund]:
        """All refunds, oldest first."""
        with self.service.transaction() as session:
            return list(session.scalars(select(Refund).order_by(Refund.external_reference)))

    def last_refund(self) -> Refund:
        """The last refund as it stands."""
        return self.refunds()[-1]

    def acts(self) -> list[StaffAct]:
        """What staff did, oldest first."""
        with self.service.transaction() as session:
            return list(session.scalars(select(StaffAct).order_by(StaffAct.id)))
