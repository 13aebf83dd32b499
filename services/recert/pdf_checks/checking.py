"""The checks of a file in their order: its first bytes, a reader in a process of its own, the antivirus."""

import json
import logging
import subprocess
import sys
import threading
from dataclasses import dataclass
from pathlib import Path

from services.recert.pdf_checks.antivirus import Clean, Infected, Unknown, scan
from services.recert.pdf_checks.faults import MOST_BYTES, CheckNotPossible, Fault, FileRefused
from services.recert.settings import Settings

READER = Path(__file__).with_name("reader.py")
MAGIC = b"%PDF-"
READERS = threading.BoundedSemaphore(2)
"""Readers of one process at a time, whatever its threads: each takes memory of its own."""

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class GoodFile:
    """A PDF that may come in."""

    pages: int


def check_file(path: Path, settings: Settings) -> GoodFile:
    """Check a file on the disk. Raises FileRefused (422) with its fault, CheckNotPossible (503)."""
    size = path.stat().st_size
    if size == 0:
        raise FileRefused(Fault.EMPTY)
    if size > MOST_BYTES:
        raise FileRefused(Fault.TOO_BIG)
    with path.open("rb") as file:
        if file.read(len(MAGIC)) != MAGIC:
            raise FileRefused(Fault.WRONG_TYPE)
    pages = _read(path, settings)
    if settings.clamav_address:
        _scan(path, settings)
    return GoodFile(pages)


def _read(path: Path, settings: Settings) -> int:
    """The number of pages, as the reader says. One that dies or takes too long had a broken file before it."""
    seconds, most_bytes = settings.pdf_check_seconds, settings.pdf_check_megabytes * 1024 * 1024
    command = [sys.executable, "-I", str(READER), str(path), str(seconds), str(most_bytes)]
    try:
        with READERS:
            done = subprocess.run(command, capture_output=True, timeout=2 * seconds, check=True, cwd="/", env={})  # noqa: S603
        verdict = json.loads(done.stdout)
    except (subprocess.SubprocessError, ValueError) as error:
        log.warning("a reader of a PDF gave no answer: %s", type(error).__name__)
        raise FileRefused(Fault.DAMAGED) from error
    if "fault" in verdict:
        raise FileRefused(Fault(verdict["fault"]))
    return int(verdict["pages"])


def _scan(path: Path, settings: Settings) -> None:
    match scan(path, settings.clamav_address, settings.clamav_timeout_seconds):
        case Infected(name):
            log.warning("the antivirus found %s in an upload", name)
            raise FileRefused(Fault.VIRUS)
        case Unknown(why):
            log.error("the antivirus cannot be asked: %s", why)
            raise CheckNotPossible(headers={"Retry-After": "60"})
        case Clean():
            return
