"""The first access of a client (VOC-3, AMB-4): the document number in both fields starts it and opens nothing.

Every start is answered alike, in the same time: whoever has no account gets a row as well, and mails leave by a job.
The case is proven by a code mailed to the address on file, a code handed out at the council's desk or, without an
address, by four facts of one of the client's own vouchers. A proof gives one token that sets the password and no more.
"""

import logging
import re
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from hashlib import sha256

from flask import request
from sqlalchemy import select
from sqlalchemy.orm import Session

from chassis.clock import now
from chassis.db import reading, transaction
from chassis.events import Event
from chassis.outbox import publish
from contracts.identity import NoticeFacts
from services.identity import audit, mail_requests, one_time, throttling
from services.identity.clients.appearing import belongs_to_physician, find_client, physicians_account
from services.identity.clients.errors import FirstAccessOver, ProofNotAccepted, UseOptionOne
from services.identity.documents import DNI
from services.identity.models import Account, FirstAccess, KnownVoucher
from services.identity.models.clients import DESK, MAIL, VOUCHER
from services.identity.settings import Settings, current_settings
from services.identity.tokens import digest, new_secret

DESK_CODE, NEW_PASSWORD = "desk_code", "first_password"
USE_OPTION_ONE, ALREADY_IN = "use_option_one", "first_access_known"
BATCH = 50

log = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True)
class VoucherFacts:
    """What a client copies from one of the own vouchers: all four must be right (AMB-4)."""

    type: str
    number: str
    issue_date: date
    total_cents: int


def start(kind: str, number: str) -> str:
    """Begin a first access and return its secret, which only the browser that asked holds. Raises TooManyAttempts."""
    told, moment, secret = current_settings(), now(), new_secret()
    with transaction() as session:
        throttling.admit(session, _attempt("start", number), _rules(told, told.first_access_tries), moment)
        client = find_client(session, kind, number)
        access = FirstAccess(id=digest(secret), document_type=kind, document_number=number, started_at=moment)
        access.account_id = client.id if client else None
        access.expires_at = moment + timedelta(minutes=told.first_access_minutes)
        session.add(access)
    return secret


def mails_wait(session: Session) -> bool:
    """Whether there is anything for `send_mails`: asked before it takes the right to write."""
    return session.scalar(select(FirstAccess.id).where(FirstAccess.noted_at.is_(None)).limit(1)) is not None


def send_mails(session: Session, moment: datetime) -> bool:
    """Ask for the mails of the accesses started since, oldest first. True when more wait."""
    waiting = select(FirstAccess).where(FirstAccess.noted_at.is_(None)).order_by(FirstAccess.started_at).limit(BATCH)
    found = session.scalars(waiting.with_for_update(skip_locked=True)).all()
    for access in found:
        access.noted_at = moment
        publish(session, *_mail_for(session, access, moment))
    return len(found) == BATCH


def prove_by_code(secret: str, code: str) -> str:
    """The token that sets the password, against the code from the mail or the desk.

    Raises FirstAccessOver, ProofNotAccepted.
    """
    with transaction() as session:
        access = _open(session, secret)
        way = _way_of(session, access, code) if access else None
        token = _proven(session, access, way) if access and way else None
    return _or_refuse(access, token)


def prove_by_voucher(secret: str, facts: VoucherFacts) -> str:
    """The token that sets the password, against type, number, date and total of a voucher of the own.

    Raises FirstAccessOver, TooManyAttempts, ProofNotAccepted; UseOptionOne when what is proven is a physician's DNI.
    """
    told = current_settings()
    with transaction() as session:
        access = _open(session, secret)
        if access is not None:
            attempt = _attempt("voucher", access.document_number)
            throttling.admit(session, attempt, _rules(told, told.first_access_voucher_tries), now())
        owns = access is not None and _owns(session, access, facts)
        token = _by_voucher(session, access, owns, facts) if access else None
        physician = owns and access is not None and belongs_to_physician(session, *access.document)
    if physician:
        raise UseOptionOne
    return _or_refuse(access, token)


def account_to_open(token: str) -> Account:
    """Whose password a token may set, without using it up. Raises FirstAccessOver."""
    with reading() as session:
        row = one_time.look_up(session, token, now(), NEW_PASSWORD)
        account = session.get(Account, row.account_id) if row and row.account_id else None
    if account is None:
        raise FirstAccessOver
    return account


def use_token(session: Session, token: str) -> Account:
    """Use the token up for the one thing it is good for. Raises FirstAccessOver."""
    row = one_time.use(session, NEW_PASSWORD, token, now())
    access = session.get(FirstAccess, row.subject) if row else None
    if row is None or access is None:
        raise FirstAccessOver
    access.finished_at = now()
    return session.get_one(Account, row.account_id)


def _open(session: Session, secret: str) -> FirstAccess | None:
    """The access this browser started, while proofs may be shown; every proof counts before it is looked at."""
    access = session.get(FirstAccess, digest(secret), with_for_update=True)
    if access is None or not access.open(now(), current_settings().first_access_proofs):
        return None
    access.tries += 1
    return access


