"""Voids: facturas by RA, boletas by RC with status 3, a ticket that is asked about until SUNAT has judged (2.12)."""

import io
from collections.abc import Callable
from typing import Any

import pytest
from pypdf import PdfReader

from contracts.einvoice import VoucherMailRequested, VoucherVoided
from services.einvoice.errors import NotVoidable
from services.einvoice.models import SummaryState, VoucherState
from services.einvoice.models.voucher import PDF, PDF_VOIDED, VOID_CDR
from tests.einvoice.conftest import Office
from tests.einvoice.facts import a_factura_payment, a_payment, a_refund
from tests.people import physician

S, T = VoucherState, SummaryState
BOLETA, FACTURA = a_payment(), a_factura_payment(order_id="order-1")
BOTH = pytest.mark.parametrize(("payment", "kind"), [(BOLETA, "RC"), (FACTURA, "RA")], ids=["boleta", "factura"])


def accepted(office: Office, payment: Any = BOLETA) -> None:
    """A voucher that SUNAT has accepted and that is printed."""
    office.service.deliver(payment)
    office.send()
    office.print()


@BOTH
def test_a_void_is_told_by_the_right_way_and_takes_effect_with_sunats_receipt(
    office: Office, payment: Any, kind: str
) -> None:
    """RA for facturas, RC with condition 3 for boletas; XML and CDR of the voucher stay."""
    accepted(office, payment)
    before = office.voucher()
    office.void(before)
    office.tell()
    voucher, (summary,) = office.voucher(), office.summaries()
    assert (voucher.state, voucher.voided_by) == (S.VOIDED, f"{kind}-20261120-1")
    assert (summary.state, summary.sunat_code, summary.printed_number) == (T.ACCEPTED, "0", f"{kind}-20261120-1")
    assert (voucher.file("xml"), voucher.file("cdr")) == (before.file("xml"), before.file("cdr"))
    receipt = voucher.file(VOID_CDR)
    assert receipt is not None
    assert receipt.name == f"R-20000000001-{kind}-20261120-1.zip"
    (voided,) = office.service.events(VoucherVoided)
    assert (voided.number, voided.reason, voided.order_id) == (voucher.printed_number, "Error en el cliente", "order-1")
    known = {each["file_name"]: each["state"] for each in office.sunat.documents()}
    assert known[voucher.file_name] == "voided"


@BOTH
def test_the_ticket_is_asked_about_with_back_off_and_nothing_is_sent_twice(
    office: Office, payment: Any, kind: str
) -> None:
    """98: poll again, never resend (0140, 0402)."""
    accepted(office, payment)
    office.sunat.settle_for(ticket_polls=3)
    office.void(office.voucher())
    office.tell(times=6)
    assert office.voucher().state == S.VOIDED
    (told,) = [each for each in office.sunat.documents() if f"-{kind}-" in each["file_name"]]
    assert told["times_sent"] == 1
    assert office.summaries()[0].polls == 3


def test_a_void_pdf_says_anulado_and_the_first_one_is_not_rendered_again(office: Office) -> None:
    """A second file beside the first; it is the one handed out, and the one mailed."""
    accepted(office)
    first = office.voucher().file(PDF)
    office.void(office.voucher())
    office.tell()
    client = office.service.client(physician())
    assert client.get(f"/v1/vouchers/{office.voucher().id}/pdf").status_code == 409
    office.print()
    voucher = office.voucher()
    assert voucher.file(PDF) == first
    stamped = voucher.file(PDF_VOIDED)
    assert stamped is not None
    handed_out = client.get(f"/v1/vouchers/{voucher.id}/pdf")
    text = PdfReader(io.BytesIO(handed_out.data)).pages[0].extract_text()
    assert "ANULADO" in text
    assert "RC-20261120-1" in text
    assert "BOLETA DE VENTA" in text
    client.post("/v1/vouchers/mail", json={"ids": [voucher.id]})
    (mail,) = office.service.events(VoucherMailRequested)
    assert mail.attachments == (stamped,)


def test_a_voucher_that_was_void_before_it_was_printed_gets_both_pdfs(office: Office) -> None:
    """The jobs may come in any order."""
    office.service.deliver(BOLETA)
    office.send()
    office.void(office.voucher())
    office.tell()
    office.print()
    assert office.voucher().file(PDF)
    assert office.voucher().file(PDF_VOIDED)


