"""`cmp-digital demo`: walks the main job through the gateway as a client would, and says what it saw."""

import tempfile
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from functools import partial
from pathlib import Path
from typing import Any

import click
import requests

from chassis.logs import configure_logs
from cli.environment import Ports

CARD = {"number": "4474118355632240", "expiry": "03/28", "cvv": "111"}
PATIENCE_S = 60.0


class StepFailed(Exception):
    """A step did not show what it should."""


class Walk:
    """A client of the gateway who pays two dues and waits for voucher and mail."""

    def __init__(self, ports: Ports, login_token: str) -> None:
        """`login_token` is a one-time login of a demo physician."""
        self.ports, self._login_token = ports, login_token
        self.http = requests.Session()
        self._last = time.monotonic()

    def run(self) -> None:
        """The main job, step by step. Raises StepFailed, requests.RequestException."""
        self.log_in()
        order = self.place_order()
        self.pay(order)
        voucher = self._await_voucher(order)
        self._read_pdf(voucher)
        self._await_mail(order, voucher)

    def log_in(self) -> None:
        """Use up the one-time login."""
        session = self._post("identity/v1/sessions/one-time", {"token": self._login_token})
        self.account = session["account"]
        self.http.headers["Authorization"] = f"Bearer {session['access_token']}"
        self._tell(f"ingresó {self.account['given_names']}, CMP {self.account['cmp_number']}")

    def place_order(self, dues: int = 2) -> dict[str, Any]:
        """An order for the oldest dues, with a boleta to an address of its own."""
        pending = self._get("payments/v1/dues/pending?kind=COLEGIADO")
        oldest = pending["items"][:dues]
        self._tell(f"{len(pending['items'])} cuotas pendientes, S/ {pending['total']}; paga las {dues} más antiguas")
        terms = self._get("payments/v1/terms")
        wanted = {
            "kind": "COLEGIADO",
            "due_ids": [due["id"] for due in oldest],
            "voucher": {
                "type": "03",
                "email": f"pago-{uuid.uuid4().hex[:8]}@example.pe",
                "terms_accepted": True,
                "terms_version": terms["version"],
            },
        }
        order: dict[str, Any] = self._post("payments/v1/orders", wanted, {"Idempotency-Key": str(uuid.uuid4())})
        self._tell(f"pedido {order['number']} por S/ {order['total']}")
        return order

    def pay(self, order: dict[str, Any]) -> None:
        """Pay an order with a card that is approved. Raises StepFailed when it is not paid at once."""
        paid = self.authorize(order)
        self._expect(paid["public_state"] == "pagado", f"el pedido quedó {paid['public_state']}")
        self._tell(f"cargo {paid['attempt']['purchase_number']} aprobado; el pedido está pagado")

    def authorize(self, order: dict[str, Any]) -> dict[str, Any]:
        """Open an attempt, get a token for the card, ask for the charge; return the order as it stands then."""
        attempt = self._post(f"payments/v1/orders/{order['id']}/attempts", {})
        # What the card form in the browser does: the card goes to the acquirer, a token comes back.
        card = CARD | {
            "amount": attempt["amount"],
            "purchaseNumber": attempt["purchase_number"],
            "sessionKey": attempt["session_key"],
        }
        token = self.http.post(f"{self.ports.url('acquirer')}/_control/token", json=card, timeout=10).json()
        answer: dict[str, Any] = self._post(
            f"payments/v1/orders/{order['id']}/attempts/{attempt['purchase_number']}/authorization",
            {"transaction_token": token["transactionToken"], "channel": "web"},
        )
        return answer

    def order(self, order_id: str) -> dict[str, Any]:
        """An order as it stands."""
        found: dict[str, Any] = self._get(f"payments/v1/orders/{order_id}")
        return found

    def _await_voucher(self, order: dict[str, Any]) -> dict[str, Any]:
        def accepted() -> dict[str, Any] | None:
            items: list[dict[str, Any]] = self._get(f"einvoice/v1/vouchers?order_id={order['id']}")["items"]
            return items[0] if items else None

        voucher: dict[str, Any] = self._await(accepted, "la boleta no fue aceptada")
        self._tell(f"boleta {voucher['number']} aceptada por SUNAT")
        return voucher

    def _read_pdf(self, voucher: dict[str, Any]) -> None:
        for kind, magic in (("pdf", b"%PDF"), ("xml", b"<?xml"), ("cdr", b"PK")):
            content = self._await(partial(self._download, voucher, kind), f"el {kind} no se pudo leer")
            self._expect(content.startswith(magic), f"el {kind} no es lo que dice ser")
            self._tell(f"{kind.upper()} descargado, {len(content):,} bytes")

    def _download(self, voucher: dict[str, Any], kind: str) -> bytes:
        """A file of the voucher; empty while it is not there yet."""
        response = self.http.get(self._url(f"einvoice/v1/vouchers/{voucher['id']}/{kind}"), timeout=10)
        return response.content if response.ok else b""

    def _await_mail(self, order: dict[str, Any], voucher: dict[str, Any]) -> None:
        address = order["voucher"]["email"]

        def arrived() -> list[dict[str, Any]]:
            found = self.http.get(
                f"{self.ports.url('mailbox')}/api/messages", params={"to": address}, timeout=10
            ).json()
            mails = list(found["messages"] if isinstance(found, dict) else found)
            # The receipt of the payment comes in a mail of its own, before SUNAT has accepted the boleta.
            return [mail for mail in mails if voucher["number"] in mail["subject"]]

        mails = self._await(arrived, "no llegó el correo")
        self._expect(len(mails) == 1, f"llegaron {len(mails)} correos con la boleta")
        names = ", ".join(attachment["name"] for attachment in mails[0]["attachments"])
        self._expect(bool(names), "el correo no trae el PDF")
        self._tell(f"un correo a la dirección del pedido: «{mails[0]['subject']}» con {names}")

    def _await(self, look: Callable[[], Any], failure: str) -> Any:
        deadline = time.monotonic() + PATIENCE_S
        while not (found := look()):
            self._expect(time.monotonic() < deadline, failure)
            time.sleep(0.1)
        return found

    def _url(self, path: str) -> str:
        return f"{self.ports.url('gateway')}/api/{path}"

    def _get(self, path: str) -> Any:
        return self._answer(self.http.get(self._url(path), timeout=60))

    def _post(self, path: str, body: dict[str, Any], headers: dict[str, str] | None = None) -> Any:
        return self._answer(self.http.post(self._url(path), json=body, headers=headers, timeout=60))

    def _answer(self, response: requests.Response) -> Any:
        self._expect(
            response.ok, f"{response.request.method} {response.url}: {response.status_code} {response.text[:300]}"
        )
        return response.json()

    def _expect(self, condition: bool, failure: str) -> None:
        if not condition:
            raise StepFailed(failure)

    def _tell(self, what: str) -> None:
        moment = time.monotonic()
        click.echo(f"  {(moment - self._last) * 1000:7.0f} ms  {what}")
        self._last = moment


