"""The embedded platform in a process of its own, so that a test may kill it and nothing of its environment leaks.

As a script (`python -m tests.embedded FOLDER`) it starts the platform, prints its ports as JSON, and answers every line it
reads with fresh one-time login tokens by CMP number; SIGTERM ends it in order.
"""

import dataclasses
import json
import signal
import subprocess
import sys
from pathlib import Path

from chassis.logs import configure_logs
from cli.embedded import Platform
from cli.environment import Ports


class EmbeddedPlatform:
    """A running platform, seen from outside."""

    def __init__(self, folder: Path) -> None:
        """Ready when it returns."""
        self.folder = folder
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.embedded", str(folder)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self.ports = Ports(**json.loads(self._read()))

    def login_token(self, cmp_number: str = "012345") -> str:
        """A fresh one-time login token of a demo physician."""
        assert self.process.stdin is not None
        self.process.stdin.write("\n")
        self.process.stdin.flush()
        tokens: dict[str, str] = json.loads(self._read())
        return tokens[cmp_number]

    def stop(self) -> int:
        """SIGTERM; the exit status."""
        self.process.terminate()
        return self.process.wait(60)

    def kill(self) -> None:
        """SIGKILL, as a power failure would."""
        self.process.kill()
        self.process.wait()

    def _read(self) -> str:
        assert self.process.stdout is not None
        return self.process.stdout.readline()


def main() -> None:
    """Run the platform until SIGTERM."""
    folder = Path(sys.argv[1])
    configure_logs("platform", "INFO", (folder / "platform.log").open("a"))
    platform = Platform(folder, Ports.free())
    platform.start()

    def end(*_: object) -> None:
        raise SystemExit

    signal.signal(signal.SIGTERM, end)
    try:
        tell(dataclasses.asdict(platform.ports))
        for _ in sys.stdin:
            links = {label.split()[1]: link.rpartition("/")[2] for label, link in platform.login_links()}
            tell(links)
        signal.pause()
    finally:
        platform.stop()


def tell(value: object) -> None:
    """Print one line of JSON."""
    sys.stdout.write(json.dumps(value) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
