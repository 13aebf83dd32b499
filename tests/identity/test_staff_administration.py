"""Administrators of staff: whom they see, what they change, what ends with it, and what stays written down."""

from typing import Any

import pytest
from sqlalchemy import select

from contracts.identity import (
    AccountMailDue,
    SecondFactorReset,
    StaffAccessChanged,
    StaffDisabled,
    StaffEnabled,
    StaffInvited,
)
from services.identity.models import AuditEntry
from tests.identity.conftest import House
from tests.identity.staffing import Member, engage, invite

WHY = "Cambió de área"
NEW = {"email": "Nuevo@cmp.example", "given_names": "Óscar", "surnames": "Medina Rivas", "roles": ["treasury"]}


@pytest.fixture
def chief(house: House) -> Member:
    """A national administrator."""
    return engage(house)


@pytest.fixture
def clerk(house: House) -> Member:
    """Somebody of council 03 who issues vouchers."""
    return engage(house, "caja@cmp.example", "vouchers", "03")


def newest_entry(house: House) -> AuditEntry:
    with house.service.db.reading() as session:
        return session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc())).first()


def change(by: Member, whom: Member, **body: Any) -> Any:
    return by.client().put(f"/v1/staff/{whom.id}/access", json={"reason": WHY} | body)


def test_an_invited_person_is_mailed_a_link_and_shown_as_invited(house: House, chief: Member) -> None:
    answer = chief.client().post("/v1/staff", json=NEW | {"council": "03"})
    assert answer.status_code == 201
    body = answer.get_json()
    assert (body["email"], body["state"], body["roles"], body["council"]) == (
        "nuevo@cmp.example",
        "invited",
        ["treasury"],
        "03",
    )
    assert house.service.events(StaffInvited)[-1].account_id == body["id"]
    assert house.service.events(AccountMailDue)[-1].purpose == "staff_invitation"
    entry = newest_entry(house)
    assert (entry.act, entry.actor_id, entry.actor_roles) == ("staff.invited", chief.id, "administrator")


@pytest.mark.parametrize(
    "wrong",
    [
        {"roles": []},
        {"roles": ["king"]},
        {"council": "99"},
        {"council": "3"},
        {"email": "rosa.quispe@example.pe"},
        {"email": "no"},
        {"given_names": " "},
        {"surnames": "Rivas\nBcc: x"},
        {"permissions": ["identity:staff"]},
    ],
    ids=str,
)
def test_an_invitation_that_makes_no_sense_is_refused(house: House, chief: Member, wrong: dict[str, Any]) -> None:
    answer = chief.client().post("/v1/staff", json=NEW | wrong)
    assert answer.status_code in ((201, 422) if "surnames" in wrong else (422,))
    assert "\n" not in str(answer.get_json().get("surnames", ""))


def test_a_pending_invitation_may_be_mailed_again_and_an_active_account_needs_none(
    house: House, chief: Member, clerk: Member
) -> None:
    pending = chief.client().post("/v1/staff", json=NEW).get_json()["id"]
    mails = len(house.service.events(AccountMailDue))
    assert chief.client().post(f"/v1/staff/{pending}/invitations").status_code == 200
    assert len(house.service.events(AccountMailDue)) == mails + 1
    assert chief.client().post(f"/v1/staff/{clerk.id}/invitations").status_code == 422


def test_other_roles_count_from_the_next_session_and_the_old_ones_end(
    house: House, chief: Member, clerk: Member
) -> None:
    answer = change(chief, clerk, roles=["treasury"], council="05")
    assert (answer.status_code, answer.get_json()["roles"], answer.get_json()["council"]) == (200, ["treasury"], "05")
    assert house.refresh(clerk.session["refresh_token"]).status == 401
    assert house.me(clerk.session["access_token"]).status == 401
    again = clerk.enter().body
    assert "payments:refund" in again["permissions"] and "einvoice:void" not in again["permissions"]
    assert again["account"]["council"] == "05"


