"""A gateway that speaks the services' JSON from memory, on a real socket, and plays the acquirer's script too."""

import re
import threading
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from flask import Flask, Response, jsonify, request
from werkzeug.serving import WSGIRequestHandler, make_server

from tests.portal.fakes_accounts import OPEN_PATHS, AccountsFake, offer_accounts
from tests.portal.fakes_clients import ClientsFake, offer_clients
from tests.portal.fakes_own_data import OwnData, offer_own_data
from tests.portal.fakes_paying import PayingFake, offer_paying
from tests.portal.fakes_recert import RecertFake, offer_recert
from tests.portal.fakes_recert_calendar import CalendarFake, offer_calendar
from tests.portal.fakes_recert_desk import RecertDeskFake, offer_recert_desk
from tests.portal.fakes_recertified import RecertifiedFake, offer_recertified
from tests.portal.fakes_register import RegisterFake, offer_register
from tests.portal.fakes_staff import StaffDesk, offer_staff
from tests.portal.fakes_standing import StandingFake, offer_standing
from tests.portal.fakes_treasury import TreasuryFake, offer_treasury
from tests.portal.fakes_voucher_check import VoucherCheckFake, offer_voucher_check
from tests.portal.fakes_voucher_desk import VoucherDeskFake, offer_voucher_desk
from tests.portal.fakes_vouchers import ExportsFake, offer_voucher_files

ROSA = {
    "id": "acc-1", "name": "Rosa Elvira Quispe Ñaupari", "given_names": "Rosa Elvira", "cmp_number": "012345",
    "document_type": "1", "document_number": "40000001", "council": "03", "email": "rosa.quispe@example.pe",
}  # fmt: skip
STAFF = ROSA | {"id": "staff-1", "kind": "staff", "name": "Personal de prueba", "given_names": "", "cmp_number": None}
PASSWORD = "una clave bien larga"
PDF = b"%PDF-1.4 fake"
CHECKOUT_JS = """
(() => {
  const script = document.currentScript, form = script.closest("form");
  const button = document.createElement("button");
  button.type = "button"; button.id = "acquirer-pay"; button.textContent = "PAGAR";
  button.style.cssText = "min-height:44px;padding:8px 24px;background:#0b6b4f;color:#fff;border:0";
  button.addEventListener("click", () => {
    for (const [name, value] of [["transactionToken", "TOKEN123"], ["customerEmail", "otro@example.pe"], ["channel", "web"]]) {
      const input = document.createElement("input");
      input.type = "hidden"; input.name = name; input.value = value; form.append(input);
    }
    form.submit();
  });
  script.after(button);
})();
"""


@dataclass
class Asked:
    """A request the portal made."""

    method: str
    path: str
    body: Any
    query: dict[str, str]
    headers: dict[str, str]


def due(number: int, period: str, amount: str = "20.00", kind: str = "COLEGIADO") -> dict[str, Any]:
    """A due as payments tells it."""
    return {"id": str(number), "kind": kind, "period": period, "description": "Cuota ordinaria", "amount": amount,
            "order_id": None}  # fmt: skip


def voucher(
    number: int, type: str = "03", state_label: str = "Aceptado", name: str = "QUISPE ÑAUPARI ROSA ELVIRA"
) -> Any:
    """A voucher as einvoice tells it."""
    prefix = "B001" if type == "03" else "BC01"
    return {
        "id": f"v{number}", "number": f"{prefix}-{number:08d}", "type": type, "issue_date": "2019-07-11",
        "customer_document_type": "1", "customer_document_number": "04000001", "customer_name": name, "total": "40.00",
        "currency": "PEN", "state": "accepted", "state_label": state_label, "files": {"pdf": {"size": 13}},
    }  # fmt: skip


