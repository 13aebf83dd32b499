"""Conoce a tu médico: finding physicians, what is told of them, and how the register follows facts (REC-18, PUB-6)."""

from datetime import UTC, date, datetime, timedelta

import pytest
from click.testing import CliRunner
from sqlalchemy import delete, update

from contracts.identity import PhysicianChanged, PhysicianRegistered, Speciality
from contracts.payments import GoodStandingChanged
from services.recert.jobs import list_missing_physicians
from services.recert.models import Council, PublicPhysician, PublicSpeciality, PublicWord
from services.recert.register import note_recertified, note_revoked
from services.recert.register.cli import rebuild_register
from services.recert.register.words import Place, places_of, typed_words, words_of
from tests.recert.outcome_desk import OutcomeDesk

STATED = datetime(2026, 11, 20, 15, 0, tzinfo=UTC)


@pytest.fixture
def enrol(service):
    """Enters physicians into the register."""

    def enter(number, given, paternal, maternal, *specialities, sequence=1, event=PhysicianRegistered):
        service.deliver(
            event(
                cmp_number=number, document_type="1", document_number=f"4{number:0>7}", given_names=given,
                paternal_surname=paternal, maternal_surname=maternal, council="15", state="ACTIVO",
                registered_on=date(2023, 3, 1), specialities=specialities,
            ),
            sequence=sequence,
        )  # fmt: skip

    return enter


@pytest.fixture
def standing(service):
    """Has payments state who is hábil."""

    def state(good, sequence=1, number="023546"):
        event = GoodStandingChanged(
            cmp_number=number, in_good_standing=good, as_of=date(2026, 11, 20), unpaid_periods=0 if good else 4
        )
        service.deliver(event, sequence=sequence)

    return state


@pytest.fixture
def ask(service):
    """Asks the search; returns the answer's body."""

    def get(q="", status=200, **more):
        response = service.client().get("/v1/public/physicians", query_string={"q": q} | more)
        assert response.status_code == status, response.get_json()
        return response.get_json()

    return get


@pytest.fixture
def find(ask):
    """Asks the search; returns the CMP numbers found, in order."""
    return lambda q="", **more: [item["cmp_number"] for item in ask(q, **more)["items"]]


PSYCHIATRY = Speciality(name="Psiquiatría", rne="014567", registered_on=date(2024, 2, 29))
PEDIATRICS = Speciality(name="Pediatría", rne="008123", registered_on=date(2022, 6, 10))


@pytest.fixture
def four(enrol):
    """A small register."""
    enrol("023546", "Julio César", "Rengifo", "Tuanama", PSYCHIATRY)
    enrol("012345", "Rosa Elvira", "Quispe", "Ñaupari", PEDIATRICS, PSYCHIATRY)
    enrol("100001", "María Inés", "O'Connor", "Quispe")
    enrol("034567", "Quintina", "Ibáñez", "Rojas", PEDIATRICS)


def test_names_are_found_in_any_order_without_accents_and_by_their_beginning(four, find):
    assert find("tuanama julio") == ["023546"]
    assert find("ÑAUPARI rosa") == find("naup ros") == find("  rosa   ñAU") == ["012345"]
    assert find("cesar re") == ["023546"]
    assert find("uanama") == []


def test_two_letters_are_enough_and_surnames_come_before_given_names(four, find):
    """A paternal Quispe before a maternal one, then who is called so by a given name, in the order of the word."""
    assert find("qu") == ["034567", "012345", "100001"]
    assert find("quispe") == ["012345", "100001"]


@pytest.mark.parametrize("typed", ["o'connor", "oconnor", "connor", "O CONNOR"])
def test_an_apostrophe_may_be_missing(four, find, typed):
    assert find(typed) == ["100001"]


