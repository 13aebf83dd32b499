"""The second factor of staff (ASVS 6.3.3): TOTP as RFC 6238 has it, and codes for the day the telephone is lost.

A code is six digits, counts for its step of 30 seconds and one step either side, and for nothing once used: the last
step used is kept, and only later ones are accepted. The secret is sealed with the passphrase of the keys.
"""

import base64
import hmac
from dataclasses import dataclass
from datetime import datetime

import pyotp
import segno
from cryptography.fernet import Fernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from services.identity.models import Account, RecoveryCode, SecondFactor
from services.identity.settings import current_settings
from services.identity.tokens import digest, new_code

STEP_SECONDS = 30
WINDOW = 1
"""Steps before and after the present one: clocks differ, and typing takes a while."""
RECOVERY_CODES = 10
RECOVERY_LETTERS = 24
"""118 bits: enough for a plain digest (ASVS 6.5.2 asks for 112)."""
ISSUER = "CMP Digital"


@dataclass(frozen=True)
class Enrolment:
    """What goes into the authenticator: the secret in base32, and the same as an otpauth address for the QR code."""

    secret: str
    uri: str

    @property
    def qr(self) -> str:
        """The address as a QR code: an SVG in a data URI, which a page shows without any script."""
        return str(segno.make(self.uri, error="m").svg_data_uri(scale=5, border=2))


def enrolled(session: Session, account_id: str) -> bool:
    """Whether the account has a second factor that counts."""
    factor = session.get(SecondFactor, account_id)
    return factor is not None and factor.confirmed_at is not None


def begin_enrolment(session: Session, account: Account, moment: datetime) -> None:
    """Make a new secret, in place of one that was never confirmed. It counts once a code of it was shown."""
    factor = session.get(SecondFactor, account.id) or SecondFactor(account_id=account.id)
    factor.sealed_secret, factor.created_at, factor.confirmed_at = _seal(pyotp.random_base32()), moment, None
    factor.last_step = 0
    session.add(factor)


def pending_enrolment(session: Session, account: Account) -> Enrolment | None:
    """The secret to be entered into the authenticator; None once it was confirmed, it is never shown again."""
    factor = session.get(SecondFactor, account.id)
    if factor is None or factor.confirmed_at is not None:
        return None
    secret = _open(factor.sealed_secret)
    return Enrolment(secret, pyotp.TOTP(secret).provisioning_uri(name=account.email or account.id, issuer_name=ISSUER))


def confirm(session: Session, account_id: str, code: str, moment: datetime) -> list[str] | None:
    """Let the second factor count from now on and return its recovery codes, this once; None for a wrong code."""
    if not _use_totp(session, account_id, code, moment, confirmed=False):
        return None
    session.execute(update(SecondFactor).where(SecondFactor.account_id == account_id).values(confirmed_at=moment))
    return fresh_recovery_codes(session, account_id)


def accept(session: Session, account_id: str, code: str, moment: datetime) -> bool:
    """Use up a code of the authenticator or a recovery code; False when it is neither, or was used already."""
    plain = "".join(letter for letter in code.upper() if letter.isalnum())
    if len(plain) == RECOVERY_LETTERS:
        return _use_recovery_code(session, account_id, plain, moment)
    return _use_totp(session, account_id, plain, moment, confirmed=True)


def fresh_recovery_codes(session: Session, account_id: str) -> list[str]:
    """Ten new recovery codes; the old ones stop working."""
    session.execute(delete(RecoveryCode).where(RecoveryCode.account_id == account_id))
    codes = [new_code(RECOVERY_LETTERS) for _ in range(RECOVERY_CODES)]
    session.add_all(RecoveryCode(digest=digest(code), account_id=account_id) for code in codes)
    return ["-".join(code[start : start + 4] for start in range(0, RECOVERY_LETTERS, 4)) for code in codes]


def recovery_codes_left(session: Session, account_id: str) -> int:
    """How many recovery codes still work."""
    unused = (RecoveryCode.account_id == account_id, RecoveryCode.used_at.is_(None))
    return session.scalar(select(func.count()).select_from(RecoveryCode).where(*unused)) or 0


def forget(session: Session, account_id: str) -> None:
    """Take the second factor away, codes and all: the account does not count until another is enrolled."""
    session.execute(delete(RecoveryCode).where(RecoveryCode.account_id == account_id))
    session.execute(delete(SecondFactor).where(SecondFactor.account_id == account_id))


def code_at(secret: str, moment: datetime) -> str:
    """The six digits an authenticator shows at a moment."""
    return pyotp.TOTP(secret).generate_otp(_step(moment))


def secret_of(session: Session, account_id: str) -> str | None:
    """The secret of a second factor, for invented staff and tests; None when there is none."""
    factor = session.get(SecondFactor, account_id)
    return _open(factor.sealed_secret) if factor else None


def _use_totp(session: Session, account_id: str, code: str, moment: datetime, *, confirmed: bool) -> bool:
    factor = session.get(SecondFactor, account_id)
    if factor is None or (factor.confirmed_at is not None) is not confirmed:
        return False
    totp, present = pyotp.TOTP(_open(factor.sealed_secret)), _step(moment)
    steps = range(present - WINDOW, present + WINDOW + 1)
    fitting = [step for step in steps if hmac.compare_digest(totp.generate_otp(step).encode(), code.encode())]
    # The database decides between two who show the same code at once.
    return any(_take_step(session, account_id, step) for step in fitting)


def _take_step(session: Session, account_id: str, step: int) -> bool:
    later = (SecondFactor.account_id == account_id, SecondFactor.last_step < step)
    taken = update(SecondFactor).where(*later).values(last_step=step).returning(SecondFactor.account_id)
    return session.scalar(taken) is not None


def _use_recovery_code(session: Session, account_id: str, code: str, moment: datetime) -> bool:
    good = (RecoveryCode.digest == digest(code), RecoveryCode.account_id == account_id, RecoveryCode.used_at.is_(None))
    used = update(RecoveryCode).where(*good).values(used_at=moment).returning(RecoveryCode.digest)
    return enrolled(session, account_id) and session.scalar(used) is not None


def _step(moment: datetime) -> int:
    return int(moment.timestamp()) // STEP_SECONDS


def _seal(secret: str) -> str:
    return _box().encrypt(secret.encode()).decode()


def _open(sealed: str) -> str:
    return _box().decrypt(sealed.encode()).decode()


def _box() -> Fernet:
    """A key of its own, derived from the passphrase of the keys (256 random bits, so no slow derivation)."""
    derive = HKDF(algorithm=SHA256(), length=32, salt=None, info=b"identity second factor")
    return Fernet(base64.urlsafe_b64encode(derive.derive(current_settings().key_passphrase().encode())))
