"""What payments tells: orders and how they were paid, money given back, dues, standing, settlement and books."""

from contracts.payments.charges import (
    PaymentCaptured,
    PaymentDeclined,
    PaymentFailed,
    PaymentInDoubt,
    PaymentMismatched,
    PaymentNotApplied,
    ReceiptDrawn,
)
from contracts.payments.dues import (
    BeneficiaryChanged,
    DueCorrected,
    DuePaidElsewhere,
    DuesAssessed,
    OutsidePaymentNotApplied,
    OutsidePaymentResolved,
    TariffChanged,
    TariffWithdrawn,
)
from contracts.payments.ledger import LedgerAccountRenamed
from contracts.payments.orders import OrderExpired, OrderPlaced, PaidLine, Recipient
from contracts.payments.refunds import ChargeReturned, PaymentRefunded
from contracts.payments.settlement import PaymentSettled, SettlementDiffered, SettlementImported, SettlementResolved
from contracts.payments.standing import (
    GoodStandingChanged,
    HabilidadCertificateIssued,
    HabilidadCertificateMailRequested,
    HabilidadCertificateRevoked,
)

__all__ = [
    "BeneficiaryChanged",
    "ChargeReturned",
    "DueCorrected",
    "DuePaidElsewhere",
    "DuesAssessed",
    "GoodStandingChanged",
    "HabilidadCertificateIssued",
    "HabilidadCertificateMailRequested",
    "HabilidadCertificateRevoked",
    "LedgerAccountRenamed",
    "OrderExpired",
    "OrderPlaced",
    "OutsidePaymentNotApplied",
    "OutsidePaymentResolved",
    "PaidLine",
    "PaymentCaptured",
    "PaymentDeclined",
    "PaymentFailed",
    "PaymentInDoubt",
    "PaymentMismatched",
    "PaymentNotApplied",
    "PaymentRefunded",
    "PaymentSettled",
    "ReceiptDrawn",
    "Recipient",
    "SettlementDiffered",
    "SettlementImported",
    "SettlementResolved",
    "TariffChanged",
    "TariffWithdrawn",
]
