"""Registration (ACC-3, ACC-4): address confirmed, data matched, and no service before both are done."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime

import pytest
from sqlalchemy import func, select, update

from chassis.outbox import publish
from contracts.identity import (
    AccountOpened,
    ConsentGiven,
    ContactChanged,
    RegistrationAccepted,
    RegistrationExpired,
    RegistrationHeld,
    RegistrationReceived,
)
from services.identity.consents import PERSONAL_DATA, text_in_force
from services.identity.errors import RegistrationDecided
from services.identity.jobs import expire_registrations, forget_the_past
from services.identity.models import Account, Physician, Registration
from services.identity.models.registrations import EDGES, RegistrationState
from services.identity.models.registry import RegistryEntry
from services.identity.registrations import plain
from tests.identity.conftest import PASSWORD
from tests.identity.mailing import letter, link, mails_due, notices

ANA = RegistryEntry(
    cmp_number="045678",
    document_type="1",
    document_number="40000045",
    given_names="Ana María",
    paternal_surname="Ñahui",
    maternal_surname="O'Connor",
    council="03",
    registered_on=date(2015, 5, 4),
    state="ACTIVO",
)


@pytest.fixture
def form(house):
    """What Ana types, who is in the register and has no account."""
    with house.service.transaction() as session:
        physician, entered = Physician.enter(ANA, house.service.clock.now())
        session.add(physician)
        publish(session, entered)
        version = text_in_force(session, PERSONAL_DATA, house.service.clock.now()).version
    return {
        "cmp_number": "045678",
        "document_number": "40000045",
        "given_names": "Ana María",
        "paternal_surname": "Ñahui",
        "maternal_surname": "O'Connor",
        "email": "ana@example.pe",
        "consent_version": version,
    }


@pytest.fixture
def register(house, form):
    """Send the form with changes."""

    def send(address="203.0.113.7", **changes):
        return house.post("/v1/registrations", address, **(form | changes))

    return send


@pytest.fixture
def confirm(house):
    """Use the newest mailed link with a password."""

    def post(token=None, password=PASSWORD):
        token = token or link(house, "confirm_registration")
        return house.post("/v1/registration-confirmations", token=token, password=password)

    return post


def status(house, code):
    return house.service.client().get(f"/v1/registration-status/{code}")


def the_registration(house):
    with house.service.transaction() as session:
        return session.scalars(select(Registration).order_by(Registration.created_at.desc())).first()


def test_the_whole_way_from_the_form_to_the_first_login(house, register, confirm):
    """ACC-3: short form, confirmed address, matched data, services open."""
    received = register()
    confirmed = confirm()

    assert (received.status, received.body["state"]) == (201, "unconfirmed")
    assert (confirmed.status, confirmed.body["state"]) == (201, "accepted")
    session = house.log_in("045678")
    assert (session.status, session.body["account"]["name"]) == (201, "Ana María Ñahui O'Connor")
    assert "payments:pay" in session.body["permissions"]


def test_no_account_exists_before_the_address_is_confirmed(house, register):
    """ACC-3 (a)."""
    register()

    assert house.log_in("045678").status == 401
    with house.service.transaction() as session:
        assert session.scalar(select(Account).where(Account.cmp_number == "045678")) is None


def test_no_account_exists_before_the_data_are_matched(house, register, confirm):
    """ACC-3 (b)."""
    register(document_number="40000099")

    assert confirm().body["state"] == "in_review"
    assert house.log_in("045678").status == 401
    assert house.log_in("ana@example.pe").status == 401


def test_every_change_of_state_is_told(house, register, confirm):
    before = len(house.service.published())
    register()
    confirm()

    told = house.service.published()[before:]
    assert told[0] is RegistrationReceived
    assert {RegistrationAccepted, AccountOpened, ContactChanged, ConsentGiven} <= set(told)


def test_the_outcome_is_mailed(house, register, confirm):
    """MAIL-1."""
    register()
    confirm()

    [notice] = notices(house)
    assert (notice.purpose, notice.email) == ("registration_accepted", "ana@example.pe")


def test_the_consent_is_kept_with_the_version_time_and_address_of_the_form(house, register, confirm, form):
    """Law 29733: it was given with the form, not when the account opened."""
    given_at = house.service.clock.now()
    register(address="198.51.100.77")
    house.service.clock.advance(hours=2)
    confirm()

    [consent] = house.service.events(ConsentGiven)
    assert (consent.version, consent.given_at) == (form["consent_version"], given_at)
    assert the_registration(house).consent_address == "198.51.100.77"


def test_another_text_than_todays_is_no_consent(house, register):
    assert register(consent_version="1999-01").status == 422


@pytest.mark.parametrize(
    ("changes", "reasons"),
    [
        ({"document_number": "40000099"}, ["document_differs"]),
        ({"document_type": "4", "document_number": "CE0000045"}, ["document_differs"]),
        ({"paternal_surname": "Nahui"}, ["names_differ"]),
        ({"given_names": "Ana"}, ["names_differ"]),
        ({"cmp_number": "099999"}, ["not_in_registry"]),
        ({"document_number": "40000099", "given_names": "Eva"}, ["document_differs", "names_differ"]),
    ],
    ids=["document", "kind of document", "ñ is not n", "a name missing", "unknown CMP", "two reasons"],
)
def test_data_that_differ_go_to_staff_with_structured_reasons(house, register, confirm, changes, reasons):
    register(**changes)
    confirm()

    [held] = house.service.events(RegistrationHeld)
    assert list(held.reasons) == reasons


def test_who_is_not_active_goes_to_staff(house, register, confirm):
    with house.service.transaction() as session:
        session.execute(update(Physician).where(Physician.cmp_number == "045678").values(state="SUSPENDIDO"))
    register()
    confirm()

    assert house.service.events(RegistrationHeld)[0].reasons == ("not_active",)


def test_who_has_an_account_already_goes_to_staff_and_the_form_does_not_tell(house, register, confirm):
    """The same neutral answer for existing and unknown."""
    theirs = register(
        cmp_number="012345", document_number="40000001", given_names="Rosa Elvira", paternal_surname="Quispe",
        maternal_surname="Ñaupari", email="somebody@example.pe",
    )  # fmt: skip
    others = register(address="198.51.100.9")
    token = link(house, "confirm_registration")

    assert theirs.status == others.status == 201
    assert theirs.body.keys() == others.body.keys()
    assert theirs.body["state"] == others.body["state"]
    confirm(token)
    with house.service.transaction() as session:
        first = session.scalar(select(Registration).where(Registration.cmp_number == "012345"))
    assert first.state == "unconfirmed"


def test_a_registration_for_an_account_that_exists_is_held_for_that_reason(house, register, confirm):
    register(
        cmp_number="012345", document_number="40000001", given_names="Rosa Elvira", paternal_surname="Quispe",
        maternal_surname="Ñaupari", email="somebody@example.pe",
    )  # fmt: skip

    assert confirm().body["state"] == "in_review"
    assert house.service.events(RegistrationHeld)[0].reasons == ("account_exists",)


def test_the_owner_of_an_address_that_has_an_account_is_told_so_by_mail_only(house, register):
    answer = register(email="Rosa.Quispe@example.pe")

    assert (answer.status, answer.body["state"]) == (201, "unconfirmed")
    assert mails_due(house, "confirm_registration") == []
    assert [(n.purpose, n.email) for n in notices(house)] == [("already_registered", "rosa.quispe@example.pe")]


@pytest.mark.parametrize(
    ("typed", "registered"),
    [
        ("ANA  MARIA ÑAHUI OCONNOR", "Ana María Ñahui Oconnor"),
        ("ana maría ñahui o connor", "Ana María Ñahui O'Connor"),
        ("Ana María Ñahui O’Connor", "Ana María Ñahui O'Connor"),
        ("Jean-Paul Sáenz", "JEAN PAUL SAENZ"),
        ("N\u0303ahui", "Ñahui"),
    ],
)
def test_accents_capitals_hyphens_and_apostrophes_do_not_make_another_name(typed, registered):
    assert plain(typed) == plain(registered)


def test_the_password_is_chosen_behind_the_mailed_link_and_not_before(house, register, confirm):
    """Who only knows a physician's data cannot prepare an account whose password they know."""
    assert register(password=PASSWORD).status == 422


