"""What the QR carries: the constancia's own words, sealed, good without any network."""

from datetime import date, datetime

from chassis import seals
from chassis.seals import Signer, end_of

TYPE = "habilidad"


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
    return seals.seal(signer, TYPE, claims)
