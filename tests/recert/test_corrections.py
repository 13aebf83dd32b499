"""Sending an observed dossier again: another PDF, a new version beside the old one, once, in time (REC-20)."""

import pytest

from contracts.recert import DossierCorrected
from services.recert.models import Dossier
from services.recert.pdf_checks.checking import GoodFile
from services.recert.requests import uploading
from tests.recert import pdfs
from tests.recert.applicant import Applicant
from tests.recert.dossiers import PDF, ROSA, EvaluationDesk


@pytest.fixture(autouse=True)
def quick_check(monkeypatch):
    """Opening a PDF takes a process; test_pdf_checks.py is about that."""
    monkeypatch.setattr(uploading, "check_file", lambda path, settings: GoodFile(3))


@pytest.fixture
def rosa(service):
    """The physician of the evaluation's dossiers."""
    applicant = Applicant(service, ROSA.cmp_number).register()
    applicant.who = ROSA
    return applicant


@pytest.fixture
def dossier(evaluation: EvaluationDesk, rosa):
    """Observed and answered in words."""
    made = evaluation.observed()
    (observation,) = evaluation.own(made)["observations"]
    assert evaluation.answer(made, observation["id"], answer="Subí otra vez la página").status == 200
    return made


def test_items_beyond_the_end_of_a_shorter_pdf_stop_the_correction(rosa, dossier):
    draft = rosa.ask("POST", f"requests/{dossier}/correction-draft").body
    assert (draft["dossier_id"], draft["file"]["pages"]) == (dossier, 12)
    rosa.upload(draft, pdfs.good(3), name="012345-2026.pdf")
    refused = rosa.ask("POST", f"requests/{dossier}/corrections")
    assert (refused.status, refused.problem, refused.pointers) == (422, "recert/not-ready", ["/items"])


def test_sent_with_another_pdf_it_is_evaluated_again(rosa, dossier, service, monkeypatch):
    monkeypatch.setattr(uploading, "check_file", lambda path, settings: GoodFile(20))
    draft = rosa.ask("POST", f"requests/{dossier}/correction-draft").body
    rosa.upload(draft, pdfs.good(20), name="escaneo.pdf")
    refused = rosa.ask("POST", f"requests/{dossier}/corrections")
    assert refused.pointers == ["/file"]
    rosa.ask("POST", f"drafts/{draft['id']}/file/name")
    sent = rosa.ask("POST", f"requests/{dossier}/corrections").body
    assert (sent["state"], [(each["number"], each["pages"]) for each in sent["versions"]]) == (
        "EN_EVALUACION", [(1, 12), (2, 20)],
    )  # fmt: skip
    files = [rosa.client.get(f"/v1/requests/{dossier}/versions/{number}/file").data for number in (1, 2)]
    assert files[0] == PDF and files[1].startswith(b"%PDF-") and files[1] != PDF
    assert rosa.ask("GET", f"drafts/{draft['id']}").status == 404
    assert [fact.version for fact in service.events(DossierCorrected)] == [2]


def test_a_double_click_makes_one_version(rosa, dossier, service):
    answers = [rosa.ask("POST", f"requests/{dossier}/corrections") for _ in range(2)]
    assert [answer.status for answer in answers] == [200, 200]
    assert [len(answer.body["versions"]) for answer in answers] == [2, 2]
    assert len(service.events(DossierCorrected)) == 1


def test_what_is_not_observed_is_not_corrected(rosa, evaluation):
    made = evaluation.submitted()
    for path in ("correction-draft", "corrections"):
        assert rosa.ask("POST", f"requests/{made}/{path}").problem == "recert/nothing-to-correct"


def test_the_draft_of_a_correction_takes_a_file_and_nothing_else(rosa, dossier):
    draft = rosa.ask("POST", f"requests/{dossier}/correction-draft").body
    assert rosa.claim(draft).status == rosa.describe(draft).status == rosa.submit(draft).status == 404


def test_rec_20_after_the_last_second_in_lima_it_is_too_late(rosa, dossier, service, clock):
    clock.set(clock.now().replace(year=2027, month=1, day=8, hour=5, minute=0))
    assert rosa.ask("POST", f"requests/{dossier}/corrections").problem == "recert/correction-too-late"
    with service.db.reading() as session:
        assert len(session.get_one(Dossier, dossier).versions) == 1
