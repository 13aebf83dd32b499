"""A new e-mail counts when the link sent to it was used, not before; the old address is told (ACC-7, ASVS 7.5.1)."""

import json
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import text

from contracts.identity import AccountMailDue, AccountNoticeDue, ContactChanged
from services.identity.accounts import find_account
from services.identity.errors import MailRequestGone
from tests.identity.conftest import House
from tests.identity.owner import Owner, change_account, own

OLD, NEW = "rosa.quispe@example.pe", "rosa.nueva@example.pe"


@pytest.fixture
def rosa(house: House) -> Owner:
    """Rosa, signed in."""
    return own(house)


def addresses(rosa: Owner) -> tuple[str, str | None]:
    shown = rosa.profile()
    return shown["email"], shown["pending_email"] and shown["pending_email"]["email"]


def test_a_new_address_waits_and_the_old_one_counts_until_it_is_confirmed(rosa: Owner) -> None:
    before = len(rosa.told(ContactChanged))
    assert rosa.ask_for(NEW).status_code == 202
    assert addresses(rosa) == (OLD, NEW)
    assert len(rosa.told(ContactChanged)) == before
    assert rosa.house.log_in(NEW).status == 401


def test_a_confirmed_address_counts_at_once_and_everybody_is_told(rosa: Owner) -> None:
    rosa.ask_for(" Rosa.Nueva@Example.pe ".strip())
    answer = rosa.confirm(rosa.token())
    assert (answer.status_code, answer.get_json()) == (201, {"email": "r***@example.pe"})
    assert addresses(rosa) == (NEW, None)
    assert rosa.told(ContactChanged)[-1].email == NEW
    assert rosa.house.log_in(NEW).status == 201
    assert rosa.house.log_in(OLD).status == 401


def test_the_old_address_is_told_when_and_the_masked_new_one(rosa: Owner) -> None:
    rosa.ask_for(NEW)
    rosa.confirm(rosa.token())
    (notice,) = rosa.told(AccountNoticeDue)
    assert (notice.purpose, notice.email, notice.account_id) == ("email_changed", OLD, rosa.account_id)
    assert notice.facts.masked_email == "r***@example.pe"
    assert notice.facts.happened_at == rosa.house.service.clock.now()


def test_the_change_stands_in_the_history_with_before_and_after(rosa: Owner) -> None:
    rosa.ask_for(NEW)
    rosa.confirm(rosa.token())
    (entry,) = rosa.history()
    assert (entry["field"], entry["before"], entry["after"], entry["by_owner"]) == ("email", OLD, NEW, True)


def test_the_mail_goes_to_the_new_address_and_its_event_holds_no_secret(rosa: Owner) -> None:
    rosa.ask_for(NEW)
    token = rosa.token()
    (due,) = rosa.told(AccountMailDue)
    assert (due.purpose, due.email) == ("confirm_email", NEW)
    with rosa.house.service.transaction() as session:
        kept = [json.dumps([str(cell) for cell in row]) for row in session.execute(text("SELECT * FROM outbox"))]
    assert not any(token in row for row in kept)


def test_a_link_works_once(rosa: Owner) -> None:
    rosa.ask_for(NEW)
    token = rosa.token()
    rosa.confirm(token)
    again = rosa.confirm(token)
    assert (again.status_code, again.get_json()["type"]) == (401, "urn:cmp:problem:identity/link-not-valid")


def test_of_many_who_use_a_link_at_once_one_confirms(rosa: Owner) -> None:
    rosa.ask_for(NEW)
    token = rosa.token()
    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(lambda _: rosa.confirm(token).status_code, range(4))) == [201, 401, 401, 401]
    assert len(rosa.history()) == 1


@pytest.mark.parametrize(("seconds", "status"), [(3599, 201), (3600, 401)])
def test_a_link_is_good_for_an_hour(rosa: Owner, seconds: int, status: int) -> None:
    rosa.ask_for(NEW)
    token = rosa.token()
    rosa.house.service.clock.advance(seconds=seconds)
    assert rosa.confirm(token).status_code == status


def test_a_link_sent_again_replaces_the_one_before(rosa: Owner) -> None:
    rosa.ask_for(NEW)
    first = rosa.token()
    rosa.house.service.clock.advance(minutes=1)
    assert rosa.resend().status_code == 202
    second = rosa.token()
    assert rosa.confirm(first).status_code == 401
    assert rosa.confirm(second).status_code == 201


def test_another_new_address_replaces_the_pending_one_and_its_link(rosa: Owner) -> None:
    rosa.ask_for("equivocada@example.pe")
    wrong = rosa.token()
    rosa.house.service.clock.advance(minutes=1)
    rosa.ask_for(NEW)
    assert rosa.confirm(wrong).status_code == 401
    assert addresses(rosa) == (OLD, NEW)


