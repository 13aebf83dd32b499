"""The desk of registrations: staff of the council decide what the register alone could not; all of it is audited."""

import pytest
from sqlalchemy import select

from contracts.identity import RegistrationAccepted, RegistrationRejected
from services.identity.consents import PERSONAL_DATA, text_in_force
from services.identity.models import AuditEntry, Physician
from tests.identity.asking import asking
from tests.identity.conftest import PASSWORD
from tests.identity.mailing import link, notices
from tests.identity.test_registrations import ANA
from tests.people import physician, staff

LIMA, AREQUIPA = staff("identity:match", council="03"), staff("identity:match", council="05")
NATIONAL = staff("identity:match")


@pytest.fixture
def held(house):
    """A registration in review, confirmed, with these data; its id."""
    with house.service.transaction() as session:
        session.add(Physician.enter(ANA, house.service.clock.now())[0])
        version = text_in_force(session, PERSONAL_DATA, house.service.clock.now()).version

    def make(email="ana@example.pe", **changes):
        form = {
            "cmp_number": "045678", "document_number": "40000045", "given_names": "Ana", "paternal_surname": "Ñahui",
            "maternal_surname": "O'Connor", "email": email, "consent_version": version,
        }  # fmt: skip
        house.post("/v1/registrations", f"198.51.100.{len(email)}", **(form | changes))
        token = link(house, "confirm_registration")
        assert house.post("/v1/registration-confirmations", token=token, password=PASSWORD).body["state"] == "in_review"
        [newest] = asking(house.service, NATIONAL).get("/v1/registrations?limit=200").get_json()["items"][-1:]
        return newest["id"]

    return make


def ids(house, who, query=""):
    return [item["id"] for item in asking(house.service, who).get(f"/v1/registrations{query}").get_json()["items"]]


def decide(house, who, registration_id, decision, **body):
    return asking(house.service, who).post(f"/v1/registrations/{registration_id}/{decision}", json=body)


def test_the_queue_shows_the_own_council_and_the_national_council_all(house, held):
    ours = held()
    house.service.clock.advance(minutes=1)
    nobodys = held("eva@example.pe", cmp_number="099999")

    assert ids(house, LIMA) == [ours]
    assert ids(house, AREQUIPA) == []
    assert ids(house, NATIONAL) == [ours, nobodys]


def test_the_queue_is_read_in_pages(house, held):
    first = held()
    house.service.clock.advance(minutes=1)
    second = held("eva@example.pe", cmp_number="099999")
    page = asking(house.service, NATIONAL).get("/v1/registrations?limit=1").get_json()

    assert [item["id"] for item in page["items"]] == [first]
    assert ids(house, NATIONAL, f"?limit=1&after={page['next']}") == [second]


def test_a_case_shows_the_register_beside_what_was_typed(house, held):
    case = asking(house.service, LIMA).get(f"/v1/registrations/{held()}").get_json()

    assert (case["registration"]["given_names"], case["physician"]["given_names"]) == ("Ana", "Ana María")
    assert case["reasons"] == ["names_differ"]


def test_another_councils_registration_does_not_exist(house, held):
    registration_id = held()

    for answer in (
        asking(house.service, AREQUIPA).get(f"/v1/registrations/{registration_id}"),
        decide(house, AREQUIPA, registration_id, "acceptance", reason="x"),
        decide(house, AREQUIPA, registration_id, "rejection", reasons=["names_differ"]),
    ):
        assert answer.status_code == 404


@pytest.mark.parametrize(
    "who", [None, physician(), staff("identity:registry")], ids=["nobody", "a physician", "others"]
)
def test_only_who_may_match_sees_the_queue(house, who):
    client = asking(house.service, who) if who else house.service.client()

    assert client.get("/v1/registrations").status_code == (403 if who else 401)


