"""The one way out of the portal: HTTP to the gateway, with the trace, the person's token and a time-out."""

import re
from typing import Any

import requests
from flask import has_request_context, request
from requests.adapters import HTTPAdapter

from chassis.logs import current_traceparent


class ApiProblem(Exception):
    """A service refused: RFC 9457 problem+json, with its stable type, Spanish detail and HTTP status."""

    def __init__(self, status: int, body: dict[str, Any], retry_after: str | None = None) -> None:
        """Keep the parts a page may show or decide on."""
        self.status = status
        self.type = str(body.get("type", ""))
        self.detail = str(body.get("detail") or body.get("title") or "")
        self.body = body
        self.errors = [error for error in body.get("errors", []) if isinstance(error, dict)]
        seconds = re.fullmatch(r"\d{1,6}", retry_after or "")
        self.retry_after = int(seconds.group()) if seconds else None
        super().__init__(f"{status} {self.type}")

    def is_a(self, name: str) -> bool:
        """Whether the type ends with this name: `problem.is_a("identity/wrong-credentials")`."""
        return self.type.rstrip("/").endswith(name)


class GatewayDown(Exception):
    """No usable answer: no connection, time-out, or a 5xx. What was asked may or may not have happened."""

    def __init__(self, status: int | None = None, detail: str = "") -> None:
        """`status` is the HTTP status when there was an answer at all, `detail` what a service said in it."""
        self.status, self.detail = status, detail
        super().__init__(f"gateway answered {status}" if status else "gateway did not answer")


class Gateway:
    """A pooled, thread-safe connection to the gateway's `/api`."""

    def __init__(self, base_url: str, timeout: float, connections: int = 32) -> None:
        """`timeout` in seconds, unless a call gives its own."""
        self.base_url, self.timeout = base_url.rstrip("/"), timeout
        self._http = requests.Session()
        self._http.trust_env = False
        self._http.cookies.set_policy(_NoCookies())
        for scheme in ("http://", "https://"):
            self._http.mount(scheme, HTTPAdapter(pool_maxsize=connections))

    def call(
        self, method: str, path: str, *, token: str | None = None, client_ip: str | None = None, **options: Any
    ) -> requests.Response:
        """Ask `/api/<path>`. A GET that finds no connection is tried once more. Raises ApiProblem, GatewayDown."""
        headers = _headers(token, client_ip) | options.pop("headers", {})
        options.setdefault("timeout", (3.05, self.timeout))
        try:
            response = self._send(method, f"{self.base_url}/api/{path}", headers=headers, **options)
        except requests.RequestException as error:
            raise GatewayDown from error
        return _checked(response)

    def document(self, path: str) -> dict[str, Any]:
        """A public JSON document outside `/api`, such as published keys. Raises GatewayDown."""
        try:
            response = self._send("GET", f"{self.base_url}{path}", headers=_headers(None, None), timeout=self.timeout)
            body: dict[str, Any] = response.json() if response.ok else {}
        except requests.RequestException as error:
            raise GatewayDown from error
        if not body:
            raise GatewayDown(response.status_code)
        return body

    def _send(self, method: str, url: str, **options: Any) -> requests.Response:
        try:
            return self._http.request(method, url, allow_redirects=False, **options)
        except requests.ConnectionError:
            if method != "GET":
                raise
            return self._http.request(method, url, allow_redirects=False, **options)

    def alive(self) -> bool:
        """Whether the gateway answers `/livez` within a second."""
        try:
            return self._http.get(f"{self.base_url}/livez", timeout=1).ok
        except requests.RequestException:
            return False


def _headers(token: str | None, client_ip: str | None) -> dict[str, str]:
    headers = {"Accept": "application/json", "Accept-Language": "es-PE"}
    if token:
        headers["Authorization"] = f"Bearer {token}"
    if client_ip:
        headers["X-Forwarded-For"] = client_ip
    if has_request_context() and request.user_agent.string:
        headers["User-Agent"] = request.user_agent.string  # the owner's list of sessions shows it
    if trace := current_traceparent():
        headers["traceparent"] = trace
    return headers


def _checked(response: requests.Response) -> requests.Response:
    if response.ok:
        return response
    with response:
        if response.status_code >= 500 or response.status_code < 400:
            raise GatewayDown(response.status_code, str(_problem_of(response).get("detail") or ""))
        raise ApiProblem(response.status_code, _problem_of(response), response.headers.get("Retry-After"))


def _problem_of(response: requests.Response) -> dict[str, Any]:
    try:
        body = response.json()
    except requests.JSONDecodeError:
        return {}
    return body if isinstance(body, dict) else {}


class _NoCookies(requests.cookies.cookielib.DefaultCookiePolicy):  # type: ignore[name-defined,misc]
    """One connection pool serves everybody, so it must remember nothing."""

    def set_ok(self, cookie: Any, request: Any) -> bool:
        """Never keep a cookie."""
        return False