def test_the_password_of_a_registration_is_judged_and_the_link_survives_a_refusal(house, register, confirm):
    register()
    token = link(house, "confirm_registration")

    assert confirm(token, "nahui40000045").body["reason"] == "personal"
    assert confirm(token).status == 201


def test_the_link_works_once(house, register, confirm):
    register()
    token = link(house, "confirm_registration")
    confirm(token)

    assert (confirm(token).status, confirm(token).problem) == (401, "identity/link-not-valid")


@pytest.mark.parametrize(("minutes", "expected"), [(1439, 201), (1440, 401)])
def test_the_link_that_confirms_an_address_lives_a_day(house, register, confirm, minutes, expected):
    register()
    token = link(house, "confirm_registration")
    house.service.clock.advance(minutes=minutes)

    assert confirm(token).status == expected


def test_the_mail_is_sent_again_and_the_older_link_stops(house, register, confirm):
    code = register().body["code"]
    older = link(house, "confirm_registration")
    again = house.post(f"/v1/registration-status/{code}/mails")

    assert again.status == 202
    assert confirm(older).status == 401
    assert confirm().status == 201


def test_the_address_is_changed_before_it_is_confirmed(house, register, confirm):
    code = register(email="ana@exmaple.pe").body["code"]
    house.post(f"/v1/registration-status/{code}/mails", email="ana@example.pe")
    confirm()

    assert {due.email for due in mails_due(house)} == {"ana@example.pe"}
    assert house.log_in("ana@example.pe").status == 201