def test_a_refused_void_leaves_the_voucher_valid_and_may_be_asked_for_again(office: Office) -> None:
    """99 with a CDR that says why."""
    accepted(office, FACTURA)
    office.sunat.will("reject", code="2957", operation="sendSummary")
    office.void(office.voucher())
    office.tell()
    voucher = office.voucher()
    assert voucher.state == S.VOID_REJECTED
    assert "2957" in voucher.transitions[-1].reason
    assert office.service.events(VoucherVoided) == []
    office.void(voucher)
    office.tell()
    assert office.voucher().state == S.VOIDED


def test_one_bad_line_does_not_keep_the_others_valid(office: Office) -> None:
    """A refused summary of several is told again line by line; only the bad one stays refused."""
    for number in (1, 2, 3):
        accepted(office, a_payment(order_id=f"order-{number}"))
    for number in (1, 2, 3):
        office.void(office.voucher(f"order-{number}"))
    office.sunat.will("reject", code="2663", operation="sendSummary", count=2)
    office.tell(times=6)
    states = sorted(office.voucher(f"order-{number}").state for number in (1, 2, 3))
    assert states == sorted([S.VOID_REJECTED, S.VOIDED, S.VOIDED])
    assert len({summary.printed_number for summary in office.summaries()}) == 4


LOST = ["process_then_drop", "drop_before"]


@pytest.mark.parametrize("behaviour", LOST)
@BOTH
def test_a_lost_ticket_ends_in_a_void_all_the_same(office: Office, payment: Any, kind: str, behaviour: str) -> None:
    """The same bytes again; 2223 or 2324 proves that the ticket is lost, and "void already" that it had worked."""
    accepted(office, payment)
    office.sunat.will(behaviour, operation="sendSummary")
    office.void(office.voucher())
    office.tell(times=6)
    assert office.voucher().state == S.VOIDED
    assert len(office.service.events(VoucherVoided)) == 1
    sent = [each for each in office.sunat.documents() if f"-{kind}-" in each["file_name"]]
    assert all(len({attempt["sha256"] for attempt in each["attempts"]}) == 1 for each in sent)


def test_a_ticket_that_sunat_does_not_know_is_given_up_and_told_anew(furnish: Callable[..., Office]) -> None:
    """0127: after a few times the lines go into a summary of their own."""
    office = furnish(ticket_lost_polls=2)
    accepted(office)
    office.void(office.voucher())
    office.tell(times=1)
    with office.service.transaction() as session:
        session.merge(office.summaries()[0]).ticket = "0"
    office.tell(times=6)
    assert [summary.state for summary in office.summaries()] == [T.LOST, T.REJECTED]
    assert office.voucher().state == S.VOIDED


def test_refused_credentials_stop_the_summaries_too(office: Office) -> None:
    """The whole queue stands still."""
    accepted(office)
    office.sunat.will("fault", code="0111", operation="sendSummary")
    office.void(office.voucher())
    office.tell()
    assert office.summaries()[0].state == T.QUEUED
    assert len([each for each in office.sunat.documents() if "-RC-" in each["file_name"]]) == 0


@pytest.mark.parametrize("code", ["0130", "0200"])
def test_trouble_at_sunat_is_waited_out(office: Office, code: str) -> None:
    """Back-off, same bytes, same number."""
    accepted(office)
    office.sunat.will("fault", code=code, operation="sendSummary", count=2)
    office.void(office.voucher())
    office.tell(times=6)
    assert office.voucher().state == S.VOIDED
    assert len(office.summaries()) == 1


def test_after_seven_days_only_a_note_can_help(office: Office) -> None:
    """sunat.md 2.13, configuration."""
    accepted(office)
    office.service.clock.advance(days=7)
    office.void(office.voucher())
    accepted(office, a_payment(order_id="order-2"))
    office.service.clock.advance(days=8)
    with pytest.raises(NotVoidable, match="nota de crédito"):
        office.void(office.voucher("order-2"))


def test_what_is_not_accepted_or_has_a_note_cannot_be_voided(office: Office) -> None:
    """2105, and the note would amend something void."""
    office.service.deliver(BOLETA)
    with pytest.raises(NotVoidable, match="aceptado"):
        office.void(office.voucher())
    office.send()
    office.service.deliver(a_refund())
    with pytest.raises(NotVoidable, match="nota"):
        office.void(office.voucher())


@BOTH
def test_a_note_is_voided_like_what_it_amends(office: Office, payment: Any, kind: str) -> None:
    """BCxx by RC, FCxx by RA; then the original may be voided as well."""
    accepted(office, payment)
    office.service.deliver(a_refund())
    office.send()
    office.void(office.note())
    office.tell()
    assert (office.note().state, office.note().voided_by) == (S.VOIDED, f"{kind}-20261120-1")
    office.void(office.voucher())
    office.tell()
    assert office.voucher().state == S.VOIDED
