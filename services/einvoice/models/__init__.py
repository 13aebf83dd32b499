"""The tables of this service: series, vouchers with their lines and files, the conversation with SUNAT,
summaries, payments and refunds that wait, and what staff did."""

from services.einvoice.models.audit import StaffAct
from services.einvoice.models.customers import CustomerName
from services.einvoice.models.desk import CustomerAccount, SettledRejection
from services.einvoice.models.exports import ExportState, VoucherExport
from services.einvoice.models.filing import QueuePause, Submission, SubmissionAnswer
from services.einvoice.models.history import HistoryFile, HistoryLine
from services.einvoice.models.refunds import RefundNote, RefundState
from services.einvoice.models.series import Series
from services.einvoice.models.states import EDGES, FINAL, OPEN, UNJUDGED, VoucherState
from services.einvoice.models.summaries import EntryState, Summary, SummaryEntry, SummaryState
from services.einvoice.models.tables import Base
from services.einvoice.models.voucher import Voucher
from services.einvoice.models.voucher_parts import VoucherFile, VoucherLine, VoucherTransition
from services.einvoice.models.waiting import WaitingPayment

__all__ = [
    "EDGES",
    "FINAL",
    "OPEN",
    "UNJUDGED",
    "Base",
    "CustomerAccount",
    "CustomerName",
    "EntryState",
    "ExportState",
    "HistoryFile",
    "HistoryLine",
    "QueuePause",
    "RefundNote",
    "RefundState",
    "Series",
    "SettledRejection",
    "StaffAct",
    "Submission",
    "SubmissionAnswer",
    "Summary",
    "SummaryEntry",
    "SummaryState",
    "Voucher",
    "VoucherExport",
    "VoucherFile",
    "VoucherLine",
    "VoucherState",
    "VoucherTransition",
    "WaitingPayment",
]
