"""The tables of payments, one module per subject."""

from services.payments.models.attempts import Attempt, AttemptEvent, GatewayMessage
from services.payments.models.base import AppendOnly, Base, WrittenTwice
from services.payments.models.bookkeeping import IdempotencyKey, NumberSeries
from services.payments.models.certificates import Certificate, CertificateKey, CertificateVerification
from services.payments.models.councils import CouncilName
from services.payments.models.dues import Due, Payer
from services.payments.models.elsewhere import Channel, OutsidePayment, OutsideState
from services.payments.models.heirs import Heir
from services.payments.models.ledger import LedgerAccount, LedgerEntry, LedgerTransaction, Unbalanced
from services.payments.models.orders import Order, OrderLine, ReceiptPrint, ReceiptSnapshot, Reservation, Terms
from services.payments.models.refunds import Refund, RefundLine, Ruling
from services.payments.models.settlement import SettlementFile, SettlementRow
from services.payments.models.staff_acts import StaffAct
from services.payments.models.standing import GoodStanding
from services.payments.models.tariffs import Beneficiary, Tariff

__all__ = [
    "AppendOnly",
    "Attempt",
    "AttemptEvent",
    "Base",
    "Beneficiary",
    "Certificate",
    "CertificateKey",
    "CertificateVerification",
    "Channel",
    "CouncilName",
    "Due",
    "GatewayMessage",
    "GoodStanding",
    "Heir",
    "IdempotencyKey",
    "LedgerAccount",
    "LedgerEntry",
    "LedgerTransaction",
    "NumberSeries",
    "Order",
    "OrderLine",
    "OutsidePayment",
    "OutsideState",
    "Payer",
    "ReceiptPrint",
    "ReceiptSnapshot",
    "Refund",
    "RefundLine",
    "Reservation",
    "Ruling",
    "SettlementFile",
    "SettlementRow",
    "StaffAct",
    "Tariff",
    "Terms",
    "Unbalanced",
    "WrittenTwice",
]
