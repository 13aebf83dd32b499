"""What staff do by hand: issue, amend, void; with permission, reason and the scope of their council, all written down."""

import uuid
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError
from werkzeug.test import TestResponse

from chassis.auth import Principal
from contracts.einvoice import VoucherIssued
from services.einvoice.models import Series, StaffAct, Voucher, VoucherState
from tests.einvoice.conftest import Office
from tests.einvoice.facts import a_factura_payment, a_payment
from tests.people import physician, staff

S = VoucherState
CLERK = staff("einvoice:issue", "einvoice:void", subject="staff-lima", council="03")
ELSEWHERE = staff("einvoice:issue", "einvoice:void", subject="staff-ica", council="09")
NATIONAL = staff("einvoice:issue", "einvoice:void", subject="staff-national")

ROSA = {"document_type": "1", "document_number": "40000001", "name": "Quispe Ñaupari, Rosa Elvira"}
CLINIC = {"document_type": "6", "document_number": "20123456786", "name": "Clínica de Ejemplo S.A.C."}


def a_wish(**changes: Any) -> dict[str, Any]:
    """A boleta of a course for Rosa."""
    wish: dict[str, Any] = {
        "request_id": str(uuid.uuid4()),
        "voucher_type": "03",
        "customer": ROSA,
        "lines": [{"description": "Curso de actualización", "amount": "118.00", "tax_code": "10"}],
        "delivery_email": "rosa.entrega@example.pe",
        "reason": "Venta en ventanilla",
    }
    return wish | changes


def a_note_wish(**changes: Any) -> dict[str, Any]:
    """A nota de crédito that annuls."""
    wish: dict[str, Any] = {
        "request_id": str(uuid.uuid4()),
        "voucher_type": "07",
        "reason_code": "01",
        "reason": "Anulación de la operación",
        "delivery_email": None,
        "email_absent": True,
    }
    return wish | changes


def a_void_wish(**changes: Any) -> dict[str, Any]:
    """A void with its reason."""
    return {"request_id": str(uuid.uuid4()), "reason": "Error en el cliente"} | changes


def post(office: Office, path: str, body: dict[str, Any], who: Principal = CLERK) -> TestResponse:
    """POST as a member of staff."""
    return office.service.client(who).post(f"/v1/staff/{path}", json=body)


def acts(office: Office) -> list[StaffAct]:
    """What was written down, oldest first."""
    with office.service.transaction() as session:
        return list(session.scalars(select(StaffAct).order_by(StaffAct.id)))


def an_accepted_voucher(office: Office, payment: Any = None) -> str:
    """The id of a voucher that SUNAT has accepted."""
    office.service.deliver(payment or a_payment())
    office.send()
    return office.voucher().id


def wrong_fields(response: TestResponse) -> set[str]:
    """Pointers of what is to be corrected."""
    assert response.status_code == 422, response.get_json()
    return {error["pointer"] for error in response.get_json()["errors"]}


def test_a_boleta_by_hand_is_numbered_signed_queued_and_accepted(office: Office) -> None:
    """The council's series, today's date, the price split into value and tax."""
    response = post(office, "vouchers", a_wish())
    assert response.status_code == 201, response.get_json()
    body = response.get_json()
    assert (body["number"], body["total"], body["state"]) == ("B003-00000001", "118.00", "queued")
    (issued,) = office.service.events(VoucherIssued)
    assert (issued.voucher_id, issued.order_id) == (body["id"], None)
    office.send()
    with office.service.transaction() as session:
        voucher = session.get_one(Voucher, body["id"])
        assert (voucher.state, voucher.tax_cents) == (S.ACCEPTED, 1800)
        assert voucher.delivery_email == "rosa.entrega@example.pe"