def _way_of(session: Session, access: FirstAccess, code: str) -> str | None:
    """Where a code came from: the mail of this access, or the desk. None when it is neither."""
    if mail_requests.use_code(session, mail_requests.FIRST_ACCESS, access.id, code, now()):
        return MAIL
    owner = access.account_id or "nobody"
    return DESK if one_time.use_code(session, DESK_CODE, owner, code, now()) else None


def _owns(session: Session, access: FirstAccess, facts: VoucherFacts) -> bool:
    """Whether all four facts are those of one voucher issued to the document that was typed."""
    same = select(KnownVoucher.voucher_id).where(
        KnownVoucher.customer_document_type == access.document_type,
        KnownVoucher.customer_document_number == access.document_number,
        KnownVoucher.voucher_type == facts.type,
        KnownVoucher.number == printed(facts.number),
        KnownVoucher.issue_date == facts.issue_date,
        KnownVoucher.total_cents == facts.total_cents,
    )
    return session.scalar(same.limit(1)) is not None


def _by_voucher(session: Session, access: FirstAccess, owns: bool, facts: VoucherFacts) -> str | None:
    """A voucher proves only whom we cannot write to and who never came in. Every try is audited, right or wrong."""
    client = session.get(Account, access.account_id) if access.account_id else None
    counts = owns and client is not None and not client.mail_address and client.password_hash is None
    audit.record(
        session,
        act="first_access.proven" if counts else "first_access.refused",
        subject=f"account:{access.account_id or 'unknown'}",
        after={"by": VOUCHER, "type": facts.type, "number": printed(facts.number)},
        actor=audit.VISITOR,
    )
    return _proven(session, access, VOUCHER) if counts else None


def _proven(session: Session, access: FirstAccess, way: str) -> str | None:
    """Note the proof and make the token; None for an account that has been closed."""
    account = session.get(Account, access.account_id) if access.account_id else None
    if account is None or not account.admits(now()):
        return None
    access.prove(way, now())
    log.info("first access of account %s proven by %s", account.id, way)
    minutes = current_settings().one_time_minutes
    return one_time.make_link_token(
        session, NEW_PASSWORD, access.id, minutes=minutes, moment=now(), account_id=account.id
    )


def _or_refuse(access: FirstAccess | None, token: str | None) -> str:
    if access is None:
        raise FirstAccessOver
    if token is None:
        raise ProofNotAccepted
    return token


def _mail_for(session: Session, access: FirstAccess, moment: datetime) -> list[Event]:
    """What is mailed to the address on file: a code, or why a code is not what helps. Nothing without an address."""
    client = session.get(Account, access.account_id) if access.account_id else None
    if client is not None and client.mail_address and client.admits(moment):
        if client.password_hash is not None:
            return [mail_requests.notice(ALREADY_IN, email=client.mail_address, account_id=client.id)]
        asked = mail_requests.ask_for_mail(
            session, mail_requests.FIRST_ACCESS, email=client.mail_address, subject=access.id, moment=moment,
            account_id=client.id, facts={"name": client.name},
        )  # fmt: skip
        return [asked]
    physician = physicians_account(session, access.document_number) if access.document_type == DNI else None
    if physician is not None and physician.mail_address:
        facts = NoticeFacts(given_names=physician.first_names)
        return [
            mail_requests.notice(USE_OPTION_ONE, email=physician.mail_address, account_id=physician.id, facts=facts)
        ]
    return []


def printed(number: str) -> str:
    """`b003-17` and `B003 00000017` as vouchers print it: `B003-00000017`. Anything else finds nothing."""
    found = re.fullmatch(r"([A-Z0-9]{4})-?([0-9]{1,8})", re.sub(r"\s", "", number).upper())
    return f"{found[1]}-{int(found[2]):08d}" if found else number


def _attempt(gesture: str, number: str) -> throttling.Attempt:
    """Counters of this gesture alone, so that they neither lock nor free the login."""
    address = throttling.network(request.remote_addr or "")
    scopes = (f"first-access-{gesture}:{number}", f"first-access-{gesture}-from:{address}")
    return throttling.Attempt(*(sha256(scope.encode()).hexdigest() for scope in scopes))


def _rules(told: Settings, tries: int) -> Settings:
    """Stricter than a login: few tries, given back slowly, with longer locks (AMB-4 "throttled hard")."""
    return replace(
        told,
        throttle_tries=tries,
        throttle_account_tries=4 * tries,
        throttle_address_tries=4 * tries,
        throttle_account_recovery_seconds=told.throttle_recovery_seconds,
        throttle_address_recovery_seconds=told.throttle_recovery_seconds // 4,
        throttle_lock_seconds=told.first_access_lock_seconds,
        throttle_lock_max_seconds=told.first_access_lock_max_seconds,
    )