def test_a_confirmed_address_is_not_changed_any_more(house, register, confirm):
    code = register().body["code"]
    confirm()

    assert house.post(f"/v1/registration-status/{code}/mails", email="other@example.pe").status == 409


def test_mails_are_not_sent_again_without_end(house, register):
    code = register().body["code"]
    answers = [house.post(f"/v1/registration-status/{code}/mails").status for _ in range(4)]

    assert answers == [202, 202, 202, 429]


def test_the_status_is_reachable_before_login_and_tells_neither_reasons_nor_the_address(house, register, confirm):
    code = register(document_number="40000099").body["code"]
    confirm()
    page = status(house, f"{code[:4]}-{code[4:8].lower()}-{code[8:]}").get_json()

    assert (page["state"], page["masked_email"]) == ("in_review", "a***@example.pe")
    assert "reasons" not in page and "email" not in page


def test_an_unknown_code_is_not_found(house):
    assert status(house, "ABCDEFGH2345").status_code == 404


def test_the_code_is_in_the_letter_but_in_no_event(house, register):
    code = register().body["code"]

    assert letter(house, "confirm_registration")["facts"]["code_of_registration"] == code
    assert code not in str(house.service.events())


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("cmp_number", "0456789"),
        ("cmp_number", "04567a"),
        ("document_number", "4000004"),
        ("email", "ana@example"),
        ("email", "ana@example.pe, eva@example.pe"),
        ("given_names", "Ana 3"),
        ("given_names", ""),
        ("consent_version", ""),
    ],
)
def test_what_cannot_be_right_is_said_at_its_field(register, field, value):
    answer = register(**{field: value})

    assert answer.status == 422
    assert {error["pointer"] for error in answer.body["errors"]} == {f"/{field}"}


def test_zeros_of_a_cmp_number_are_put_back(house, register, confirm):
    register(cmp_number="45678")

    assert confirm().body["state"] == "accepted"


def test_of_two_registrations_for_one_physician_one_opens_the_account(house, register, confirm):
    """The second is held, even when both are confirmed at the same moment."""
    tokens = []
    for number, email in enumerate(("ana@example.pe", "otra@example.pe"), start=1):
        register(address=f"198.51.100.{number}", email=email)
        tokens.append(link(house, "confirm_registration"))

    with ThreadPoolExecutor(2) as pool:
        states = list(pool.map(lambda token: confirm(token).body["state"], tokens))
    assert sorted(states) == ["accepted", "in_review"]


@pytest.mark.parametrize(("days", "state"), [(7, "unconfirmed"), (7.01, "expired")])
def test_what_nobody_confirms_expires(house, register, days, state):
    register()
    house.service.clock.advance(days=days)
    house.service.run(expire_registrations)

    assert the_registration(house).state == state
    assert len(house.service.events(RegistrationExpired)) == (state == "expired")


@pytest.mark.parametrize(("days", "left"), [(7, 1), (7.1, 0)])
def test_what_expired_is_deleted_a_week_later(house, register, days, left):
    """Law 29733: who never confirmed the address may never have asked for the account."""
    register()
    house.service.clock.advance(days=7.01)
    house.service.run(expire_registrations)
    house.service.clock.advance(days=days)
    house.service.run(forget_the_past)
    with house.service.transaction() as session:
        assert session.scalar(select(func.count()).select_from(Registration)) == left


def test_registering_too_often_from_one_address_is_refused(register):
    answers = [register(email=f"ana{number}@example.pe").status for number in range(22)]

    assert answers.count(201) == 20
    assert answers[-1] == 429


@pytest.mark.parametrize("state", RegistrationState)
def test_a_registration_goes_only_where_the_table_lets_it(state):
    moment = datetime(2026, 11, 20, tzinfo=UTC)
    moves = {
        RegistrationState.IN_REVIEW: lambda row: row.hold([], None),
        RegistrationState.ACCEPTED: lambda row: row.accept("account", moment, None),
        RegistrationState.REJECTED: lambda row: row.reject([], "", moment, "staff"),
        RegistrationState.EXPIRED: lambda row: row.expire(moment),
    }
    for target, move in moves.items():
        row = Registration(id="r", cmp_number="045678", state=state)
        if target in EDGES[state]:
            move(row)
            assert row.state == target
        else:
            with pytest.raises(RegistrationDecided):
                move(row)
