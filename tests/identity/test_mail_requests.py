"""Mails with a secret: the event says that one is due, only the notifier fetches the secret, and nothing keeps it."""

import json
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import select, text

from chassis.outbox import publish
from contracts.identity import AccountMailDue
from services.identity import one_time
from services.identity.mail_requests import PURPOSES, RECOVER_PASSWORD, Purpose, ask_for_mail, use_code, use_link
from services.identity.models import MailRequest, OneTimeToken
from tests.identity.asking import asking
from tests.people import a_service, physician, staff

NOTIFIER = a_service("notifier", "identity:mint")


@pytest.fixture
def ask(house):
    """Note that a mail is due, as the slices do; the id of the request."""

    def note(purpose=RECOVER_PASSWORD, subject="subject-1", **more):
        with house.service.transaction() as session:
            event = ask_for_mail(
                session, purpose, email="rosa@example.pe", subject=subject, moment=house.service.clock.now(), **more
            )
            publish(session, event)
            return event.mail_request_id

    return note


@pytest.fixture
def mint(house):
    """Fetch the secret as the notifier does."""

    def fetch(request_id, who=NOTIFIER):
        client = asking(house.service, who) if who else house.service.client()
        return client.post(f"/v1/mail-requests/{request_id}/secret")

    return fetch


@pytest.fixture
def use(house):
    """Use a link up; what it was for."""

    def consume(token, purpose=RECOVER_PASSWORD):
        with house.service.transaction() as session:
            row = use_link(session, purpose, token, house.service.clock.now())
            return row.subject if row else None

    return consume


def token_of(answer):
    return answer.get_json()["url"].rpartition("/")[2]


def test_the_event_names_the_request_and_nothing_secret(house, ask):
    request_id = ask()

    [told] = house.service.events(AccountMailDue)
    assert told == AccountMailDue(
        mail_request_id=request_id, purpose="recover_password", account_id=None, email="rosa@example.pe"
    )


def test_the_notifier_gets_a_link_of_the_configured_portal_and_its_minutes(settle):
    """Neither the Host nor the forwarded host of a request may decide where a link leads."""
    house = settle(portal_url="https://digital.example.pe/", one_time_minutes=7)
    with house.service.transaction() as session:
        event = ask_for_mail(
            session, RECOVER_PASSWORD, email="r@example.pe", subject="s", moment=house.service.clock.now()
        )
    headers = {"Host": "evil.example", "X-Forwarded-Host": "evil.example"}
    answer = asking(house.service, NOTIFIER).post(f"/v1/mail-requests/{event.mail_request_id}/secret", headers=headers)

    assert answer.status_code == 201
    assert answer.get_json()["url"].startswith("https://digital.example.pe/contrasena/nueva/")
    assert answer.get_json()["minutes"] == 7


@pytest.mark.parametrize(
    ("who", "status"),
    [
        (None, 401),
        (physician(), 403),
        (a_service("notifier", "files:read"), 403),
        (staff("identity:mint"), 403),
    ],
    ids=["nobody", "a physician", "a service without the permission", "a person with it"],
)
def test_nobody_but_a_service_with_the_permission_gets_a_secret(ask, mint, who, status):
    assert mint(ask(), who).status_code == status


def test_the_notifiers_own_token_carries_the_permission(house):
    answer = house.post("/v1/service-tokens", service="notifier", secret=house.notifier_secret, audience="identity")

    assert answer.status == 201


def test_a_link_works_once(ask, mint, use):
    token = token_of(mint(ask()))

    assert (use(token), use(token)) == ("subject-1", None)


def test_looking_at_a_link_does_not_use_it_up(house, ask, mint, use):
    """Mail scanners open links: a GET shows a page, the POST consumes."""
    token = token_of(mint(ask()))
    with house.service.transaction() as session:
        seen = one_time.look_up(session, token, house.service.clock.now())

    assert seen is not None
    assert use(token) == "subject-1"


@pytest.mark.parametrize(("seconds", "works"), [(599, True), (600, False)])
def test_a_link_is_good_for_ten_minutes_from_when_the_mail_left(house, ask, mint, use, seconds, works):
    """ASVS 6.5.5; a mail that waited an hour in a queue still brings a link of ten minutes."""
    request_id = ask()
    house.service.clock.advance(hours=1)
    token = token_of(mint(request_id))
    house.service.clock.advance(seconds=seconds)

    assert (use(token) is not None) is works