def test_a_change_is_audited_and_told_without_the_person(house: House, chief: Member, clerk: Member) -> None:
    change(chief, clerk, roles=["treasury", "vouchers"], council="03")
    entry = newest_entry(house)
    assert (entry.act, entry.subject, entry.reason, entry.council) == (
        "staff.access_changed",
        f"account:{clerk.id}",
        WHY,
        "03",
    )
    assert entry.before == {"roles": ["vouchers"], "council": "03", "state": "active"}
    assert entry.after == {"roles": ["treasury", "vouchers"], "council": "03", "state": "active"}
    (event,) = house.service.events(StaffAccessChanged)
    assert (event.account_id, event.roles, event.council) == (clerk.id, ("treasury", "vouchers"), "03")
    assert "caja" not in str(event)


def test_what_changes_nothing_ends_no_session_and_is_not_told(house: House, chief: Member, clerk: Member) -> None:
    assert change(chief, clerk, roles=["vouchers"], council="03").status_code == 200
    assert house.service.events(StaffAccessChanged) == []
    assert house.me(clerk.session["access_token"]).status == 200


@pytest.mark.parametrize("reason", ["", "   ", "si"])
def test_every_change_needs_a_reason(chief: Member, clerk: Member, reason: str) -> None:
    assert change(chief, clerk, roles=["treasury"], council="03", reason=reason).status_code == 422
    assert chief.client().post(f"/v1/staff/{clerk.id}/disablement", json={"reason": reason}).status_code == 422


def test_nobody_changes_the_own_access(house: House, chief: Member) -> None:
    refused = change(chief, chief, roles=["administrator", "treasury"], council=None)
    assert (refused.status_code, refused.get_json()["type"]) == (403, "urn:cmp:problem:identity/own-access")
    for act in ("disablement", "enablement", "second-factor-reset"):
        assert chief.client().post(f"/v1/staff/{chief.id}/{act}", json={"reason": WHY}).status_code == 403


def test_a_closed_account_opens_nothing_until_it_is_opened_again(house: House, chief: Member, clerk: Member) -> None:
    answer = chief.client().post(f"/v1/staff/{clerk.id}/disablement", json={"reason": WHY})
    assert answer.get_json()["state"] == "disabled"
    assert clerk.password().status == 401
    assert house.refresh(clerk.session["refresh_token"]).status == 401
    assert chief.client().post(f"/v1/staff/{clerk.id}/enablement", json={"reason": WHY}).get_json()["state"] == "active"
    assert clerk.enter().status == 201
    assert len(house.service.events(StaffDisabled)) == len(house.service.events(StaffEnabled)) == 1


def test_closing_between_password_and_code_is_not_too_late(house: House, chief: Member, clerk: Member) -> None:
    challenge = clerk.password().body["challenge"]
    chief.client().post(f"/v1/staff/{clerk.id}/disablement", json={"reason": WHY})
    house.service.clock.advance(seconds=30)
    assert clerk.second(challenge, clerk.code()).status == 401


def test_a_lost_second_factor_is_reset_with_the_password_and_a_new_invitation(
    house: House, chief: Member, clerk: Member
) -> None:
    """Who knows the password alone cannot enrol a telephone of their own."""
    answer = chief.client().post(f"/v1/staff/{clerk.id}/second-factor-reset", json={"reason": "Perdió el teléfono"})
    assert answer.get_json()["state"] == "invited"
    house.service.clock.advance(seconds=30)
    assert clerk.password().status == 401
    assert house.refresh(clerk.session["refresh_token"]).status == 401
    assert house.service.published()[-2:] == [SecondFactorReset, AccountMailDue]
    assert newest_entry(house).act == "staff.second_factor_reset"


