"""From the first click to a dossier: what blocks it, what it needs, sending once, the list, the ficha (REC-4 to REC-13)."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import func, select

from contracts.identity import Speciality
from contracts.recert import DossierSubmitted
from services.recert.models import Dossier, Draft, Rubric
from services.recert.pdf_checks.checking import GoodFile
from services.recert.requests import uploading
from services.recert.rubric.entering import enter_rubric, read_rubric
from tests.recert.applicant import PSYCHIATRY, Applicant


@pytest.fixture(autouse=True)
def quick_check(monkeypatch):
    """Opening a PDF takes a process; test_pdf_checks.py is about that."""
    monkeypatch.setattr(uploading, "check_file", lambda path, settings: GoodFile(12))


@pytest.fixture
def julio(service):
    return Applicant(service).register()


def status_of(draft):
    return {task["task"]: task["status"] for task in draft["tasks"]}


# ------------------------------------------------------------------ REC-4


@pytest.mark.parametrize(
    ("contact", "missing"),
    [
        ({"email": ""}, ["email"]),
        ({"mobile": None}, ["phone"]),
        ({"email": "", "mobile": ""}, ["email", "phone"]),
        ({"mobile": None, "phone": "+51 42 000 002"}, []),
    ],
)
def test_rec_4_no_request_begins_without_phone_and_email(service, contact, missing):
    julio = Applicant(service).register(**contact)
    answer = julio.ask("POST", "drafts")
    assert julio.ask("GET", "requests").body["missing"] == missing
    assert answer.status == (409 if missing else 200)
    assert answer.body.get("missing", []) == missing


def test_rec_4_it_begins_as_soon_as_the_contact_is_told_and_an_older_fact_changes_nothing(service):
    julio = Applicant(service).register(email="")
    julio.reach(sequence=3)
    julio.reach(sequence=2, email="")
    assert julio.ask("POST", "drafts").status == 200


def test_who_the_register_has_not_told_of_is_not_known_yet(service):
    assert Applicant(service).ask("POST", "drafts").problem == "recert/physician-not-known"


# ------------------------------------------------------------------ the draft


def test_a_draft_is_one_and_stays(julio):
    draft = julio.begin()
    julio.describe(draft)
    found = julio.begin()
    assert (found["id"], found["type"], found["description"]) == (draft["id"], PSYCHIATRY, "Diez años de ejercicio")


def test_rec_10_the_pick_up_council_is_the_own_one_unless_another_is_chosen(julio):
    draft = julio.begin()
    assert (draft["pickup_council"], draft["pickup_label"]) == ("15", "CR XV SAN MARTIN")
    assert julio.describe(draft).body["pickup_label"] == "CR III LIMA"
    assert julio.describe(draft, pickup_council="99").pointers == ["/pickup_council"]


@pytest.mark.parametrize(("type", "status"), [("", 422), ("Seleccione", 422), ("030211", 422), (PSYCHIATRY, 200), ("MEDICO_CIRUJANO", 200)])  # fmt: skip
def test_rec_10_the_type_is_medico_cirujano_or_an_own_speciality(julio, type, status):
    answer = julio.describe(julio.begin(), type=type)
    assert answer.status == status
    assert answer.pointers == ([] if status == 200 else ["/type"])


def test_the_tasks_open_one_after_the_other(julio):
    draft = julio.begin()
    assert status_of(draft) == {"data": "open", "file": "open", "points": "later", "check": "later"}
    julio.describe(draft)
    assert status_of(julio.upload(draft).body) == {"data": "done", "file": "done", "points": "open", "check": "later"}
    julio.claim(draft)
    done = julio.claim(draft, activity="EJERCICIO", quantity="5").body
    assert status_of(done) == {"data": "done", "file": "done", "points": "done", "check": "open"}


@pytest.mark.parametrize(
    ("changes", "pointers"),
    [
        ({"page_to": 13}, ["/page_to"]),
        ({"page_from": 3, "page_to": 2}, ["/page_to"]),
        ({"page_from": 0}, ["/page_from"]),
        ({"activity": "OTRA"}, ["/activity"]),
        ({"done_on": "2026-11-21"}, ["/done_on"]),
        ({"quantity": "0"}, ["/quantity"]),
        ({"title": "  "}, ["/title"]),
        ({"page_to": 12}, []),
    ],
)
def test_an_activity_points_at_pages_of_the_pdf_and_at_a_day_that_has_come(julio, changes, pointers):
    draft = julio.begin()
    julio.upload(draft)
    assert julio.claim(draft, **changes).pointers == pointers


def test_an_activity_can_be_changed_and_left_out(julio):
    draft = julio.prepare()
    item = julio.begin()["items"][0]
    wish = {name: item[name] for name in ("activity", "title", "done_on", "page_from", "page_to")} | {"quantity": "9.5"}
    changed = julio.ask("PUT", f"drafts/{draft['id']}/items/{item['id']}", json=wish).body
    assert changed["score"] == {"total": "19.5", "minimum": "20", "missing": "0.5", "enough": False, "percent": 97}
    assert julio.submit(draft).pointers == ["/points"]
    assert julio.ask("DELETE", f"drafts/{draft['id']}/items/{item['id']}").status == 204
    assert [each["activity"] for each in julio.begin()["items"]] == ["EJERCICIO"]
    assert julio.ask("DELETE", f"drafts/{draft['id']}/items/{item['id']}").status == 404


def test_a_shorter_pdf_makes_the_activities_behind_its_end_wrong(julio, monkeypatch):
    draft = julio.prepare()
    monkeypatch.setattr(uploading, "check_file", lambda path, settings: GoodFile(2))
    found = julio.upload(draft).body
    assert [item["pages_wrong"] for item in found["items"]] == [False, True]
    assert julio.submit(draft).pointers == ["/points"]


def test_papers_too_old_count_nothing_and_say_why(julio):
    draft = julio.begin()
    julio.upload(draft)
    item = julio.claim(draft, done_on="2021-11-19").body["items"][0]
    assert (item["points"], item["full"]) == ("0", "10")
    assert "más de 5 años" in item["reason"]


# ------------------------------------------------------------------ sending


def test_rec_11_sending_makes_a_dossier_with_the_day_of_its_result(julio, service):
    sent = julio.send()
    assert (sent["number"], sent["state"], sent["state_text"]) == ("000001", "EMITIDO", "Emitido")
    assert sent["type_text"] == "Especialidad: PSIQUIATRÍA"
    assert [deadline["due_on"] for deadline in sent["deadlines"]] == ["2026-12-01"]
    version = sent["versions"][0]
    assert (version["file_name"], version["points"], len(version["items"])) == ("023546-2026.pdf", "20", 2)
    fact = service.events(DossierSubmitted)[0]
    assert (fact.dossier_number, fact.council, fact.pickup_council, fact.rne) == ("000001", "15", "03", PSYCHIATRY)
    assert fact.result_due_on == date(2026, 12, 1)


def test_an_empty_draft_says_everything_it_lacks(julio):
    assert julio.submit(julio.begin()).pointers == ["/data", "/file", "/points"]


def test_a_double_click_makes_one(julio, service):
    draft = julio.prepare()
    first, second = julio.submit(draft), julio.submit(draft)
    assert (first.status, second.status) == (201, 201)
    assert first.body["id"] == second.body["id"] == draft["id"]
    assert len(service.events(DossierSubmitted)) == 1
    with service.db.reading() as session:
        assert session.scalar(select(func.count()).select_from(Draft)) == 0


def test_two_clicks_at_the_same_moment_make_one(julio, service):
    draft = julio.prepare()
    with ThreadPoolExecutor(2) as pool:
        answers = list(pool.map(lambda _: Applicant(service).submit(draft), range(2)))
    assert [answer.status for answer in answers] == [201, 201]
    with service.db.reading() as session:
        assert session.scalar(select(func.count()).select_from(Dossier)) == 1


def test_one_of_a_kind_is_open_at_a_time(julio):
    julio.send()
    again = julio.submit(julio.prepare())
    assert (again.status, again.problem) == (409, "recert/already-open")
    draft = julio.begin()
    julio.describe(draft, type="MEDICO_CIRUJANO")
    assert julio.submit(draft).body["number"] == "000002"


def test_a_speciality_that_left_the_register_meanwhile_is_not_sent(service):
    julio = Applicant(service).register(Speciality(name="Psiquiatría", rne=PSYCHIATRY, registered_on=date(2024, 1, 1)))
    draft = julio.prepare()
    with service.transaction() as session:
        session.connection().exec_driver_sql("DELETE FROM registered_speciality")
    assert julio.submit(draft).pointers == ["/data"]


def test_phone_taken_away_meanwhile_stops_the_sending(julio):
    draft = julio.prepare()
    julio.reach(sequence=2, mobile=None)
    assert julio.submit(draft).problem == "recert/contact-missing"


def test_a_new_table_never_scores_a_sent_dossier_anew(julio, service):
    sent = julio.send()
    dear = read_rubric(Path("services/recert/rubric/ejemplo.csv").read_text().splitlines())
    for activity in dear:
        activity.points *= 2
    with service.transaction() as session:
        enter_rubric(session, "Otra", dear, sample=True)
    assert julio.ask("GET", "rubric").body["version"] == 2
    found = julio.ask("GET", f"requests/{sent['id']}").body
    assert (found["rubric"]["version"], found["versions"][0]["points"]) == (1, "20")
    with service.db.reading() as session:
        dossier = session.get_one(Dossier, sent["id"])
        assert session.get_one(Rubric, dossier.rubric_version).version == 1


# ------------------------------------------------------------------ what was sent


def test_rec_13_the_list_shows_the_own_requests_newest_first(julio, service):
    julio.send()
    draft = julio.prepare()
    julio.describe(draft, type="MEDICO_CIRUJANO", description="")
    julio.submit(draft)
    page = julio.ask("GET", "requests?limit=1").body
    assert [(row["number"], row["type_text"]) for row in page["items"]] == [("000002", "Médico Cirujano")]
    row = julio.ask("GET", f"requests?after={page['next']}").body["items"][0]
    assert (row["number"], row["state_text"], row["pickup_label"]) == ("000001", "Emitido", "CR III LIMA")
    assert Applicant(service, "012345").ask("GET", "requests").body["items"] == []


def test_anothers_draft_and_dossier_do_not_exist(julio, service):
    sent, draft = julio.send(), julio.begin()
    rosa = Applicant(service, "012345").register()
    asked = [
        ("GET", f"drafts/{draft['id']}"), ("DELETE", f"drafts/{draft['id']}"), ("GET", f"drafts/{draft['id']}/file"),
        ("POST", f"drafts/{draft['id']}/submission"), ("POST", f"drafts/{sent['id']}/submission"),
        ("GET", f"requests/{sent['id']}"), ("GET", f"requests/{sent['id']}/ficha"),
        ("GET", f"requests/{sent['id']}/versions/1/file"), ("POST", f"requests/{sent['id']}/correction-draft"),
        ("POST", f"requests/{sent['id']}/corrections"),
    ]  # fmt: skip
    assert [rosa.ask(method, path).status for method, path in asked] == [404] * len(asked)
    assert rosa.claim(draft).status == rosa.describe(draft).status == 404


def test_rec_13_the_ficha_is_a_pdf_that_names_number_and_items(julio):
    from io import BytesIO

    from pypdf import PdfReader

    sent = julio.send()
    paper = julio.client.get(f"/v1/requests/{sent['id']}/ficha")
    text = PdfReader(BytesIO(paper.data)).pages[0].extract_text()
    assert paper.content_type == "application/pdf"
    for words in (
        "000001",
        "Julio César Rengifo Tuanama",
        "CR III LIMA",
        "Congreso de ejemplo",
        "EJEMPLO",
        "01/12/2026",
    ):
        assert words in text


def test_the_pdf_that_was_sent_is_read_by_its_owner(julio):
    sent = julio.send()
    assert julio.client.get(f"/v1/requests/{sent['id']}/versions/1/file").data.startswith(b"%PDF-")
    assert julio.ask("GET", f"requests/{sent['id']}/versions/2/file").status == 404
