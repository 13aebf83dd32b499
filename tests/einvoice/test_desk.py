"""The voucher desk (issue 5, "Staff"): the queue with what to do, a voucher's page, resending, within the own council."""

import uuid
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select
from werkzeug.test import TestResponse

from chassis.auth import Principal
from chassis.testing import MORNING
from contracts.einvoice import VoucherMailRequested
from contracts.identity import ContactChanged
from services.einvoice.certificates import DEMO_VALIDITY, make_demo_pfx
from services.einvoice.desk import advice
from services.einvoice.models import Series, StaffAct, Summary, SummaryState, Voucher, VoucherState
from tests.einvoice.conftest import Office
from tests.einvoice.facts import a_factura_payment, a_payment, a_refund
from tests.einvoice.test_measures import metric
from tests.einvoice.test_staff import CLINIC, a_note_wish, a_wish
from tests.people import physician, staff

EVERYTHING = ("einvoice:view", "einvoice:issue", "einvoice:void", "einvoice:operate")
LIMA = staff(*EVERYTHING, subject="staff-lima", council="03")
ICA = staff(*EVERYTHING, subject="staff-ica", council="09")
NATIONAL = staff(*EVERYTHING, subject="staff-national")


def get(office: Office, path: str, who: Principal = LIMA, **query: Any) -> Any:
    """GET as a member of staff."""
    response = office.service.client(who).get(f"/v1/staff/{path}", query_string=query)
    assert response.status_code == 200, response.get_json()
    return response.get_json()


def post(office: Office, path: str, who: Principal = LIMA, **body: Any) -> TestResponse:
    """POST a form with its request id and a reason."""
    wish = {"request_id": str(uuid.uuid4()), "reason": "Según el oficio 12"} | body
    return office.service.client(who).post(f"/v1/staff/{path}", json=wish)


def mail(office: Office, voucher_id: str) -> TestResponse:
    """Enviar de nuevo."""
    body = {"request_id": str(uuid.uuid4())}
    return office.service.client(LIMA).post(f"/v1/staff/vouchers/{voucher_id}/mail", json=body)


def looks(office: Office, *acts: str) -> list[tuple[str, str]]:
    """Who looked at what, oldest first."""
    with office.service.transaction() as session:
        rows = session.scalars(select(StaffAct).where(StaffAct.act.in_(acts)).order_by(StaffAct.id))
        return [(row.actor_id, row.subject) for row in rows]


@pytest.fixture
def rejected(office: Office) -> str:
    """The id of a boleta that SUNAT has rejected."""
    office.sunat.will("reject", code="2335")
    office.service.deliver(a_payment())
    office.send()
    return office.voucher().id


@pytest.fixture
def stopped(office: Office) -> str:
    """The id of a boleta that SUNAT did not process."""
    office.sunat.will("fault", code="1034")
    office.service.deliver(a_payment())
    office.send()
    return office.voucher().id


@pytest.fixture
def accepted(office: Office) -> str:
    """The id of a boleta that SUNAT has accepted."""
    office.service.deliver(a_payment())
    office.send()
    return office.voucher().id


# ------------------------------------------------------------------ the queue


def test_the_queue_tells_sunats_code_its_words_what_to_do_and_the_days_left(office: Office, stopped: str) -> None:
    """The action is data, by the class of the code."""
    (row,) = get(office, "queue")["items"]
    assert (row["id"], row["state"], row["sunat_code"], row["attempts"], row["days_left"]) == (
        stopped,
        "exception",
        "1034",
        1,
        7,
    )
    assert row["sunat_text"]
    assert row["waits_for_person"]
    assert "reenvíe" in row["advice"]


def test_the_queue_names_nobody(office: Office, rejected: str) -> None:
    """So that looking at it needs no entry in the audit."""
    (row,) = get(office, "queue")["items"]
    assert "QUISPE" not in str(row)
    assert "40000001" not in str(row)
    assert looks(office, "voucher.viewed", "vouchers.listed") == []


def test_the_queue_is_filtered_by_state_series_and_days_left(office: Office) -> None:
    """A factura has three days, a boleta seven."""
    office.service.deliver(a_payment())
    office.service.deliver(a_factura_payment())
    office.service.clock.advance(days=1)
    found = {row["number"]: row["days_left"] for row in get(office, "queue")["items"]}
    assert found == {"B003-00000001": 6, "F003-00000001": 2}
    for query in ({"series": "f003"}, {"days_left": 2}):
        assert [row["number"] for row in get(office, "queue", **query)["items"]] == ["F003-00000001"]
    assert len(get(office, "queue", state="queued")["items"]) == 2
    assert get(office, "queue", state="rejected")["items"] == []


