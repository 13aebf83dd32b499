"""The acquirer as this process talks to it: made once per application, its conversation kept line by line."""

from flask import current_app

from chassis.clock import now
from chassis.db import transaction
from services.payments.models import Attempt, GatewayMessage
from services.payments.money import decimal
from services.payments.niubiz import Exchange, Journal, Niubiz, SaleRequest
from services.payments.settings import Settings

EXTENSION = "niubiz"


def connect_acquirer(settings: Settings) -> Niubiz:
    """The acquirer's client as the settings say; connects when it is used."""
    return Niubiz(
        url=settings.niubiz_url,
        user=settings.niubiz_user,
        password=settings.niubiz_password,
        merchant_id=settings.niubiz_merchant_id,
        countable=settings.niubiz_countable,
        clock=now,
        authorization_timeout_s=settings.authorization_timeout_s,
        other_timeout_s=settings.other_timeout_s,
        early_codes=settings.niubiz_refund_early_codes.split(","),
        repeated_codes=settings.niubiz_refund_repeated_codes.split(","),
    )


def acquirer() -> Niubiz:
    """The client of the running application."""
    client: Niubiz = current_app.extensions[EXTENSION]
    return client


def journal_of(attempt_id: int) -> Journal:
    """Keep each line of an attempt's conversation in a transaction of its own, before it is acted on (case 6)."""

    def keep(exchange: Exchange) -> None:
        with transaction() as session:
            session.add(
                GatewayMessage(
                    attempt_id=attempt_id,
                    direction=exchange.direction,
                    endpoint=exchange.endpoint,
                    http_status=exchange.http_status,
                    body=exchange.body,
                    elapsed_ms=exchange.elapsed_ms,
                    at=now(),
                )
            )

    return keep


def sale_request(attempt: Attempt) -> SaleRequest:
    """What the acquirer is asked to charge, from our own row only (case 12)."""
    return SaleRequest(
        purchase_number=str(attempt.purchase_number), amount=decimal(attempt.amount_cents), currency=attempt.currency
    )
