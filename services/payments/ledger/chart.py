"""The chart of accounts is data: an accountant gives each account its own code and name."""

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from chassis.outbox import publish
from services.payments import staff_acts
from services.payments.ledger.accounts import Account
from services.payments.ledger.errors import AccountNotFound, CodeTaken
from services.payments.models import LedgerAccount


def rename_account(session: Session, key: str, *, code: str, name: str, reason: str) -> LedgerAccount:
    """Give an account another code and name; its entries stay where they are. Raises AccountNotFound, CodeTaken."""
    account = session.get(LedgerAccount, Account(key), with_for_update=True) if key in set(Account) else None
    if account is None:
        raise AccountNotFound
    if session.scalar(select(exists().where(LedgerAccount.code == code, LedgerAccount.key != account.key))):
        raise CodeTaken
    before = {"code": account.code, "name": account.name}
    publish(session, account.rename(code, name))
    staff_acts.record(
        session, act="ledger_account.renamed", subject=f"ledger_account:{account.key}", council=None,
        before=before, after={"code": code, "name": name}, reason=reason,
    )  # fmt: skip
    return account
