"""A worker that is killed between handling its first event and acknowledging it: `python -m tests.faults.dying_worker SERVICE`."""

import os
import signal
import sys
from typing import Any

import kombu.message

from cli import run


def die(*_: Any, **__: Any) -> None:
    """SIGKILL ourselves where the acknowledgement would leave."""
    os.kill(os.getpid(), signal.SIGKILL)


if __name__ == "__main__":
    kombu.message.Message.ack = die
    run.worker(sys.argv[1])
