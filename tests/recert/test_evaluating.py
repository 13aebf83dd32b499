"""Points and observations: what an evaluator rules, what follows, and when a dossier can be approved (issue 6)."""

from datetime import date

import pytest

from contracts.recert import DossierApproved, DossierObserved
from services.recert.evaluation.reasons import UnusableReasons, enter_reasons, read_reasons
from services.recert.evaluation.rulings import award
from services.recert.models import Deadline, DossierItem, Rubric, RubricActivity
from tests.recert.dossiers import OPINION, PDF, REASON, VICTOR, EvaluationDesk


def approve(evaluation: EvaluationDesk, dossier: str):
    """Ask for the approval."""
    return evaluation.desk("POST", dossier, "approval", opinion=OPINION)


@pytest.fixture
def dossier(evaluation: EvaluationDesk) -> str:
    """Four items of five points, claimed by Carmen."""
    dossier = evaluation.submitted()
    evaluation.claim(dossier)
    return dossier


# --- points ----------------------------------------------------------------------------------------------------


def test_a_confirmed_item_needs_no_reason_and_a_changed_one_does(evaluation: EvaluationDesk, dossier: str) -> None:
    """Every override needs a reason."""
    assert evaluation.rule(dossier, 1, "5").status == 200
    silent = evaluation.rule(dossier, 2, "4.5")
    assert (silent.status, silent.problem) == (422, "reason-missing")

    changed = evaluation.rule(dossier, 2, "4.5", REASON).body
    assert changed["items"][1]["ruling"]["points"] == "4.5"
    assert changed["score"] == {"total": "19.5", "minimum": "20", "enough": False, "unruled": 2}


def test_no_item_gives_more_than_the_table_has_for_what_was_declared(evaluation: EvaluationDesk, dossier: str) -> None:
    answer = evaluation.rule(dossier, 1, "5.01", REASON)

    assert (answer.status, answer.problem) == (422, "points-out-of-range")
    assert evaluation.rule(dossier, 1, "-1", REASON).status == 422
    assert evaluation.rule(dossier, 9, "1", REASON).problem == "item-not-found"


def test_the_last_ruling_counts_and_the_earlier_ones_stay(evaluation: EvaluationDesk, dossier: str) -> None:
    evaluation.rule(dossier, 1, "2", REASON)
    evaluation.rule(dossier, 1, "5")

    detail = evaluation.desk("GET", dossier).body
    assert detail["items"][0]["ruling"] | {"ruled_at": ""} == {
        "points": "5", "reason": None, "ruled_by_name": "CARMEN PRUEBA", "ruled_at": "",
    }  # fmt: skip
    assert [act["after"].get("points") for act in detail["acts"] if act["act"] == "item.ruled"] == ["2", "5"]


def test_caps_are_counted_again_over_what_was_ruled() -> None:
    """One course less counted leaves room under the cap for the next."""
    line = {"position": 1, "name": "", "unit": "", "points": 100, "max_age_years": None, "evidence": ""}
    rubric = Rubric(version=1, minimum_points=2000, activities=[RubricActivity(code="CURSO", cap=1000, **line)])
    courses = [DossierItem(activity="CURSO") for _ in range(3)]

    assert [each.points for each in award(rubric, courses, [800, 600, 100]).lines] == [800, 200, 0]
    assert [each.points for each in award(rubric, courses, [300, 600, 100]).lines] == [300, 600, 100]


@pytest.mark.parametrize(("last", "status", "state"), [(90, 409, "EN_EVALUACION"), (100, 200, "APROBADO")])
def test_19_5_points_are_not_approved_and_20_are(
    evaluation: EvaluationDesk, last: int, status: int, state: str
) -> None:
    """REC-8: three books of five points, and nine or ten tenths of a fourth."""
    dossier = evaluation.submitted(100, 100, 100, last)
    evaluation.claim(dossier)
    evaluation.confirm_all(dossier)
    answer = approve(evaluation, dossier)

    assert answer.status == status
    assert evaluation.state(dossier) == state
    assert status == 200 or answer.problem == "not-enough-points"


def test_an_item_nobody_ruled_on_keeps_the_dossier_from_being_approved(
    evaluation: EvaluationDesk, dossier: str
) -> None:
    for item in (1, 2, 4):
        evaluation.rule(dossier, item, "5")
    answer = approve(evaluation, dossier)

    assert (answer.problem, answer.body["positions"]) == ("items-unruled", [3])


def test_an_approval_says_why_in_words_and_tells_what_was_changed(evaluation: EvaluationDesk) -> None:
    """The physician reads the reason of every changed item."""
    dossier = evaluation.submitted(100, 100, 100, 100, 100)
    evaluation.claim(dossier)
    evaluation.confirm_all(dossier)
    evaluation.rule(dossier, 5, "1.5", REASON)
    assert evaluation.desk("POST", dossier, "approval", opinion=" ").status == 422
    assert approve(evaluation, dossier).status == 200

    (told,) = evaluation.service.events(DossierApproved)
    (change,) = told.changes
    assert (told.points, change.position, change.claimed, change.awarded) == ("21.5", 5, "5", "1.5")
    assert change.reason == REASON
    own = evaluation.own(dossier)
    assert (own["items"][4]["ruling"]["reason"], own["score"]["total"]) == (REASON, "21.5")
    assert "CARMEN" not in str(own)


def test_points_in_the_making_are_not_the_physicians_to_see(evaluation: EvaluationDesk, dossier: str) -> None:
    evaluation.rule(dossier, 1, "1", REASON)

    own = evaluation.own(dossier)
    assert (own["score"], own["items"][0]["ruling"]) == (None, None)


