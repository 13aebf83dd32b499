"""What was observed is answered point by point; nothing else changes; then the dossier is sent again (REC-20)."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from contracts.recert import DossierCorrected, DossierDiscarded, DossierObserved
from services.recert.deadlines import DeadlineKind
from services.recert.errors import IllegalStep
from services.recert.evaluation.lapsing import discard
from services.recert.models import Deadline, Dossier, DossierStep
from tests.people import physician
from tests.recert.dossiers import OPINION, REASON, ROSA, EvaluationDesk

LAST_SECOND = datetime(2027, 1, 8, 4, 59, 59, tzinfo=UTC)
"""23:59:59 in Lima of the thirtieth working day after Friday 20 November 2026."""


def an_item(**changes: Any) -> dict[str, Any]:
    """The first item as it was, with changes."""
    item = {
        "activity": "LIBRO", "title": "Libro 1", "done_on": "2025-03-02", "quantity": "1", "page_from": 1, "page_to": 1,
    }  # fmt: skip
    return item | changes


def observed(evaluation: EvaluationDesk, *items: int | None) -> tuple[str, list[int]]:
    """An observed dossier and the ids of its observations."""
    dossier = evaluation.submitted()
    evaluation.claim(dossier)
    for item in items:
        assert evaluation.observe(dossier, item).status == 201
    assert evaluation.desk("POST", dossier, "observed").status == 200
    return dossier, [each["id"] for each in evaluation.own(dossier)["observations"]]


def send_again(evaluation: EvaluationDesk, dossier: str):
    """Send the correction."""
    return evaluation.ask("POST", f"requests/{dossier}/corrections", ROSA)


def test_each_observation_is_shown_with_reason_comment_page_rule_and_days_left(evaluation: EvaluationDesk) -> None:
    dossier, _ = observed(evaluation, 2)

    own = evaluation.own(dossier)
    (shown,) = own["observations"]
    assert {name: bool(shown[name]) for name in ("item", "page", "reason", "rule", "comment")} == dict.fromkeys(
        ("item", "page", "reason", "rule", "comment"), True
    )
    assert (own["deadlines"][0]["kind"], own["deadlines"][0]["days_left"]) == ("CORRECTION", 30)
    assert "made_by_name" not in shown


def test_another_physician_sees_no_observation_and_answers_none(evaluation: EvaluationDesk) -> None:
    """404."""
    dossier, (observation,) = observed(evaluation, 1)
    julio = physician("023546", permissions=ROSA.permissions)

    assert evaluation.ask("GET", f"dossiers/{dossier}/evaluation", julio).status == 404
    assert evaluation.answer(dossier, observation, julio, answer="No es mío").status == 404


def test_an_answer_is_words_a_corrected_item_or_both_and_can_be_given_anew(evaluation: EvaluationDesk) -> None:
    dossier, (observation,) = observed(evaluation, 1)
    assert evaluation.answer(dossier, observation).problem == "empty-answer"
    evaluation.answer(dossier, observation, answer="Ya está.")
    evaluation.answer(dossier, observation, correction=an_item(page_from=2, page_to=3))

    (kept,) = evaluation.own(dossier)["observations"]
    assert (kept["answer"], kept["correction"]["page_from"], kept["correction"]["done_on"]) == (None, 2, "2025-03-02")
    assert evaluation.own(dossier)["all_answered"]


def test_an_answer_is_the_physicians_own_until_it_is_sent(evaluation: EvaluationDesk) -> None:
    dossier, (observation,) = observed(evaluation, 1)
    evaluation.answer(dossier, observation, answer="Todavía lo pienso.")
    assert "Todavía lo pienso." not in str(evaluation.desk("GET", dossier).body)

    send_again(evaluation, dossier)
    (shown,) = evaluation.desk("GET", dossier).body["observations"]
    assert (shown["answered"], shown["answer"]) == (True, "Todavía lo pienso.")


@pytest.mark.parametrize(
    ("wrong", "pointer"),
    [
        ({"activity": "OTRA"}, "/activity"),
        ({"done_on": "2027-01-01"}, "/done_on"),
        ({"page_from": 5, "page_to": 4}, "/page_to"),
        ({"title": None}, None),
        ({"quantity": "0"}, None),
    ],
)
def test_a_corrected_item_must_be_one_the_table_knows(evaluation: EvaluationDesk, wrong, pointer) -> None:
    dossier, (observation,) = observed(evaluation, 1)
    answer = evaluation.answer(dossier, observation, correction=an_item(**wrong))

    assert answer.status == 422
    assert pointer is None or [error["pointer"] for error in answer.body["errors"]] == [pointer]


def test_everything_is_answered_before_the_dossier_is_sent_again(evaluation: EvaluationDesk) -> None:
    dossier, (first, second) = observed(evaluation, 1, 3)
    evaluation.answer(dossier, first, answer="Corregido.")

    early = send_again(evaluation, dossier)
    assert (early.status, early.problem, early.body["observations"]) == (409, "observations-unanswered", [second])
    assert evaluation.state(dossier) == "OBSERVADO"


def test_only_observed_items_change_and_the_old_version_stays(evaluation: EvaluationDesk) -> None:
    """One corrected, one withdrawn, one added by an observation of the whole; the fourth is as it was."""
    dossier, (first, third, whole) = observed(evaluation, 1, 3, None)
    evaluation.answer(dossier, first, answer="Otra página.", correction=an_item(page_from=2, page_to=2))
    evaluation.answer(dossier, third, correction={"withdrawn": True})
    evaluation.answer(dossier, whole, correction=an_item(title="Libro nuevo"))
    assert send_again(evaluation, dossier).status == 200

    detail = evaluation.desk("GET", dossier).body
    (difference,) = detail["differences"]
    assert [(each["position"], each["change"], each["fields_changed"]) for each in difference["items"]] == [
        (1, "changed", ["page_from", "page_to"]), (3, "withdrawn", []), (5, "added", []),
    ]  # fmt: skip
    assert [version["number"] for version in detail["versions"]] == [1, 2]
    assert [item["title"] for item in detail["items"]] == ["Libro 1", "Libro 2", "Libro 4", "Libro nuevo"]
    assert (difference["old"], difference["new"], difference["file_changed"]) == (1, 2, False)


def test_an_observation_of_the_whole_withdraws_no_item(evaluation: EvaluationDesk) -> None:
    dossier, (whole,) = observed(evaluation, None)

    assert evaluation.answer(dossier, whole, correction={"withdrawn": True}).problem == "wrong-correction"


def test_sent_again_it_is_with_the_same_evaluator_who_rules_anew(evaluation: EvaluationDesk) -> None:
    dossier, (observation,) = observed(evaluation, 1)
    evaluation.answer(dossier, observation, answer="Corregido.")
    send_again(evaluation, dossier)

    (told,) = evaluation.service.events(DossierCorrected)
    assert told.version == 2
    detail = evaluation.desk("GET", dossier).body
    assert (detail["state"], detail["evaluator_name"]) == ("EN_EVALUACION", "CARMEN PRUEBA")
    assert (detail["score"]["unruled"], "evaluate" in detail["may"]) == (4, True)
    assert evaluation.answer(dossier, observation, answer="Más.").problem == "illegal-step"
    evaluation.confirm_all(dossier)
    assert evaluation.desk("POST", dossier, "approval", opinion=OPINION).status == 200


def test_what_was_ruled_before_is_shown_beside_the_corrected_version(evaluation: EvaluationDesk) -> None:
    dossier = evaluation.submitted()
    evaluation.claim(dossier)
    evaluation.rule(dossier, 2, "3", REASON)
    evaluation.observe(dossier, 1)
    evaluation.desk("POST", dossier, "observed")
    (observation,) = evaluation.own(dossier)["observations"]
    evaluation.answer(dossier, observation["id"], answer="Corregido.")
    send_again(evaluation, dossier)

    item = evaluation.desk("GET", dossier).body["items"][1]
    assert (item["ruling"], item["earlier"]["points"], item["earlier"]["reason"]) == (None, "3", REASON)


def test_a_second_round_has_observations_of_its_own_and_the_first_rounds_end(evaluation: EvaluationDesk) -> None:
    """AMB-9: a second round does not restart the 30 days."""
    dossier, (observation,) = observed(evaluation, 1)
    evaluation.answer(dossier, observation, answer="Corregido.")
    send_again(evaluation, dossier)
    evaluation.service.clock.advance(days=5)
    evaluation.observe(dossier, 2)
    evaluation.desk("POST", dossier, "observed")

    first, second = evaluation.service.events(DossierObserved)
    assert (first.round, second.round, first.correct_by) == (1, 2, second.correct_by)
    own = evaluation.own(dossier)
    assert [each["item"] for each in own["observations"]] == [2]
    assert [(each["item"], each["answer"]) for each in own["earlier"]] == [(1, "Corregido.")]
    assert not own["all_answered"]


@pytest.mark.parametrize(("late", "status", "state"), [(0, 200, "EN_EVALUACION"), (1, 409, "OBSERVADO")])
def test_day_30_is_in_time_until_its_last_second(
    evaluation: EvaluationDesk, late: int, status: int, state: str
) -> None:
    """REC-20."""
    dossier, (observation,) = observed(evaluation, 1)
    evaluation.answer(dossier, observation, answer="Corregido.")
    evaluation.service.clock.set(LAST_SECOND + timedelta(seconds=late))

    assert send_again(evaluation, dossier).status == status
    assert evaluation.state(dossier) == state


def test_a_discarded_dossier_is_told_and_stays_discarded(evaluation: EvaluationDesk) -> None:
    """REC-20: day 31; a new request must be started."""
    dossier, (observation,) = observed(evaluation, 1)
    with evaluation.service.transaction() as session:
        discard(session, session.get_one(Dossier, dossier, with_for_update=True))

    assert evaluation.state(dossier) == "DESCARTADO"
    assert [told.dossier_id for told in evaluation.service.events(DossierDiscarded)] == [dossier]
    assert evaluation.answer(dossier, observation, answer="Tarde.").problem == "illegal-step"
    assert send_again(evaluation, dossier).status == 409
    with evaluation.service.transaction() as session:
        running = session.query(Deadline).filter_by(dossier_id=dossier, kind=DeadlineKind.CORRECTION, stopped_at=None)
        assert running.count() == 0
        assert session.scalars(select(DossierStep.by).order_by(DossierStep.id.desc()).limit(1)).one() == "system"


def test_only_an_observed_dossier_is_discarded(evaluation: EvaluationDesk) -> None:
    dossier = evaluation.submitted()
    with pytest.raises(IllegalStep), evaluation.service.transaction() as session:
        discard(session, session.get_one(Dossier, dossier))
