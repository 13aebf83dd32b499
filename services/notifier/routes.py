"""The deliveries page of staff: what was sent to whom and when, and why a mail failed."""

from typing import Any

from flask_smorest import Blueprint

from chassis.auth import principal, requires
from chassis.db import reading, transaction
from services.notifier.deliveries import get_mail, list_mails, order_retry
from services.notifier.models import Mail
from services.notifier.schemas import DeliveriesQuery, DeliveryDetail, DeliveryPage, RetryOrder

blueprint = Blueprint("deliveries", __name__, url_prefix="/v1", description="Mails: sent, waiting and failed")


@blueprint.get("/deliveries")
@requires("notifier:read")
@blueprint.arguments(DeliveriesQuery, location="query")
@blueprint.response(200, DeliveryPage)
def list_deliveries(query: dict[str, Any]) -> dict[str, Any]:
    """List mails newest first, filtered; staff look here when somebody says that a mail did not arrive."""
    with reading() as session:
        mails, following = list_mails(session, **query)
    return {"items": mails, "next": following}


@blueprint.get("/deliveries/<mail_id>")
@requires("notifier:read")
@blueprint.response(200, DeliveryDetail)
def show_delivery(mail_id: str) -> Mail:
    """Show one mail as it was sent, every try with the mail server's answer, and every ordered retry."""
    with reading() as session:
        return get_mail(session, mail_id)


@blueprint.post("/deliveries/<mail_id>/retry")
@requires("notifier:operate")
@blueprint.arguments(RetryOrder)
@blueprint.response(200, DeliveryDetail)
def retry_delivery(order: dict[str, Any], mail_id: str) -> Mail:
    """Try a failed mail again, when its cause is mended. Who, when and why is kept."""
    with transaction() as session:
        order_retry(session, mail_id, ordered_by=principal().subject, reason=order["reason"].strip())
    with reading() as session:
        return get_mail(session, mail_id)
