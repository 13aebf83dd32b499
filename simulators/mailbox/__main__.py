"""`python -m simulators.mailbox --smtp-port 2525 --web-port 8025`: a mail server on this machine."""

from __future__ import annotations

import argparse
import logging
import signal
import threading

from .app import create_mailbox

log = logging.getLogger("simulators.mailbox")


def main() -> None:
    """Serve until stopped."""
    parser = argparse.ArgumentParser(description="Simulador de correo")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--smtp-port", type=int, default=2525)
    parser.add_argument("--web-port", type=int, default=8025)
    parser.add_argument("--folder", default=None)
    parser.add_argument("--starttls", action="store_true")
    parser.add_argument("--auth-user", default="")
    parser.add_argument("--auth-password", default="")
    logging.basicConfig(level=logging.INFO)
    mailbox = create_mailbox(vars(parser.parse_args())).start()
    log.info("SMTP on port %d, page at %s", mailbox.smtp_port, mailbox.url)
    ended = threading.Event()
    for name in (signal.SIGINT, signal.SIGTERM):
        signal.signal(name, lambda *_: ended.set())
    ended.wait()
    mailbox.stop()


if __name__ == "__main__":
    main()
