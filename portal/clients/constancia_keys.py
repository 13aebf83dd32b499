"""The public keys of constancias, kept in memory so that a signature can be checked while services are away."""

import json
import threading
from typing import Any

from flask import current_app
from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from portal.clients.gateway import GatewayDown
from portal.parts import parts

EXTENSION = "portal.constancia_keys"
DOCUMENT = "/.well-known/constancias.json"
KEPT_SECONDS = 3600
TYPE = "habilidad"


class ConstanciaKeys:
    """The keys as last published; old ones serve on when new ones cannot be had."""

    def __init__(self) -> None:
        """Knows none until first asked."""
        self._lock, self._keys, self._until = threading.Lock(), KeySet([]), 0.0

    def current(self) -> KeySet:
        """The published keys. Raises GatewayDown when there are none at all to be had."""
        with self._lock:
            if parts().clock.now().timestamp() >= self._until:
                self._renew()
            return self._keys

    def _renew(self) -> None:
        try:
            document = parts().gateway.document(DOCUMENT)
        except GatewayDown:
            if not self._keys.keys:
                raise
            return
        self._keys = KeySet.import_key_set(document)  # type: ignore[arg-type]
        self._until = parts().clock.now().timestamp() + KEPT_SECONDS


def known_keys() -> ConstanciaKeys:
    """The running portal's copy of the keys."""
    found: ConstanciaKeys = current_app.extensions.setdefault(EXTENSION, ConstanciaKeys())
    return found


def read_signed(signed: str) -> dict[str, Any] | None:
    """What a constancia's QR says (RFC 7515, ES256), if the institution signed it; None when it was altered.

    Raises GatewayDown when no key is known.
    """
    keys = known_keys().current()
    try:
        opened = jws.deserialize_compact(signed, keys, algorithms=["ES256"])
        claims = json.loads(opened.payload)
    except (JoseError, ValueError):
        return None
    return claims if opened.headers().get("typ") == TYPE and isinstance(claims, dict) else None