def test_a_factura_by_hand_may_be_on_credit(office: Office) -> None:
    """FormaPago Credito with its cuotas."""
    cuotas = [{"due_date": "2026-12-20", "amount": "60.00"}, {"due_date": "2027-01-20", "amount": "58.00"}]
    response = post(office, "vouchers", a_wish(voucher_type="01", customer=CLINIC, instalments=cuotas))
    office.send()
    with office.service.transaction() as session:
        voucher = session.get_one(Voucher, response.get_json()["id"])
        assert (voucher.state, voucher.document().pending_cents) == (S.ACCEPTED, 11800)


def test_the_delivery_email_is_asked_for(office: Office) -> None:
    """VOC-7: neither given nor declared absent is an error."""
    assert wrong_fields(post(office, "vouchers", a_wish(delivery_email=None))) == {"/delivery_email"}


def test_the_absence_of_an_email_is_recorded_not_silent(office: Office) -> None:
    """VOC-7."""
    post(office, "vouchers", a_wish(delivery_email=None, email_absent=True))
    post(office, "vouchers", a_wish())
    assert [act.after["delivery_email"] for act in acts(office) if act.after] == ["absent", "given"]


def test_who_did_what_when_and_why_is_written_down(office: Office) -> None:
    """In the transaction of the act itself, without personal data."""
    voucher = post(office, "vouchers", a_wish()).get_json()
    (act,) = acts(office)
    assert (act.actor_id, act.actor_council, act.act, act.reason) == (
        "staff-lima",
        "03",
        "voucher.issued",
        "Venta en ventanilla",
    )
    assert (act.subject, act.at, act.before) == (f"voucher:{voucher['id']}", office.service.clock.now(), None)
    assert act.after == {
        "number": "B003-00000001",
        "voucher_type": "03",
        "total": "118.00",
        "currency": "PEN",
        "delivery_email": "given",
    }


@pytest.mark.parametrize(
    "statement",
    ["UPDATE staff_act SET reason = 'otra'", "DELETE FROM staff_act", "UPDATE submission SET operation = ''"],
)
def test_what_is_written_down_cannot_be_changed(office: Office, statement: str) -> None:
    """Both databases refuse it: acts of staff, and attempts to file."""
    post(office, "vouchers", a_wish())
    office.send()
    with pytest.raises(DBAPIError, match="append-only"), office.service.transaction() as session:
        session.execute(text(statement))


def test_a_form_sent_twice_acts_once(office: Office) -> None:
    """The request's id decides, also when both come at the same moment."""
    wish = a_wish()
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda _: post(office, "vouchers", wish), range(4)))
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.get_json()["id"] for answer in answers}) == 1
    assert len(office.service.events(VoucherIssued)) == len(acts(office)) == 1


def test_a_request_id_is_not_good_for_another_act(office: Office) -> None:
    """Nor for another person."""
    wish = a_wish()
    voucher = post(office, "vouchers", wish).get_json()["id"]
    office.send()
    response = post(office, f"vouchers/{voucher}/void", a_void_wish(request_id=wish["request_id"]))
    assert (response.status_code, response.get_json()["type"]) == (409, "urn:cmp:problem:einvoice/request-reused")


INVALID: list[tuple[dict[str, Any], str]] = [
    ({"voucher_type": "07"}, "/voucher_type"),
    ({"lines": []}, "/lines"),
    ({"lines": [{"description": "X", "amount": "0", "tax_code": "10"}]}, "/lines/0/amount"),
    ({"lines": [{"description": "X", "amount": "1.005", "tax_code": "10"}]}, "/lines/0/amount"),
    ({"lines": [{"description": "X", "amount": "NaN", "tax_code": "10"}]}, "/lines/0/amount"),
    ({"lines": [{"description": "X", "amount": "1", "tax_code": "99"}]}, "/lines/0/tax_code"),
    ({"customer": ROSA | {"document_number": "4000000"}}, "/customer/document_number"),
    ({"customer": ROSA | {"name": ""}}, "/customer/name"),
    ({"delivery_email": "nadie"}, "/delivery_email"),
    ({"reason": ""}, "/reason"),
    ({"request_id": "1"}, "/request_id"),
    ({"council": "09"}, "/council"),
]