@pytest.mark.parametrize(("typed", "found"), [("23546", ["023546"]), ("100001", ["100001"]), ("999999", []), ("0023546", [])])  # fmt: skip
def test_a_cmp_number_is_found_with_or_without_zeros(four, find, typed, found):
    """AMB-5."""
    assert find(typed) == found


@pytest.mark.parametrize("wish", [{"q": ""}, {"q": "q"}, {"q": "a b"}, {"q": "''"}, {"q": "x" * 81},
                                  {"q": "qu", "limit": 51}, {"q": "qu", "after": "x"},
                                  {"speciality": "Psi\x00"}])  # fmt: skip
def test_too_little_to_go_by_is_refused_by_field(service, wish):
    response = service.client().get("/v1/public/physicians", query_string=wish)
    assert response.status_code == 422
    assert response.get_json()["errors"][0]["pointer"].strip("/") in wish


def test_pages_follow_each_other_without_gap_or_repetition(enrol, ask):
    """Who fits by two words is listed once."""
    for number in range(7):
        enrol(f"00010{number}", f"Rosa {'Rosalía' if number % 2 else 'Ana'}", f"Rosales {number}", "Rosas")
    seen, after = [], None
    while True:
        page = ask("ros", limit=3, after=after) if after else ask("ros", limit=3)
        seen += [item["cmp_number"] for item in page["items"]]
        after = page["next"]
        if after is None:
            break
    assert sorted(seen) == [f"00010{number}" for number in range(7)]


def test_specialities_can_be_browsed_and_narrowed_by_name(service, four, find, ask):
    listed = service.client().get("/v1/public/specialities").get_json()
    assert listed == {"items": ["Pediatría", "Psiquiatría"]}
    assert find(speciality="psiquiatria") == ["012345", "023546"]
    assert find("jul", speciality="Psiquiatría") == ["023546"]
    first = ask(speciality="Pediatría", limit=1)
    assert [row["cmp_number"] for row in first["items"]] == ["034567"]
    assert find(speciality="Pediatría", limit=1, after=first["next"]) == ["012345"]


def test_a_corrected_name_is_found_by_the_new_one_only(enrol, find):
    enrol("023546", "Julio César", "Rengifo", "Tuanama", PSYCHIATRY)
    enrol("023546", "Julio César", "Rengifo", "Sangama", sequence=2, event=PhysicianChanged)
    enrol("023546", "Julio César", "Rengifo", "Tuanama", PSYCHIATRY, sequence=1, event=PhysicianChanged)
    assert (find("sangama"), find("tuanama"), find(speciality="Psiquiatría")) == (["023546"], [], [])


def test_good_standing_is_told_with_the_time_it_was_stated(service, enrol, standing, look_up):
    """Unknown is not INHÁBIL; an older statement that comes later is passed over."""
    enrol("023546", "Julio César", "Rengifo", "Tuanama")
    assert (look_up()[1]["in_good_standing"], look_up()[1]["standing_stated_at"]) == (None, None)
    standing(False, sequence=3)
    service.clock.advance(hours=1)
    standing(True, sequence=2)
    body = look_up()[1]
    assert (body["in_good_standing"], body["standing_stated_at"]) == (False, STATED.isoformat())


def test_a_statement_that_comes_before_its_physician_waits_unseen(enrol, standing, look_up, find):
    standing(True)
    assert look_up()[0] == 404
    enrol("023546", "Julio César", "Rengifo", "Tuanama")
    assert (look_up()[1]["in_good_standing"], find("rengifo")) == (True, ["023546"])


def test_recertified_until_is_shown_by_basis_and_what_is_revoked_goes(service, enrol, look_up):
    """REC-17, REC-18: blank, then a date, then what still holds."""
    enrol("023546", "Julio César", "Rengifo", "Tuanama", PSYCHIATRY)
    assert (look_up()[1]["recertified_until"], look_up()[1]["recertified"]) == (None, False)
    with service.transaction() as session:
        note_recertified(session, "023546", "", date(2031, 11, 19))
        note_recertified(session, "023546", "014567", date(2031, 11, 19))
        note_revoked(session, "023546", "", date(2027, 1, 31))
    body = look_up()[1]
    assert (body["recertified_until"], body["specialities"][0]["recertified_until"]) == ("2027-01-31", "2031-11-19")
    with service.transaction() as session:
        note_revoked(session, "023546", "014567", None)
    assert look_up()[1]["specialities"][0]["recertified"] is False


