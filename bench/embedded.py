"""Start to ready and idle memory of the embedded platform, as `make up` runs it."""

import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import psutil

IDLE_S = 10


def measure(folder: Path) -> list[dict[str, Any]]:
    """Start it twice on the same folder (the first start also sets up), read what it prints, look at its memory."""
    first, second = started(folder), started(folder)
    return [
        {"what": "Embedded platform, first start to ready", "ours": f"{first['seconds']:.1f} s", "beside": "5 s after set-up", "ratio": first["seconds"] / 5, "limit": None},
        {"what": "Embedded platform, next start to ready", "ours": f"{second['seconds']:.1f} s", "beside": "at most 5 s", "ratio": second["seconds"] / 5, "at_most": 1.0},
        {"what": "Embedded platform, idle memory (RSS)", "ours": f"{second['megabytes']:.0f} MB", "beside": "at most 350 MB", "ratio": second["megabytes"] / 350, "at_most": 1.0},
    ]  # fmt: skip


def started(folder: Path) -> dict[str, float]:
    """One run: seconds from the command to its announcement, resident megabytes ten seconds later."""
    began = time.monotonic()
    process = subprocess.Popen(
        [sys.executable, "-m", "cli.main", "up", "--data", str(folder / "up")],
        stdout=subprocess.PIPE, text=True, env=os.environ | {"PYTHONUNBUFFERED": "1"},
    )  # fmt: skip
    assert process.stdout is not None
    for line in process.stdout:
        if re.search(r"está en marcha", line):
            break
    seconds = time.monotonic() - began
    time.sleep(IDLE_S)
    megabytes = psutil.Process(process.pid).memory_info().rss / 1e6
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=60)
    return {"seconds": seconds, "megabytes": megabytes}
