"""Staff come in by password or link *and* a code, by no other way; closed and never opened accounts get nothing."""

from collections.abc import Callable

import pytest
from sqlalchemy import select

from services.identity import mail_requests, one_time, sessions
from services.identity.accounts import LOGIN, find_account
from services.identity.clients.first_access import DESK_CODE, NEW_PASSWORD
from services.identity.errors import WrongCredentials
from services.identity.mail_requests import GRANT_ENTRY, RECOVER_PASSWORD, RECOVER_USER, STAFF_INVITATION
from services.identity.models import Account, AccountLink, FirstAccess, LoginSession
from services.identity.staff import accounts, second_factor
from services.identity.tokens import digest
from tests.identity.conftest import PASSWORD, Answer, House
from tests.identity.mailing import link, mails_due
from tests.identity.staffing import Member, engage, invite

EMAIL = "ana.salas@cmp.example"
NEW = "otra frase larga y serena"
TEXTS = {"personal-data": "2026-11-ejemplo"}
Way = Callable[[House], Answer]


def secret_for(house: House, purpose: str) -> str:
    """A link of any purpose for the member of staff, as if some page had let it be made."""
    with house.service.transaction() as session:
        account = find_account(session, EMAIL)
        assert account is not None
        moment = house.service.clock.now()
        return one_time.make_link_token(session, purpose, account.id, minutes=10, moment=moment, account_id=account.id)


def password(house: House) -> Answer:
    """Password."""
    return house.log_in(EMAIL)


def login_link(house: House) -> Answer:
    """One-time login link of the command line."""
    return house.post("/v1/sessions/one-time", token=secret_for(house, LOGIN))


def recover_user_link(house: House) -> Answer:
    """The link of ¿Recordar usuario?"""
    return house.post("/v1/sessions/one-time", token=secret_for(house, RECOVER_USER))


def any_other_link(purpose: str) -> Way:
    """A link that was made for something else."""

    def use(house: House) -> Answer:
        return house.post("/v1/sessions/one-time", token=secret_for(house, purpose))

    return use


def reset(house: House, purpose: str) -> Answer:
    """A new password by a mailed link; the answer is that of the login that follows."""
    client = house.service.client()
    answer = client.post("/v1/password-resets", json={"token": secret_for(house, purpose), "password": NEW})
    assert not (answer.get_json(silent=True) or {}).get("access_token")
    return house.log_in(EMAIL, NEW)


def password_recovery(house: House) -> Answer:
    """¿Recordar contraseña?"""
    return reset(house, RECOVER_PASSWORD)


def entry_request(house: House) -> Answer:
    """Solicitar ingreso."""
    return reset(house, GRANT_ENTRY)


def first_access(house: House) -> Answer:
    """A client's first access that has got hold of the account of staff."""
    with house.service.transaction() as session:
        account, moment = find_account(session, EMAIL), house.service.clock.now()
        assert account is not None
        began = {"document_type": "6", "document_number": "20999999019", "started_at": moment}
        access = FirstAccess(
            id=digest("a browser"), account_id=account.id, expires_at=moment.replace(year=2099), **began
        )
        session.add(access)
        token = one_time.make_link_token(
            session, NEW_PASSWORD, access.id, minutes=10, moment=moment, account_id=account.id
        )
    return house.post("/v1/first-access/password", token=token, password=NEW, consents=TEXTS)


def linked_account(house: House) -> Answer:
    """A physician whose account somebody tied to that of staff."""
    rosa = house.log_in().body
    with house.service.transaction() as session:
        account = find_account(session, EMAIL)
        assert account is not None
        moment = house.service.clock.now()
        session.add(AccountLink(account_id=rosa["account"]["id"], client=account, linked_at=moment))
    return house.post("/v1/sessions/linked", headers={"Authorization": f"Bearer {rosa['access_token']}"})


def challenge_as_refresh_token(house: House) -> Answer:
    """The challenge shown where a refresh token belongs."""
    return house.refresh(str(house.log_in(EMAIL).body.get("challenge", "none")))


FIRST_FACTORS = [password, login_link, recover_user_link, password_recovery, entry_request]
BLOCKED = [first_access, linked_account, challenge_as_refresh_token]
OTHER_LINKS = [any_other_link(purpose) for purpose in (RECOVER_PASSWORD, GRANT_ENTRY, STAFF_INVITATION, DESK_CODE)]


def tokens_handed_out(house: House) -> int:
    """Sessions of the member of staff that go on."""
    with house.service.transaction() as session:
        theirs = select(LoginSession).join(LoginSession.account).where(Account.email == EMAIL)
        return sum(each.ended_at is None for each in session.scalars(theirs.execution_options(populate_existing=True)))


@pytest.fixture
def member(house: House) -> Member:
    """A member of staff with password and second factor, logged out."""
    member = engage(house, EMAIL)
    assert house.log_out(member.session["access_token"]) == 204
    house.service.clock.advance(minutes=5)
    return member


