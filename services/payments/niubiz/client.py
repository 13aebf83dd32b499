"""Niubiz's web payment API as payments.md section 1 describes it: security, session, authorization, retrieve."""

import base64
import threading
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from functools import partial
from typing import Any

from services.payments.niubiz.answers import (
    AcquirerUnavailable,
    Authorization,
    Exchange,
    Finding,
    FormSession,
    GivingBack,
    NotSent,
    SaleRequest,
    Unknown,
)
from services.payments.niubiz.replies import read_authorization, read_finding, read_json
from services.payments.niubiz.returns import RefundRequest, read_refund, read_void, spell_lima_time
from services.payments.niubiz.scrub import scrubbed
from services.payments.niubiz.transport import HttpReply, Interrupted, NeverSent, call

TOKEN_LIFE = timedelta(minutes=50)
"""The security token lives 60 minutes at Niubiz; ours is renewed before."""

AUTHORIZATION_TIMEOUT_S = 45.0
OTHER_TIMEOUT_S = 15.0
TRIES = 2
"""Security, session and query may be asked again; an authorization never is (payments.md 1.4)."""

Journal = Callable[[Exchange], None]
"""Keeps one scrubbed line of the conversation before anybody acts on it."""


@dataclass
class _Token:
    """The cached security token. Never logged, never stored."""

    value: str = ""
    until: datetime = datetime(1970, 1, 1, tzinfo=UTC)
    lock: threading.Lock = field(default_factory=threading.Lock)