def test_a_link_of_one_purpose_is_worth_nothing_for_another(ask, mint, use):
    token = token_of(mint(ask()))

    assert use(token, "recover_user") is None
    assert use(token) == "subject-1"


def test_another_try_of_the_same_mail_mints_anew_and_the_older_link_stops(ask, mint, use):
    request_id = ask()
    older, newer = mint(request_id), mint(request_id)

    assert [answer.get_json()["times"] for answer in (older, newer)] == [1, 2]
    assert use(token_of(older)) is None
    assert use(token_of(newer)) == "subject-1"


def test_a_newer_request_replaces_the_older_one_its_mail_and_its_link(ask, mint, use):
    """ASVS 6.5.1."""
    older = ask()
    token = token_of(mint(older))
    ask()

    assert use(token) is None
    assert mint(older).status_code == 410


def test_requests_of_others_and_of_other_purposes_go_on(ask, mint):
    first, second, third = ask(), ask(subject="subject-2"), ask("recover_user")

    assert [mint(request_id).status_code for request_id in (first, second, third)] == [201, 201, 201]


def test_a_used_link_ends_its_request(ask, mint, use):
    request_id = ask()
    use(token_of(mint(request_id)))

    answer = mint(request_id)

    assert (answer.status_code, answer.get_json()["type"]) == (410, "urn:cmp:problem:identity/mail-request-gone")


@pytest.mark.parametrize(("hours", "status"), [(23.9, 201), (24, 410)])
def test_a_mail_that_could_not_leave_for_a_day_is_no_longer_wanted(house, ask, mint, hours, status):
    request_id = ask()
    house.service.clock.advance(hours=hours)

    assert mint(request_id).status_code == status


def test_an_unknown_request_is_not_found(mint):
    assert mint("nothing").status_code == 404


def test_only_the_digest_of_a_secret_is_kept(house, ask, mint):
    """ASVS 6.5.2."""
    token = token_of(mint(ask()))

    with house.service.transaction() as session:
        names = [*house.service.service.metadata.tables, "outbox", "inbox"]
        rows = str([session.execute(text(f"SELECT * FROM {name}")).fetchall() for name in names])
        kept = session.scalars(select(OneTimeToken.digest)).one()
    assert token not in rows
    assert len(kept) == 64


def test_facts_of_a_letter_travel_with_the_secret_and_not_with_the_event(house, ask, mint):
    request_id = ask(facts={"given_names": "Rosa Elvira"})

    with house.service.transaction() as session:
        body = session.scalar(text("SELECT body FROM outbox WHERE topic LIKE '%account_mail_due%'"))
    assert mint(request_id).get_json()["facts"] == {"given_names": "Rosa Elvira"}
    assert json.loads(body).keys() == {"mail_request_id", "purpose", "account_id", "email"}


def test_a_purpose_that_is_not_in_the_table_is_a_mistake_of_ours(ask):
    with pytest.raises(KeyError):
        ask("nothing")


@pytest.fixture
def code(monkeypatch, ask, mint):
    """A code to type, mailed to subject-1."""
    monkeypatch.setitem(PURPOSES, "type_this", Purpose(form="code"))
    return mint(ask("type_this")).get_json()


@pytest.mark.parametrize("spoil", [str.lower, lambda code: f" {code[:5]}-{code[5:]} "], ids=["small", "spaced"])
def test_a_code_is_read_as_people_type_it(house, code, spoil):
    with house.service.transaction() as session:
        used = use_code(session, "type_this", "subject-1", spoil(code["code"]), house.service.clock.now())

    assert used is not None
    assert code["url"] is None


def test_a_code_counts_only_for_whom_it_was_sent(house, code):
    with house.service.transaction() as session:
        assert use_code(session, "type_this", "subject-2", code["code"], house.service.clock.now()) is None


def test_of_many_who_use_a_link_at_once_one_succeeds(ask, mint, use):
    token = token_of(mint(ask()))

    with ThreadPoolExecutor(6) as pool:
        assert sorted(map(str, pool.map(lambda _: use(token), range(6)))) == ["None"] * 5 + ["subject-1"]


def test_a_request_knows_when_its_secret_was_made(house, ask, mint):
    request_id = ask()
    mint(request_id)

    with house.service.transaction() as session:
        request = session.get_one(MailRequest, request_id)
        assert (request.minted_at, request.times_minted) == (house.service.clock.now(), 1)
