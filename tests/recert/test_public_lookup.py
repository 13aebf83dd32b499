"""What anyone may ask (PUB-6, REC-18, product 2.6)."""

from datetime import UTC, datetime

import pytest


def test_the_public_sees_names_council_state_specialities_and_validity(service, registered, look_up):
    service.deliver(registered())

    assert look_up() == (
        200,
        {
            "cmp_number": "023546",
            "given_names": "Julio César",
            "paternal_surname": "Rengifo",
            "maternal_surname": "Tuanama",
            "council": "15",
            "council_label": "CR XV",
            "council_name": "CONSEJO REGIONAL XV",
            "state": "ACTIVO",
            "registered_on": "2023-03-01",
            "certified_until": "2028-02-29",
            "certified": True,
            "recertified_until": None,
            "recertified": False,
            "in_good_standing": None,
            "standing_stated_at": None,
            "specialities": [
                {
                    "name": "Psiquiatría",
                    "rne": "014567",
                    "registered_on": "2024-02-29",
                    "certified_until": "2029-02-28",
                    "certified": True,
                    "recertified_until": None,
                    "recertified": False,
                }
            ],
            "as_of": "2026-11-20",
        },
    )


@pytest.mark.parametrize("number", ["023546", "23546"])
def test_zeros_may_be_missing(service, registered, look_up, number):
    """AMB-5."""
    service.deliver(registered())

    assert look_up(number)[0] == 200


@pytest.mark.parametrize(
    "number", ["099999", "0023546", "abc", "23546x", "-23546", "٢٣٥٤٦", "023546%00", "1' OR '1'='1"]
)
def test_an_unknown_number_is_not_found(service, registered, look_up, number):
    service.deliver(registered())

    status, body = look_up(number)

    assert status == 404
    assert body["type"] == "urn:cmp:problem:recert/physician-not-found"


@pytest.mark.parametrize(
    ("moment", "day", "certified"),
    [
        (datetime(2028, 3, 1, 4, 59, 59, tzinfo=UTC), "2028-02-29", True),
        (datetime(2028, 3, 1, 5, 0, 0, tzinfo=UTC), "2028-03-01", False),
    ],
)
def test_the_last_day_ends_at_midnight_in_lima(service, registered, look_up, moment, day, certified):
    service.deliver(registered())
    service.clock.set(moment)

    _, body = look_up()

    assert (body["as_of"], body["certified"]) == (day, certified)
    assert body["specialities"][0]["certified"] is True


def test_the_answer_holds_no_document_and_no_contact(service, registered, look_up):
    service.deliver(registered())

    _, body = look_up()

    assert "40000002" not in str(body)
    assert not [name for name in body if any(word in name for word in ("document", "email", "phone", "address"))]
