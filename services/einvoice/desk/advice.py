"""What staff do about a voucher or a summary, in words: data, by the action that SUNAT's code asks for."""

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from services.einvoice.models import Summary, SummaryState, Voucher, VoucherState
from services.einvoice.sunat.codes import action_for

V, S = VoucherState, SummaryState
AFTER_A_CODE = frozenset({"retry", "summary_only", "credentials"})
"""Actions after which a voucher waits in the queue again."""
STOPPED = frozenset({"already_registered", "credentials"})
"""Actions of their own in `exception`; all others are read as not processed."""
OF_VOUCHERS = {
    V.UNKNOWN: "unknown",
    V.REJECTED: "rejected",
    V.VOID_REQUESTED: "void_requested",
    V.VOID_REJECTED: "void_rejected",
}
OF_SUMMARIES = {
    S.SENDING: "sending",
    S.UNKNOWN: "unknown",
    S.IN_PROCESS: "in_process",
    S.REJECTED: "summary_rejected",
    S.LOST: "summary_lost",
    S.EXCEPTION: "summary_stopped",
    S.ACCEPTED: "accepted",
}


@dataclass(frozen=True, kw_only=True)
class Advice:
    """What to do, and whether anything happens without a person."""

    text: str
    person: bool = False


def about_voucher(voucher: Voucher) -> Advice:
    """What to do about a voucher where it stands."""
    return _texts()[_key_of(voucher)]


def about_summary(summary: Summary) -> Advice:
    """What to do about an RC or RA where it stands."""
    if summary.state == S.QUEUED:
        return _texts()[_in_queue(summary.sunat_code)]
    return _texts()[OF_SUMMARIES[summary.state]]


def _key_of(voucher: Voucher) -> str:
    if voucher.state in OF_VOUCHERS:
        return OF_VOUCHERS[voucher.state]
    if voucher.state == V.QUEUED:
        return "waits_summary" if voucher.next_attempt_at is None else _in_queue(voucher.sunat_code)
    if voucher.state == V.SENDING:
        return "in_summary" if voucher.next_attempt_at is None else "sending"
    if voucher.state == V.EXCEPTION:
        action = action_for("fault", voucher.sunat_code)
        return action if action in STOPPED else "not_processed"
    return "accepted" if voucher.is_final else "queued"


def _in_queue(code: str) -> str:
    action = action_for("fault", code)
    return action if action in AFTER_A_CODE else "queued"


@cache
def _texts() -> dict[str, Advice]:
    table = tomllib.loads(files(__package__).joinpath("advice.toml").read_text(encoding="utf-8"))
    return {key: Advice(**entry) for key, entry in table.items()}
