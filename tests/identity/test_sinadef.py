"""Applications for access to SINADEF: who may file one, what the college attests, and what becomes of it (MENU-1)."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from typing import Any

import pytest

from chassis.testing import ServiceUnderTest
from contracts.identity import SinadefRequestChanged
from contracts.payments import GoodStandingChanged
from services.identity.models.sinadef import EDGES, LABELS, IllegalSinadefState, SinadefRequest
from tests.identity.conftest import House
from tests.identity.owner import Owner, change_account, own
from tests.people import staff

WORKPLACE = {
    "establishment": "Hospital «Virgen de la Puerta»",
    "establishment_code": "00006207",
    "health_authority": "GERESA La Libertad",
    "position": "Médico asistente",
}


def standing(good: bool = True, cmp_number: str = "012345", day: int = 1) -> GoodStandingChanged:
    """What payments tells."""
    unpaid = 0 if good else 4
    return GoodStandingChanged(
        cmp_number=cmp_number, in_good_standing=good, as_of=date(2026, 11, day), unpaid_periods=unpaid
    )


def entitled(house: House, cmp_number: str = "012345") -> Owner:
    """A physician who may apply: hábil, with e-mail and mobile."""
    house.service.deliver(standing(cmp_number=cmp_number))
    return own(house, cmp_number).complete()


def file(owner: Owner, **changes: Any) -> Any:
    """Send the application."""
    return owner.client.post("/v1/sinadef-requests", json=WORKPLACE | changes)


@pytest.fixture
def rosa(house: House) -> Owner:
    """Rosa, who may apply."""
    return entitled(house)


def test_an_application_is_filed_with_what_the_college_attests(rosa: Owner) -> None:
    answer = file(rosa)
    body = answer.get_json()
    assert answer.status_code == 201
    assert (body["number"], body["state"], body["state_label"]) == ("SIN-2026-000001", "EMITIDO", "Emitido")
    with rosa.house.service.transaction() as session:
        kept = session.get_one(SinadefRequest, body["id"])
        assert (kept.document_number, kept.surnames, kept.council) == ("40000001", "Quispe Ñaupari", "03")
        assert (kept.standing_as_of, kept.physician_state, kept.phone) == (
            date(2026, 11, 1),
            "ACTIVO",
            "+51 999 000 001",
        )


def test_attested_data_cannot_be_given_by_the_applicant(rosa: Owner) -> None:
    for field in ("cmp_number", "document_number", "state", "standing_as_of", "email"):
        assert file(rosa, **{field: "x"}).status_code == 422


def test_it_is_told_with_its_number_and_state(rosa: Owner) -> None:
    file(rosa)
    (told,) = rosa.told(SinadefRequestChanged)
    assert (told.number, told.state, told.account_id, told.council) == (
        "SIN-2026-000001",
        "EMITIDO",
        rosa.account_id,
        "03",
    )


@pytest.mark.parametrize("field", list(WORKPLACE))
def test_every_field_of_the_workplace_is_needed(rosa: Owner, field: str) -> None:
    answer = file(rosa, **{field: " "})
    assert answer.status_code == 422
    assert {error["pointer"] for error in answer.get_json()["errors"]} == {f"/{field}"}


def blocked(owner: Owner) -> list[str]:
    """The reasons both the list and the refusal name."""
    listed = [block["reason"] for block in owner.client.get("/v1/sinadef-requests").get_json()["blocks"]]
    answer = file(owner)
    assert answer.status_code == 409
    assert answer.get_json()["reasons"] == listed
    assert all(answer.get_json()["texts"])
    return listed


def test_who_is_not_habil_is_blocked_with_the_way_out(rosa: Owner) -> None:
    rosa.house.service.deliver(standing(good=False), sequence=2)
    assert blocked(rosa) == ["not-in-good-standing"]
    assert "Pago Online" in file(rosa).get_json()["detail"]


def test_who_is_not_known_to_be_habil_is_blocked(house: House) -> None:
    assert blocked(own(house).complete()) == ["standing-unknown"]


def test_who_lacks_phone_and_e_mail_is_told_both(house: House) -> None:
    house.service.deliver(standing())
    rosa = own(house)
    change_account(house, email=None)
    assert blocked(rosa) == ["email-missing", "phone-missing"]


@pytest.mark.parametrize("field", ["phone", "mobile"])
def test_one_telephone_of_either_kind_suffices(house: House, field: str) -> None:
    house.service.deliver(standing())
    rosa = own(house)
    rosa.update(**{field: "999 000 001"})
    assert file(rosa).status_code == 201


def test_who_is_not_active_in_the_register_is_blocked(rosa: Owner) -> None:
    change_account(rosa.house, state="active")
    with rosa.house.service.transaction() as session:
        from services.identity.models import Physician

        session.get_one(Physician, "012345").state = "SUSPENDIDO"
    assert blocked(rosa) == ["state"]


def test_an_older_standing_that_arrives_late_changes_nothing(rosa: Owner) -> None:
    rosa.house.service.deliver(standing(good=False), sequence=1)
    assert file(rosa).status_code == 201


def test_one_application_at_a_time(rosa: Owner) -> None:
    number = file(rosa).get_json()["id"]
    again = file(rosa)
    assert (again.status_code, again.get_json()["type"]) == (409, "urn:cmp:problem:identity/sinadef-open-request")
    assert rosa.client.get("/v1/sinadef-requests").get_json()["open_request"] == number


def test_of_two_windows_that_send_at_once_one_files(rosa: Owner) -> None:
    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(lambda _: file(rosa).status_code, range(4))) == [201, 409, 409, 409]


def test_another_s_application_does_not_exist(rosa: Owner) -> None:
    number = file(rosa).get_json()["id"]
    julio = entitled(rosa.house, "023546")
    assert julio.client.get(f"/v1/sinadef-requests/{number}").status_code == 404
    assert julio.client.post(f"/v1/sinadef-requests/{number}/cancellation").status_code == 404
    assert julio.client.get("/v1/sinadef-requests").get_json()["items"] == []


def test_the_applicant_takes_it_back_once_and_may_file_another(rosa: Owner) -> None:
    number = file(rosa).get_json()["id"]
    assert rosa.client.post(f"/v1/sinadef-requests/{number}/cancellation").get_json()["state"] == "ANULADO"
    assert rosa.client.post(f"/v1/sinadef-requests/{number}/cancellation").status_code == 409
    assert [told.state for told in rosa.told(SinadefRequestChanged)] == ["EMITIDO", "ANULADO"]
    assert file(rosa).get_json()["number"] == "SIN-2026-000002"


def test_the_list_is_paged_newest_first(rosa: Owner) -> None:
    for _ in range(3):
        number = file(rosa).get_json()["id"]
        rosa.client.post(f"/v1/sinadef-requests/{number}/cancellation")
    page = rosa.client.get("/v1/sinadef-requests?limit=2").get_json()
    rest = rosa.client.get(f"/v1/sinadef-requests?limit=2&after={page['next']}").get_json()
    assert [row["id"] for row in page["items"] + rest["items"]] == [3, 2, 1]
    assert rest["next"] is None


ACTS: dict[str, Callable[[SinadefRequest, ServiceUnderTest], Any]] = {
    "EN_REVISION": lambda request, service: request.claim(staff(), service.clock.now()),
    "RECHAZADO": lambda request, service: request.reject(staff(), "porque sí", service.clock.now()),
    "ANULADO": lambda request, service: request.cancel(service.clock.now()),
}


@pytest.mark.parametrize("state", list(EDGES))
@pytest.mark.parametrize("target", list(ACTS))
def test_no_other_change_of_state_than_the_table_s_is_possible(rosa: Owner, state: str, target: str) -> None:
    number = file(rosa).get_json()["id"]
    with rosa.house.service.transaction() as session:
        request = session.get_one(SinadefRequest, number)
        request.state = state
        if target in EDGES[state]:
            assert ACTS[target](request, rosa.house.service).state == target
        else:
            with pytest.raises(IllegalSinadefState):
                ACTS[target](request, rosa.house.service)
            assert request.state == state


def test_every_state_has_its_label_and_its_edges() -> None:
    assert set(LABELS) == set(EDGES)
    assert {target for targets in EDGES.values() for target in targets} <= set(EDGES)
