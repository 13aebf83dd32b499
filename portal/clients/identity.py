"""Identity: who somebody is. Signing in, renewing and ending a session."""

from typing import Any

from flask import request

from portal.parts import parts


def sign_in(username: str, password: str, remember: bool) -> dict[str, Any]:
    """Open a session. Raises ApiProblem `identity/wrong-credentials` (401) or `identity/too-many-attempts` (429)."""
    return _post("sessions", {"username": username, "password": password, "remember": remember})


def redeem(one_time_token: str) -> dict[str, Any]:
    """Open a session with the token of a one-time link. Raises ApiProblem when it is used up or too old."""
    return _post("sessions/one-time", {"token": one_time_token})


def renew(refresh_token: str) -> dict[str, Any]:
    """New tokens for a refresh token, which is used up by it. Raises ApiProblem `identity/session-ended` (401)."""
    return _post("sessions/refresh", {"refresh_token": refresh_token})


def sign_out(access_token: str) -> None:
    """End the session at identity, so that its refresh token is worth nothing any more."""
    parts().gateway.call("DELETE", "identity/v1/sessions/current", token=access_token)


def _post(path: str, body: dict[str, Any]) -> dict[str, Any]:
    response = parts().gateway.call("POST", f"identity/v1/{path}", json=body, client_ip=request.remote_addr)
    answer: dict[str, Any] = response.json()
    return answer