@dataclass
class FakeGateway:
    """What the services know, and what the portal asked them. Tests change the attributes as they need."""

    dues: list[dict[str, Any]] = field(
        default_factory=lambda: [due(1, "202503"), due(2, "202504"), due(3, "202505", "25.50"), due(4, "202506")]
    )
    older: dict[str, Any] = field(default_factory=lambda: {"count": 0, "total": "0.00"})
    vouchers: list[dict[str, Any]] = field(default_factory=lambda: [voucher(n) for n in range(3, 0, -1)])
    orders: dict[str, dict[str, Any]] = field(default_factory=dict)
    order_voucher: dict[str, Any] | None = None
    terms_version: str = "2026-01"
    outcome: str = "pagado"
    expires_in: int = 600
    access_ends: set[str] = field(default_factory=set)
    used_refresh: set[str] = field(default_factory=set)
    family_ended: bool = False
    keys: dict[str, str] = field(default_factory=dict)
    asked: list[Asked] = field(default_factory=list)
    answers: dict[tuple[str, str], tuple[int, dict[str, Any], dict[str, str]]] = field(default_factory=dict)
    stalled: threading.Event | None = None
    port: int = 0
    count: int = 0
    standing: StandingFake = field(default_factory=StandingFake)
    voucher_check: VoucherCheckFake = field(default_factory=VoucherCheckFake)
    paying: PayingFake = field(default_factory=PayingFake)
    treasury: TreasuryFake = field(default_factory=TreasuryFake)
    recert_desk: RecertDeskFake = field(default_factory=RecertDeskFake)
    calendar: CalendarFake = field(default_factory=CalendarFake)
    voucher_desk: VoucherDeskFake = field(default_factory=VoucherDeskFake)
    person: dict[str, Any] = field(default_factory=lambda: ROSA)
    permissions: list[str] = field(default_factory=list)
    own: OwnData = field(default_factory=OwnData)
    desk: StaffDesk = field(default_factory=StaffDesk)
    clients: ClientsFake = field(default_factory=ClientsFake)
    accounts: AccountsFake = field(default_factory=AccountsFake)
    recert: RecertFake = field(default_factory=RecertFake)
    register: RegisterFake = field(default_factory=RegisterFake)
    exports: ExportsFake = field(default_factory=ExportsFake)
    recertified: RecertifiedFake = field(default_factory=RecertifiedFake)
    lock: threading.Lock = field(default_factory=threading.Lock)

    # ---- what tests say
    def refuse(self, method: str, path: str, status: int, type: str = "", detail: str = "", **more: Any) -> None:
        """From now on answer this way; `path` is a regular expression."""
        headers = more.pop("headers", {})
        self.answers[method, path] = (status, {"type": f"urn:cmp:problem:{type}", "detail": detail, **more}, headers)

    def calls(self, method: str, path: str) -> list[Asked]:
        """The requests made so far to a path (a regular expression)."""
        return [asked for asked in self.asked if asked.method == method and re.fullmatch(path, asked.path)]

    def add_order(self, order_id: str = "o1", public_state: str = "pendiente", **more: Any) -> dict[str, Any]:
        """An order of Rosa's."""
        now = datetime.now(UTC)
        order = {
            "id": order_id, "number": "000000077", "state": "READY", "public_state": public_state, "owner_cmp": "012345",
            "owner_name": ROSA["name"], "kind": "COLEGIADO", "total": "40.00", "currency": "PEN",
            "lines": [{"due_id": d["id"], "period": d["period"], "description": d["description"], "amount": d["amount"]}
                      for d in self.dues[:2]],
            "voucher": {"type": "03", "email": "rosa.quispe@example.pe", "document_type": "1",
                        "document_number": "40000001", "name": ROSA["name"], "address": None},
            "created_at": now.isoformat(), "expires_at": (now + timedelta(minutes=40)).isoformat(), "attempt": None,
        }  # fmt: skip
        self.orders[order_id] = order | more
        return self.orders[order_id]

    # ---- what services do
    def session(self, account: dict[str, Any] | None = None) -> Any:
        with self.lock:
            self.count += 1
            number = self.count
        return jsonify(access_token=f"access-{number}", expires_in=self.expires_in, refresh_token=f"refresh-{number}",
                       account=account or self.person, permissions=self.permissions)  # fmt: skip

    def refreshed(self, token: str) -> Any:
        """A refresh token works once; its second use ends the family, as identity does it."""
        with self.lock:
            if token in self.used_refresh:
                self.family_ended = True
            self.used_refresh.add(token)
        if self.family_ended:
            return problem(401, "identity/session-ended", "Su sesión terminó.")
        return self.session()

    def attempt(self, order: dict[str, Any]) -> dict[str, Any]:
        self.count += 1
        number = f"9000000{self.count:02d}"
        order["attempt"] = {"purchase_number": number, "state": "CREATED", "action_code": None, "action_text": None}
        return {
            "purchase_number": number, "amount": order["total"], "currency": "PEN", "merchant_id": "456879852",
            "session_key": "sesion-secreta", "checkout_js_url": f"http://127.0.0.1:{self.port}/checkout.js",
            "expires_at": (datetime.now(UTC) + timedelta(minutes=20)).isoformat(), "expiration_minutes": 20,
            "timeout_minutes": 20, "merchant_name": "Colegio Medico del Peru", "merchant_logo_url": "",
            "cardholder_name": "Rosa Elvira", "cardholder_lastname": "Quispe Naupari",
            "cardholder_email": order["voucher"]["email"],
        }  # fmt: skip

    def authorize(self, order: dict[str, Any]) -> dict[str, Any]:
        order["public_state"] = self.outcome
        texts = {"pagado": "Aprobado y completado con éxito", "rechazado": "Tarjeta sin fondos. Contacte a su banco."}
        order["attempt"] |= {"state": "PAID", "action_text": texts.get(self.outcome)}
        return order

    def receipt(self, order: dict[str, Any]) -> dict[str, Any]:
        return {
            "order_id": order["id"], "order_number": order["number"], "purchase_number": "900000001",
            "card": "401214****0007", "card_brand": "visa", "cardholder": "ROSA QUISPE", "paid_at": "2020-07-26T03:07:13Z",
            "amount": order["total"], "currency": "PEN", "gateway_amount": None,
            "description": "Cuota Colegiado: marzo 2025, abril 2025", "action_text": "Aprobado y completado con éxito",
            "voucher_type": order["voucher"]["type"], "voucher_email": order["voucher"]["email"],
            "refund_policy": "Las devoluciones se piden en el consejo regional.", "terms_version": "2026-01",
            "merchant": {"name": "Colegio Médico del Perú", "domain": "cmp.example.pe", "phone": "01 641-9847",
                         "address": "Av. 28 de Julio 776, Miraflores"},
            "keep_notice": "Imprima esta constancia y consérvela como comprobante de su pago.",
        }  # fmt: skip

    def summary(self, owner_cmp: str | None = None) -> dict[str, Any]:
        kinds = []
        for kind in ("SEMEFA",) if owner_cmp else ("COLEGIADO", "SEMEFA"):
            found = [d for d in self.dues if d["kind"] == kind]
            total = sum(float(d["amount"]) for d in found)
            kinds.append({"kind": kind, "count": len(found), "total": f"{total:.2f}", "older": self.older})
        return {"owner_cmp": "012345", "owner_name": ROSA["name"], "currency": "PEN", "kinds": kinds}

    def pending(self, kind: str) -> dict[str, Any]:
        found = [d for d in self.dues if d["kind"] == kind]
        total = sum(float(d["amount"]) for d in found)
        return {"kind": kind, "items": found, "total": f"{total:.2f}", "older": self.older, "window_start": "202403"}

    def search(self, query: dict[str, str]) -> dict[str, Any]:
        start, limit = int(query.get("after") or 0), int(query.get("limit") or 20)
        rows = self.vouchers[start : start + limit]
        more = start + limit < len(self.vouchers)
        return {"items": rows, "next": str(start + limit) if more else None}