@pytest.mark.parametrize(("changes", "pointer"), INVALID)
def test_what_is_wrong_is_named_field_by_field(office: Office, changes: dict[str, Any], pointer: str) -> None:
    """Nothing is spent on it."""
    assert pointer in wrong_fields(post(office, "vouchers", a_wish(**changes)))
    assert office.service.published() == []


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"voucher_type": "01"}, "2800"),
        ({"customer": CLINIC | {"document_number": "20123456787"}}, "2017"),
        ({"instalments": [{"due_date": "2026-12-20", "amount": "1.00"}]}, "3128"),
        ({"voucher_type": "01", "customer": CLINIC, "instalments": [{"due_date": "2026-11-20", "amount": "1.00"}]}, "3267"),
        ({"voucher_type": "01", "customer": CLINIC, "instalments": [{"due_date": "2026-12-20", "amount": "500.00"}]}, "3265"),
    ],
)  # fmt: skip
def test_what_sunat_would_reject_is_refused_with_its_code(office: Office, changes: dict[str, Any], code: str) -> None:
    """Before a number is spent."""
    response = post(office, "vouchers", a_wish(**changes))
    assert (response.status_code, response.get_json()["sunat_code"]) == (422, code)
    with office.service.transaction() as session:
        assert set(session.scalars(select(Series.last_number))) == {0}


def test_national_staff_issue_for_any_council_or_in_the_national_series(office: Office) -> None:
    """Scope None."""
    numbers = [
        post(office, "vouchers", a_wish(council=council), NATIONAL).get_json()["number"] for council in (None, "15")
    ]
    assert numbers == ["BCN7-00000001", "B015-00000001"]


def test_without_a_series_nothing_can_be_issued_and_that_is_said(office: Office) -> None:
    """An operator must add one."""
    with office.service.transaction() as session:
        for series in session.scalars(select(Series).where(Series.voucher_type == "03")):
            series.active = False
    response = post(office, "vouchers", a_wish())
    assert (response.status_code, response.get_json()["type"]) == (409, "urn:cmp:problem:einvoice/cannot-issue")


@pytest.mark.parametrize(
    ("payment", "series"), [(a_payment(), "BC03"), (a_factura_payment(order_id="order-1"), "FC03")]
)
def test_a_credit_note_by_hand_gives_all_of_it_back_unless_told_otherwise(
    office: Office, payment: Any, series: str
) -> None:
    """All lines of the original; the audit names what it amends."""
    voucher = an_accepted_voucher(office, payment)
    response = post(office, f"vouchers/{voucher}/notes", a_note_wish())
    assert response.status_code == 201, response.get_json()
    assert (response.get_json()["number"], response.get_json()["total"]) == (f"{series}-00000001", "60.00")
    assert acts(office)[0].before == {"amended_id": voucher, "amended_number": office.voucher().printed_number}
    office.send()
    assert office.note().state == S.ACCEPTED


@pytest.mark.parametrize(
    ("payment", "series"), [(a_payment(), "BD03"), (a_factura_payment(order_id="order-1"), "FD03")]
)
def test_a_debit_note_by_hand_says_what_it_adds(office: Office, payment: Any, series: str) -> None:
    """Catalogue 10."""
    voucher = an_accepted_voucher(office, payment)
    lines = [{"description": "Intereses por mora", "amount": "5.00", "tax_code": "30"}]
    body = a_note_wish(voucher_type="08", reason_code="01", reason="Mora de dos meses", lines=lines)
    response = post(office, f"vouchers/{voucher}/notes", body)
    assert response.get_json()["number"] == f"{series}-00000001"
    office.send()
    assert office.note().state == S.ACCEPTED


