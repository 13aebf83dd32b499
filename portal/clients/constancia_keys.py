"""The public keys of constancias, kept in memory so that a signature can be checked while services are away."""

import json
import threading
from typing import Any

from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from portal.clients.gateway import GatewayDown
from portal.parts import parts

REMEMBERED = "constancia_keys"
DOCUMENTS = {
    "habilidad": "/.well-known/constancias.json",
    "recertificacion": "/.well-known/constancias-recertificacion.json",
}
"""By the header `typ` of a constancia: the keys of one kind verify nothing of the other."""
KEPT_SECONDS = 3600


class ConstanciaKeys:
    """The keys of one kind as last published; old ones serve on when new ones cannot be had."""

    def __init__(self, document: str) -> None:
        """Knows none until first asked."""
        self._document = document
        self._lock, self._keys, self._until = threading.Lock(), KeySet([]), 0.0

    def current(self) -> KeySet:
        """The published keys. Raises GatewayDown when there are none at all to be had."""
        with self._lock:
            if parts().clock.now().timestamp() >= self._until:
                self._renew()
            return self._keys

    def _renew(self) -> None:
        try:
            document = parts().gateway.document(self._document)
        except GatewayDown:
            if not self._keys.keys:
                raise
            return
        self._keys = KeySet.import_key_set(document)  # type: ignore[arg-type]
        self._until = parts().clock.now().timestamp() + KEPT_SECONDS


def known_keys(kind: str) -> ConstanciaKeys:
    """The running portal's copy of the keys of a kind."""
    fresh = {name: ConstanciaKeys(document) for name, document in DOCUMENTS.items()}
    found: dict[str, ConstanciaKeys] = parts().remembered.setdefault(REMEMBERED, fresh)
    return found[kind]


def read_signed(signed: str) -> dict[str, Any] | None:
    """What a constancia's QR says (RFC 7515, ES256), if the institution signed it; None when it was altered.

    Raises GatewayDown when no key of its kind is known.
    """
    try:
        kind = jws.extract_compact(signed.encode()).headers().get("typ")
    except (JoseError, ValueError):
        return None
    if kind not in DOCUMENTS:
        return None
    keys = known_keys(kind).current()
    try:
        claims = json.loads(jws.deserialize_compact(signed, keys, algorithms=["ES256"]).payload)
    except (JoseError, ValueError):
        return None
    return claims if isinstance(claims, dict) else None