def problem(status: int, type: str, detail: str) -> Response:
    """problem+json."""
    response = jsonify(type=f"urn:cmp:problem:{type}", title=detail, detail=detail, status=status)
    response.status_code, response.content_type = status, "application/problem+json"
    return response


def application(world: FakeGateway) -> Flask:
    """The fake's HTTP surface."""
    app = Flask("fake_gateway")

    @app.before_request
    def note() -> Any:
        if not request.path.startswith("/api/"):
            return None
        path = request.path.removeprefix("/api/")
        asked = Asked(
            request.method, path, request.get_json(silent=True), request.args.to_dict(), dict(request.headers)
        )
        world.asked.append(asked)
        if world.stalled is not None:
            world.stalled.wait(5)
        for (method, pattern), (status, body, headers) in world.answers.items():
            if method == request.method and re.fullmatch(pattern, path):
                response = jsonify(body)
                response.status_code = status
                response.headers.update(headers)
                return response
        return _check_token(path)

    def _check_token(path: str) -> Any:
        token = request.headers.get("Authorization", "").removeprefix("Bearer ")
        if path.startswith("identity/v1/sessions") and request.method == "POST":
            return None
        if path.startswith(("identity/v1/first-access", "identity/v1/consent-texts", *OPEN_PATHS)):
            return None
        if "/public/" in path or path in ("identity/v1/email-confirmations", "identity/v1/staff-invitations/password"):
            return None
        if not token.startswith("access-") or token in world.access_ends:
            return problem(401, "unauthenticated", "Su sesión no es válida o venció.")
        return None

    app.config["PROPAGATE_EXCEPTIONS"] = False
    _offer_identity(app, world)
    _offer_payments(app, world)
    offer_paying(app, world.paying)
    _offer_einvoice(app, world)
    offer_voucher_files(app, world.exports, problem)
    offer_standing(app, world.standing)
    offer_voucher_check(app, world.voucher_check)
    offer_treasury(app, world)
    offer_calendar(app, world)
    offer_recert_desk(app, world)
    offer_voucher_desk(app, world)
    offer_own_data(app, world)
    offer_staff(app, world)
    offer_clients(app, world)
    offer_accounts(app, world)
    offer_recert(app, world.recert)
    offer_register(app, world)
    offer_recertified(app, world)
    app.add_url_rule("/livez", "livez", lambda: jsonify(status="ok"))
    app.add_url_rule("/checkout.js", "script", lambda: Response(CHECKOUT_JS, content_type="text/javascript"))
    return app


