"""The second factor of staff: TOTP as RFC 6238 has it, and nothing at all before it (ASVS 6.3.3)."""

import base64
from datetime import UTC, datetime

import pytest
from sqlalchemy import select

from contracts.identity import StaffActivated, StaffInvited
from services.identity.models import OneTimeToken, RecoveryCode, SecondFactor
from services.identity.staff import second_factor
from tests.identity.conftest import PASSWORD, House
from tests.identity.staffing import engage, invite

RFC_SECRET = base64.b32encode(b"12345678901234567890").decode()


@pytest.mark.parametrize(
    ("seconds", "code"), [(59, "287082"), (1111111109, "081804"), (1234567890, "005924"), (20000000000, "353130")]
)
def test_codes_are_those_of_rfc_6238(seconds: int, code: str) -> None:
    """Appendix B, SHA-1, the last six of its eight digits."""
    assert second_factor.code_at(RFC_SECRET, datetime.fromtimestamp(seconds, UTC)) == code


def test_a_staff_member_comes_in_with_password_and_code(house: House) -> None:
    member = engage(house)
    asked = member.password()
    assert (asked.status, asked.body["next"], asked.body["expires_in"]) == (202, "second_factor", 600)
    entered = member.enter()
    assert entered.status == 201
    assert {"identity:staff", "identity:audit"} <= set(entered.body["permissions"])
    assert (entered.body["account"]["kind"], entered.body["recovery_codes"]) == ("staff", [])
    assert entered.body["recovery_codes_left"] == 10


def test_the_password_alone_gives_no_token_at_all(house: House) -> None:
    asked = engage(house).password()
    assert set(asked.body) == {"challenge", "next", "expires_in"}
    assert house.me(asked.body["challenge"]).status == 401
    assert house.refresh(asked.body["challenge"]).status == 401
    assert house.post("/v1/sessions/one-time", token=asked.body["challenge"]).status == 401


def test_a_one_time_link_does_not_lead_around_the_second_factor(house: House) -> None:
    member = engage(house)
    asked = house.post("/v1/sessions/one-time", token=house.link(member.email))
    assert (asked.status, asked.body["next"]) == (202, "second_factor")


@pytest.mark.parametrize(("steps", "status"), [(-2, 401), (-1, 201), (0, 201), (1, 201), (2, 401)])
def test_a_code_counts_for_its_step_and_one_either_side(house: House, steps: int, status: int) -> None:
    member = engage(house)
    house.service.clock.advance(minutes=5)
    answer = member.second(member.password().body["challenge"], member.code(steps))
    assert answer.status == status


def test_a_code_works_once(house: House) -> None:
    member = engage(house)
    house.service.clock.advance(minutes=5)
    code = member.code()
    assert member.second(member.password().body["challenge"], code).status == 201
    again = member.second(member.password().body["challenge"], code)
    assert (again.status, again.problem) == (401, "identity/wrong-code")


def test_after_a_code_of_the_next_step_the_present_one_is_refused(house: House) -> None:
    """The last step used is kept, so an older code that somebody saw is worth nothing."""
    member = engage(house)
    house.service.clock.advance(minutes=5)
    assert member.second(member.password().body["challenge"], member.code(+1)).status == 201
    assert member.second(member.password().body["challenge"], member.code()).status == 401
    house.service.clock.advance(seconds=60)
    assert member.second(member.password().body["challenge"], member.code()).status == 201


def test_the_code_that_confirmed_the_enrolment_does_not_log_in_again(house: House) -> None:
    member = engage(house)
    assert member.second(member.password().body["challenge"], member.code()).status == 401


def test_a_challenge_works_once_and_a_newer_one_replaces_it(house: House) -> None:
    member = engage(house)
    house.service.clock.advance(minutes=5)
    first, second = (member.password().body["challenge"] for _ in range(2))
    replaced = member.second(first, member.code())
    assert (replaced.status, replaced.problem) == (401, "identity/challenge-over")
    assert member.second(second, member.code()).status == 201
    house.service.clock.advance(seconds=30)
    assert member.second(second, member.code()).problem == "identity/challenge-over"


def test_a_challenge_is_over_after_ten_minutes(house: House) -> None:
    member = engage(house)
    challenge = member.password().body["challenge"]
    house.service.clock.advance(minutes=10)
    assert member.second(challenge, member.code()).problem == "identity/challenge-over"


def test_a_wrong_code_may_be_corrected_with_the_same_challenge(house: House) -> None:
    member = engage(house)
    house.service.clock.advance(minutes=5)
    challenge = member.password().body["challenge"]
    assert member.second(challenge, "000000").status == 401
    assert member.second(challenge, f" {member.code()[:3]} {member.code()[3:]} ").status == 201