def test_the_queue_is_turned_page_by_page(office: Office) -> None:
    """Each voucher once, by day of issue."""
    for number in range(5):
        office.service.deliver(a_payment(order_id=f"order-{number}"))
    seen: list[str] = []
    after = None
    for _ in range(3):
        page = get(office, "queue", limit=2, **({"after": after} if after else {}))
        seen += [row["number"] for row in page["items"]]
        after = page["next"]
    assert len(set(seen)) == len(seen) == 5
    assert after is None


def test_staff_of_a_council_see_its_own_queue(office: Office, rejected: str) -> None:
    """National staff see all."""
    assert get(office, "queue", ICA)["items"] == []
    assert get(office, "desk", ICA)["states"]["rejected"] == 0
    assert [row["id"] for row in get(office, "queue", NATIONAL)["items"]] == [rejected]
    assert get(office, "desk", NATIONAL)["states"]["rejected"] == 1


@pytest.mark.parametrize(
    ("state", "code", "person", "words"),
    [
        (VoucherState.QUEUED, "0130", False, "reintenta"),
        (VoucherState.QUEUED, "0102", True, "clave SOL"),
        (VoucherState.QUEUED, "1079", False, "resumen diario"),
        (VoucherState.QUEUED, "", False, "por sí solo"),
        (VoucherState.UNKNOWN, "", False, "respuesta se perdió"),
        (VoucherState.EXCEPTION, "1033", True, "quién lo usó"),
        (VoucherState.EXCEPTION, "0306", True, "corrija la causa"),
        (VoucherState.REJECTED, "2335", True, "emita otro"),
        (VoucherState.VOID_REJECTED, "", True, "sigue siendo válido"),
    ],
)
def test_what_to_do_follows_from_state_and_class_of_code(
    state: VoucherState, code: str, person: bool, words: str
) -> None:
    """The table of the README, as words for staff."""
    told = advice.about_voucher(Voucher(state=state, sunat_code=code, next_attempt_at=MORNING))
    assert (told.person, words in told.text) == (person, True), told


@pytest.mark.parametrize("state", SummaryState)
def test_there_is_advice_for_every_state_of_a_summary(state: SummaryState) -> None:
    """And for every state of a voucher, which the queue shows."""
    assert advice.about_summary(Summary(state=state, sunat_code="")).text


@pytest.mark.parametrize("state", VoucherState)
def test_there_is_advice_for_every_state_of_a_voucher(state: VoucherState) -> None:
    """Notes and voided ones have a page too."""
    assert advice.about_voucher(Voucher(state=state, sunat_code="")).text


# ------------------------------------------------------------------ search and page


def test_a_voucher_is_found_and_who_saw_it_is_written_down(office: Office, rejected: str) -> None:
    """Each view audited (who-may-see table): numbers shown, not what was typed."""
    (row,) = get(office, "vouchers", number="B003-1")["items"]
    assert (row["id"], row["council"], row["customer_name"]) == (rejected, "03", "QUISPE ÑAUPARI, ROSA ELVIRA")
    with office.service.transaction() as session:
        (act,) = session.scalars(select(StaffAct))
        assert (act.act, act.actor_id, act.after) == ("vouchers.listed", "staff-lima", {"numbers": ["B003-00000001"]})
    assert get(office, "vouchers", ICA)["items"] == []


def test_the_page_shows_attempts_history_and_what_may_be_done(office: Office, accepted: str) -> None:
    """What was sent and what was answered; the look is written down."""
    post(office, f"vouchers/{accepted}/notes", **a_note_wish())
    page = get(office, f"vouchers/{accepted}")
    (attempt,) = page["attempts_made"]
    assert (attempt["operation"], attempt["outcome"], attempt["code"]) == ("sendBill", "Accepted", "0")
    assert attempt["xml_sha256"]
    assert attempt["zip_sha256"]
    assert [step["to_state"] for step in page["history"]] == ["queued", "sending", "accepted"]
    assert [line["tax_label"] for line in page["lines"]] == ["inafecto", "inafecto"]
    assert page["notes"][0]["number"] == "BC03-00000001"
    assert page["may"]["note"]
    assert not page["may"]["void"]
    assert "Anule primero la nota" in page["may"]["void_refusal"]
    assert looks(office, "voucher.viewed") == [("staff-lima", f"voucher:{accepted}")]


