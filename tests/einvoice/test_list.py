"""The list of option 1: what a physician finds, and how (VOU-5 to VOU-8, VOU-12)."""

from datetime import UTC, datetime, timedelta
from typing import Any

from services.einvoice.models import VoucherState
from tests.einvoice.conftest import Office
from tests.einvoice.facts import a_payment
from tests.einvoice.shelf import Shelf


def test_a_row_of_the_list_says_what_the_screen_shows(office: Office) -> None:
    """VOU-8, exactly as the portal gets it."""
    office.service.deliver(a_payment())
    office.send()
    office.print()
    voucher = office.voucher()
    page = Shelf(office.service).get("vouchers").get_json()
    files = {file.kind: {"size": file.size, "sha256": file.sha256} for file in voucher.files}
    assert page == {
        "items": [
            {
                "id": voucher.id,
                "number": "B003-00000001",
                "type": "03",
                "type_label": "Boleta de venta electrónica",
                "issue_date": "2026-11-20",
                "customer_document_type": "1",
                "customer_document_number": "40000001",
                "customer_name": "QUISPE ÑAUPARI, ROSA ELVIRA",
                "total": "60.00",
                "currency": "PEN",
                "state": "accepted",
                "state_label": "Aceptado",
                "order_id": "order-1",
                "files": files,
            }
        ],
        "next": None,
    }


def test_the_newest_voucher_comes_first(shelf: Shelf) -> None:
    """VOU-8."""
    first, second = shelf.put(), shelf.put()
    assert shelf.ids() == [second, first]


def test_the_list_begins_in_june_2019(shelf: Shelf) -> None:
    """VOU-5: the floor is the first of June in Lima."""
    shelf.put(issued_at=datetime(2019, 6, 1, 4, 59, tzinfo=UTC))
    kept = shelf.put(issued_at=datetime(2019, 6, 1, 5, 0, tzinfo=UTC))
    assert shelf.ids() == [kept]


SHOWN_BY_DEFAULT = {"accepted", "observed", "void_requested", "void_rejected"}


def test_only_accepted_vouchers_are_listed_unless_asked_otherwise(shelf: Shelf) -> None:
    """VOU-7: the default of Estado is Aceptado; an observed voucher is an accepted one."""
    states = list(VoucherState)[3:]
    for state in states:
        shelf.put(state)
    assert {item["state"] for item in shelf.items()} == SHOWN_BY_DEFAULT
    assert {item["state"] for item in shelf.items(state="any")} == set(states)


def test_the_list_is_filtered_by_state(shelf: Shelf) -> None:
    """VOU-7, AMB-12."""
    for state in ("accepted", "observed", "rejected", "voided", "queued"):
        shelf.put(VoucherState(state))
    wanted = ("observed", "rejected", "voided", "pending")
    found = {each: [item["state"] for item in shelf.items(state=each)] for each in wanted}
    assert found == {"observed": ["observed"], "rejected": ["rejected"], "voided": ["voided"], "pending": ["queued"]}


def test_dates_include_both_ends(shelf: Shelf) -> None:
    """VOU-12; a day is a day in Lima."""
    days = [datetime(2026, 3, day, 23, 0, tzinfo=UTC) for day in (1, 2, 3)]
    first, second, third = (shelf.put(issued_at=day) for day in days)
    assert shelf.ids(**{"from": "2026-03-01", "to": "2026-03-03"}) == [third, second, first]
    assert shelf.ids(**{"from": "2026-03-02", "to": "2026-03-02"}) == [second]
    assert shelf.ids(**{"from": "2026-03-02"}) == [third, second]
    assert shelf.ids(to="2026-03-02") == [second, first]
    assert shelf.ids(**{"from": "2026-03-04"}) == []


def test_late_at_night_it_is_still_today_in_lima(shelf: Shelf) -> None:
    """04:59 UTC belongs to the day before."""
    shelf.put(issued_at=datetime(2026, 3, 2, 4, 59, tzinfo=UTC))
    assert [item["issue_date"] for item in shelf.items(**{"from": "2026-03-01", "to": "2026-03-01"})] == ["2026-03-01"]


def test_a_day_is_from_its_first_to_its_last_moment_in_lima(shelf: Shelf) -> None:
    """VOU-12: to the microsecond, at both ends."""
    moments = [datetime(2026, 3, 2, 5, tzinfo=UTC), datetime(2026, 3, 3, 4, 59, 59, 999999, tzinfo=UTC)]
    first, last = (shelf.put(issued_at=moment) for moment in moments)
    for outside in (moments[0] - timedelta(microseconds=1), moments[1] + timedelta(microseconds=1)):
        shelf.put(issued_at=outside)
    assert shelf.ids(**{"from": "2026-03-02", "to": "2026-03-02"}) == [last, first]


def test_a_range_that_ends_before_it_starts_is_an_error(shelf: Shelf) -> None:
    """VOU-12."""
    response = shelf.get("vouchers", **{"from": "2026-03-02", "to": "2026-03-01"})
    assert response.status_code == 422
    (error,) = response.get_json()["errors"]
    assert (error["pointer"], "posterior" in error["detail"]) == ("/from", True)