def test_staff_accept_and_the_person_logs_in_with_the_password_chosen_before(house, held):
    answer = decide(house, LIMA, held(), "acceptance", reason="Mostró su documento.")

    assert answer.get_json()["registration"]["state"] == "accepted"
    assert house.log_in("045678").status == 201
    assert house.service.events(RegistrationAccepted)[0].automatic is False
    assert [notice.purpose for notice in notices(house)] == ["registration_held", "registration_accepted"]


def test_staff_reject_with_structured_reasons_that_are_mailed(house, held):
    """MAIL-1."""
    decide(house, LIMA, held(), "rejection", reasons=["identity_not_proven"], note="Venga con su DNI.")

    assert house.log_in("045678").status == 401
    assert house.service.events(RegistrationRejected)[0].reasons == ("identity_not_proven",)
    told = notices(house)[-1]
    assert (told.purpose, told.facts.reasons, told.facts.note) == (
        "registration_rejected",
        ("identity_not_proven",),
        "Venga con su DNI.",
    )


@pytest.mark.parametrize("body", [{}, {"reasons": []}, {"reasons": ["because"]}])
def test_a_rejection_needs_reasons_of_the_list(house, held, body):
    assert decide(house, LIMA, held(), "rejection", **body).status_code == 422


def test_a_wrong_cmp_number_is_put_right_by_staff_and_audited(house, held):
    """ACC-6: the user cannot, staff can."""
    registration_id = held(cmp_number="099999")
    decide(house, NATIONAL, registration_id, "acceptance", reason="Escribió mal su CMP.", cmp_number="045678")

    assert house.log_in("045678").status == 201
    with house.service.transaction() as session:
        entry = session.scalars(select(AuditEntry).where(AuditEntry.act == "registration.accepted")).one()
    assert (entry.before["cmp_number"], entry.after["cmp_number"]) == ("099999", "045678")
    assert (entry.actor_id, entry.reason) == ("staff-1", "Escribió mal su CMP.")


def test_who_is_not_in_the_register_cannot_be_accepted(house, held):
    answer = decide(house, NATIONAL, held(cmp_number="099999"), "acceptance", reason="Lo conozco.")

    assert (answer.status_code, "no está en el registro" in answer.get_json()["detail"]) == (409, True)


def test_nobody_is_given_an_account_that_has_an_owner(house, held):
    """A clerk's mistake must not hand Rosa's account to somebody else."""
    registration_id = held(cmp_number="012345")
    answer = decide(house, NATIONAL, registration_id, "acceptance", reason="Es ella.")

    assert (answer.status_code, "Ya hay una cuenta" in answer.get_json()["detail"]) == (409, True)


def test_a_council_does_not_accept_for_another(house, held):
    """Correcting the CMP number must not reach a physician of another council."""
    with house.service.transaction() as session:
        session.get_one(Physician, "034567")
    registration_id = held()
    answer = decide(house, LIMA, registration_id, "acceptance", reason="x", cmp_number="034567")

    assert answer.status_code == 409


def test_a_decision_is_made_once(house, held):
    registration_id = held()
    decide(house, LIMA, registration_id, "acceptance", reason="Mostró su documento.")

    assert decide(house, LIMA, registration_id, "rejection", reasons=["names_differ"]).status_code == 409
    assert decide(house, LIMA, registration_id, "acceptance", reason="x").status_code == 409


def test_a_refused_decision_leaves_nothing_behind(house, held):
    registration_id = held(cmp_number="099999")
    decide(house, NATIONAL, registration_id, "acceptance", reason="x", cmp_number="012345")
    case = asking(house.service, NATIONAL).get(f"/v1/registrations/{registration_id}").get_json()

    assert (case["registration"]["cmp_number"], case["registration"]["state"]) == ("099999", "in_review")


def test_every_decision_is_audited_with_before_and_after(house, held):
    decide(house, LIMA, held(), "rejection", reasons=["names_differ"], note="Falta un nombre.")

    with house.service.transaction() as session:
        entry = session.scalars(select(AuditEntry).where(AuditEntry.act == "registration.rejected")).one()
    assert (entry.before["state"], entry.after["state"], entry.council) == ("in_review", "rejected", "03")
