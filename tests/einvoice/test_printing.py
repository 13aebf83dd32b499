"""Rendered once, stored, and told when SUNAT has accepted: in whichever order the two happen."""

from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import select

from chassis.outbox import OutboxRow
from contracts.einvoice import VoucherAccepted, VoucherIssued, VoucherRejected
from services.einvoice import printing
from services.einvoice.errors import RenderingFailed
from services.einvoice.jobs import render_pdf, send_queued_vouchers
from services.einvoice.models import Voucher
from services.einvoice.pdf import Printout
from services.einvoice.printing import claim_printing, print_voucher
from tests.einvoice.conftest import Office
from tests.einvoice.facts import a_payment


def test_an_accepted_voucher_is_told_when_its_pdf_is_stored(office: Office) -> None:
    """Accepted first, printed later."""
    office.service.deliver(a_payment())
    office.send()
    assert office.service.published() == [VoucherIssued]
    office.print()
    assert office.service.published() == [VoucherIssued, VoucherAccepted]


def test_a_printed_voucher_is_told_when_it_is_accepted(office: Office) -> None:
    """Printed first, accepted later."""
    office.service.deliver(a_payment())
    office.print()
    assert office.service.published() == [VoucherIssued]
    office.send()
    assert office.service.published() == [VoucherIssued, VoucherAccepted]


def test_the_event_names_all_that_its_readers_need(office: Office) -> None:
    """Architecture 4: nobody has to call back to ask."""
    office.service.deliver(a_payment())
    office.send()
    office.print()
    (told,) = office.service.events(VoucherAccepted)
    voucher = office.voucher()
    assert (told.pdf, told.xml, told.cdr) == tuple(voucher.file(kind) for kind in ("pdf", "xml", "cdr"))
    assert (told.delivery_email, told.order_number) == ("rosa.pedido@example.pe", "2026-000123")
    assert (told.total, told.currency, told.accepted_at) == (Decimal("60.00"), "PEN", voucher.accepted_at)
    assert told.customer_document_number == "40000001"


def test_a_file_bears_its_sunat_name(office: Office) -> None:
    """sunat.md 2.9."""
    office.service.deliver(a_payment())
    office.send()
    office.print()
    names = {file.kind: file.name for file in office.voucher().files}
    stem = "20000000001-03-B003-00000001"
    assert names == {"pdf": f"{stem}.pdf", "xml": f"{stem}.xml", "cdr": f"R-{stem}.zip"}


@pytest.mark.parametrize("printed_first", [True, False])
def test_all_events_of_a_voucher_belong_to_the_trace_of_its_payment(office: Office, printed_first: bool) -> None:
    """traceparent through events and jobs: one trace from the card to the mail."""
    office.service.deliver(a_payment())
    for step in (office.print, office.send) if printed_first else (office.send, office.print):
        step()
    with office.service.transaction() as session:
        traces = {(parent or "")[3:35] for parent in session.scalars(select(OutboxRow.traceparent))}
        payment = session.scalars(select(Voucher.traceparent)).one()
    assert traces == {(payment or "")[3:35]}


def test_a_voucher_is_rendered_once(office: Office) -> None:
    """stack.md 1d: stored, never rendered again."""
    office.service.deliver(a_payment())
    office.print()
    first = office.voucher().file("pdf")
    office.service.clock.advance(hours=3)
    assert office.service.run(render_pdf) is False
    assert office.voucher().file("pdf") == first
    assert office.voucher().pdf_attempts == 1


def test_of_two_renderings_the_first_stays(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    """A worker that was thought dead comes back with another PDF."""
    office.service.deliver(a_payment())
    with office.service.context():
        slow = claim_printing()
        office.service.clock.advance(hours=1)
        quick = claim_printing()
        assert slow is not None
        assert quick is not None
        print_voucher(quick)
        first = office.voucher().file("pdf")
        monkeypatch.setattr(printing, "render", lambda printout: b"%PDF another")
        print_voucher(slow)
    assert office.voucher().file("pdf") == first


def test_a_failed_rendering_is_tried_again_later(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    """Loudly, and without holding others up."""

    def fail(printout: Printout) -> bytes:
        raise RenderingFailed("no font")

    office.service.deliver(a_payment())
    with monkeypatch.context() as patch:
        patch.setattr(printing, "render", fail)
        with pytest.raises(RenderingFailed):
            office.service.run(render_pdf)
        assert office.service.run(render_pdf) is False
    office.service.clock.advance(minutes=6)
    assert office.service.run(render_pdf) is True
    assert office.voucher().file("pdf") is not None


def test_a_voucher_that_cannot_be_rendered_does_not_hold_up_the_next(office: Office) -> None:
    """Whatever is wrong with it, others are printed meanwhile."""
    office.service.deliver(a_payment())
    with office.service.transaction() as session:
        session.scalars(select(Voucher)).one().issuer = {"ruc": "damaged"}
    office.service.clock.advance(seconds=1)
    office.service.deliver(a_payment(order_id="order-2"))
    with pytest.raises(TypeError):
        office.service.run(render_pdf)
    assert office.service.run(render_pdf) is True
    assert office.voucher("order-2").file("pdf") is not None


def test_a_rejected_voucher_is_not_told_as_accepted(office: Office) -> None:
    """Its PDF exists, but nobody gets it."""
    office.sunat.will("reject", code="2335")
    office.service.deliver(a_payment())
    office.print()
    office.send()
    assert office.service.published() == [VoucherIssued, VoucherRejected]


@pytest.mark.parametrize(("path", "notice"), [("", printing.DEMO_NOTICE), ("some.pfx", None)])
def test_a_demonstration_is_marked_on_paper(settle: Any, path: str, notice: str | None) -> None:
    """What is signed with the self-made certificate has no value, and says so."""
    service = settle()
    service.deliver(a_payment())
    object.__setattr__(service.settings, "certificate_path", path)
    with service.context(), service.transaction() as session:
        printout = printing.printout_of(session.scalars(select(Voucher)).one())
    assert printout.notice == notice


def test_sending_does_not_wait_for_printing(office: Office) -> None:
    """Two jobs, two rows of times."""
    office.service.deliver(a_payment())
    assert office.service.run(send_queued_vouchers) is True
    assert office.voucher().is_accepted
