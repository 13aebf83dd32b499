"""A refund gives its voucher one credit note, when and only when SUNAT has accepted that voucher (issue 5)."""

from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import select

from contracts.einvoice import CreditNoteOmitted, VoucherIssued
from services.einvoice.jobs import note_refunds
from services.einvoice.models import RefundNote, RefundState, Voucher, VoucherState
from tests.einvoice.conftest import Office
from tests.einvoice.facts import a_due, a_factura_payment, a_partial_refund, a_payment, a_refund

S = VoucherState
BOLETA, FACTURA = a_payment(), a_factura_payment(order_id="order-1")
BOTH = pytest.mark.parametrize(("payment", "series"), [(BOLETA, "BC03"), (FACTURA, "FC03")], ids=["boleta", "factura"])


def refund_of(office: Office, refund_id: str = "refund-1") -> RefundNote:
    """The row of a refund."""
    with office.service.transaction() as session:
        return session.get_one(RefundNote, refund_id)


def notes(office: Office) -> list[Voucher]:
    """Every note that was issued."""
    with office.service.transaction() as session:
        return list(session.scalars(select(Voucher).where(Voucher.voucher_type == "07").order_by(Voucher.number)))


@BOTH
def test_a_refund_of_an_accepted_voucher_gives_a_credit_note_at_once(office: Office, payment: Any, series: str) -> None:
    """Series by the original's type, same customer, reason 06 for all of it; SUNAT accepts it."""
    office.service.deliver(payment)
    office.send()
    office.service.deliver(a_refund())
    note, original = office.note(), office.voucher()
    assert (note.series, note.number, note.total_cents, note.amended_type) == (series, 1, 6000, payment.voucher_type)
    assert note.document().amends.reason_code == "06"
    assert note.document().amends.number == original.printed_number
    assert note.document().customer == original.document().customer
    office.send()
    assert office.note().state == S.ACCEPTED


def test_a_refund_of_some_lines_gives_a_note_of_those_lines(office: Office) -> None:
    """Reason 07, devolución por ítem."""
    office.service.deliver(BOLETA)
    office.send()
    office.service.deliver(a_partial_refund())
    note = office.note()
    assert [line.description for line in note.lines] == ["Cuota colegiado 202602"]
    assert (note.total_cents, note.document().amends.reason_code) == (3000, "07")
    assert note.document().amends.reason == "Pago duplicado"


def test_a_refund_told_again_gives_no_second_note(office: Office) -> None:
    """Exactly one note per refund, also when the event comes under another id."""
    office.service.deliver(BOLETA)
    office.send()
    office.service.deliver(a_refund(), times=2)
    office.service.deliver(a_refund(), id="told-again", sequence=2)
    office.service.run(note_refunds)
    assert len(notes(office)) == 1


def test_two_refunds_of_one_order_give_two_notes(office: Office) -> None:
    """Each refund its own."""
    office.service.deliver(BOLETA)
    office.send()
    first = a_partial_refund(refund_id="refund-a", lines=(a_due("202601"),))
    office.service.deliver(first)
    office.service.deliver(a_partial_refund(refund_id="refund-b"), sequence=2)
    office.send()
    assert [(note.number, note.total_cents, note.state) for note in notes(office)] == [
        (1, 3000, S.ACCEPTED),
        (2, 3000, S.ACCEPTED),
    ]


def test_notes_never_give_back_more_than_was_charged(office: Office) -> None:
    """3286, over all notes together: the refund is told to have none."""
    office.service.deliver(BOLETA)
    office.send()
    office.service.deliver(a_refund())
    office.service.deliver(a_partial_refund(refund_id="refund-2"), sequence=2)
    assert len(notes(office)) == 1
    (omitted,) = office.service.events(CreditNoteOmitted)
    assert (omitted.refund_id, omitted.number) == ("refund-2", "B003-00000001")
    assert "3286" in omitted.reason


def test_the_note_waits_until_sunat_has_accepted_the_original(office: Office) -> None:
    """2119: what SUNAT does not know cannot be amended."""
    office.service.deliver(BOLETA)
    office.service.deliver(a_refund())
    office.service.run(note_refunds)
    assert (notes(office), refund_of(office).state) == ([], RefundState.WAITING)
    office.send()
    office.service.run(note_refunds)
    assert refund_of(office).state == RefundState.NOTED
    assert refund_of(office).note_id == office.note().id


def test_a_refund_that_is_told_before_its_payment_waits_for_the_voucher(office: Office) -> None:
    """Redelivery reorders: nothing is lost."""
    office.service.deliver(a_refund())
    office.service.run(note_refunds)
    office.service.deliver(BOLETA)
    office.send()
    office.service.run(note_refunds)
    assert office.note().total_cents == 6000


def test_a_rejected_original_gets_no_note_and_that_is_told(office: Office) -> None:
    """There is nothing to amend; staff and payments learn it."""
    office.sunat.will("reject", code="2335")
    office.service.deliver(BOLETA)
    office.service.deliver(a_refund())
    office.send()
    office.service.run(note_refunds)
    office.service.run(note_refunds)
    (omitted,) = office.service.events(CreditNoteOmitted)
    assert (omitted.order_id, omitted.number) == ("order-1", "B003-00000001")
    assert (notes(office), refund_of(office).state) == ([], RefundState.OMITTED)


def test_while_a_void_is_under_way_the_note_waits_and_a_void_original_gets_none(office: Office) -> None:
    """2120: a void voucher has no notes."""
    office.service.deliver(BOLETA)
    office.send()
    office.void(office.voucher())
    office.service.deliver(a_refund())
    assert (notes(office), office.service.events(CreditNoteOmitted)) == ([], [])
    office.tell()
    office.service.run(note_refunds)
    assert len(office.service.events(CreditNoteOmitted)) == 1


def test_lines_that_do_not_add_up_are_an_error(office: Office) -> None:
    """Better a dead event that somebody reads than a note about another amount."""
    office.service.deliver(a_refund(amount=Decimal("59.00")), fails=True)


def test_the_note_is_mailed_where_the_voucher_was(office: Office) -> None:
    """The address of the order."""
    office.service.deliver(BOLETA)
    office.send()
    office.service.deliver(a_refund())
    assert office.note().delivery_email == "rosa.pedido@example.pe"
    assert [event.number for event in office.service.events(VoucherIssued)] == ["B003-00000001", "BC03-00000001"]


def test_twenty_refunds_at_once_give_twenty_notes_without_a_gap(office: Office) -> None:
    """Numbers per series under concurrency, for notes too."""
    for number in range(20):
        office.service.deliver(a_payment(order_id=f"order-{number}"))
    while any(note.state == S.QUEUED for note in _vouchers(office)):
        office.send()

    def give_back(number: int) -> None:
        refund = a_refund(refund_id=f"refund-{number}", order_id=f"order-{number}")
        office.service.deliver(refund, id=f"event-{number}")

    with ThreadPoolExecutor(10) as pool:
        list(pool.map(give_back, range(20)))
    assert [note.number for note in notes(office)] == list(range(1, 21))


def _vouchers(office: Office) -> list[Voucher]:
    with office.service.transaction() as session:
        return list(session.scalars(select(Voucher)))