def test_an_administrator_of_a_council_sees_and_touches_its_staff_only(
    house: House, chief: Member, clerk: Member
) -> None:
    local = engage(house, "consejo5@cmp.example", "administrator", "05")
    assert [row["email"] for row in local.client().get("/v1/staff").get_json()["items"]] == ["consejo5@cmp.example"]
    for whom in (clerk, chief):
        assert local.client().get(f"/v1/staff/{whom.id}").status_code == 404
        assert change(local, whom, roles=["treasury"], council="05").status_code == 404
        for act in ("disablement", "enablement", "second-factor-reset"):
            assert local.client().post(f"/v1/staff/{whom.id}/{act}", json={"reason": WHY}).status_code == 404


@pytest.mark.parametrize("council", [None, "03"])
def test_an_administrator_of_a_council_gives_no_access_beyond_it(house: House, council: str | None) -> None:
    local = engage(house, "consejo5@cmp.example", "administrator", "05")
    colleague = engage(house, "colega5@cmp.example", "vouchers", "05")
    assert local.client().post("/v1/staff", json=NEW | {"council": council}).status_code == 422
    assert change(local, colleague, roles=["vouchers"], council=council).status_code == 422
    assert local.client().post("/v1/staff", json=NEW | {"council": "05"}).status_code == 201


@pytest.mark.parametrize("roles", ["treasury,vouchers,evaluator,reviser,registry"])
def test_only_the_administrator_role_administers(house: House, roles: str) -> None:
    other = engage(house, "otros@cmp.example", roles)
    client = other.client()
    assert {client.get(path).status_code for path in ("/v1/staff", "/v1/staff/roles", f"/v1/staff/{other.id}")} == {403}
    assert client.post("/v1/staff", json=NEW).status_code == 403
    assert change(other, other, roles=["administrator"], council=None).status_code == 403


def test_a_physicians_account_is_not_staff(house: House, chief: Member) -> None:
    rosa = house.log_in().body["account"]["id"]
    assert chief.client().get(f"/v1/staff/{rosa}").status_code == 404
    assert chief.client().post(f"/v1/staff/{rosa}/disablement", json={"reason": WHY}).status_code == 404


def test_staff_are_listed_by_surname_page_by_page_and_found_by_name(house: House, chief: Member) -> None:
    for surname in ("Zapata", "Álvarez", "Beltrán"):
        wish = NEW | {"surnames": surname, "email": f"{surname.lower().replace('á', 'a')}@cmp.example"}
        assert chief.client().post("/v1/staff", json=wish).status_code == 201
    seen, after = [], ""
    while after is not None:
        page = chief.client().get(f"/v1/staff?limit=2{after and f'&after={after}'}").get_json()
        seen += [row["surnames"] for row in page["items"]]
        after = page["next"]
    assert sorted(seen) == sorted(["Beltrán", "Salas Ferreyros", "Zapata", "Álvarez"])
    found = chief.client().get("/v1/staff?q=zap").get_json()["items"]
    assert [row["surnames"] for row in found] == ["Zapata"]


def test_roles_tell_what_they_permit(chief: Member) -> None:
    roles = {role["name"]: role["permissions"] for role in chief.client().get("/v1/staff/roles").get_json()["items"]}
    assert list(roles) == ["treasury", "vouchers", "evaluator", "reviser", "registry", "administrator"]
    assert roles["administrator"] == ["identity:audit", "identity:staff", "notifier:operate", "notifier:read"]
    assert "payments:refund" in roles["treasury"]


def test_the_command_refuses_what_makes_no_sense(house: House) -> None:
    wrong = house.run(
        "staff", "invite", "--email", "a@cmp.example", "--names", "A", "--surnames", "B", "--roles", "king"
    )
    assert wrong.exit_code == 1 and "funciones" in wrong.output
    invite(house, "ana.salas@cmp.example", "administrator")
    assert house.run("staff", "invitation-link", "ana.salas@cmp.example").exit_code == 0
    assert house.run("staff", "invitation-link", "rosa.quispe@example.pe").exit_code == 1


def test_an_invitation_from_the_command_line_is_audited_as_the_operators(house: House) -> None:
    invite(house, "ana.salas@cmp.example", "administrator", "03")
    entry = newest_entry(house)
    assert entry.actor_id.startswith("operator:") and entry.after["roles"] == ["administrator"]