def test_a_factura_may_get_new_instalments_by_reason_13(office: Office) -> None:
    """The note's total is zero (3315)."""
    voucher = an_accepted_voucher(office, a_factura_payment(order_id="order-1"))
    cuotas = [{"due_date": "2027-01-20", "amount": "60.00"}]
    body = a_note_wish(reason_code="13", reason="Nuevas fechas de pago", instalments=cuotas)
    response = post(office, f"vouchers/{voucher}/notes", body)
    assert response.get_json()["total"] == "0.00"
    office.send()
    assert office.note().state == S.ACCEPTED


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({"reason_code": "99"}, 422),
        ({"reason_code": "05"}, 422),
        ({"voucher_type": "08"}, 422),
        ({"lines": [{"description": "X", "amount": "60.01", "tax_code": "30"}]}, 422),
    ],
)
def test_a_note_that_sunat_would_reject_or_observe_is_refused(
    office: Office, changes: dict[str, Any], status: int
) -> None:
    """2172, 4367, no lines, 3286."""
    voucher = an_accepted_voucher(office)
    assert post(office, f"vouchers/{voucher}/notes", a_note_wish(**changes)).status_code == status


def test_only_what_sunat_has_accepted_can_be_amended(office: Office) -> None:
    """2119; and a note is not amended by a note."""
    office.service.deliver(a_payment())
    queued = office.voucher().id
    assert post(office, f"vouchers/{queued}/notes", a_note_wish()).status_code == 409
    office.send()
    note = post(office, f"vouchers/{queued}/notes", a_note_wish()).get_json()["id"]
    office.send()
    assert post(office, f"vouchers/{note}/notes", a_note_wish()).status_code == 409


def test_a_void_by_hand_is_asked_of_sunat(office: Office) -> None:
    """202: it takes effect with SUNAT's receipt."""
    voucher = an_accepted_voucher(office)
    response = post(office, f"vouchers/{voucher}/void", a_void_wish())
    assert (response.status_code, response.get_json()["state"]) == (202, "void_requested")
    (act,) = acts(office)
    assert (act.act, act.before, act.after) == (
        "voucher.void_requested",
        {"state": "accepted"},
        {"state": "void_requested"},
    )
    office.tell()
    assert office.voucher().state == S.VOIDED


def test_a_void_that_is_not_possible_says_what_to_do_instead(office: Office) -> None:
    """Past its days: a note."""
    voucher = an_accepted_voucher(office)
    office.service.clock.advance(days=8)
    response = post(office, f"vouchers/{voucher}/void", a_void_wish())
    assert (response.status_code, "nota de crédito" in response.get_json()["detail"]) == (409, True)
    assert acts(office) == []


@pytest.mark.parametrize("way", ["notes", "void"])
def test_another_councils_voucher_is_not_found(office: Office, way: str) -> None:
    """404, not 403."""
    voucher = an_accepted_voucher(office)
    body = a_note_wish() if way == "notes" else a_void_wish()
    assert post(office, f"vouchers/{voucher}/{way}", body, ELSEWHERE).status_code == 404
    assert post(office, f"vouchers/nothing/{way}", body, CLERK).status_code == 404
    assert post(office, f"vouchers/{voucher}/{way}", body, NATIONAL).status_code in (201, 202)


@pytest.mark.parametrize(
    ("path", "right"), [("vouchers", "einvoice:issue"), ("vouchers/x/notes", "einvoice:issue"), ("vouchers/x/void", "einvoice:void")]
)  # fmt: skip
def test_each_act_needs_its_permission(office: Office, path: str, right: str) -> None:
    """403 without it, whoever asks."""
    others = {"einvoice:issue", "einvoice:void", "einvoice:view", "vouchers:read"} - {right}
    assert post(office, path, {}, staff(*others)).status_code == 403
    assert post(office, path, {}, physician()).status_code == 403
    assert office.service.client().post(f"/v1/staff/{path}", json={}).status_code == 401