class Niubiz:
    """The acquirer for one merchant code. Safe to share between threads; keeps nothing but its security token."""

    def __init__(
        self,
        *,
        url: str,
        user: str,
        password: str,
        merchant_id: str,
        countable: bool,
        clock: Callable[[], datetime],
        authorization_timeout_s: float = AUTHORIZATION_TIMEOUT_S,
        other_timeout_s: float = OTHER_TIMEOUT_S,
        early_codes: Iterable[str] = (),
        repeated_codes: Iterable[str] = (),
    ) -> None:
        """`countable`: True settles by itself the night after, False only holds. Time-outs for reading, in seconds.

        `early_codes` and `repeated_codes` are the CODERRORs of a refund that comes too early or was taken before.
        """
        self._early, self._repeated = frozenset(early_codes), frozenset(repeated_codes)
        self._url, self._merchant_id, self._countable, self._clock = url.rstrip("/"), merchant_id, countable, clock
        self._login = "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()
        self._authorization_timeout_s, self._other_timeout_s = authorization_timeout_s, other_timeout_s
        self._token = _Token()

    def open_session(
        self, amount: Decimal, *, client_ip: str, defined: Mapping[str, str], journal: Journal
    ) -> FormSession:
        """Open one session of the card form for one attempt; `defined` are merchant data (MDDn).

        Raises AcquirerUnavailable; nothing is charged by a session.
        """
        path = f"/api.ecommerce/v2/ecommerce/token/session/{self._merchant_id}"
        body = {
            "channel": "web",
            "amount": amount,
            "antifraud": {"clientIp": client_ip, "merchantDefineData": dict(defined)},
        }
        reply = self._ask_again("POST", path, body, journal)
        content = read_json(reply.content) or {}
        key = content.get("sessionKey")
        if reply.status != 200 or not isinstance(key, str) or not key:
            raise AcquirerUnavailable(f"session: HTTP {reply.status}")
        return FormSession(key, _from_milliseconds(content.get("expirationTime")))

    def authorize(self, asked: SaleRequest, *, token_id: str, journal: Journal) -> Authorization:
        """Charge the card behind a transaction token. Sent once; only a 401, which charges nothing, is repeated."""
        path = f"/api.authorization/v3/authorization/ecommerce/{self._merchant_id}"
        body = {
            "channel": "web",
            "captureType": "manual",
            "countable": self._countable,
            "order": _order(asked, token_id),
        }
        try:
            reply = self._call("POST", path, body, self._authorization_timeout_s, journal)
        except (NeverSent, AcquirerUnavailable) as error:
            return NotSent(str(error))
        except Interrupted as error:
            return Unknown(f"no reply: {error}")
        return read_authorization(reply.status, reply.content, asked)

    def find_sale(self, asked: SaleRequest, *, journal: Journal) -> Finding:
        """Ask what became of a purchase number; changes nothing, so it may be asked any number of times."""
        path = f"/api.authorization/v3/retrieve/purchase/{self._merchant_id}/{asked.purchase_number}"
        try:
            reply = self._ask_again("GET", path, None, journal)
        except AcquirerUnavailable as error:
            return Unknown(f"query: {error}")
        return read_finding(reply.status, reply.content, asked)

    def void(
        self, asked: SaleRequest, *, signature: str | None, charged_at: datetime, reason: str, journal: Journal
    ) -> GivingBack:
        """Undo a charge of this Lima day by its signature; when no reply gave one, by number and date. Sent once."""
        if signature:
            path = f"/api.authorization/v3/void/ecommerce/{self._merchant_id}/{signature}"
            return self._give_back("PUT", path, {"annulationReason": reason[:100]}, journal, read_void)
        path = f"/api.authorization/v3/reverse/ecommerce/{self._merchant_id}"
        order = {"purchaseNumber": asked.purchase_number, "transactionDate": spell_lima_time(charged_at)}
        return self._give_back("POST", path, {"channel": "web", "order": order}, journal, read_void)

    def refund(self, asked: RefundRequest, *, journal: Journal) -> GivingBack:
        """Return money of a settled charge, in whole or in part. Sent once for each time it is called."""
        path = f"/api.refund/v1/refund/{self._merchant_id}/{asked.transaction_id}"
        body = {
            "ruc": asked.ruc,
            "comment": asked.comment[:100],
            "externalReferenceId": asked.reference[:20],
            "amount": asked.amount,
        }
        read = partial(read_refund, early=self._early, repeated=self._repeated)
        return self._give_back("POST", path, body, journal, read)

    def _give_back(
        self,
        method: str,
        path: str,
        body: Mapping[str, Any],
        journal: Journal,
        read: Callable[[int, bytes], GivingBack],
    ) -> GivingBack:
        try:
            reply = self._call(method, path, body, self._other_timeout_s, journal)
        except (NeverSent, AcquirerUnavailable) as error:
            return NotSent(str(error))
        except Interrupted as error:
            return Unknown(f"no reply: {error}")
        return read(reply.status, reply.content)

    def _ask_again(self, method: str, path: str, body: Mapping[str, Any] | None, journal: Journal) -> HttpReply:
        """A call that changes nothing: tried again after a lost connection or a 5xx. Raises AcquirerUnavailable."""
        problem = ""
        for _ in range(TRIES):
            try:
                reply = self._call(method, path, body, self._other_timeout_s, journal)
            except (NeverSent, Interrupted) as error:
                problem = str(error)
                continue
            if reply.status < 500:
                return reply
            problem = f"HTTP {reply.status}"
        raise AcquirerUnavailable(problem)

    def _call(
        self, method: str, path: str, body: Mapping[str, Any] | None, timeout_s: float, journal: Journal
    ) -> HttpReply:
        """One call with the token; a 401 renews it once and repeats once. Each reply is kept before it is read."""
        token = self._security_token()
        reply = self._send(method, path, body, timeout_s, token, journal)
        if reply.status == 401:
            token = self._security_token(instead_of=token)
            reply = self._send(method, path, body, timeout_s, token, journal)
        return reply

    def _send(
        self, method: str, path: str, body: Mapping[str, Any] | None, timeout_s: float, token: str, journal: Journal
    ) -> HttpReply:
        shown = path.rpartition("/")[0] if "/void/" in path else path  # the signature is the right to void
        said = scrubbed(dict(body or {}))
        journal(Exchange(direction="out", endpoint=shown, http_status=None, body=said, elapsed_ms=None))
        # The token goes bare: "Bearer" in front of it is refused (payments.md 1.1).
        try:
            reply = call(
                method, self._url + path, headers={"Authorization": token}, body=body, read_timeout_s=timeout_s
            )
        except (NeverSent, Interrupted) as error:
            lost: dict[str, object] = {"error": type(error).__name__, "cause": str(error)}
            journal(Exchange(direction="in", endpoint=shown, http_status=None, body=lost, elapsed_ms=None))
            raise
        kept = scrubbed(read_json(reply.content))
        journal(
            Exchange(direction="in", endpoint=shown, http_status=reply.status, body=kept, elapsed_ms=reply.elapsed_ms)
        )
        return reply

    def _security_token(self, instead_of: str = "") -> str:
        """The cached token, or a new one when it is old or was refused. Raises AcquirerUnavailable."""
        with self._token.lock:
            if self._token.value in ("", instead_of) or self._clock() >= self._token.until:
                self._token.value = self._log_in()
                self._token.until = self._clock() + TOKEN_LIFE
            return self._token.value

    def _log_in(self) -> str:
        problem = ""
        for _ in range(TRIES):
            try:
                reply = call(
                    "POST",
                    f"{self._url}/api.security/v1/security",
                    headers={"Authorization": self._login},
                    body=None,
                    read_timeout_s=self._other_timeout_s,
                )
            except (NeverSent, Interrupted) as error:
                problem = f"security: {error}"
                continue
            token = reply.content.decode("ascii", "replace").strip().strip('"')
            if reply.status in (200, 201) and token.count(".") == 2:
                return token
            problem = f"security: HTTP {reply.status}"
            if reply.status < 500:
                break
        raise AcquirerUnavailable(problem)


def _order(asked: SaleRequest, token_id: str) -> dict[str, Any]:
    return {
        "tokenId": token_id,
        "purchaseNumber": asked.purchase_number,
        "amount": asked.amount,
        "currency": asked.currency,
    }


def _from_milliseconds(value: object) -> datetime | None:
    """Epoch milliseconds as aware UTC, the one date Niubiz gives in that form."""
    if not isinstance(value, Decimal) or not 0 < value < 10**14:
        return None
    return datetime.fromtimestamp(int(value) / 1000, UTC)
