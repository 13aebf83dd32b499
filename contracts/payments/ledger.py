"""Ledger: the chart of accounts that the books are kept in."""

from dataclasses import dataclass
from typing import ClassVar

from chassis.events import Event


@dataclass(frozen=True, kw_only=True)
class LedgerAccountRenamed(Event):
    """Published when treasury gives an account its own code and name; entries keep naming what the account is for."""

    topic: ClassVar[str] = "payments.ledger_account_renamed.v1"
    subject_field: ClassVar[str] = "account"

    account: str
    """What it is for: acquirer, bank, cash, dues_colegiado…"""
    account_code: str
    account_name: str
