"""Idempotency-Key: the same request is done once and answered alike (draft-ietf-httpapi-idempotency-key-header)."""

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from flask import request
from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from chassis.clock import now
from chassis.db import transaction
from services.payments.errors import KeyInUse, KeyMissing, KeyReused
from services.payments.models import IdempotencyKey
from services.payments.receipts import fingerprint

HEADER = "Idempotency-Key"
LIFE = timedelta(hours=24)
ABANDONED_AFTER = timedelta(minutes=1)
"""A request that took longer died with its process; the next one with its key takes over."""

CHUNK = 500


@dataclass(frozen=True)
class Answer:
    """Status and JSON body of an answer that may be given again."""

    status: int
    body: dict[str, Any]


def once(account: str, asked: dict[str, Any], work: Callable[[Session], Answer]) -> Answer:
    """Do the work and store its answer in one transaction, or give the stored answer.

    An error is not stored: nothing was done, so the key may be used again. Raises KeyMissing, KeyReused, KeyInUse.
    """
    key, wanted = _key(), fingerprint(asked)
    claim = str(uuid.uuid4())
    try:
        stored = _claim(account, key, wanted, claim)
    except IntegrityError as error:
        raise KeyInUse(headers={"Retry-After": "1"}) from error
    if stored is not None:
        return stored
    try:
        with transaction() as session:
            answer = work(session)
            row = session.get_one(IdempotencyKey, (account, key), with_for_update=True)
            if row.claim != claim:
                raise KeyInUse(headers={"Retry-After": "1"})
            row.status, row.body = answer.status, answer.body
            return answer
    except Exception:
        _give_up(account, key, claim)
        raise


def _key() -> str:
    key = request.headers.get(HEADER, "").strip().strip('"')
    if not 1 <= len(key) <= 100:
        raise KeyMissing
    return key


def _claim(account: str, key: str, wanted: str, claim: str) -> Answer | None:
    """Take the key, or return the answer it already has."""
    with transaction() as session:
        row = session.get(IdempotencyKey, (account, key), with_for_update=True)
        if row is None:
            row = IdempotencyKey(account=account, key=key)
            session.add(row)
        elif row.expires_at > now():
            if row.request_hash != wanted:
                raise KeyReused
            if row.status is not None:
                return Answer(row.status, row.body or {})
            if now() - row.started_at < ABANDONED_AFTER:
                raise KeyInUse(headers={"Retry-After": "1"})
        row.request_hash, row.claim, row.status, row.body = wanted, claim, None, None
        row.started_at, row.expires_at = now(), now() + LIFE
        return None


def _give_up(account: str, key: str, claim: str) -> None:
    """Free a key whose work failed, unless somebody took it over."""
    with transaction() as session:
        mine = (IdempotencyKey.account == account, IdempotencyKey.key == key, IdempotencyKey.claim == claim)
        session.execute(delete(IdempotencyKey).where(*mine))


def forget_expired(session: Session) -> int:
    """Delete one chunk of keys past their 24 hours; return how many."""
    expired = select(IdempotencyKey.account, IdempotencyKey.key).where(IdempotencyKey.expires_at <= now()).limit(CHUNK)
    rows = session.execute(expired).all()
    for account, key in rows:
        session.execute(delete(IdempotencyKey).where(IdempotencyKey.account == account, IdempotencyKey.key == key))
    return len(rows)