def test_the_council_is_named_as_identity_tells_it(service, enrol, look_up):
    enrol("023546", "Julio César", "Rengifo", "Tuanama")
    assert (look_up()[1]["council_label"], look_up()[1]["council_name"]) == ("CR XV", "CONSEJO REGIONAL XV")
    with service.transaction() as session:
        session.merge(Council(code="15", label="CR XV SAN MARTÍN", sequence=1))
    assert look_up()[1]["council_name"] == "CONSEJO REGIONAL XV SAN MARTIN"


def test_neither_document_nor_mail_is_in_a_page(four, ask):
    """PUB-6, product 2.6."""
    row = ask("rengifo")["items"][0]
    assert not [
        name for name in row if any(word in name for word in ("document", "email", "phone", "address", "photo"))
    ]
    assert "40023546" not in str(row)


def test_programs_need_not_fetch_the_same_answer_twice(service, four):
    client = service.client()
    for path in ("/v1/public/certifications/23546", "/v1/public/physicians?q=rengifo"):
        first = client.get(path)
        assert first.headers["Cache-Control"] == "public, max-age=60"
        again = client.get(path, headers={"If-None-Match": first.headers["ETag"]})
        assert (again.status_code, again.data) == (304, b"")
    service.clock.advance(days=1)
    assert client.get(path, headers={"If-None-Match": first.headers["ETag"]}).status_code == 200


def test_the_register_is_rebuilt_from_the_copies(service, four, standing, find, look_up):
    """An upgrade begins with physicians and without a register; what payments stated stays."""
    standing(True)
    OutcomeDesk(service).recertify()
    with service.transaction() as session:
        session.execute(delete(PublicWord))
        session.execute(delete(PublicSpeciality))
        session.execute(update(PublicPhysician).values(paternal_surname="Otro", specialities=[], recertified={}))
    with service.context():
        told = CliRunner().invoke(rebuild_register, catch_exceptions=False).output
    assert told == "4 physicians written\n"
    assert (find("rengifo"), find(speciality="Pediatría")) == (["023546"], ["034567", "012345"])
    assert look_up()[1]["in_good_standing"] is True
    assert look_up()[1]["specialities"][0]["recertified_until"] == "2031-11-19"


def test_a_job_lists_who_was_known_before_the_register_was(service, four, find):
    with service.transaction() as session:
        for table in (PublicWord, PublicSpeciality, PublicPhysician):
            session.execute(delete(table))
    assert service.run(list_missing_physicians) is False
    assert find("qu") == ["034567", "012345", "100001"]


def test_words_are_plain_and_know_their_place():
    assert words_of("De la O'Higgins-Ñahui") == ["de", "la", "ohigginsnahui", "o", "higgins", "nahui"]
    assert typed_words(" O'Con  ñA ' ") == ["ocon", "na"]
    assert places_of("Rosa", "Rosas", "Rosa") == {"rosa": Place.MATERNAL, "rosas": Place.PATERNAL}


def test_a_certification_ends_at_midnight_in_lima(service, enrol, look_up):
    enrol("023546", "Julio César", "Rengifo", "Tuanama")
    with service.transaction() as session:
        note_recertified(session, "023546", "", date(2026, 11, 20))
    service.clock.set(datetime(2026, 11, 21, 4, 59, 59, tzinfo=UTC))
    assert look_up()[1]["recertified"] is True
    service.clock.set(service.clock.now() + timedelta(seconds=1))
    assert look_up()[1]["recertified"] is False