@pytest.mark.parametrize("way", FIRST_FACTORS)
def test_every_first_factor_leads_to_the_question_for_the_code_and_gives_no_token(
    house: House, member: Member, way: Way
) -> None:
    """ASVS 6.3.3, 6.4.3: a recovered password or a mailed link does not stand in for the second factor."""
    asked = way(house)
    assert (asked.status, set(asked.body)) == (202, {"challenge", "next", "expires_in"})
    assert tokens_handed_out(house) == 0
    assert member.second(asked.body["challenge"], "000000").problem == "identity/wrong-code"
    assert tokens_handed_out(house) == 0
    assert member.second(asked.body["challenge"], member.code()).status == 201


@pytest.mark.parametrize("way", BLOCKED + OTHER_LINKS)
def test_no_other_door_opens_a_session_of_staff(house: House, member: Member, way: Way) -> None:
    refused = way(house)
    assert 400 <= refused.status < 500
    assert "access_token" not in refused.body
    assert tokens_handed_out(house) == 0


@pytest.mark.parametrize("way", FIRST_FACTORS + BLOCKED + OTHER_LINKS)
def test_a_closed_account_gets_nothing_by_any_way(house: House, member: Member, way: Way) -> None:
    with house.service.context(), house.service.transaction() as session:
        account = session.get_one(Account, member.id)
        accounts.disable(session, account, "Cese", house.service.clock.now())
    refused = way(house)
    assert 400 <= refused.status < 500
    assert not {"access_token", "challenge"} & set(refused.body)
    assert tokens_handed_out(house) == 0


@pytest.mark.parametrize("way", FIRST_FACTORS + BLOCKED)
def test_an_account_without_its_second_factor_gets_nothing_by_any_way(house: House, way: Way) -> None:
    """Invited, password set, telephone not enrolled: the invitation is the only way on."""
    token = invite(house, EMAIL, "administrator")
    assert house.post("/v1/staff-invitations/password", token=token, password=PASSWORD).status == 202
    house.service.clock.advance(minutes=1)
    refused = way(house)
    assert 400 <= refused.status < 500
    assert not {"access_token", "challenge"} & set(refused.body)
    assert tokens_handed_out(house) == 0


def test_a_recovered_password_ends_the_sessions_of_staff_and_leaves_the_second_factor(house: House) -> None:
    member = engage(house, EMAIL)
    house.post("/v1/password-recoveries", username=EMAIL)
    client = house.service.client()
    answer = client.post("/v1/password-resets", json={"token": link(house, RECOVER_PASSWORD), "password": NEW})
    assert (answer.status_code, answer.data) == (204, b"")
    assert house.me(member.session["access_token"]).status == 401
    with house.service.transaction() as session:
        assert second_factor.enrolled(session, member.id)


@pytest.mark.parametrize("page", ["password-recoveries", "user-recoveries"])
@pytest.mark.parametrize("state", ["invited", "half-way", "closed", "reset"])
def test_nothing_is_mailed_to_staff_whose_account_does_not_count(house: House, page: str, state: str) -> None:
    if state in ("closed", "reset"):
        member = engage(house, EMAIL)
        end = accounts.disable if state == "closed" else accounts.reset_second_factor
        with house.service.context(), house.service.transaction() as session:
            end(session, session.get_one(Account, member.id), "Cese", house.service.clock.now())
    else:
        token = invite(house, EMAIL, "administrator")
        if state == "half-way":
            house.post("/v1/staff-invitations/password", token=token, password=PASSWORD)
    before = len(mails_due(house))
    assert house.post(f"/v1/{page}", username=EMAIL).status == 202
    assert len(mails_due(house)) == before


def test_a_link_asked_for_before_the_account_was_closed_is_never_made(house: House) -> None:
    """The mail waited for its server; the account was closed meanwhile."""
    member = engage(house, EMAIL)
    house.post("/v1/password-recoveries", username=EMAIL)
    [due] = mails_due(house, RECOVER_PASSWORD)
    with house.service.context(), house.service.transaction() as session:
        accounts.disable(session, session.get_one(Account, member.id), "Cese", house.service.clock.now())
    with (
        house.service.context(),
        house.service.transaction() as session,
        pytest.raises(mail_requests.MailRequestGone),
    ):
        mail_requests.mint_secret(session, due.mail_request_id, house.service.clock.now())


def test_a_physician_who_logged_out_does_not_go_over_to_the_ruc_with_the_old_access_token(house: House) -> None:
    """The access token lives ten minutes longer; it must not be exchanged for a session of hours."""
    token = house.log_in().body["access_token"]
    house.log_out(token)
    answer = house.post("/v1/sessions/linked", headers={"Authorization": f"Bearer {token}"})
    assert (answer.status, answer.problem) == (401, "identity/session-ended")


def test_the_place_where_sessions_begin_refuses_staff_by_itself(house: House, member: Member) -> None:
    """So that a way in that is added later cannot forget it."""
    with (
        house.service.context(),
        house.service.transaction() as session,
        pytest.raises(WrongCredentials),
    ):
        sessions.begin(session, session.get_one(Account, member.id), remember=False)