def _offer_identity(app: Flask, world: FakeGateway) -> None:
    @app.post("/api/identity/v1/sessions")
    def log_in() -> Any:
        if request.json["password"] != PASSWORD:
            return problem(401, "identity/wrong-credentials", "El usuario o la contraseña no son correctos.")
        return world.session(), 201

    @app.post("/api/identity/v1/sessions/one-time")
    def one_time() -> Any:
        if request.json["token"] != "enlace-bueno":
            return problem(401, "identity/link-not-valid", "El enlace ya no vale.")
        return world.session(), 201

    app.add_url_rule(
        "/api/identity/v1/sessions/refresh",
        "refresh",
        lambda: world.refreshed(request.json["refresh_token"]),
        methods=["POST"],
    )
    app.add_url_rule("/api/identity/v1/sessions/current", "log_out", lambda: ("", 204), methods=["DELETE"])


def _offer_payments(app: Flask, world: FakeGateway) -> None:
    base = "/api/payments/v1"

    def own(order_id: str) -> dict[str, Any] | None:
        return world.orders.get(order_id)

    def order_or_404(answer: Any) -> Any:
        def view(order_id: str, **_: Any) -> Any:
            order = own(order_id)
            return answer(order) if order else problem(404, "payments/order-not-found", "No existe.")

        return view

    @app.post(f"{base}/orders")
    def place() -> Any:
        key, body = request.headers.get("Idempotency-Key"), request.json
        with world.lock:
            if key not in world.keys:
                order_id = f"o{len(world.orders) + 1}"
                chosen = [d for d in world.dues if d["id"] in body["due_ids"]]
                total = f"{sum(float(d['amount']) for d in chosen):.2f}"
                world.add_order(order_id, kind=body["kind"], total=total)
                world.orders[order_id]["voucher"] |= {
                    "type": body["voucher"]["type"],
                    "email": body["voucher"]["email"],
                }
                world.keys[str(key)] = order_id
        return jsonify(world.orders[world.keys[str(key)]]), 201

    app.add_url_rule(f"{base}/orders", "orders", lambda: jsonify(items=list(world.orders.values())[::-1], next=None))
    app.add_url_rule(f"{base}/orders/<order_id>", "order", order_or_404(jsonify))
    app.add_url_rule(f"{base}/orders/<order_id>/receipt", "receipt", order_or_404(lambda o: jsonify(world.receipt(o))))
    post = {"methods": ["POST"]}
    app.add_url_rule(
        f"{base}/orders/<order_id>/attempts",
        "attempt",
        order_or_404(lambda o: (jsonify(world.attempt(o)), 201)),
        **post,
    )
    app.add_url_rule(
        f"{base}/orders/<order_id>/attempts/<number>/authorization",
        "pay",
        order_or_404(lambda o: world.authorize(o)),
        **post,
    )
    app.add_url_rule(
        f"{base}/orders/<order_id>/cancellation", "cancel",
        order_or_404(lambda o: o.update(public_state="vencido", state="CANCELLED") or jsonify(o)), **post,
    )  # fmt: skip
    app.add_url_rule(f"{base}/dues/summary", "summary", lambda: jsonify(world.summary(request.args.get("owner_cmp"))))
    app.add_url_rule(f"{base}/dues/pending", "pending", lambda: jsonify(world.pending(request.args["kind"])))
    app.add_url_rule(
        f"{base}/terms",
        "terms",
        lambda: jsonify(
            version=world.terms_version, text_es="Primera condición.\nSegunda.", text_en="First condition."
        ),
    )


