"""The accounts that payments posts to, by what they are for; their codes and names are data (`ledger_account`)."""

from enum import StrEnum

from services.payments.dues import DueKind


class Account(StrEnum):
    """What an account is for. Entries name this word; the accountant's code stands in the chart and may change."""

    ACQUIRER = "acquirer"
    """What the acquirer owes us for approved charges until it settles them."""
    BANK = "bank"
    CASH = "cash"
    """The counter's till."""
    DUES_COLEGIADO = "dues_colegiado"
    DUES_SEMEFA = "dues_semefa"
    VAT = "vat"
    """IGV inside dues whose tax code is 10 (gravado)."""
    FEES = "fees"
    FEES_VAT = "fees_vat"
    REFUNDS = "refunds"
    """What we owe payers: refunds on their way, charges that fit no order."""
    UNIDENTIFIED = "unidentified"
    """Settled money whose sale we do not know (yet)."""
    DISPUTED = "disputed"
    """Chargebacks until somebody decides them."""
    DIFFERENCES = "differences"
    """Settlement differences that staff wrote off, with a reason."""


class Nature(StrEnum):
    """On which side an account grows: assets and expenses by debit, the others by credit."""

    ASSET = "ASSET"
    LIABILITY = "LIABILITY"
    INCOME = "INCOME"
    EXPENSE = "EXPENSE"


INCOME = {DueKind.COLEGIADO: Account.DUES_COLEGIADO, DueKind.SEMEFA: Account.DUES_SEMEFA}


class Cause(StrEnum):
    """Why a transaction was posted: the first half of its cause, the second is the id of the row behind it."""

    CAPTURE = "capture"
    UNAPPLIED = "unapplied"
    REFUND = "refund"
    SETTLEMENT = "settlement"
    RESOLUTION = "resolution"
    ELSEWHERE = "elsewhere"
    REOPENING = "reopening"
