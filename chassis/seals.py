"""Documents that anybody can check: a code to copy from paper, and words sealed as a compact JWS (RFC 7515, ES256)."""

import ipaddress
import json
import secrets
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any

from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, KeySet
from sqlalchemy import String, Text, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Mapped, Session, mapped_column

from chassis.clock import LIMA, now
from chassis.db import reading, transaction

ALGORITHM = "ES256"
CURRENT = "current"
LONGEST = 2000
"""Characters of a JWS worth looking at; ours have about 400."""

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's base 32: no I, L, O, U."""
CODE_LENGTH = 12
_TWINS = str.maketrans({"O": "0", "I": "1", "L": "1", "-": None, " ": None})


# ------------------------------------------------------------------ codes


def new_code() -> str:
    """A code of 60 random bits without letters that look like digits: nobody can guess it, people can copy it."""
    return "".join(secrets.choice(ALPHABET) for _ in range(CODE_LENGTH))


def read_code(typed: str) -> str | None:
    """A code as it was typed, with or without hyphens, in small letters, O for 0; None when it cannot be one."""
    code = typed.upper().translate(_TWINS)
    return code if len(code) == CODE_LENGTH and set(code) <= set(ALPHABET) else None


def print_code(code: str) -> str:
    """A code as it is printed, in groups of four."""
    return "-".join(code[start : start + 4] for start in range(0, len(code), 4))


# ------------------------------------------------------------------ keys


class SealKeyRow:
    """Mixin of a service's key table: one key seals, all stay published for as long as the service lives."""

    kid: Mapped[str] = mapped_column(String(40), primary_key=True)
    slot: Mapped[str | None] = mapped_column(String(10), unique=True)
    """`current` for the key that seals, empty for one that was replaced."""
    sealed_key: Mapped[str | None] = mapped_column(Text)
    """The private half, encrypted; forgotten when the key is replaced."""
    jwk: Mapped[dict[str, Any]]
    created_at: Mapped[datetime]
    replaced_at: Mapped[datetime | None]

    def replace(self, at: datetime) -> None:
        """Seal no more; what it sealed can still be verified."""
        self.slot, self.sealed_key, self.replaced_at = None, None, at


@dataclass(frozen=True, kw_only=True)
class Signer:
    """The key that seals today."""

    kid: str
    key: ECKey


@dataclass(frozen=True, kw_only=True)
class KeyRing:
    """The keys of one table. Private halves are encrypted at rest by the passphrase."""

    table: type[Any]
    """A mapped class with the columns of `SealKeyRow`."""
    passphrase: Callable[[], str]

    def signer(self) -> Signer:
        """The key to seal with; the first call on a new database makes it. Not inside a transaction."""
        kid, sealed = self._current() or self._first()
        return Signer(kid=kid, key=ECKey.import_key(sealed, {"kid": kid}, password=self.passphrase()))

    def public_keys(self, session: Session) -> list[dict[str, Any]]:
        """The public half of every key that ever sealed, newest first: what is printed stays verifiable."""
        return list(session.scalars(select(self.table.jwk).order_by(self.table.created_at.desc())))

    def replace(self) -> str:
        """Seal with a fresh key from now on and return its id; the private half of the old one is forgotten."""
        self.signer()
        with transaction() as session:
            current = select(self.table).where(self.table.slot == CURRENT).with_for_update()
            session.scalars(current).one().replace(now())
            session.flush()
            fresh = self._fresh()
            session.add(fresh)
            kid: str = fresh.kid
            return kid

    def _current(self) -> tuple[str, str] | None:
        with reading() as session:
            key = session.scalar(select(self.table).where(self.table.slot == CURRENT))
            return (key.kid, key.sealed_key or "") if key else None

    def _first(self) -> tuple[str, str]:
        """Make the first key, unless another process is doing the same."""
        with suppress(IntegrityError), transaction() as session:
            session.add(self._fresh())
        found = self._current()
        assert found is not None  # noqa: S101 - one of the two processes has just made it
        return found

    def _fresh(self) -> Any:
        kid = secrets.token_urlsafe(6)
        key = ECKey.generate_key("P-256", {"kid": kid, "use": "sig", "alg": ALGORITHM})
        row = self.table()
        row.kid, row.slot, row.created_at = kid, CURRENT, now()
        row.sealed_key = key.as_pem(private=True, password=self.passphrase()).decode()
        row.jwk = dict(key.as_dict(private=False))
        return row


def kept_secret(path: Path) -> str:
    """Read a secret file, or make it. The link appears with its content, so two processes that start together agree."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if not path.exists():
        draft = path.with_suffix(f".{secrets.token_hex(4)}")
        draft.touch(mode=0o600)
        draft.write_text(secrets.token_urlsafe(32), "ascii")
        with suppress(FileExistsError):
            path.hardlink_to(draft)
        draft.unlink()
    return path.read_text("ascii")


# ------------------------------------------------------------------ seals


def seal(signer: Signer, kind: str, claims: dict[str, Any]) -> str:
    """Sign claims that JSON can carry; `kind` becomes the header `typ`, so that no document passes for another."""
    payload = json.dumps(claims, ensure_ascii=False, separators=(",", ":"))
    return jws.serialize_compact({"alg": ALGORITHM, "kid": signer.kid, "typ": kind}, payload, signer.key)


def unseal(signed: str, kind: str, public_keys: Iterable[dict[str, Any]]) -> dict[str, Any] | None:
    """What a JWS says if one of these keys signed it as `kind`; None when it was altered or is not ours."""
    known = list(public_keys)
    if len(signed) > LONGEST or not known:
        return None
    keys = KeySet.import_key_set({"keys": known})
    try:
        opened = jws.deserialize_compact(signed, keys, algorithms=[ALGORITHM])
        claims = json.loads(opened.payload)
    except (JoseError, ValueError):
        return None
    return claims if opened.headers().get("typ") == kind and isinstance(claims, dict) else None


def end_of(day: date) -> datetime:
    """The first moment after a day in Lima, in UTC."""
    return datetime.combine(day + timedelta(days=1), time(), LIMA).astimezone(UTC)


# ------------------------------------------------------------------ questions


def network_of(address: str) -> str:
    """The first half of an IPv4 address, the first quarter of an IPv6 one: a provider's region, not a person."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return "red desconocida"
    if parsed.is_private:
        return "red interna"
    parts = parsed.exploded.split("." if parsed.version == 4 else ":")
    return f"red {'.'.join(parts[:2])}" if parsed.version == 4 else f"red {':'.join(parts[:2])}"