def test_files_are_handed_out_and_written_down(office: Office, accepted: str) -> None:
    """PDF once it is drawn, XML and CDR byte for byte."""
    client = office.service.client(LIMA)
    assert client.get(f"/v1/staff/vouchers/{accepted}/files/pdf").status_code == 409
    office.print()
    for kind, start in (("pdf", b"%PDF"), ("xml", b"<?xml"), ("cdr", b"PK")):
        answer = client.get(f"/v1/staff/vouchers/{accepted}/files/{kind}")
        assert (answer.status_code, answer.data[: len(start)]) == (200, start)
    assert len(looks(office, "voucher.file_viewed")) == 3


def test_what_sunat_answered_is_handed_out_byte_for_byte(office: Office, accepted: str) -> None:
    """The receipt of the attempt; to another council it does not exist."""
    (attempt,) = get(office, f"vouchers/{accepted}")["attempts_made"]
    path = f"/v1/staff/attempts/{attempt['id']}/answer"
    answer = office.service.client(LIMA).get(path)
    cdr = office.service.client(LIMA).get(f"/v1/staff/vouchers/{accepted}/files/cdr")
    assert attempt["kept"]
    assert (answer.status_code, answer.data) == (200, cdr.data)
    assert office.service.client(ICA).get(path).status_code == 404
    assert office.service.client(LIMA).get("/v1/staff/attempts/nothing/answer").status_code == 404


OF_ONE_VOUCHER = [
    ("GET", ""), ("GET", "/files/xml"), ("POST", "/resend"), ("POST", "/settlement"), ("POST", "/mail"), ("POST", "/void"),
    ("POST", "/notes"),
]  # fmt: skip


@pytest.mark.parametrize(("method", "path"), OF_ONE_VOUCHER)
def test_another_councils_voucher_is_not_found_whatever_the_way(
    office: Office, rejected: str, method: str, path: str
) -> None:
    """404, not 403; nothing is written down of what was not seen."""
    body = a_note_wish() if path == "/notes" else {"request_id": str(uuid.uuid4()), "reason": "Curiosidad"}
    body = {"request_id": body["request_id"]} if path == "/mail" else body
    options = {} if method == "GET" else {"json": body}
    answer = office.service.client(ICA).open(f"/v1/staff/vouchers/{rejected}{path}", method=method, **options)
    assert answer.status_code == 404, answer.get_json()
    assert looks(office, "voucher.viewed", "voucher.file_viewed") == []


@pytest.mark.parametrize(
    ("method", "path", "right"),
    [
        *((method, f"vouchers/x{path}", "einvoice:view") for method, path in OF_ONE_VOUCHER[:2]),
        ("POST", "vouchers/x/resend", "einvoice:operate"), ("POST", "vouchers/x/settlement", "einvoice:issue"),
        ("POST", "vouchers/x/mail", "einvoice:view"), ("POST", "vouchers/check", "einvoice:issue"),
        ("POST", "summaries/x/resend", "einvoice:operate"),
        *(("GET", path, "einvoice:view") for path in ("desk", "queue", "vouchers", "attempts/x/answer", "summaries", "summaries/x", "series",
          "reports/month", "reports/month.xlsx", "reports/ple.txt")),
    ],
)  # fmt: skip
def test_the_desk_is_for_staff_with_the_permission(office: Office, method: str, path: str, right: str) -> None:
    """A physician, or staff without it, gets 403; nobody 401."""
    rest = staff(*(set(EVERYTHING) - {right}))
    for who, status in ((rest, 403), (physician(), 403), (None, 401)):
        assert office.service.client(who).open(f"/v1/staff/{path}", method=method).status_code == status


# ------------------------------------------------------------------ resending, replacing, mailing


