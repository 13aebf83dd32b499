"""What the acquirer knows: sessions, transaction tokens, and every sale it decided on."""

import json
import os
import secrets
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any, TypeVar
from uuid import uuid4

from simulators.acquirer.cards import APPROVED, Outcome
from simulators.acquirer.settings import LIMA, Settings
from simulators.acquirer.switches import AUTHORIZATION, Switch

ORDER_DUPLICATED = "300"
SESSION_INVALID = "674"
SESSION_EXPIRED = "683"
DATA_DIFFERS = "943"
CONFIRM_WITHIN = timedelta(days=7)

Row = TypeVar("Row")


@dataclass
class PaymentSession:
    """One opened form; it gives one transaction token and lives 30 minutes (README 1.1 SESSION)."""

    key: str
    amount: str
    channel: str
    expires_ms: int
    used: bool = False


@dataclass
class TransactionToken:
    """What the form hands to the merchant's page; nothing is charged until it is authorized (README 1.1)."""

    token: str
    expires_ms: int
    card: str
    brand: str
    action_code: str
    behaviour: str
    seconds: float
    holder: str
    email: str
    installments: int = 0
    amount: str = ""
    purchase_number: str = ""
    used: bool = False


@dataclass(frozen=True)
class Wanted:
    """A well-formed authorization request."""

    token_id: str
    purchase_number: str
    amount: Decimal
    currency: str
    channel: str
    countable: bool
    external_id: str = ""


@dataclass
class Refund:
    """Money returned after settlement."""

    reference: str
    amount: str
    code: str
    at_ms: int


@dataclass
class Charge:
    """One decision on one purchase number, approved or not."""

    purchase_number: str
    amount: str
    authorized_amount: str
    currency: str
    channel: str
    countable: bool
    token_id: str
    action_code: str
    status: str
    card: str
    brand: str
    holder: str
    installments: int
    transaction_id: str
    trace_number: str
    authorization_code: str
    signature: str
    uuid: str
    at_ms: int
    external_id: str = ""
    voided_ms: int = 0
    confirmed_ms: int = 0
    refunds: list[Refund] = field(default_factory=list)

    @classmethod
    def restore(cls, refunds: list[dict[str, Any]], **saved: Any) -> "Charge":
        """Read a charge back from the state file."""
        return cls(refunds=[Refund(**refund) for refund in refunds], **saved)

    @property
    def approved(self) -> bool:
        """Whether money moved when it was decided, whatever happened to it later."""
        return self.action_code == APPROVED

    @property
    def at(self) -> datetime:
        """When it was decided, in Lima time."""
        return from_ms(self.at_ms).astimezone(LIMA)

    @property
    def transaction_date(self) -> str:
        """`yyMMddHHmmss` in Lima local time (README 1.2)."""
        return self.at.strftime("%y%m%d%H%M%S")

    @property
    def refunded(self) -> Decimal:
        """The sum returned so far."""
        return sum((Decimal(refund.amount) for refund in self.refunds), Decimal(0))

    @property
    def state(self) -> str:
        """The word for the page: the protocol's status, or Refunded."""
        return "Refunded" if self.refunds else self.status

    def expire_hold(self, now: datetime) -> None:
        """A hold nobody confirmed lapses on day 8 and nobody is charged (README 1.1 countable)."""
        if self.status == "Authorized" and not self.countable and now > self.at + CONFIRM_WITHIN:
            self.status = "Not Confirmed"


def from_ms(milliseconds: int) -> datetime:
    """Epoch milliseconds, the acquirer's unit, as an aware UTC time."""
    return datetime.fromtimestamp(milliseconds / 1000, UTC)


def to_ms(moment: datetime) -> int:
    """An aware time as epoch milliseconds."""
    return int(moment.timestamp() * 1000)