def test_a_paper_is_as_old_as_it_was_on_the_day_of_the_request(evaluation: EvaluationDesk) -> None:
    """Five years, however late the dossier is evaluated; too old, the table gives nothing and says why (product 2.5)."""
    dossier = evaluation.submitted()
    evaluation.service.clock.advance(days=365 * 5)
    too_late = evaluation.submitted()
    evaluation.claim(dossier)
    evaluation.claim(too_late)

    assert evaluation.desk("GET", dossier).body["items"][0]["proposed"]["points"] == "5"
    old = evaluation.desk("GET", too_late).body["items"][0]["proposed"]
    assert (old["points"], old["most"], "años" in old["reason"]) == ("0", "5", True)


# --- observations ----------------------------------------------------------------------------------------------


def test_an_observation_stands_on_an_item_a_page_and_a_rule_with_ready_made_words(
    evaluation: EvaluationDesk, dossier: str
) -> None:
    (made,) = evaluation.observe(dossier, item=2, page=7).body["observations"]

    assert (made["item"], made["page"], made["reason"]) == (2, 7, "Documento ilegible o incompleto")
    assert "(ejemplo)" in made["rule"]
    assert made["comment"].startswith("No se puede leer")
    own_words = evaluation.observe(dossier, item=None, reason="falta-obligatorio", comment="Falta la constancia.")
    assert own_words.body["observations"][1]["comment"] == "Falta la constancia."


@pytest.mark.parametrize(
    ("wrong", "problem"),
    [({"page": 13}, "page-out-of-range"), ({"item": 5}, "item-not-found"), ({"reason": "otro"}, "no-such-reason")],
)
def test_an_observation_points_at_something_that_is_there(
    evaluation: EvaluationDesk, dossier: str, wrong, problem: str
) -> None:
    assert evaluation.observe(dossier, **wrong).problem == problem


def test_other_ready_made_observations_are_put_in_force_and_sent_ones_keep_their_words(
    evaluation: EvaluationDesk, dossier: str
) -> None:
    evaluation.observe(dossier)
    rows = read_reasons(["codigo,motivo,norma,texto", "ilegible,No se lee,Artículo 7,Escanéelo otra vez."])
    with evaluation.service.transaction() as session:
        enter_reasons(session, rows)

    offered = evaluation.ask("GET", "desk/observation-reasons").body["items"]
    assert [(row["code"], row["rule"]) for row in offered] == [("ilegible", "Artículo 7")]
    first, second = evaluation.observe(dossier).body["observations"]
    assert (first["reason"], second["reason"]) == ("Documento ilegible o incompleto", "No se lee")
    assert evaluation.observe(dossier, reason="sin-sustento").problem == "no-such-reason"


@pytest.mark.parametrize(
    "lines", [["code,title"], ["codigo,motivo,norma,texto"], ["codigo,motivo,norma,texto", "a,b,,d"]]
)
def test_a_file_of_ready_made_observations_says_what_is_wrong_with_it(lines: list[str]) -> None:
    with pytest.raises(UnusableReasons):
        read_reasons(lines)


def test_a_draft_is_taken_back_and_a_sent_observation_is_not(evaluation: EvaluationDesk, dossier: str) -> None:
    (made,) = evaluation.observe(dossier).body["observations"]
    assert evaluation.desk("DELETE", dossier, f"observations/{made['id']}").body["observations"] == []
    evaluation.observe(dossier)
    (sent,) = evaluation.desk("POST", dossier, "observed").body["observations"]

    assert evaluation.desk("DELETE", dossier, f"observations/{sent['id']}").status == 409


def test_a_dossier_is_not_observed_without_an_observation_nor_approved_with_one_unsent(
    evaluation: EvaluationDesk, dossier: str
) -> None:
    assert evaluation.desk("POST", dossier, "observed").problem == "nothing-observed"
    evaluation.observe(dossier)
    evaluation.confirm_all(dossier)

    assert approve(evaluation, dossier).problem == "observations-unsent"
    assert evaluation.own(dossier)["observations"] == []


def test_observing_stops_the_days_for_the_result_and_starts_those_for_correcting(evaluation: EvaluationDesk) -> None:
    """REC-20: 30 working days after Friday 20 November 2026 end on 7 January (product 2.9)."""
    dossier = evaluation.observed(item=3, page=4)

    (told,) = evaluation.service.events(DossierObserved)
    (point,) = told.observations
    assert (told.round, told.correct_by, told.days_left) == (1, date(2027, 1, 7), 30)
    assert (point.item, point.title, point.page) == (3, "Libro 3", 4)
    with evaluation.service.transaction() as session:
        running = session.query(Deadline).filter_by(dossier_id=dossier, stopped_at=None)
        assert [(each.kind.value, each.due_on) for each in running] == [("CORRECTION", date(2027, 1, 7))]
    assert evaluation.own(dossier)["deadlines"][0]["days_left"] == 30


def test_every_step_is_in_the_history_and_in_the_audit(evaluation: EvaluationDesk) -> None:
    dossier = evaluation.observed()

    assert evaluation.acts(dossier) == ["dossier.claimed", "observation.written", "dossier.observed"]
    history = evaluation.desk("GET", dossier, who=VICTOR).body["history"]
    assert [(step["act"], step["name"]) for step in history] == [
        ("claimed", "CARMEN PRUEBA"), ("observed", "CARMEN PRUEBA"),
    ]  # fmt: skip


def test_the_file_is_served_to_the_desk(evaluation: EvaluationDesk, dossier: str) -> None:
    answer = evaluation.desk("GET", dossier, "versions/1/file", VICTOR)
    assert (answer.response.data, answer.response.mimetype) == (PDF, "application/pdf")
    assert evaluation.desk("GET", dossier, "versions/2/file").status == 404
