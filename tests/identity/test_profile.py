"""Actualización de datos: what one may change, how it is written, who is told, and what is remembered (REC-4)."""

import pytest

from contracts.identity import ContactChanged
from services.identity.profile.phones import NotAPhoneNumber, mobile_number, phone_number
from tests.identity.asking import asking
from tests.identity.conftest import House
from tests.identity.owner import Owner, change_account, own
from tests.people import physician


@pytest.fixture
def rosa(house: House) -> Owner:
    """Rosa, signed in."""
    return own(house)


def test_the_register_s_data_are_shown_beside_what_can_be_changed_rec_4(rosa: Owner) -> None:
    shown = rosa.profile()
    assert (shown["cmp_number"], shown["document_number"]) == ("012345", "40000001")
    assert (shown["given_names"], shown["surnames"]) == ("Rosa Elvira", "Quispe Ñaupari")
    assert (shown["council_label"], shown["state"]) == ("CR III LIMA", "ACTIVO")
    assert (shown["email"], shown["phone"], shown["mobile"], shown["address"]) == (
        "rosa.quispe@example.pe",
        None,
        None,
        None,
    )


@pytest.mark.parametrize(
    "field", ["cmp_number", "document_number", "given_names", "surnames", "council", "state", "email", "account_id"]
)
def test_what_the_college_keeps_is_refused_by_name_acc_6(rosa: Owner, field: str) -> None:
    answer = rosa.update(phone="01 641 9847", **{field: "x"})
    assert answer.status_code == 422
    assert [error["pointer"] for error in answer.get_json()["errors"]] == [f"/{field}"]
    assert rosa.profile()["phone"] is None


def test_a_change_counts_at_once_and_is_told_whole_acc_7(rosa: Owner) -> None:
    rosa.update(phone="01 641-9847", mobile="999000001", address="  Av. Ñusta   123 ")
    told = rosa.told(ContactChanged)[-1]
    assert told.email == "rosa.quispe@example.pe"
    assert (told.phone, told.mobile, told.address) == ("+51 1 641 9847", "+51 999 000 001", "Av. Ñusta 123")
    rosa.update(mobile="999000002")
    assert rosa.told(ContactChanged)[-1].address == "Av. Ñusta 123"


def test_what_is_left_out_stays_and_what_is_emptied_goes(rosa: Owner) -> None:
    rosa.update(phone="01 641 9847", mobile="999 000 001")
    shown = rosa.update(phone="").get_json()
    assert (shown["phone"], shown["mobile"]) == (None, "+51 999 000 001")


def test_saying_the_same_again_tells_nobody(rosa: Owner) -> None:
    rosa.complete()
    before = len(rosa.told())
    rosa.complete()
    assert len(rosa.told()) == before
    assert len(rosa.history()) == 1


@pytest.mark.parametrize(
    ("fields", "complete"), [({}, False), ({"phone": "016419847"}, True), ({"mobile": "999000001"}, True)]
)
def test_data_are_complete_with_an_e_mail_and_a_telephone_rec_4(
    rosa: Owner, fields: dict[str, str], complete: bool
) -> None:
    rosa.update(**fields)
    assert rosa.profile()["complete"] is complete


def test_without_an_e_mail_data_are_not_complete_rec_4(rosa: Owner) -> None:
    rosa.complete()
    change_account(rosa.house, email=None)
    assert rosa.profile()["complete"] is False


def test_history_keeps_who_when_before_and_after_newest_first(rosa: Owner) -> None:
    rosa.update(mobile="999 000 001")
    rosa.house.service.clock.advance(minutes=1)
    rosa.update(mobile="999 000 002")
    newest, oldest = rosa.history()
    assert newest == {
        "at": "2026-11-20T15:01:00+00:00",
        "field": "mobile",
        "before": "+51 999 000 001",
        "after": "+51 999 000 002",
        "by_owner": True,
        "actor_name": "Rosa Elvira Quispe Ñaupari",
    }
    assert (oldest["before"], oldest["after"]) == (None, "+51 999 000 001")


def test_history_is_paged_and_one_s_own(rosa: Owner) -> None:
    for last in "1234":
        rosa.update(mobile=f"99900000{last}")
    page = rosa.client.get("/v1/profile/history?limit=3").get_json()
    rest = rosa.client.get(f"/v1/profile/history?limit=3&after={page['next']}").get_json()
    assert (len(page["items"]), len(rest["items"]), rest["next"]) == (3, 1, None)
    assert own(rosa.house, "023546").history() == []


def test_reading_needs_no_permission_to_write_but_writing_does(rosa: Owner) -> None:
    reader = physician(subject=rosa.account_id, permissions=frozenset({"account:read"}))
    client = asking(rosa.house.service, reader)
    assert client.get("/v1/profile").status_code == 200
    assert client.patch("/v1/profile/contact", json={}).status_code == 403


def test_a_wrong_number_is_told_beside_its_field_and_nothing_is_stored(rosa: Owner) -> None:
    answer = rosa.update(phone="01 641 9847", mobile="899 000 001")
    (error,) = answer.get_json()["errors"]
    assert (answer.status_code, error["pointer"]) == (422, "/mobile")
    assert "empieza con 9" in error["detail"]
    assert rosa.profile()["phone"] is None


@pytest.mark.parametrize(("length", "status"), [(200, 200), (201, 422)])
def test_an_address_has_at_most_200_characters(rosa: Owner, length: int, status: int) -> None:
    assert rosa.update(address="x" * length).status_code == status


MOBILES = [
    "999000001",
    "999 000 001",
    "999-000-001",
    "+51 999 000 001",
    "+51999000001",
    "0051 999000001",
    "51999000001",
]


@pytest.mark.parametrize("typed", MOBILES)
def test_a_mobile_is_understood_however_it_is_typed(typed: str) -> None:
    assert mobile_number(typed) == phone_number(typed) == "+51 999 000 001"


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("016419847", "+51 1 641 9847"),
        ("(01) 641-9847", "+51 1 641 9847"),
        ("1 641 9847", "+51 1 641 9847"),
        ("641 9847", "+51 1 641 9847"),
        ("+51 1 6419847", "+51 1 641 9847"),
        ("044 234567", "+51 44 234 567"),
        ("44234567", "+51 44 234 567"),
        ("+34 600 000 000", "+34600000000"),
    ],
)
def test_a_fixed_line_is_understood_with_its_area_and_stays_as_stored(typed: str, stored: str) -> None:
    assert phone_number(typed) == stored
    assert phone_number(stored) == stored


@pytest.mark.parametrize("typed", ["234567", "12", "no tengo", "0999", "+123", "+1234567890123456", "9990000011"])
def test_what_is_no_telephone_is_refused(typed: str) -> None:
    with pytest.raises(NotAPhoneNumber):
        phone_number(typed)


@pytest.mark.parametrize("typed", ["016419847", "99900000", "9990000011", "899000001"])
def test_a_mobile_has_nine_digits_and_begins_with_9(typed: str) -> None:
    with pytest.raises(NotAPhoneNumber):
        mobile_number(typed)