def _offer_einvoice(app: Flask, world: FakeGateway) -> None:
    base = "/api/einvoice/v1"

    def pdf(**_: Any) -> Response:
        return Response(PDF, content_type="application/pdf")

    def of_order(order_id: str) -> Any:
        if world.order_voucher is None:
            return problem(404, "einvoice/voucher-not-found", "No existe.")
        return jsonify(world.order_voucher)

    def one_pdf(voucher_id: str) -> Any:
        known = any(row["id"] == voucher_id for row in world.vouchers)
        return pdf() if known else problem(404, "einvoice/voucher-not-found", "No existe.")

    app.add_url_rule(f"{base}/vouchers", "vouchers", lambda: jsonify(world.search(request.args.to_dict())))
    app.add_url_rule(f"{base}/vouchers/<voucher_id>/pdf", "pdf", one_pdf)
    app.add_url_rule(f"{base}/vouchers/print", "print", pdf, methods=["POST"])
    app.add_url_rule(
        f"{base}/vouchers/mail", "mail", lambda: (jsonify(requested=len(request.json["ids"])), 202), methods=["POST"]
    )
    app.add_url_rule(f"{base}/orders/<order_id>/voucher", "order_voucher", of_order)


class _Quiet(WSGIRequestHandler):
    def log(self, type: str, message: str, *args: Any) -> None:
        """No access log in the middle of the tests' output."""


class Running:
    """A WSGI application served on a free port by a thread."""

    def __init__(self, app: Any) -> None:
        """Serve until `stop`."""
        self._server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=_Quiet)
        self.port = self._server.server_port
        self.url = f"http://127.0.0.1:{self.port}"
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Close the port."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()
