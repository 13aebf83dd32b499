"""Gateway beside a bare Flask + requests pass-through, in one run: same upstream, same gunicorn, same client.

    python bench/gateway.py [--seconds 0.5] [--rounds 20] [--connections 8] [--only TEXT]

Prints one JSON line per case and a last one with the lowest ratio; exits 1 when that is below 0.8. The two are measured
in turns; the ratio is the median of the rounds' ratios, so that what else the machine does falls on both alike.

The gateway does all it does in production: recognises the caller (ES256), counts rates, checks sizes, cleans headers,
measures itself; only the rates are set so high that nothing is refused. The other side does nothing but pass on, keeps
its connections (one requests.Session per thread), and reads bodies in whole."""

import argparse
import json
import multiprocessing
import os
import re
import shutil
import socket
import statistics
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psutil
import requests
from flask import Flask, Response, request
from joserfc import jwt
from joserfc.jwk import ECKey

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
os.environ.setdefault(
    "PROMETHEUS_MULTIPROC_DIR", tempfile.mkdtemp(prefix="cmp-bench-")
)  # read at import: as in production

from chassis.processes import run_web
from gateway.app import create_app
from gateway.routing import PACKAGED
from gateway.settings import UPSTREAMS, Settings

LIMIT = 0.8
ISSUER = "https://identity.example.org"
KEY = ECKey.generate_key("P-256", {"kid": "bench", "use": "sig", "alg": "ES256"})
SMALL = json.dumps({"items": [{"id": n, "period": "2026-01", "amount": "20.00"} for n in range(8)]}).encode()
LARGE = b"x" * 1024 * 1024
HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nCache-Control: no-store\r\nContent-Length: %d\r\n\r\n"
DROPPED = {"host", "connection", "content-length"}
HOP = {"connection", "keep-alive", "transfer-encoding", "server", "date"}
CASES = {
    "small JSON, public": ("GET", "/api/payments/v1/terms", b""),
    "small JSON, token": ("GET", "/api/payments/v1/dues/summary", b""),
    "1 KB in, small JSON out, token": ("POST", "/api/payments/v1/orders", b"y" * 1024),
    "1 MB out, token": ("GET", "/api/einvoice/v1/vouchers/1/pdf", b""),
    "1 MB in, token": ("POST", "/api/recert/v1/dossiers", LARGE),
}


def serve_upstream(listener: socket.socket) -> None:
    """The service: answers as fast as a Python thread can, so that it hides neither side's cost."""
    while True:
        connection, _ = listener.accept()
        threading.Thread(target=_converse, args=(connection,), daemon=True).start()


def _converse(connection: socket.socket) -> None:
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    reader = connection.makefile("rb", 65536)
    jwks = json.dumps({"keys": [KEY.as_dict(private=False)]}).encode()
    while line := reader.readline():
        length = 0
        while (header := reader.readline()) != b"\r\n":
            if header.lower().startswith(b"content-length:"):
                length = int(header[15:])
        while length:
            length -= len(reader.read(min(length, 65536)))
        path = line.split()[1]
        body = jwks if b"jwks" in path else LARGE if b"/pdf" in path else SMALL
        connection.sendall(HEAD % len(body) + body)


def bare(upstream: str) -> Flask:
    """The pass-through that the gateway is compared with."""
    app, local = Flask("bare"), threading.local()

    @app.route("/<path:path>", methods=["GET", "POST"])
    def forward(path: str) -> Response:
        if not hasattr(local, "session"):
            local.session = requests.Session()
            local.session.trust_env = False
        answer = local.session.request(
            request.method,
            f"{upstream}/{path}",
            headers={name: value for name, value in request.headers if name.lower() not in DROPPED},
            data=request.get_data() or None,
            stream=True,
            timeout=30,
            allow_redirects=False,
        )
        headers = [(name, value) for name, value in answer.raw.headers.items() if name.lower() not in HOP]
        return Response(answer.raw.stream(65536, decode_content=False), answer.status_code, headers)

    return app


def the_gateway(upstream: str, routing: str) -> Flask:
    """The gateway with its whole policy, only never refusing for the rate."""
    urls = {f"{name}_url": upstream for name in UPSTREAMS}
    return create_app(Settings(**urls, token_issuer=ISSUER, routing_file=routing))


def unlimited_rates() -> str:
    """The packaged routing.toml with rates that a benchmark cannot use up."""
    text = re.sub(
        r'^rate = ".*?"', 'rate = "1000000000/hour"', PACKAGED.read_text(encoding="utf-8"), flags=re.MULTILINE
    )
    with tempfile.NamedTemporaryFile("w", suffix=".toml", delete=False, encoding="utf-8") as file:
        file.write(text)
    return file.name


def token() -> str:
    """An access token for every service, as identity makes it."""
    moment = int(time.time())
    claims = {"iss": ISSUER, "sub": "0f8fad5b-d9cb-469f-a165-70867728950e", "aud": list(UPSTREAMS), "kind": "physician"}
    claims |= {"iat": moment, "exp": moment + 3600, "name": "Rosa Quispe", "perms": ["payments:pay", "vouchers:read"]}
    return jwt.encode({"alg": "ES256", "kid": "bench", "typ": "at+jwt"}, claims, KEY)


