"""Secrets that travel: signed access tokens (JWT, ES256) and opaque ones of which only the digest is kept."""

import hashlib
import hmac
import secrets
import uuid
from base64 import urlsafe_b64encode
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from joserfc import jwt
from joserfc.jwk import ECKey

ALGORITHM = "ES256"
TYPE = "at+jwt"
"""RFC 9068; a token of any other type is not an access token."""

CODE_LETTERS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
"""Digits and capitals that cannot be taken for one another on paper."""


@dataclass(frozen=True, kw_only=True)
class Signer:
    """The key that signs today: its private half never leaves this object."""

    kid: str
    key: ECKey

    def sign(self, claims: dict[str, Any]) -> str:
        """The compact JWS of the claims."""
        return jwt.encode({"alg": ALGORITHM, "typ": TYPE, "kid": self.kid}, claims, self.key)


def access_claims(
    *, issuer: str, audience: str | list[str], subject: str, moment: datetime, seconds: int
) -> dict[str, Any]:
    """The claims every access token has (RFC 9068). `seconds` is its life; `moment` is aware."""
    return {
        "iss": issuer,
        "aud": audience,
        "sub": subject,
        "iat": int(moment.timestamp()),
        "exp": int((moment + timedelta(seconds=seconds)).timestamp()),
        "jti": str(uuid.uuid4()),
    }


def new_secret() -> str:
    """256 random bits, fit for a URL."""
    return secrets.token_urlsafe(32)


def new_code(length: int) -> str:
    """Random digits and capitals to read and type, almost 5 bits each."""
    return "".join(secrets.choice(CODE_LETTERS) for _ in range(length))


def digest(secret: str) -> str:
    """What is stored of a secret: it has 256 bits already, so one SHA-256 is enough (ASVS 6.5.2)."""
    return hashlib.sha256(secret.encode()).hexdigest()


def same(known_digest: str, secret: str) -> bool:
    """Whether the secret has this digest, in constant time."""
    return hmac.compare_digest(known_digest, digest(secret))


def successor(secret: str, salt: str) -> str:
    """The next token of a chain. Who has the old token and our row can repeat it; either alone cannot."""
    return urlsafe_b64encode(hmac.digest(salt.encode(), secret.encode(), "sha256")).rstrip(b"=").decode()


def new_key() -> ECKey:
    """A fresh P-256 key with a random id."""
    return ECKey.generate_key("P-256", {"kid": secrets.token_urlsafe(12), "use": "sig", "alg": ALGORITHM})


def seal_key(key: ECKey, passphrase: str) -> str:
    """The private key as PKCS #8, encrypted."""
    return key.as_pem(private=True, password=passphrase).decode()


def open_key(pem: str, kid: str, passphrase: str) -> ECKey:
    """The key of `seal_key`. Raises ValueError when the passphrase is another."""
    return ECKey.import_key(pem, {"kid": kid, "use": "sig", "alg": ALGORITHM}, password=passphrase)


def public_jwk(key: ECKey) -> dict[str, Any]:
    """The public half, as it stands in the JWKS document."""
    return dict(key.as_dict(private=False))