def test_a_cancelled_change_leaves_the_address_and_kills_link_and_mail(rosa: Owner) -> None:
    rosa.ask_for(NEW)
    token = rosa.token()
    assert rosa.cancel().status_code == 204
    assert rosa.confirm(token).status_code == 401
    assert addresses(rosa) == (OLD, None)
    with pytest.raises(MailRequestGone):
        rosa.token()
    assert rosa.cancel().status_code == rosa.resend().status_code == 404


@pytest.mark.parametrize(("hours", "pending"), [(23.99, NEW), (24, None)])
def test_a_pending_address_is_forgotten_after_a_day(rosa: Owner, hours: float, pending: str | None) -> None:
    rosa.ask_for(NEW)
    rosa.house.service.clock.advance(hours=hours)
    assert addresses(own(rosa.house)) == (OLD, pending)


def test_an_address_of_somebody_else_gets_the_same_answer_and_no_link(rosa: Owner) -> None:
    free = rosa.ask_for(NEW)
    rosa.house.service.clock.advance(minutes=1)
    taken = rosa.ask_for("julio.rengifo@example.pe")
    assert (taken.status_code, taken.get_json().keys()) == (free.status_code, free.get_json().keys())
    assert addresses(rosa) == (OLD, "julio.rengifo@example.pe")
    assert len(rosa.told(AccountMailDue)) == 1
    (notice,) = rosa.told(AccountNoticeDue)
    assert (notice.purpose, notice.email, notice.account_id) == ("email_taken", "julio.rengifo@example.pe", None)
    rosa.house.service.clock.advance(minutes=1)
    assert rosa.resend().status_code == 202
    assert len(rosa.told(AccountNoticeDue)) == 2


def test_an_address_that_another_account_took_meanwhile_is_not_confirmed(rosa: Owner) -> None:
    rosa.ask_for(NEW)
    token = rosa.token()
    change_account(rosa.house, "023546", email=NEW)
    assert rosa.confirm(token).status_code == 401
    with rosa.house.service.transaction() as session:
        account = find_account(session, NEW)
        assert account is not None
        assert account.cmp_number == "023546"


def test_the_registered_address_is_no_new_one(rosa: Owner) -> None:
    answer = rosa.ask_for(OLD.upper())
    assert (answer.status_code, answer.get_json()["errors"][0]["pointer"]) == (422, "/email")


@pytest.mark.parametrize("typed", ["", "rosa", "rosa@", "a@b.pe, c@d.pe", "a@b.pe\r\nBcc: x@y.pe", "x" * 250 + "@b.pe"])
def test_what_is_no_address_is_refused(rosa: Owner, typed: str) -> None:
    assert rosa.ask_for(typed).status_code == 422
    assert rosa.told(AccountMailDue) == []


@pytest.mark.parametrize(("seconds", "status"), [(59, 429), (60, 202)])
def test_mails_leave_a_minute_apart(rosa: Owner, seconds: int, status: int) -> None:
    rosa.ask_for(NEW)
    rosa.house.service.clock.advance(seconds=seconds)
    answer = rosa.resend()
    assert answer.status_code == status
    if status == 429:
        assert answer.headers["Retry-After"] == "1"
        assert "en 1 minuto" in answer.get_json()["detail"]


def test_an_account_sends_six_such_mails_a_day_whoever_they_go_to(rosa: Owner) -> None:
    answers = []
    for number in range(7):
        rosa.house.service.clock.advance(minutes=1)
        answers.append(rosa.ask_for(f"rosa.{number}@example.pe").status_code)
    assert answers == [202] * 6 + [429]


def test_the_current_password_is_asked_for_asvs_7_5_1(rosa: Owner) -> None:
    for password in ("", "otra clave bien larga"):
        answer = rosa.ask_for(NEW, password)
        assert (answer.status_code, answer.get_json()["errors"][0]["pointer"]) == (422, "/password")
    assert addresses(rosa) == (OLD, None)


def test_guessing_the_password_there_is_throttled_like_a_login(rosa: Owner) -> None:
    statuses = [rosa.ask_for(NEW, f"adivinanza {number}").status_code for number in range(7)]
    assert statuses[0] == 422
    assert statuses[-1] == 429


@pytest.mark.parametrize(("seconds", "status"), [(599, 202), (600, 403)])
def test_without_a_password_the_login_must_be_fresh_asvs_7_5_1(house: House, seconds: int, status: int) -> None:
    julio = own(house, "023546")
    house.service.clock.advance(seconds=seconds)
    assert julio.ask_for(NEW, "").status_code == status


def test_a_client_asks_the_council_instead_voc_6(rosa: Owner) -> None:
    change_account(rosa.house, kind="client")
    assert rosa.profile()["email_editable"] is False
    answer = rosa.ask_for(NEW)
    assert (answer.status_code, answer.get_json()["type"]) == (403, "urn:cmp:problem:identity/email-by-council")