class Load:
    """Keep-alive clients on raw sockets, cheap enough to leave the machine to what is measured."""

    def __init__(self, port: int, message: bytes) -> None:
        """`message` is one complete request."""
        self._port, self._message = port, message

    def run(self, seconds: float, connections: int) -> float:
        """Answers per second."""
        counts, end = [0] * connections, time.perf_counter() + seconds
        threads = [threading.Thread(target=self._client, args=(counts, n, end)) for n in range(connections)]
        started = time.perf_counter()
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return sum(counts) / (time.perf_counter() - started)

    def _client(self, counts: list[int], n: int, end: float) -> None:
        connection = socket.create_connection(("127.0.0.1", self._port))
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        reader = connection.makefile("rb", 65536)
        while time.perf_counter() < end:
            connection.sendall(self._message)
            status = reader.readline()
            if b" 200 " not in status:
                raise SystemExit(f"unexpected answer {status!r}")
            _skip_body(reader)
            counts[n] += 1
        connection.close()


def _skip_body(reader: Any) -> None:
    length, chunked = 0, False
    while (header := reader.readline().lower()) != b"\r\n":
        if header.startswith(b"content-length:"):
            length = int(header[15:])
        chunked = chunked or header.startswith(b"transfer-encoding:")
    while chunked and (size := int(reader.readline(), 16)):
        reader.read(size + 2)
    if chunked:
        reader.readline()
    while length:
        length -= len(reader.read(min(length, 65536)))


def message(method: str, path: str, body: bytes, bearer: str) -> bytes:
    """A request as a browser would send it."""
    head = (
        f"{method} {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept: application/json\r\nAccept-Language: es-PE\r\n"
        f"User-Agent: Mozilla/5.0 (X11; Linux x86_64)\r\nAuthorization: Bearer {bearer}\r\n"
    )
    framing = f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n" if body else ""
    return (head + framing + "\r\n").encode() + body


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Side:
    """One of the two, served by gunicorn: 2 processes, 4 threads each."""

    def __init__(self, name: str, make_app: Callable[[], Flask]) -> None:
        """Starts and waits until it answers."""
        self.name, self.port = name, free_port()
        options = {"bind": f"127.0.0.1:{self.port}", "workers": 2, "threads": 4}
        self.process = multiprocessing.get_context("fork").Process(target=run_web, args=(make_app,), kwargs=options)
        self.process.start()
        while not self._answers():
            time.sleep(0.05)

    def cpu_seconds(self) -> float:
        """CPU that its processes have used so far."""
        family = psutil.Process(self.process.pid).children(recursive=True)
        return sum(sum(process.cpu_times()[:2]) for process in family)

    def _answers(self) -> bool:
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", self.port)) == 0


def compare(case: str, sides: list[Side], options: argparse.Namespace, bearer: str) -> dict[str, Any]:
    """Measure both in turns."""
    rates: dict[str, list[float]] = {side.name: [] for side in sides}
    cpu: dict[str, list[float]] = {side.name: [] for side in sides}
    for side in sides:
        Load(side.port, message(*CASES[case], bearer)).run(0.5, options.connections)
    for turn in range(options.rounds):
        for side in sides if turn % 2 == 0 else sides[::-1]:
            before = side.cpu_seconds()
            rate = Load(side.port, message(*CASES[case], bearer)).run(options.seconds, options.connections)
            rates[side.name].append(rate)
            cpu[side.name].append((side.cpu_seconds() - before) / (rate * options.seconds) * 1000)
    ratios = [ours / theirs for ours, theirs in zip(rates["gateway"], rates["bare"], strict=True)]
    return {
        "bench": "gateway",
        "case": case,
        **{f"{name}_per_second": round(statistics.median(values), 1) for name, values in rates.items()},
        **{f"{name}_cpu_ms": round(statistics.median(values), 3) for name, values in cpu.items()},
        "ratio": round(statistics.median(ratios), 3),
        "worst_round": round(min(ratios), 3),
        "limit": LIMIT,
    }


def main() -> int:
    """Run all cases; 0 when the gateway keeps the limit in each."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seconds", type=float, default=0.5)
    parser.add_argument("--rounds", type=int, default=20)
    parser.add_argument("--connections", type=int, default=8)
    parser.add_argument("--only", default="", help="cases whose name contains this")
    options = parser.parse_args()
    listener = socket.create_server(("127.0.0.1", 0), backlog=128)
    upstream = f"http://127.0.0.1:{listener.getsockname()[1]}"
    service = multiprocessing.get_context("fork").Process(target=serve_upstream, args=(listener,), daemon=True)
    service.start()
    routing = unlimited_rates()
    sides = [Side("bare", lambda: bare(upstream)), Side("gateway", lambda: the_gateway(upstream, routing))]
    try:
        lines = []
        for case in (name for name in CASES if options.only in name):
            lines.append(compare(case, sides, options, token()))
            print(json.dumps(lines[-1], ensure_ascii=False), flush=True)
    finally:
        for side in sides:
            side.process.terminate()
            side.process.join()
        service.terminate()
        Path(routing).unlink()
        shutil.rmtree(os.environ["PROMETHEUS_MULTIPROC_DIR"], ignore_errors=True)
    lowest = min(line["ratio"] for line in lines)
    print(json.dumps({"bench": "gateway", "case": "lowest", "ratio": lowest, "limit": LIMIT, "kept": lowest >= LIMIT}))
    return 0 if lowest >= LIMIT else 1


if __name__ == "__main__":
    raise SystemExit(main())
