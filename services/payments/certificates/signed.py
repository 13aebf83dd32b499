"""What the QR carries: the constancia's own words as a compact JWS (RFC 7515, ES256), good without any network."""

import json
from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from chassis.clock import LIMA
from services.payments.certificates.keys import ALGORITHM, Signer

TYPE = "habilidad"
LONGEST = 2000
"""Characters of a JWS worth looking at; ours have about 400."""


def seal(
    signer: Signer, *, number: str, code: str, cmp_number: str, name: str, issued_at: datetime, valid_until: date
) -> str:
    """Sign what a constancia says. `issued_at` is aware, `valid_until` the last good day in Lima.

    Claims: jti number, cod code, cmp, nom, iat and exp in seconds since 1970; `hab` is true: nobody else gets one.
    """
    claims = {
        "jti": number,
        "cod": code,
        "cmp": cmp_number,
        "nom": name,
        "hab": True,
        "iat": int(issued_at.timestamp()),
        "exp": int(end_of(valid_until).timestamp()),
    }
    payload = json.dumps(claims, ensure_ascii=False, separators=(",", ":"))
    return jws.serialize_compact({"alg": ALGORITHM, "kid": signer.kid, "typ": TYPE}, payload, signer.key)


def unseal(signed: str, public_keys: Iterable[dict[str, Any]]) -> dict[str, Any] | None:
    """What a JWS says if one of these keys signed it; None when it was altered or is not ours."""
    keys = KeySet.import_key_set({"keys": list(public_keys)})
    if len(signed) > LONGEST or not keys.keys:
        return None
    try:
        opened = jws.deserialize_compact(signed, keys, algorithms=[ALGORITHM])
        claims = json.loads(opened.payload)
    except (JoseError, ValueError):
        return None
    right_type = opened.headers().get("typ") == TYPE
    return claims if right_type and isinstance(claims, dict) else None


def end_of(day: date) -> datetime:
    """The first moment after a day in Lima."""
    return datetime.combine(day + timedelta(days=1), time(), LIMA).astimezone(UTC)
