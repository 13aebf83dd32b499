"""Writes RabbitMQ's definitions: one vhost, one user per service that may touch its own queues and nobody else's.

`make_secrets.py` calls it with each service's URL, `amqp://<service>:<password>@<host>:5672/<vhost>`; only a salted
hash of the password is written. Importing definitions at start also means that the user `guest` is never made.
"""

import base64
import hashlib
import os
from urllib.parse import unquote, urlsplit

EXCHANGE = "cmp.events"


def definitions(urls: dict[str, str]) -> dict[str, object]:
    """The document that RabbitMQ imports. Raises ValueError when a URL names another user than its service."""
    vhosts = {vhost_of(url) for url in urls.values()}
    return {
        "users": [user(service, url) for service, url in urls.items()],
        "vhosts": [{"name": name} for name in sorted(vhosts)],
        "permissions": [permission(service, vhost_of(url)) for service, url in urls.items()],
        "topic_permissions": [topic_permission(service, vhost_of(url)) for service, url in urls.items()],
    }


def user(service: str, url: str) -> dict[str, object]:
    """A user named as its service, without any management right."""
    parts = urlsplit(url)
    if parts.username != service or not parts.password:
        raise ValueError(f"{service}_broker_url must be amqp://{service}:<password>@…")
    return {
        "name": service,
        "password_hash": password_hash(unquote(parts.password)),
        "hashing_algorithm": "rabbit_password_hashing_sha256",
        "tags": [],
    }


def password_hash(password: str, salt: bytes | None = None) -> str:
    """RabbitMQ's form: base64 of four bytes of salt and SHA-256 of salt and password."""
    salt = salt or os.urandom(4)
    return base64.b64encode(salt + hashlib.sha256(salt + password.encode()).digest()).decode()


def permission(service: str, vhost: str) -> dict[str, str]:
    """Declare and read the own queues and their exchange; bind them to and publish on the one exchange."""
    queues = rf"{service}\.(events|unreadable)"
    exchange = EXCHANGE.replace(".", r"\.")
    return {
        "user": service,
        "vhost": vhost,
        "configure": f"^({exchange}|{queues})$",
        "write": rf"^({exchange}|{queues})$",
        "read": f"^({exchange}|{queues})$",
    }


def topic_permission(service: str, vhost: str) -> dict[str, str]:
    """Nobody publishes facts in another service's name; any service may listen to any topic."""
    return {"user": service, "vhost": vhost, "exchange": EXCHANGE, "write": rf"^{service}\.", "read": ".*"}


def vhost_of(url: str) -> str:
    """The vhost a URL names; an empty path is the default one."""
    return unquote(urlsplit(url).path.removeprefix("/")) or "/"
