"""What the notifier does when einvoice tells something: vouchers by mail, and the files of long lists."""

from typing import Any

from sqlalchemy.orm import Session

from contracts.einvoice import VoucherAccepted, VoucherExportFailed, VoucherExportReady, VoucherMailRequested
from services.notifier.handlers.planning import plan_for_owner, plan_mail, subscriptions
from services.notifier.models import Letter, Reason


@subscriptions.on(VoucherAccepted)
def mail_accepted_voucher(event: VoucherAccepted, session: Session) -> None:
    """Send an accepted voucher to the address typed with the order (MAIL-4, PAY-11); its absence is kept (VOC-7)."""
    letter = Letter(
        template="voucher_accepted",
        fact=f"einvoice voucher {event.voucher_id} accepted",
        about=event.voucher_id,
        data=_voucher_data(event) | {"order_number": event.order_number},
        recipient=event.delivery_email,
        attachments=(event.pdf,),
    )
    plan_mail(session, letter, absence=Reason.NO_ADDRESS_GIVEN)


@subscriptions.on(VoucherMailRequested)
def mail_requested_voucher(event: VoucherMailRequested, session: Session) -> None:
    """Send a voucher again because its owner asked: to the registered address and no other (MAIL-3, VOU-10)."""
    data = _voucher_data(event) | {"file_names": [file.name for file in event.attachments]}
    plan_for_owner(
        session, "voucher_requested", event.account_id, about=event.voucher_id, data=data, attachments=event.attachments
    )


@subscriptions.on(VoucherExportReady)
def mail_export_ready(event: VoucherExportReady, session: Session) -> None:
    """Tell who asked for a long list that it is there; the link opens for its owner only (VOU-13)."""
    data = {
        "export_id": event.export_id,
        "rows": event.rows,
        "format": event.format,
        "expires_at": event.expires_at.isoformat(),
    }
    _tell_export("voucher_export_ready", event, data, session)


@subscriptions.on(VoucherExportFailed)
def mail_export_failed(event: VoucherExportFailed, session: Session) -> None:
    """Tell who asked for a long list that it must be asked for again (VOU-13)."""
    _tell_export("voucher_export_failed", event, {}, session)


def _tell_export(
    template: str, event: VoucherExportReady | VoucherExportFailed, data: dict[str, Any], session: Session
) -> None:
    """One letter for the outcome of an export."""
    fact = f"einvoice export {event.export_id}"
    plan_for_owner(session, template, event.account_id, about=event.export_id, data=data, fact=fact)


def _voucher_data(event: VoucherAccepted | VoucherMailRequested) -> dict[str, Any]:
    """What the letters say about a voucher."""
    return {
        "number": event.number,
        "voucher_type": event.voucher_type,
        "issue_date": event.issue_date.isoformat(),
        "customer_name": event.customer_name,
        "total": str(event.total),
        "currency": event.currency,
    }
