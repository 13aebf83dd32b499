"""Who is using the site: signing in and out, expiry, and calls in the person's name with tokens renewed silently.

An access token is renewed a little before it ends. A refresh token works once, and its second use ends the whole
family; so renewals are serialised per process and their result is kept for a while (`Once`): two tabs that renew at
the same moment, or a double click whose first answer the browser threw away, all get the same new tokens.
"""

import hashlib
from collections.abc import Callable
from contextlib import suppress
from functools import wraps
from typing import Any

import requests
from flask import Response, abort, current_app, flash, redirect, request, session, url_for
from werkzeug.datastructures import MultiDict

from portal import messages
from portal.clients import identity
from portal.clients.gateway import ApiProblem, GatewayDown
from portal.parts import parts

TOUCH_SECONDS = 60
KEPT_FORMS = {"paying.kind", "paying.voucher", "paying.dues", "recertification.data", "recertification.enter_item"}
KEPT_CHARACTERS = 250


class SessionEnded(Exception):
    """Nobody is signed in any more: identity refused the tokens."""


def start(answer: dict[str, Any], remember: bool = False) -> None:
    """Begin a session from identity's answer. Nothing of an earlier session survives but the same person's draft."""
    account = answer["account"]
    kept = {name: session[name] for name in ("draft", "kept") if name in session}
    same_person = session.get("expired_for") == account["id"]
    session.clear()
    session.update(kept if same_person else {})
    session["account"] = {
        name: account.get(name)
        for name in ("id", "kind", "name", "given_names", "cmp_number", "email", "document_number", "council")
    }
    session["permissions"] = answer.get("permissions", [])
    session["remember"] = remember
    session["started_at"] = session["seen_at"] = int(_now())
    session["tokens"] = _tokens(answer)


def end() -> None:
    """Sign out here and at identity; an identity that cannot be reached does not keep anybody signed in here."""
    with suppress(ApiProblem, GatewayDown, SessionEnded):
        as_person("DELETE", "identity/v1/sessions/current")
    session.clear()


def account() -> dict[str, Any] | None:
    """The person signed in, or None. A session that idled too long or grew too old ends here (ASVS 7.3)."""
    if "account" in session and _is_over():
        expire()
    found: dict[str, Any] | None = session.get("account")
    return found


def expire() -> None:
    """End the session but keep what the person had chosen, for when the same person comes back."""
    person = session.get("account") or {}
    owner, kind = person.get("id"), person.get("kind")
    kept = {name: session[name] for name in ("draft", "kept", "csrf_token") if name in session}
    session.clear()
    session.update(kept | {"expired_for": owner, "expired_kind": kind})


def signed_in(view: Callable[..., Any]) -> Callable[..., Any]:
    """Let only a signed-in person see the page; others sign in first and come back to it."""

    @wraps(view)
    def guarded(*args: Any, **kwargs: Any) -> Any:
        if account() is None:
            return ask_to_sign_in()
        touch()
        return view(*args, **kwargs)

    guarded.__signed_in__ = True  # type: ignore[attr-defined]
    return guarded


def may(permission: str) -> bool:
    """Whether the person signed in has a permission; the services check again."""
    return account() is not None and permission in session.get("permissions", ())


def staff_only(permission: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Let only staff with a permission see the page; for anybody else who is signed in it does not exist."""

    def guard(view: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(view)
        def guarded(*args: Any, **kwargs: Any) -> Any:
            if not may(permission) or session["account"].get("kind") != "staff":
                abort(404)
            return view(*args, **kwargs)

        return signed_in(guarded)

    return guard


def when_signed_out(answer: Callable[..., tuple[str, str]]) -> Callable[..., Any]:
    """Give a view its own way back and message for a session that ended: `answer(**view_args)` tells both."""

    def mark(view: Callable[..., Any]) -> Callable[..., Any]:
        view.__when_signed_out__ = answer  # type: ignore[attr-defined]
        return view

    return mark


def touch() -> None:
    """Note that the person is there, at most once a minute so that few answers carry the cookie."""
    if _now() - session["seen_at"] >= TOUCH_SECONDS:
        session["seen_at"] = int(_now())


def ask_to_sign_in() -> Response:
    """Send to the login page with the way back; what was typed is kept for the same person."""
    if "account" in session:
        expire()
    target, message = _way_back(), messages.SIGN_IN_FIRST
    if session.get("expired_for"):
        message = messages.SESSION_EXPIRED_KEPT if _keep_form() else messages.SESSION_EXPIRED
    view = current_app.view_functions.get(request.endpoint or "")
    if own := getattr(view, "__when_signed_out__", None):
        target, message = own(**(request.view_args or {}))
    flash(message, "warning")
    login = "client_access.login" if session.get("expired_kind") == "client" else "access.login"
    return redirect(url_for(login, next=target), 303)  # type: ignore[return-value]


def _way_back() -> str:
    if request.method in ("GET", "HEAD"):
        return request.full_path.rstrip("?")
    if "GET" in (request.url_rule.methods or () if request.url_rule else ()):
        return request.path
    return url_for("home.menu")


def _keep_form() -> bool:
    if request.method != "POST" or request.endpoint not in KEPT_FORMS:
        return False
    fields = {name: value[:KEPT_CHARACTERS] for name, value in request.form.items() if name != "csrf_token"}
    session["kept"] = {"page": request.endpoint, "fields": fields}
    return True


def kept_form() -> MultiDict[str, str] | None:
    """What the person had typed on this page when the session ended; given once."""
    kept = session.get("kept")
    if request.method != "GET" or not kept or kept["page"] != request.endpoint:
        return None
    del session["kept"]
    return MultiDict(kept["fields"])


def as_person(method: str, path: str, **options: Any) -> requests.Response:
    """Call the gateway as the person signed in. Raises SessionEnded, ApiProblem, GatewayDown."""
    try:
        return _call(method, path, _access_token(), options)
    except ApiProblem as problem:
        if problem.status != 401:
            raise
    _renew()
    try:
        return _call(method, path, session["tokens"]["access"], options)
    except ApiProblem as problem:
        raise (SessionEnded() if problem.status == 401 else problem) from problem


def _call(method: str, path: str, token: str, options: dict[str, Any]) -> requests.Response:
    return parts().gateway.call(method, path, token=token, client_ip=request.remote_addr, **options)


def _access_token() -> str:
    if "tokens" not in session:
        raise SessionEnded
    left = session["tokens"]["until"] - _now()
    if left <= parts().settings.refresh_early_seconds:
        try:
            _renew()
        except GatewayDown:
            if left <= 0:
                raise
    access: str = session["tokens"]["access"]
    return access


def _renew() -> None:
    refresh = session["tokens"]["refresh"]
    key = hashlib.sha256(refresh.encode()).digest()
    try:
        session["tokens"] = parts().renewals.do(key, lambda: _tokens(identity.renew(refresh)))
    except ApiProblem as problem:
        if problem.status == 429:
            raise
        raise SessionEnded from problem


def _tokens(answer: dict[str, Any]) -> dict[str, Any]:
    until = int(_now() + int(answer["expires_in"]))
    return {"access": answer["access_token"], "refresh": answer["refresh_token"], "until": until}


def _is_over() -> bool:
    settings = parts().settings
    age, idle = int(_now()) - int(session["started_at"]), int(_now()) - int(session["seen_at"])
    if session.get("remember"):
        return age > settings.remember_days * 86400
    return idle > settings.idle_minutes * 60 or age > settings.absolute_hours * 3600


def _now() -> float:
    return parts().clock.now().timestamp()
