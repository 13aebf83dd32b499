"""The bodies the acquirer answers with, field by field (README 1.2 and the samples it names)."""

from decimal import Decimal
from typing import Any

from simulators.acquirer.cards import describe
from simulators.acquirer.ledger import Charge, Refund

REVERSED = "400"
"""A reversal that worked carries action code 400 and STATUS Voided (README 1.3)."""

TERMINAL = "00000001"
CURRENCY_NUMBER = {"PEN": "0604", "USD": "0840"}
TEXTS = {"000": "Aprobado y completado con exito", REVERSED: "Operacion anulada"}

Body = dict[str, Any]


def approval(charge: Charge, merchant: str, code: str = "000") -> Body:
    """HTTP 200 of an authorization, a confirmation or a reversal: `code` tells which."""
    return {
        "header": header(charge),
        "fulfillment": _fulfillment(charge, merchant),
        "order": _order(charge, code),
        "dataMap": {**_card_data(charge, merchant, code), **_approval_data(charge)},
    }


def decline(charge: Charge, merchant: str, code: str, status: str = "Not Authorized") -> Body:
    """HTTP 400 of a decision against: `data` and no order (README 1.2 Decline, STATUS words)."""
    return {
        "errorCode": 400,
        "errorMessage": status,
        "header": header(charge),
        "data": {**_card_data(charge, merchant, code), "STATUS": status},
    }


def refusal(status: int, message: str) -> Body:
    """An error that decides nothing: no `data`, so no ACTION_CODE (README 1.2)."""
    return {"errorCode": status, "errorMessage": message}


def found(charge: Charge, merchant: str) -> Body:
    """A query's answer; like the known readers' field list it has no SIGNATURE (README 1.4 QUERY)."""
    return {
        "header": header(charge),
        "order": {
            "purchaseNumber": charge.purchase_number,
            "amount": money(charge.authorized_amount if charge.approved else charge.amount),
            "currency": charge.currency,
            "status": charge.status,
            "transactionId": charge.transaction_id,
            "transactionDate": charge.transaction_date,
            "originalTraceNumber": charge.trace_number,
        },
        "dataMap": {
            **_card_data(charge, merchant, charge.action_code),
            "AUTHORIZATION_CODE": charge.authorization_code,
        },
    }


def refund_reply(refund: Refund) -> Body:
    """A refund taken in: CODERROR 100 (README 1.4 REFUND)."""
    data = {"CODERROR": "100", "DSCERROR": "", "CODIGODEVOLUCION": refund.code}
    return {"errorCode": 0, "errorMessage": "", "data": data}


def refund_refusal(code: str, reason: str) -> Body:
    """A refund turned down; codes other than 100 are this simulator's own, no list was found."""
    return {"errorCode": 0, "errorMessage": "", "data": {"CODERROR": code, "DSCERROR": reason, "CODIGODEVOLUCION": ""}}


def header(charge: Charge) -> Body:
    """Who answered and when; the date is epoch milliseconds, unlike all other dates."""
    return {"ecoreTransactionUUID": charge.uuid, "ecoreTransactionDate": charge.at_ms, "millis": 1200}


def money(amount: str) -> float:
    """A JSON number with the digits as given: float prints two decimals exactly."""
    return float(Decimal(amount))


def _fulfillment(charge: Charge, merchant: str) -> Body:
    return {
        "channel": charge.channel,
        "merchantId": merchant,
        "terminalId": TERMINAL,
        "captureType": "manual",
        "countable": charge.countable,
        "fastPayment": False,
        "signature": charge.signature,
    }


def _order(charge: Charge, code: str) -> Body:
    return {
        "tokenId": charge.token_id,
        "purchaseNumber": charge.purchase_number,
        "amount": money(charge.amount),
        "installment": charge.installments,
        "currency": charge.currency,
        "authorizedAmount": money(charge.authorized_amount),
        "authorizationCode": charge.authorization_code,
        "actionCode": code,
        "traceNumber": charge.trace_number,
        "transactionDate": charge.transaction_date,
        "transactionId": charge.transaction_id,
    }


def _card_data(charge: Charge, merchant: str, code: str) -> Body:
    """What `data` of a decline, `dataMap` of an approval and a query have in common."""
    return {
        "TERMINAL": TERMINAL,
        "MERCHANT": merchant,
        "ACTION_CODE": code,
        "ACTION_DESCRIPTION": TEXTS.get(code) or describe(code),
        "STATUS": charge.status,
        "CARD": charge.card,
        "BRAND": charge.brand,
        "AMOUNT": f"{Decimal(charge.authorized_amount if charge.approved else charge.amount):.2f}",
        "CURRENCY": CURRENCY_NUMBER.get(charge.currency, ""),
        "TRANSACTION_DATE": charge.transaction_date,
        "TRANSACTION_ID": charge.transaction_id,
        "ID_UNICO": charge.transaction_id,
        "TRACE_NUMBER": charge.trace_number,
        "ECI": "07",
        "ECI_DESCRIPTION": "Transaccion no autenticada pero enviada en canal seguro",
        "ADQUIRENTE": "570002",
        "PROCESS_CODE": "000000",
    }


def _approval_data(charge: Charge) -> Body:
    """What only an approval tells."""
    share = Decimal(charge.authorized_amount) / max(charge.installments, 1)
    return {
        "AUTHORIZATION_CODE": charge.authorization_code,
        "SIGNATURE": charge.signature,
        "CARD_TYPE": "C",
        "CVV2_VALIDATION_RESULT": "M",
        "BRAND_ACTION_CODE": "00",
        "BRAND_HOST_DATE_TIME": charge.transaction_date,
        "ID_RESOLUTOR": f"5{charge.at_ms % 10**11:011}",
        "QUOTA_NUMBER": f"{charge.installments:02}",
        "QUOTA_AMOUNT": f"{share if charge.installments else 0:.2f}",
        "QUOTA_DEFERRED": "0",
        "INSTALLMENTS_INFO": "",
        "CARD_TOKEN": "",
        "VAULT_BLOCK": "",
        "YAPE_ID": "",
    }
