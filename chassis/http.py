"""Calls to other services: always a time-out, retries only where repeating is harmless, the trace carried along."""

from typing import Any

import requests
from flask import current_app
from requests.adapters import HTTPAdapter
from urllib3.util.retry import Retry

from chassis.auth import ServiceToken
from chassis.logs import current_traceparent, traceparent_from

TIMEOUT_S = (3.05, 15)
"""Connect and read time-out in seconds."""


def new_session() -> requests.Session:
    """A session that repeats GET and HEAD on connection errors and 502/503/504, and nothing else."""
    session = requests.Session()
    retry = Retry(
        total=2,
        backoff_factor=0.2,
        status_forcelist=(502, 503, 504),
        allowed_methods=("GET", "HEAD"),
        raise_on_status=False,
    )
    adapter = HTTPAdapter(max_retries=retry, pool_maxsize=16)
    session.mount("http://", adapter)
    session.mount("https://", adapter)
    return session


class ServiceClient:
    """Calls one other service with this service's own token."""

    def __init__(self, name: str, base_url: str, session: requests.Session, token: ServiceToken) -> None:
        """`name` is the audience of the token."""
        self._name, self._base_url, self._session, self._token = name, base_url.rstrip("/"), session, token

    def get(self, path: str, **options: Any) -> requests.Response:
        """GET; raises requests.RequestException when the service cannot be reached."""
        return self.request("GET", path, **options)

    def post(self, path: str, **options: Any) -> requests.Response:
        """POST, never repeated; raises requests.RequestException when the service cannot be reached."""
        return self.request("POST", path, **options)

    def request(self, method: str, path: str, **options: Any) -> requests.Response:
        """Call; a refused token is renewed once. The caller looks at the status."""
        options.setdefault("timeout", TIMEOUT_S)
        response = self._send(method, path, options)
        if response.status_code == requests.codes.unauthorized:
            self._token.forget()
            response = self._send(method, path, options)
        return response

    def _send(self, method: str, path: str, options: dict[str, Any]) -> requests.Response:
        headers = {
            "Authorization": f"Bearer {self._token.for_audience(self._name)}",
            "traceparent": traceparent_from(current_traceparent()),
        }
        own = options | {"headers": headers | options.get("headers", {})}
        return self._session.request(method, self._base_url + path, **own)


def service_client(name: str) -> ServiceClient:
    """The client for another service, as the running service's settings name it."""
    running = current_app.extensions["cmp"]
    return ServiceClient(name, running.settings.url_of(name), running.http, running.service_token)