def test_codes_are_throttled_however_many_challenges_are_asked_for(house: House) -> None:
    member = engage(house)
    house.service.clock.advance(minutes=5)
    statuses = [member.second(member.password().body["challenge"], "000000").status for _ in range(6)]
    assert statuses == [401] * 5 + [429]
    locked = member.second(member.password().body["challenge"], member.code())
    assert (locked.status, locked.headers["Retry-After"]) == (429, "60")
    elsewhere = member.second(member.password().body["challenge"], member.code(), "198.51.100.9")
    assert elsewhere.status == 201


def test_a_recovery_code_stands_in_once(house: House) -> None:
    member = engage(house)
    codes = member.session["recovery_codes"]
    assert len(set(codes)) == 10
    lost = member.second(member.password().body["challenge"], codes[0].lower())
    assert (lost.status, lost.body["recovery_codes_left"]) == (201, 9)
    assert member.second(member.password().body["challenge"], codes[0]).status == 401
    assert member.second(member.password().body["challenge"], codes[1].replace("-", " ")).status == 201


def test_a_recovery_code_of_somebody_else_is_worth_nothing(house: House) -> None:
    member, other = engage(house), engage(house, "otra@cmp.example")
    assert member.second(member.password().body["challenge"], other.session["recovery_codes"][0]).status == 401


def test_only_digests_of_recovery_codes_are_kept_and_the_secret_is_sealed(house: House) -> None:
    member = engage(house)
    with house.service.db.reading() as session:
        digests = list(session.scalars(select(RecoveryCode.digest)))
        sealed = session.scalars(select(SecondFactor.sealed_secret)).one()
    assert not {code.replace("-", "") for code in member.session["recovery_codes"]} & set(digests)
    assert all(len(digest) == 64 for digest in digests)
    assert member.secret not in sealed


def test_an_account_that_has_no_second_factor_yet_does_not_count(house: House) -> None:
    """Neither before the password, nor with a password but no code."""
    token = invite(house, "ana.salas@cmp.example", "administrator")
    assert house.log_in("ana.salas@cmp.example").status == 401
    house.post("/v1/staff-invitations/password", token=token, password=PASSWORD)
    half = house.log_in("ana.salas@cmp.example")
    assert (half.status, half.problem) == (401, "identity/wrong-credentials")


def test_the_invitation_stays_good_until_the_first_code_and_not_after(house: House) -> None:
    token = invite(house, "ana.salas@cmp.example", "administrator")
    first = house.post("/v1/staff-invitations/password", token=token, password=PASSWORD).body["challenge"]
    second = house.post("/v1/staff-invitations/password", token=token, password=PASSWORD).body["challenge"]
    assert house.post("/v1/sessions/second-factor/enrolment", challenge=first).status == 401
    secret = house.post("/v1/sessions/second-factor/enrolment", challenge=second).body["secret"]
    code = second_factor.code_at(secret, house.service.clock.now())
    assert house.post("/v1/sessions/second-factor", challenge=second, code=code).status == 201
    spent = house.post("/v1/staff-invitations/password", token=token, password=PASSWORD)
    assert (spent.status, spent.problem) == (401, "identity/link-not-valid")
    assert house.post("/v1/sessions/second-factor/enrolment", challenge=second).status == 401


def test_an_invitation_ends_after_a_day(house: House) -> None:
    token = invite(house, "ana.salas@cmp.example", "administrator")
    house.service.clock.advance(hours=24)
    assert house.post("/v1/staff-invitations/password", token=token, password=PASSWORD).status == 401


def test_the_enrolment_shows_secret_and_otpauth_address(house: House) -> None:
    token = invite(house, "ana.salas@cmp.example", "administrator")
    challenge = house.post("/v1/staff-invitations/password", token=token, password=PASSWORD).body["challenge"]
    shown = house.post("/v1/sessions/second-factor/enrolment", challenge=challenge).body
    assert shown["uri"].startswith("otpauth://totp/CMP%20Digital:ana.salas%40cmp.example?secret=" + shown["secret"])


def test_a_short_first_password_is_refused(house: House) -> None:
    token = invite(house, "ana.salas@cmp.example", "administrator")
    assert house.post("/v1/staff-invitations/password", token=token, password="once-letras").status == 422


def test_nothing_secret_of_the_second_factor_is_published_or_audited(house: House) -> None:
    member = engage(house)
    told = house.service.events(StaffInvited) + house.service.events(StaffActivated)
    assert [type(event) for event in told] == [StaffInvited, StaffActivated]
    facts = "".join(str(event) for event in house.service.events())
    assert member.secret not in facts
    assert "Ana" not in "".join(str(event) for event in told)
    with house.service.db.reading() as session:
        assert member.secret not in "".join(session.scalars(select(OneTimeToken.digest)))