class Ledger:
    """All state of one simulator, behind one lock, saved whole after each change if a file is set."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.lock = threading.RLock()
        self.clear()
        if settings.state_file and settings.state_file.exists():
            self._load(json.loads(settings.state_file.read_text(encoding="utf-8")))

    def clear(self) -> None:
        """Forget everything, switches too."""
        self.sessions: dict[str, PaymentSession] = {}
        self.tokens: dict[str, TransactionToken] = {}
        self.charges: dict[str, Charge] = {}
        self.switches: list[Switch] = []
        self.decisions = 0

    @contextmanager
    def change(self) -> Iterator[None]:
        """Hold the lock, and save before anybody hears about the change."""
        with self.lock:
            yield
            if self.settings.state_file:
                _write_whole(self.settings.state_file, json.dumps(self._dump(), ensure_ascii=False))

    def now(self) -> datetime:
        """The injected clock."""
        return self.settings.clock()

    def _dump(self) -> dict[str, Any]:
        return {
            "decisions": self.decisions,
            "sessions": [asdict(row) for row in self.sessions.values()],
            "tokens": [asdict(row) for row in self.tokens.values()],
            "charges": [asdict(row) for row in self.charges.values()],
            "switches": [asdict(row) for row in self.switches],
        }

    def _load(self, saved: dict[str, Any]) -> None:
        self.decisions = saved["decisions"]
        self.sessions = _index(saved["sessions"], PaymentSession, lambda row: row.key)
        self.tokens = _index(saved["tokens"], TransactionToken, lambda row: row.token)
        self.charges = _index(saved["charges"], Charge.restore, lambda row: row.purchase_number)
        self.switches = [Switch(**row) for row in saved["switches"]]

    # --- sessions and tokens -------------------------------------------------------------------------------

    def open_session(self, amount: Decimal, channel: str) -> PaymentSession:
        """Give a form 30 minutes."""
        expires = self.now() + timedelta(seconds=self.settings.session_seconds)
        session = PaymentSession(secrets.token_hex(32), str(amount), channel, to_ms(expires))
        with self.change():
            self._forget_expired()
            self.sessions[session.key] = session
        return session

    def _forget_expired(self) -> None:
        """Drop what ended over an hour ago, so that a long run neither grows nor writes ever larger files."""
        limit = to_ms(self.now()) - 3_600_000
        self.sessions = {key: row for key, row in self.sessions.items() if row.expires_ms > limit}
        self.tokens = {key: row for key, row in self.tokens.items() if row.expires_ms > limit}

    def live_session(self, key: str) -> PaymentSession | None:
        """The session, unless it is unknown, spent or out of time."""
        session = self.sessions.get(key)
        if session is None or session.used or to_ms(self.now()) >= session.expires_ms:
            return None
        return session

    def issue_token(self, outcome: Outcome, **details: Any) -> TransactionToken:
        """Turn a filled form into a token of 15 minutes; the session, if any, is spent."""
        expires = self.now() + timedelta(seconds=self.settings.transaction_token_seconds)
        session = self.sessions.get(details.pop("session_key", ""))
        token = TransactionToken(
            token=secrets.token_hex(16).upper(),
            expires_ms=to_ms(expires),
            card=outcome.masked,
            brand=outcome.brand,
            action_code=outcome.action_code,
            behaviour=outcome.behaviour,
            seconds=outcome.seconds,
            **details,
        )
        with self.change():
            if session:
                session.used = True
            self.tokens[token.token] = token
        return token

    # --- switches ------------------------------------------------------------------------------------------

    def set_switch(self, switch: Switch) -> None:
        """Queue a switch behind those already waiting."""
        with self.change():
            self.switches.append(switch)

    def take_switch(self, endpoint: str) -> Switch | None:
        """The oldest switch waiting for this endpoint, used up by one call."""
        with self.lock:
            switch = next((waiting for waiting in self.switches if waiting.on == endpoint), None)
            if switch is None:
                return None
            with self.change():
                switch.count -= 1
                self.switches = [waiting for waiting in self.switches if waiting.count > 0]
            return switch

    def card_switch(self, token_id: str) -> Switch | None:
        """What the card itself spoils; a token already used spoils nothing, so a resend gets its plain 300."""
        token = self.tokens.get(token_id)
        if token is None or token.used or not token.behaviour:
            return None
        return Switch(token.behaviour, AUTHORIZATION, 1, token.action_code, token.seconds)

    # --- decisions -----------------------------------------------------------------------------------------

    def authorize(self, wanted: Wanted, switch: Switch | None) -> Charge:
        """Decide once per purchase number; a second request for it is declined with 300 and leaves no trace."""
        with self.change():
            if wanted.purchase_number in self.charges:
                return self._decide(wanted, ORDER_DUPLICATED, None)
            token = self.tokens.get(wanted.token_id)
            charge = self._decide(wanted, self._code(wanted, token, switch), token)
            if charge.approved and switch and switch.behaviour == "amount_differs":
                charge.authorized_amount = str(wanted.amount + 1)
            if token:
                token.used = True
            self.charges[charge.purchase_number] = charge
            return charge

    def _code(self, wanted: Wanted, token: TransactionToken | None, switch: Switch | None) -> str:
        if token is None or token.used:
            return SESSION_INVALID
        if to_ms(self.now()) >= token.expires_ms:
            return SESSION_EXPIRED
        if self.settings.strict and not _same_form(wanted, token):
            return DATA_DIFFERS
        return switch.code if switch and switch.behaviour == "decline" else token.action_code

    def _decide(self, wanted: Wanted, code: str, token: TransactionToken | None) -> Charge:
        self.decisions += 1
        now = self.now()
        local = now.astimezone(LIMA)
        approved = code == APPROVED
        return Charge(
            purchase_number=wanted.purchase_number,
            amount=str(wanted.amount),
            authorized_amount=str(wanted.amount if approved else Decimal(0)),
            currency=wanted.currency,
            channel=wanted.channel,
            countable=wanted.countable,
            token_id=wanted.token_id,
            action_code=code,
            status="Authorized" if approved else "Not Authorized",
            card=token.card if token else "",
            brand=token.brand if token else "",
            holder=token.holder if token else "",
            installments=token.installments if token else 0,
            transaction_id=f"991{local:%y%j}{self.decisions:07}",
            trace_number=str(1000 + self.decisions),
            authorization_code=f"{secrets.randbelow(1_000_000):06}" if approved else "",
            signature=str(uuid4()),
            uuid=str(uuid4()),
            at_ms=to_ms(now),
            external_id=wanted.external_id,
        )

    # --- finding -------------------------------------------------------------------------------------------

    def find(self, kind: str, identifier: str) -> Charge | None:
        """By purchase number, transaction id or the merchant's external id (README 1.4 QUERY)."""
        if kind == "purchase":
            known = self.charges.get(identifier)
            return self._first(lambda charge: True, [known] if known else [])
        name = {"transaction": "transaction_id", "external": "external_id"}[kind]
        return self._first(lambda charge: getattr(charge, name) == identifier)

    def find_signed(self, signature: str) -> Charge | None:
        """The approved sale a void names by its signature."""
        return self._first(lambda charge: charge.approved and charge.signature == signature)

    def find_refundable(self, identifier: str) -> Charge | None:
        """By transaction id or trace number: integrations disagree, both are taken (README 1.4 REFUND)."""
        return self._first(
            lambda charge: charge.approved and identifier in (charge.transaction_id, charge.trace_number)
        )

    def _first(self, fits: Callable[[Charge], bool], among: list[Charge] | None = None) -> Charge | None:
        with self.lock:
            rows = self.charges.values() if among is None else among
            charge = next((charge for charge in rows if fits(charge)), None)
            if charge:
                charge.expire_hold(self.now())
            return charge

    def newest_first(self) -> list[Charge]:
        """Every decision, the last one on top."""
        with self.lock:
            for charge in self.charges.values():
                charge.expire_hold(self.now())
            return sorted(self.charges.values(), key=lambda charge: charge.transaction_id, reverse=True)


def _index(rows: list[dict[str, Any]], kind: Callable[..., Row], key: Callable[[Row], str]) -> dict[str, Row]:
    return {key(row): row for row in (kind(**saved) for saved in rows)}


def _same_form(wanted: Wanted, token: TransactionToken) -> bool:
    """Whether the server asks for what the card holder saw; tokens made by hand carry no form to compare."""
    amount_fits = not token.amount or Decimal(token.amount) == wanted.amount
    return amount_fits and token.purchase_number in ("", wanted.purchase_number)


def _write_whole(path: Path, text: str) -> None:
    """Replace the file in one step, so that a kill leaves the old state or the new one, never half."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f"{path.name}.{os.getpid()}.tmp")
    with draft.open("w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)
