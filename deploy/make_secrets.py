"""Makes the secrets of an installation, one file each; what is there already is kept. Needs nothing but Python.

Usage: python3 deploy/make_secrets.py [FOLDER]     (default: deploy/compose/secrets, where docker-compose.yml looks)

The folder is for its owner only. The files in it are readable, because containers run under another user id and a file
is mounted by itself, past the folder. Passwords of outside systems are samples; write the real ones over them.
Two files follow from others and are written every time: what identity knows of its callers, and RabbitMQ's users.
"""

import json
import os
import secrets
import sys
from pathlib import Path

from broker_definitions import definitions

SERVICES = ("identity", "einvoice", "payments", "recert", "notifier")
VHOST = "cmp"

OUTSIDE = {
    "payments_niubiz_password": "cmp-demo",
    "einvoice_sunat_password": "moddatos",
    "einvoice_certificate_password": "",
    "notifier_smtp_password": "",
}
"""Passwords that others give us; these suit the simulators."""


def fresh() -> dict[str, str]:
    """Every secret that does not follow from another."""
    made = {name: random_text() for name in ("postgres_password", "grafana_password", "portal_secret_key")}
    made |= {name: random_text() for name in ("identity_key_secret", "payments_key_secret", "recert_key_secret")}
    for service in SERVICES:
        made[f"{service}_database_url"] = f"postgresql+psycopg://{service}:{random_text()}@postgres:5432/{service}"
        made[f"{service}_broker_url"] = f"amqp://{service}:{random_text()}@rabbitmq:5672/{VHOST}"
        made[f"{service}_client_secret"] = random_text()
    return made | OUTSIDE


def following(folder: Path) -> dict[str, str]:
    """The secrets that follow from those in the folder."""
    urls = {service: read(folder, f"{service}_broker_url") for service in SERVICES}
    callers = ",".join(f"{service}={read(folder, f'{service}_client_secret')}" for service in SERVICES)
    return {"identity_service_secrets": callers, "rabbitmq_definitions": json.dumps(definitions(urls), indent=2)}


def random_text() -> str:
    """256 random bits that need no quoting in a URL, a list or a shell."""
    return secrets.token_hex(32)


def read(folder: Path, name: str) -> str:
    """A secret that exists; a line break at its end, which editors leave, is not part of it."""
    return (folder / name).read_text().strip()


def write(file: Path, text: str) -> None:
    """Put a file in place at once, readable and not writable."""
    draft = file.with_name(f".{file.name}")
    draft.unlink(missing_ok=True)
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o444), "w") as opened:
        opened.write(text)
    draft.chmod(0o444)
    draft.replace(file)


def make(folder: Path) -> list[str]:
    """Write what is missing, and what follows from the rest; return the names of the missing ones."""
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(0o700)
    missing = {name: text for name, text in fresh().items() if not (folder / name).exists()}
    for name, text in missing.items():
        write(folder / name, text)
    for name, text in following(folder).items():
        write(folder / name, text)
    return sorted(missing)


def main() -> None:
    """Make the secrets of docker-compose.yml, or those of the folder given."""
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent / "compose" / "secrets"
    sys.stdout.write(f"{len(make(folder))} secrets made in {folder}\n")


if __name__ == "__main__":
    main()
