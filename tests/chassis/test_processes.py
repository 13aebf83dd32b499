"""A service as gunicorn runs it: metrics of several workers are summed, and SIGTERM ends it in order."""

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

from tests.servers import free_port, wait_until


def answers(url: str) -> bool:
    try:
        return requests.get(url, timeout=1).ok
    except requests.RequestException:
        return False


@pytest.fixture
def web(tmp_path: Path) -> Iterator[tuple[str, "subprocess.Popen[bytes]"]]:
    """A real service's web process with two workers."""
    port = free_port()
    environment = {name: value for name, value in os.environ.items() if name != "PROMETHEUS_MULTIPROC_DIR"}
    settings = {"CMP_DATA_DIR": str(tmp_path), "CMP_BIND": f"127.0.0.1:{port}", "CMP_WEB_WORKERS": "2"}
    process = subprocess.Popen(
        [sys.executable, "-m", "cli.main", "recert", "web"], env=environment | settings, stderr=subprocess.DEVNULL
    )
    wait_until(lambda: answers(f"http://127.0.0.1:{port}/livez"), 60, "the web process does not answer")
    yield f"http://127.0.0.1:{port}", process
    process.kill()
    process.wait()


def test_requests_of_all_workers_are_counted_together(web: tuple[str, "subprocess.Popen[bytes]"]) -> None:
    for _ in range(60):
        requests.get(f"{web[0]}/v1/nothing", timeout=5)
    text = requests.get(f"{web[0]}/metrics", timeout=5).text
    counts = re.findall(r'cmp_http_requests_total\{[^}]*route="\(none\)"[^}]*status="404"[^}]*\} (\d+)', text)
    assert [int(float(count)) for count in counts] == [60]


def test_sigterm_ends_the_process_with_success(web: tuple[str, "subprocess.Popen[bytes]"]) -> None:
    web[1].send_signal(signal.SIGTERM)
    assert web[1].wait(30) == 0
