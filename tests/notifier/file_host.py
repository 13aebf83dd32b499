"""Stands in for einvoice and identity over HTTP: gives service tokens, stored files and the secrets of mails."""

import hashlib
import json
import threading
from dataclasses import dataclass, field

from werkzeug import Request, Response
from werkzeug.serving import make_server

TOKEN = "a-service-token"


@dataclass
class FileHost:
    """Files by SHA-256. `broken` answers with this status; `spoiled` sends these bytes instead.

    `minted` collects the secrets made, a new one each time it is asked.
    """

    files: dict[str, bytes] = field(default_factory=dict)
    broken: int | None = None
    spoiled: bytes | None = None
    asked: list[str] = field(default_factory=list)
    minted: list[str] = field(default_factory=list)
    url: str = ""

    def keep(self, *contents: bytes) -> None:
        """Store files."""
        self.files |= {hashlib.sha256(content).hexdigest(): content for content in contents}

    @Request.application
    def answer(self, request: Request) -> Response:
        """`POST /v1/service-tokens` and `GET /v1/files/<sha256>`."""
        if request.path == "/v1/service-tokens":
            return Response(f'{{"access_token": "{TOKEN}", "expires_in": 600}}', content_type="application/json")
        self.asked.append(request.path)
        if request.headers.get("Authorization") != f"Bearer {TOKEN}":
            return Response(status=401)
        if self.broken:
            return Response(status=self.broken)
        if request.path.startswith("/v1/mail-requests/") and request.method == "POST":
            return self._mint()
        content = self.files.get(request.path.removeprefix("/v1/files/"))
        if content is None:
            return Response(status=404)
        return Response(self.spoiled or content, content_type="application/octet-stream")

    def _mint(self) -> Response:
        """A fresh link for a mail, as identity makes it."""
        self.minted.append(f"un-secreto-de-256-bits-{len(self.minted) + 1}")
        answer = {
            "url": f"https://digital.example.pe/contrasena/nueva/{self.minted[-1]}",
            "code": None,
            "minutes": 10,
            "times": len(self.minted),
            "facts": {"given_names": "Rosa Elvira"},
        }
        return Response(json.dumps(answer), 201, content_type="application/json")


class RunningFileHost:
    """The host on a free port, in a thread."""

    def __init__(self) -> None:
        """Serve until `stop`."""
        self.host = FileHost()
        self._server = make_server("127.0.0.1", 0, self.host.answer, threaded=True)
        self.host.url = f"http://127.0.0.1:{self._server.server_port}"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Close the port."""
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()