@contextmanager
def embedded(folder: Path) -> Iterator[tuple[Ports, str]]:
    """The platform in this process, on free ports."""
    from cli.embedded import Platform

    platform = Platform(folder, Ports.free())
    platform.start()
    try:
        yield platform.ports, platform.login_links()[0][1].rpartition("/")[2]
    finally:
        platform.stop()


def services(folder: Path) -> AbstractContextManager[tuple[Ports, str]]:
    """The platform as separate processes on RabbitMQ and PostgreSQL, on free ports."""
    from cli.services import running

    return running(folder, Ports.free())


def main(way: str) -> int:
    """Start, walk, stop; 0 when everything was seen."""
    started = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="cmp-demo-", ignore_cleanup_errors=True) as folder:
        with (Path(folder) / "platform.log").open("a") as log_file:
            configure_logs("platform", "INFO", log_file)
            try:
                with (embedded if way == "embedded" else services)(Path(folder)) as (ports, token):
                    click.echo(f"  {(time.monotonic() - started) * 1000:7.0f} ms  plataforma lista ({way})")
                    Walk(ports, token).run()
            except (StepFailed, requests.RequestException) as error:
                click.echo(f"FALLÓ: {error}", err=True)
                click.echo((Path(folder) / "platform.log").read_text()[-4000:], err=True)
                return 1
    click.echo(f"  {(time.monotonic() - started) * 1000:7.0f} ms  en total; nada queda en marcha")
    return 0
