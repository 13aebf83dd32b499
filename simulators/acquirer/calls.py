"""Reading requests: login, security token, JSON bodies. A request that cannot be read decides nothing."""

import base64
import binascii
import hmac
import json
import re
from collections.abc import Callable
from decimal import Decimal, InvalidOperation
from functools import wraps
from typing import Any

from flask import Response, current_app, request
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import OctKey

from simulators.acquirer import faults
from simulators.acquirer.ledger import Ledger, Wanted
from simulators.acquirer.settings import Settings
from simulators.acquirer.switches import Switch

DELAYS_BEFORE = {"hang", "hang_then_nothing", "slow"}

View = Callable[..., Response]


class BadRequestError(ValueError):
    """The body lacks something or says something impossible: HTTP 400 without `data`."""


def ledger() -> Ledger:
    """The state of the application that handles this request."""
    state: Ledger = current_app.extensions["acquirer"]
    return state


def settings() -> Settings:
    """Its configuration."""
    return ledger().settings


# --- security ----------------------------------------------------------------------------------------------


def login_is_good() -> bool:
    """Whether the Basic login is the merchant's, compared in constant time."""
    given = _basic_login(request.headers.get("Authorization", ""))
    wanted = f"{settings().user}:{settings().password}".encode()
    return hmac.compare_digest(given, wanted)


def _basic_login(value: str) -> bytes:
    scheme, _, encoded = value.partition(" ")
    if scheme.lower() != "basic":
        return b""
    try:
        return base64.b64decode(encoded, validate=True)
    except binascii.Error:
        return b""


def mint_security_token(key: OctKey) -> str:
    """A bare JWT of 3600 s (README 1.1 SECURITY)."""
    now = int(ledger().now().timestamp())
    claims = {"sub": settings().user, "iat": now, "exp": now + settings().token_seconds, "token_use": "access"}
    return jwt.encode({"alg": "HS256"}, claims, key)


def security_token_is_good(key: OctKey) -> bool:
    """Whether the header holds our JWT, bare: a `Bearer` in front spoils it (README 1.1 Later calls)."""
    try:
        claims = jwt.decode(request.headers.get("Authorization", ""), key, algorithms=["HS256"]).claims
    except (JoseError, ValueError):
        return False
    return ledger().now().timestamp() < float(claims["exp"])


def protected(endpoint: str) -> Callable[[View], View]:
    """Ask for a live token, then let a waiting switch act; the view gets the switch to finish its work."""

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(*args: Any, **kwargs: Any) -> Response:
            if not security_token_is_good(current_app.extensions["acquirer_key"]):
                return faults.error(401, "Unauthorized")
            return run_switched(ledger().take_switch(endpoint), lambda switch: view(*args, switch=switch, **kwargs))

        return guarded

    return decorate


def run_switched(switch: Switch | None, view: Callable[[Switch | None], Response]) -> Response:
    """Run a view between the two moments at which a switch may act."""
    try:
        if switch:
            meet(switch)
        answer = view(switch)
    except faults.InterruptedCallError as interrupted:
        return interrupted.response
    except BadRequestError as bad:
        return faults.error(400, str(bad))
    return hide(switch, answer) if switch else answer


def meet(switch: Switch) -> None:
    """Let a switch act before the decision: it may wait, and it may end the call."""
    if switch.behaviour in DELAYS_BEFORE:
        settings().sleep(switch.seconds)
    answer = faults.before_deciding(switch)
    if answer is not None:
        raise faults.InterruptedCallError(answer)


def hide(switch: Switch, answer: Response) -> Response:
    """Let a switch act after the decision: it may wait, and it may keep the answer to itself."""
    if switch.behaviour == "charge_then_hang":
        settings().sleep(switch.seconds)
    return faults.after_deciding(switch) or answer


# --- bodies ------------------------------------------------------------------------------------------------


def body() -> dict[str, Any]:
    """The JSON object of this request; amounts arrive as Decimal, never as float."""
    try:
        read = json.loads(request.get_data(), parse_float=Decimal)
    except ValueError as error:
        raise BadRequestError("Bad Request: the body is not JSON") from error
    return _an_object(read, "body")


def part(whole: dict[str, Any], name: str) -> dict[str, Any]:
    """A required object inside a body."""
    return _an_object(whole.get(name), name)


def _an_object(value: Any, name: str) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise BadRequestError(f"Bad Request: {name} must be an object")
    return value


def text(whole: dict[str, Any], name: str, pattern: str) -> str:
    """A required text or number of a given form."""
    value = whole.get(name)
    if isinstance(value, bool) or not isinstance(value, str | int) or not re.fullmatch(pattern, str(value)):
        raise BadRequestError(f"Bad Request: {name}")
    return str(value)


def amount(whole: dict[str, Any]) -> Decimal:
    """A positive amount of at most two decimals, as a number or as text (README 1.1 AUTHORIZATION)."""
    given = whole.get("amount")
    if isinstance(given, bool) or not isinstance(given, str | int | Decimal):
        raise BadRequestError("Bad Request: amount")
    return read_amount(str(given))


def read_amount(given: str) -> Decimal:
    """Understand an amount; raise BadRequestError if it is not positive money below ten million."""
    try:
        value = Decimal(given).quantize(Decimal("0.01"))
        exact = value == Decimal(given)
    except InvalidOperation as error:
        raise BadRequestError("Bad Request: amount") from error
    if not exact or not 0 < value < 10_000_000:
        raise BadRequestError("Bad Request: amount")
    return value


def truth(whole: dict[str, Any], name: str) -> bool:
    """A required truth, as JSON or as the text the sandbox also took (README 1.1 AUTHORIZATION)."""
    value = str(whole.get(name)).lower()
    if value not in ("true", "false"):
        raise BadRequestError(f"Bad Request: {name}")
    return value == "true"


def authorization() -> Wanted:
    """The body of an authorization; purchase numbers of up to 12 digits were seen (README 1.4)."""
    whole = body()
    order = part(whole, "order")
    text(whole, "captureType", "manual")
    return Wanted(
        token_id=text(order, "tokenId", r"\S{1,64}"),
        purchase_number=text(order, "purchaseNumber", r"\d{1,12}"),
        amount=amount(order),
        currency=text(order, "currency", settings().currency),
        channel=text(whole, "channel", "web|mobile|pasarela|recurrent|callcenter"),
        countable=truth(whole, "countable"),
        external_id=str(order.get("externalTransactionId") or ""),
    )
