"""One-time secrets: 256-bit links and short codes that work once, for minutes; a newer one replaces the older ones.

Only digests are kept (ASVS 6.5.2). A GET may look at a link (`look_up`), only a POST uses it up (`use`): mail scanners
open links. Every secret belongs to a purpose and a subject, so that one made for one act is worth nothing for another.
"""

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, select, update
from sqlalchemy.orm import Session

from services.identity.models import OneTimeToken
from services.identity.tokens import digest, new_code, new_secret

CODE_LENGTH = 10
"""49 bits; they count for minutes, with their subject only, and tries are throttled."""


def make_link_token(
    session: Session,
    purpose: str,
    subject: str,
    *,
    minutes: int,
    moment: datetime,
    account_id: str | None = None,
    mail_request_id: str | None = None,
) -> str:
    """A fresh 256-bit token; earlier ones of the same purpose and subject stop working (ASVS 6.5.1)."""
    token = new_secret()
    _keep(session, digest(token), purpose, subject, minutes, moment, account_id, mail_request_id)
    return token


def make_code(
    session: Session,
    purpose: str,
    subject: str,
    *,
    minutes: int,
    moment: datetime,
    account_id: str | None = None,
    mail_request_id: str | None = None,
) -> str:
    """A fresh code of ten letters and digits to type; it counts only together with its subject. Throttle its use."""
    code = new_code(CODE_LENGTH)
    _keep(session, code_digest(purpose, subject, code), purpose, subject, minutes, moment, account_id, mail_request_id)
    return code


def code_digest(purpose: str, subject: str, code: str) -> str:
    """What is stored of a code; blanks, hyphens and small letters do not count."""
    plain = "".join(letter for letter in code.upper() if letter.isalnum())
    return digest(f"{purpose}:{subject}:{plain}")


def look_up(session: Session, token: str, moment: datetime, purpose: str | None = None) -> OneTimeToken | None:
    """The row of a link that still works, without using it up; None when it is unknown, used, replaced or too old."""
    return session.scalar(select(OneTimeToken).where(*_good(digest(token), moment, purpose)))


def use(session: Session, purpose: str, token: str, moment: datetime) -> OneTimeToken | None:
    """Use a link up; of many who come at once one gets its row, the others None."""
    return _use(session, purpose, digest(token), moment)


def use_code(session: Session, purpose: str, subject: str, code: str, moment: datetime) -> OneTimeToken | None:
    """Use a code up; None when it is not the one this subject was sent."""
    return _use(session, purpose, code_digest(purpose, subject, code), moment)


def withdraw(session: Session, purpose: str, subject: str, moment: datetime) -> None:
    """Make every unused secret of a purpose and subject worthless."""
    unused = (OneTimeToken.purpose == purpose, OneTimeToken.subject == subject, OneTimeToken.used_at.is_(None))
    session.execute(update(OneTimeToken).where(*unused).values(used_at=moment))


def withdraw_all(session: Session, account_id: str, moment: datetime) -> None:
    """Make every unused secret of an account worthless, whatever its purpose: its password has just changed."""
    unused = (OneTimeToken.account_id == account_id, OneTimeToken.used_at.is_(None))
    session.execute(update(OneTimeToken).where(*unused).values(used_at=moment))


def _keep(
    session: Session,
    secret_digest: str,
    purpose: str,
    subject: str,
    minutes: int,
    moment: datetime,
    account_id: str | None,
    mail_request_id: str | None,
) -> None:
    withdraw(session, purpose, subject, moment)
    session.add(
        OneTimeToken(
            digest=secret_digest,
            purpose=purpose,
            subject=subject,
            account_id=account_id,
            mail_request_id=mail_request_id,
            created_at=moment,
            expires_at=moment + timedelta(minutes=minutes),
        )
    )
    session.flush()


def _use(session: Session, purpose: str, secret_digest: str, moment: datetime) -> OneTimeToken | None:
    used = update(OneTimeToken).where(*_good(secret_digest, moment, purpose)).values(used_at=moment)
    found = session.scalar(used.returning(OneTimeToken.digest))
    return session.get(OneTimeToken, found, populate_existing=True) if found else None


def _good(secret_digest: str, moment: datetime, purpose: str | None) -> list[ColumnElement[bool]]:
    good = [OneTimeToken.digest == secret_digest, OneTimeToken.used_at.is_(None), OneTimeToken.expires_at > moment]
    return good if purpose is None else [*good, OneTimeToken.purpose == purpose]