def test_what_waits_for_a_person_is_sent_again_with_a_reason(office: Office, stopped: str) -> None:
    """The same number with the same bytes, once per request; nothing else can be resent."""
    request_id = str(uuid.uuid4())
    answers = [post(office, f"vouchers/{stopped}/resend", request_id=request_id) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [202, 202]
    assert answers[0].get_json()["state"] == "queued"
    office.send()
    assert office.voucher().state == VoucherState.ACCEPTED
    refused = post(office, f"vouchers/{stopped}/resend")
    assert (refused.status_code, refused.get_json()["type"]) == (409, "urn:cmp:problem:einvoice/not-resendable")
    assert looks(office, "voucher.resent") == [("staff-lima", f"voucher:{stopped}")]


PAID = [{"description": "Cuotas colegiado", "amount": "60.00", "tax_code": "30"}]


def test_a_rejected_voucher_leaves_the_queue_when_another_takes_its_place(office: Office, rejected: str) -> None:
    """The new one says in the audit whose place it took; it cannot be taken twice."""
    issued = post(office, "vouchers", **a_wish(replaces=rejected, lines=PAID))
    assert issued.status_code == 201, issued.get_json()
    page = get(office, f"vouchers/{rejected}")
    assert page["replacement"]["number"] == issued.get_json()["number"] == "B003-00000002"
    assert [row["number"] for row in get(office, "queue")["items"]] == ["B003-00000002"]
    assert get(office, f"vouchers/{issued.get_json()['id']}")["acts"][0]["before"] == {"replaces": "B003-00000001"}
    assert post(office, "vouchers", **a_wish(replaces=rejected, lines=PAID)).status_code == 409
    with office.service.transaction() as session:
        assert session.scalars(select(Series.last_number).where(Series.series == "B003")).one() == 2


def test_in_the_place_of_a_payments_voucher_the_new_one_is_the_payments(office: Office, rejected: str) -> None:
    """It must come to what was paid; a refund then finds it, and the payment told twice makes no other."""
    refused = post(office, "vouchers", **a_wish(replaces=rejected))
    assert refused.status_code == 422
    assert "60.00" in refused.get_json()["errors"][0]["detail"]
    assert post(office, "vouchers/check", **a_wish(replaces=rejected)).status_code == 422
    issued = post(office, "vouchers", **a_wish(replaces=rejected, lines=PAID)).get_json()
    office.send()
    office.service.deliver(a_payment())
    office.service.deliver(a_refund())
    assert office.voucher().id == issued["id"]
    assert office.note().printed_number == "BC03-00000001"


def test_rejected_vouchers_that_nobody_dealt_with_are_measured(office: Office, rejected: str) -> None:
    """An alert watches it."""
    waiting = 'cmp_einvoice_rejections_waiting{service="einvoice"}'
    assert metric(office.service, waiting) == 1
    post(office, f"vouchers/{rejected}/settlement")
    assert metric(office.service, waiting) == 0


def test_a_rejected_voucher_may_need_no_other(office: Office, rejected: str) -> None:
    """With a reason; an accepted one cannot be settled so."""
    assert post(office, f"vouchers/{rejected}/settlement").status_code == 200
    assert get(office, "queue")["items"] == []
    assert post(office, f"vouchers/{rejected}/settlement").status_code == 409


def a_contact(account_id: str, document: tuple[str, str], **changes: Any) -> ContactChanged:
    """An account with its address."""
    facts = {"email": "cliente@example.pe", "document_type": document[0], "document_number": document[1]}
    return ContactChanged(account_id=account_id, **facts | changes)


def test_staff_send_a_clients_voucher_again_to_the_registered_address(office: Office) -> None:
    """VOC-6, VOC-5: all three files, to the client's account, to no other; the newest news of the account counts."""
    office.service.deliver(a_factura_payment(order_id="order-1"))
    office.send()
    office.print()
    factura = office.voucher().id
    refused = mail(office, factura)
    assert refused.get_json()["type"] == "urn:cmp:problem:einvoice/no-registered-address"
    client = a_contact("acc-clinic", ("6", "20123456786"))
    office.service.deliver(client, sequence=2)
    office.service.deliver(a_contact("acc-clinic", ("6", "20123456786"), email=""), sequence=1)
    assert get(office, f"vouchers/{factura}")["may"]["account_id"] == "acc-clinic"
    assert mail(office, factura).status_code == 202
    (asked,) = office.service.events(VoucherMailRequested)
    assert (asked.account_id, len(asked.attachments)) == ("acc-clinic", 3)


def test_a_physicians_account_gets_option_1_only(office: Office, accepted: str) -> None:
    """VOU-2: a boleta goes there as PDF, a factura on the same document does not."""
    office.print()
    office.service.deliver(a_contact("acc-rosa", ("1", "40000001"), cmp_number="012345"))
    assert mail(office, accepted).status_code == 202
    assert [len(event.attachments) for event in office.service.events(VoucherMailRequested)] == [1]
    with office.service.transaction() as session:
        session.get_one(Voucher, accepted).voucher_type = "01"
    assert mail(office, accepted).status_code == 409


# ------------------------------------------------------------------ before issuing


def test_a_voucher_is_checked_before_it_is_issued(office: Office) -> None:
    """What it would come to by tax treatment; no number is spent."""
    lines = [
        {"description": "Curso", "amount": "118.00", "tax_code": "10"},
        {"description": "Cuota", "amount": "30.00", "tax_code": "30"},
    ]
    told = post(office, "vouchers/check", **a_wish(lines=lines)).get_json()
    assert (told["number"], told["value"], told["tax"], told["total"]) == (
        "B003-00000001",
        "130.00",
        "18.00",
        "148.00",
    )
    assert told["amounts"] == {"gravado": "100.00", "inafecto": "30.00"}
    bad = post(office, "vouchers/check", **a_wish(customer=CLINIC | {"document_number": "20123456787"}))
    assert (bad.status_code, bad.get_json()["sunat_code"]) == (422, "2017")
    with office.service.transaction() as session:
        assert set(session.scalars(select(Series.last_number))) == {0}


# ------------------------------------------------------------------ summaries, series, certificate


def test_a_summary_is_shown_with_its_vouchers_in_scope_and_resent(office: Office, accepted: str) -> None:
    """Staff of another council do not find it."""
    office.sunat.will("fault", code="0306", operation="sendSummary")
    assert post(office, f"vouchers/{accepted}/void").status_code == 202
    office.tell()
    (row,) = get(office, "summaries")["items"]
    assert (row["state"], row["sunat_code"], row["waits_for_person"]) == ("exception", "0306", True)
    page = get(office, f"summaries/{row['id']}")
    assert [entry["number"] for entry in page["entries"]] == ["B003-00000001"]
    assert page["attempts_made"][0]["operation"] == "sendSummary"
    assert get(office, "summaries", ICA)["items"] == []
    assert office.service.client(ICA).get(f"/v1/staff/summaries/{row['id']}").status_code == 404
    assert post(office, f"summaries/{row['id']}/resend").status_code == 202
    office.tell()
    assert office.voucher().state == VoucherState.VOIDED
    assert get(office, "summaries")["items"] == []
    assert len(get(office, "summaries", settled=True)["items"]) == 1


def test_series_are_listed_with_their_last_number(office: Office, accepted: str) -> None:
    """The own council's; all of them for national staff."""
    mine = get(office, "series")["items"]
    assert {row["council"] for row in mine} == {"03"}
    assert next(row["last_number"] for row in mine if row["series"] == "B003") == 1
    assert len(get(office, "series", NATIONAL)["items"]) == 168


@pytest.mark.parametrize(("left", "state"), [(31, "valid"), (29, "expiring"), (0, "expired")])
def test_the_certificate_is_warned_of_thirty_days_before(
    furnish: Callable[..., Office], tmp_path: Path, left: int, state: str
) -> None:
    """On the desk and beside the series."""
    since = MORNING + timedelta(days=left) - DEMO_VALIDITY
    pfx = tmp_path / "own.pfx"
    pfx.write_bytes(make_demo_pfx(ruc="20000000001", name="MUESTRA", since=since))
    office = furnish(certificate_path=str(pfx))
    certificate = get(office, "desk")["certificate"]
    assert (certificate["state"], certificate["days_left"]) == (state, left)


def test_payments_that_wait_for_a_certificate_are_shown(furnish: Callable[..., Office], tmp_path: Path) -> None:
    """To staff of their council."""
    office = furnish(certificate_path=str(tmp_path / "nothing.pfx"))
    office.service.deliver(a_payment())
    assert [row["order_number"] for row in get(office, "desk")["waiting_payments"]] == ["2026-000123"]
    assert get(office, "desk")["certificate"]["state"] == "unreadable"
    assert get(office, "desk", ICA)["waiting_payments"] == []