NUMBERS = {
    "B003-00000002": [2],
    "b003-2": [2],
    " B003-00000002 ": [2],
    "2": [2],
    "00000002": [2],
    "B003": [2, 1],
    "B015": [],
    "3": [],
    "B003-": [2, 1],
    "b003 2": [2],
    "B0032": [2],
    "B0": [2, 1],
    "B1": [],
    "B003-2-": [],
    "B003-123456789": [],
    "' OR 1=1 --": [],
}


def test_the_list_is_searched_by_number(shelf: Shelf) -> None:
    """VOU-7, first Documento box: in full, without zeros or hyphen, the series or its beginning, the digits."""
    shelf.put()
    shelf.put()
    found = {text: [int(item["number"][5:]) for item in shelf.items(number=text)] for text in NUMBERS}
    assert found == NUMBERS


NAMES = {
    "naupari": 1,
    "rosa quispe": 1,
    "rosa garcia": 0,
    "ÑAUPARI": 1,
    "quispe ñaupari": 1,
    "  Rosa ": 1,
    "garcia": 0,
    "%": 0,
    "_": 0,
    "rosa\\": 0,
}


def test_names_are_found_without_accents_or_case(shelf: Shelf) -> None:
    """Issue 5: name without accents; wildcards are letters like others."""
    shelf.put()
    assert {name: len(shelf.ids(name=name)) for name in NAMES} == NAMES


def test_the_list_is_filtered_by_the_clients_document(shelf: Shelf) -> None:
    """VOU-7, second Documento box: the whole number."""
    shelf.put()
    documents = {"40000001": 1, "40000002": 0, "4000": 0}
    assert {document: len(shelf.ids(client_document=document)) for document in documents} == documents


def test_the_list_is_filtered_by_type(shelf: Shelf) -> None:
    """VOU-7."""
    boleta = shelf.put()
    note = shelf.put(as_type="07", amended_type="03")
    assert (shelf.ids(type="03"), shelf.ids(type="07"), shelf.ids(type="01")) == ([boleta], [note], [])


def test_the_list_is_filtered_by_amount(shelf: Shelf) -> None:
    """Issue 5: to the cent, with or without decimals."""
    shelf.put()
    assert {total: len(shelf.ids(total=total)) for total in ("30.00", "30", "30.01", "0")} == {
        "30.00": 1, "30": 1, "30.01": 0, "0": 0,
    }  # fmt: skip


def test_the_voucher_of_an_order_is_found_whatever_its_state(shelf: Shelf) -> None:
    """The result page looks for a voucher that is still on its way."""
    wanted = shelf.put(VoucherState.QUEUED, order_id="order-7")
    shelf.put(order_id="order-8")
    assert shelf.ids(order_id="order-7") == [wanted]


def test_pages_follow_each_other_without_gap_or_repetition(shelf: Shelf) -> None:
    """Keyset paging: a voucher issued in between moves nothing."""
    ids = [shelf.put() for _ in range(5)]
    first = shelf.get("vouchers", limit=2).get_json()
    shelf.put()
    second = shelf.get("vouchers", limit=2, after=first["next"]).get_json()
    third = shelf.get("vouchers", limit=2, after=second["next"]).get_json()
    found = [item["id"] for page in (first, second, third) for item in page["items"]]
    assert found == ids[::-1]
    assert third["next"] is None


def test_vouchers_of_the_same_moment_are_paged_too(shelf: Shelf) -> None:
    """The id breaks the tie."""
    moment = shelf.service.clock.now()
    ids = {shelf.put(issued_at=moment) for _ in range(4)}
    first = shelf.get("vouchers", limit=3).get_json()
    second = shelf.get("vouchers", limit=3, after=first["next"]).get_json()
    assert {item["id"] for page in (first, second) for item in page["items"]} == ids


SENSELESS: list[tuple[dict[str, Any], str]] = [
    ({"after": "x"}, "/after"),
    ({"after": "bm9wZQ"}, "/after"),
    ({"after": "MjAyNi0xMS0yMHx4"}, "/after"),
    ({"after": "____"}, "/after"),
    ({"limit": 0}, "/limit"),
    ({"limit": 101}, "/limit"),
    ({"from": "20/11/2026"}, "/from"),
    ({"state": "aceptado"}, "/state"),
    ({"type": "99"}, "/type"),
    ({"number": "x" * 21}, "/number"),
    ({"unknown": "x"}, "/unknown"),
    ({"to": "9999-12-31"}, "/to"),
    ({"total": "-1"}, "/total"),
    ({"total": "mucho"}, "/total"),
    ({"total": "1000000000"}, "/total"),
]


def test_a_query_that_makes_no_sense_is_refused_by_name(shelf: Shelf) -> None:
    """422 with the field's pointer."""
    answers = [shelf.get("vouchers", **query) for query, _ in SENSELESS]
    assert {answer.status_code for answer in answers} == {422}
    assert [answer.get_json()["errors"][0]["pointer"] for answer in answers] == [pointer for _, pointer in SENSELESS]
