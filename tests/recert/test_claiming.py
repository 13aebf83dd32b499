"""Taking a dossier, giving it back, giving it to somebody else (issue 6: claim, load, conflict of interest)."""

import threading

import pytest

from contracts.identity import StaffAccessChanged, StaffDisabled
from contracts.recert import DossierClaimed, DossierReleased
from services.recert.deadlines import DeadlineKind
from services.recert.models import Deadline
from tests.people import staff
from tests.recert.dossiers import BRUNO, CARMEN, EVALUATE, REASON, ROSA, TACNA, VICTOR, EvaluationDesk


def queue(evaluation: EvaluationDesk, name: str, who=CARMEN) -> list[str]:
    """The dossiers of a work list."""
    return [row["id"] for row in evaluation.ask("GET", f"desk/dossiers?queue={name}", who).body["items"]]


def test_the_queue_shows_the_own_council_only_and_national_staff_all(evaluation: EvaluationDesk) -> None:
    """AMB-10."""
    lima, tacna = evaluation.submitted(), evaluation.submitted(council="12")

    assert queue(evaluation, "unassigned") == [lima]
    assert queue(evaluation, "unassigned", TACNA) == [tacna]
    assert queue(evaluation, "unassigned", VICTOR) == [lima, tacna]


@pytest.mark.parametrize(
    ("method", "act", "body"),
    [
        ("GET", "", {}),
        ("GET", "versions/1/file", {}),
        ("POST", "claim", {"no_conflict": True}),
        ("POST", "conflict", {"reason": REASON}),
        ("POST", "release", {"reason": REASON}),
        ("PUT", "items/1/ruling", {"points": "5"}),
        ("POST", "observed", {}),
        ("POST", "approval", {"opinion": REASON}),
    ],
)
def test_a_dossier_of_another_council_does_not_exist(evaluation: EvaluationDesk, method, act, body) -> None:
    """404, not 403."""
    answer = evaluation.desk(method, evaluation.submitted(), act, TACNA, **body)

    assert (answer.status, answer.problem) == (404, "dossier-not-found")


def test_who_may_only_view_cannot_claim(evaluation: EvaluationDesk) -> None:
    assert evaluation.claim(evaluation.submitted(), staff("recert:view", council="03")).status == 403


def test_a_claim_begins_the_evaluation_audits_it_and_tells(evaluation: EvaluationDesk) -> None:
    dossier = evaluation.submitted()
    taken = evaluation.claim(dossier)

    assert (taken.body["state"], taken.body["evaluator_name"]) == ("EN_EVALUACION", "CARMEN PRUEBA")
    assert evaluation.acts(dossier) == ["dossier.claimed"]
    (told,) = evaluation.service.events(DossierClaimed)
    assert (told.dossier_id, told.evaluator_id, told.given_by) == (dossier, "staff-carmen", None)
    assert queue(evaluation, "mine") == [dossier]
    assert queue(evaluation, "mine", BRUNO) == []


def test_nobody_claims_without_declaring_to_have_no_conflict(evaluation: EvaluationDesk) -> None:
    dossier = evaluation.submitted()

    assert evaluation.desk("POST", dossier, "claim").status == 422
    assert evaluation.desk("POST", dossier, "claim", no_conflict=False).status == 422
    assert evaluation.state(dossier) == "EMITIDO"


def test_a_claimed_dossier_is_not_claimed_again(evaluation: EvaluationDesk) -> None:
    dossier = evaluation.submitted()
    evaluation.claim(dossier)
    second = evaluation.claim(dossier, BRUNO)

    assert (second.status, second.problem) == (409, "already-taken")
    assert "CARMEN PRUEBA" in second.body["detail"]


def test_of_two_claims_at_once_one_wins(evaluation: EvaluationDesk) -> None:
    """The row lock: the second sees what the first did."""
    dossier, gate, answers = evaluation.submitted(), threading.Barrier(2), []

    def take(who) -> None:
        gate.wait()
        answers.append(evaluation.claim(dossier, who).status)

    threads = [threading.Thread(target=take, args=(who,)) for who in (CARMEN, BRUNO)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(answers) == [200, 409]
    assert len(evaluation.service.events(DossierClaimed)) == 1


def test_the_applicant_never_evaluates_the_own_dossier_by_account_or_by_cmp_number(evaluation: EvaluationDesk) -> None:
    """Issue 6: evaluator is never the applicant."""
    dossier = evaluation.submitted()
    same_account = staff(*EVALUATE, council="03", subject=ROSA.subject)
    same_number = staff(*EVALUATE, council="03", subject="staff-rosa", cmp_number=ROSA.cmp_number)

    for who in (same_account, same_number):
        answer = evaluation.claim(dossier, who)
        assert (answer.status, answer.problem, answer.body["obstacle"]) == (409, "not-independent", "applicant")


def test_a_dossier_is_given_back_before_anything_was_ruled(evaluation: EvaluationDesk) -> None:
    dossier = evaluation.submitted()
    evaluation.claim(dossier)
    released = evaluation.desk("POST", dossier, "release", reason=REASON)

    assert (released.body["state"], released.body["evaluator_name"]) == ("EMITIDO", None)
    (told,) = evaluation.service.events(DossierReleased)
    assert (told.evaluator_id, told.conflict) == ("staff-carmen", False)
    assert evaluation.claim(dossier, BRUNO).status == 200


def test_a_dossier_with_a_ruling_is_not_given_back(evaluation: EvaluationDesk) -> None:
    dossier = evaluation.submitted()
    evaluation.claim(dossier)
    evaluation.rule(dossier, 1, "5")

    assert evaluation.desk("POST", dossier, "release", reason=REASON).problem == "already-ruled"


def test_somebody_elses_dossier_is_neither_ruled_nor_given_back(evaluation: EvaluationDesk) -> None:
    dossier = evaluation.submitted()
    evaluation.claim(dossier)

    assert evaluation.rule(dossier, 1, "5", who=BRUNO).problem == "not-your-dossier"
    assert evaluation.desk("POST", dossier, "release", BRUNO, reason=REASON).problem == "not-your-dossier"


def test_a_conflict_declared_later_gives_the_dossier_back_and_keeps_the_person_off_it(
    evaluation: EvaluationDesk,
) -> None:
    dossier = evaluation.submitted()
    evaluation.claim(dossier)
    evaluation.rule(dossier, 1, "5")
    evaluation.observe(dossier)
    assert evaluation.desk("POST", dossier, "conflict", reason=REASON).body["state"] == "EMITIDO"

    again = evaluation.claim(dossier)
    assert (again.problem, again.body["obstacle"]) == ("not-independent", "conflict")
    assert evaluation.service.events(DossierReleased)[0].conflict
    taken = evaluation.claim(dossier, BRUNO).body
    assert (taken["observations"], taken["score"]["unruled"]) == ([], 4)


def test_a_conflict_declared_before_claiming_leaves_the_dossier_where_it_is(evaluation: EvaluationDesk) -> None:
    dossier = evaluation.submitted()

    assert evaluation.desk("POST", dossier, "conflict", reason=REASON).body["state"] == "EMITIDO"
    assert evaluation.claim(dossier).problem == "not-independent"
    assert evaluation.acts(dossier) == ["dossier.conflict_declared"]
    assert evaluation.service.events(DossierReleased) == []


def test_the_load_shows_open_dossiers_per_evaluator_the_least_loaded_first(evaluation: EvaluationDesk) -> None:
    for who in (CARMEN, BRUNO, TACNA):
        evaluation.engage(who)
    for _ in range(2):
        evaluation.claim(evaluation.submitted())

    load = evaluation.ask("GET", "desk").body["evaluators"]
    assert [(row["name"], row["open"]) for row in load] == [("BRUNO PRUEBA", 0), ("CARMEN PRUEBA", 2)]
    assert len(evaluation.ask("GET", "desk", VICTOR).body["evaluators"]) == 3


def test_national_staff_reassigns_with_a_reason_and_the_new_evaluator_declares_first(
    evaluation: EvaluationDesk,
) -> None:
    evaluation.engage(BRUNO)
    dossier = evaluation.submitted()
    evaluation.claim(dossier)
    moved = evaluation.desk("POST", dossier, "reassignment", VICTOR, evaluator_id=BRUNO.subject, reason=REASON)

    assert moved.body["evaluator_name"] == "BRUNO PRUEBA"
    assert evaluation.rule(dossier, 1, "5").problem == "not-your-dossier"
    assert evaluation.rule(dossier, 1, "5", who=BRUNO).problem == "declaration-missing"
    assert evaluation.desk("POST", dossier, "acceptance", BRUNO, no_conflict=True).status == 200
    assert evaluation.rule(dossier, 1, "5", who=BRUNO).status == 200
    told = evaluation.service.events(DossierClaimed)[-1]
    assert (told.evaluator_id, told.given_by) == (BRUNO.subject, VICTOR.subject)


def test_a_council_cannot_reassign(evaluation: EvaluationDesk) -> None:
    """AMB-10: it is the national council's."""
    evaluation.engage(BRUNO)
    local = staff("recert:view", "recert:revise", council="03")
    body = {"evaluator_id": BRUNO.subject, "reason": REASON}

    assert evaluation.desk("POST", evaluation.submitted(), "reassignment", local, **body).problem == "national-only"


@pytest.mark.parametrize("why", ["other council", "disabled", "no longer evaluates", "conflict", "unknown"])
def test_a_dossier_is_not_given_to_who_cannot_evaluate_it(evaluation: EvaluationDesk, why: str) -> None:
    dossier, target = evaluation.submitted(), TACNA if why == "other council" else BRUNO
    if why != "unknown":
        evaluation.engage(target)
    facts = {"account_id": BRUNO.subject, "council": "03", "changed_at": evaluation.service.clock.now()}
    if why == "disabled":
        evaluation.service.deliver(StaffDisabled(roles=("evaluator",), **facts), sequence=2)
    if why == "no longer evaluates":
        evaluation.service.deliver(StaffAccessChanged(roles=("registry",), **facts), sequence=2)
    if why == "conflict":
        evaluation.desk("POST", dossier, "conflict", BRUNO, reason=REASON)

    answer = evaluation.desk("POST", dossier, "reassignment", VICTOR, evaluator_id=target.subject, reason=REASON)
    assert (answer.status, answer.problem) == (422, "no-such-evaluator")


def test_overdue_and_due_in_three_working_days_are_lists_of_their_own(evaluation: EvaluationDesk) -> None:
    """7 working days from Friday 20 November end on 1 December (product 2.9)."""
    dossier = evaluation.submitted()
    seen = []
    for days in (0, 6, 5, 1):
        evaluation.service.clock.advance(days=days)
        seen.append((queue(evaluation, "soon"), queue(evaluation, "overdue")))

    assert seen == [([], []), ([dossier], []), ([dossier], []), ([], [dossier])]


def test_approving_ends_the_days_for_the_result(evaluation: EvaluationDesk) -> None:
    dossier = evaluation.approved()
    with evaluation.service.transaction() as session:
        result = session.query(Deadline).filter_by(dossier_id=dossier, kind=DeadlineKind.RESULT).one()
        assert result.stopped_at is not None
    assert evaluation.ask("GET", "desk", VICTOR).body["counts"]["to-revise"] == 1
