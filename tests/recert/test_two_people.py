"""The final ruling by two different people, neither the applicant (ST-2, AMB-10): nobody approves alone."""

from datetime import date
from itertools import chain, combinations

import pytest

from chassis.auth import Principal
from contracts.recert import DossierReturned, DossierReviewed, PhysicianRecertified
from services.recert.deadlines import DeadlineKind
from services.recert.evaluation.independence import (
    Involved,
    Obstacle,
    obstacle_to_evaluate,
    obstacle_to_revise,
)
from services.recert.models import Deadline, Dossier
from tests.people import staff
from tests.recert.dossiers import BRUNO, CARMEN, EVALUATE, OLGA, OPINION, REASON, REVISE, ROSA, VICTOR, EvaluationDesk

RECERT = ("recert:view", "recert:evaluate", "recert:revise", "recert:apply")
EVERY_MIX = list(chain.from_iterable(combinations(RECERT, size) for size in range(1, 5)))
"""Whatever roles one person holds, now or later, come down to one of these sets of permissions."""


class Alone:
    """One person who tries everything there is, again and again."""

    def __init__(self, evaluation: EvaluationDesk, who: Principal) -> None:
        self.evaluation, self.who = evaluation, who

    def try_everything(self, dossier: str) -> None:
        """Each act of the desk once, in the order that would lead furthest."""
        acts = (
            ("POST", "reassignment", {"evaluator_id": self.who.subject, "reason": REASON}),
            ("POST", "claim", {"no_conflict": True}),
            ("POST", "acceptance", {"no_conflict": True}),
            *(("PUT", f"items/{item}/ruling", {"points": "5"}) for item in (1, 2, 3, 4)),
            ("POST", "approval", {"opinion": OPINION}),
            ("POST", "revision", {"no_conflict": True}),
            ("POST", "reassignment", {"evaluator_id": BRUNO.subject, "reason": REASON}),
            ("POST", "revision", {"no_conflict": True}),
            ("POST", "return", {"reason": REASON}),
            ("POST", "release", {"reason": REASON}),
        )
        for method, act, body in acts:
            self.evaluation.desk(method, dossier, act, self.who, **body)


@pytest.mark.parametrize("council", [None, "03"], ids=["national", "council"])
def test_no_mix_of_roles_approves_alone(evaluation: EvaluationDesk, council: str | None) -> None:
    """Issue 6: no pair of roles that can approve alone; every mix of permissions, every act, twice over."""
    evaluation.engage(BRUNO)
    for number, permissions in enumerate(EVERY_MIX):
        who = staff(*permissions, council=council, subject=f"staff-{number}", name="SOLO PRUEBA")
        if "recert:view" in permissions:
            evaluation.engage(who)
        dossier = evaluation.submitted()
        for _ in range(2):
            Alone(evaluation, who).try_everything(dossier)
        furthest = "APROBADO" if "recert:evaluate" in permissions else "EMITIDO"
        given_away = council is None and "recert:revise" in permissions and furthest == "EMITIDO"
        assert evaluation.state(dossier) == ("EN_EVALUACION" if given_away else furthest), permissions

    assert evaluation.service.events(DossierReviewed) == evaluation.service.events(PhysicianRecertified) == []


@pytest.mark.parametrize("permissions", EVERY_MIX, ids=" ".join)
def test_two_people_recertify_when_one_may_evaluate_and_the_other_revise(
    evaluation: EvaluationDesk, permissions: tuple[str, ...]
) -> None:
    """The other side of the same table: with a second person it goes exactly as far as the permissions do."""
    dossier = evaluation.approved()
    answer = evaluation.revise(dossier, staff(*permissions, subject="staff-other", name="OTRA PRUEBA"))

    assert (answer.status == 200) is ("recert:revise" in permissions)
    assert (evaluation.state(dossier) == "APROBADO_Y_REVISADO") is ("recert:revise" in permissions)


def rules(person: str, part: str, **involved) -> Obstacle | None:
    """What the pure rules say about a person and a dossier of `account-1`, CMP 012345, evaluated by `carmen`."""
    dossier = Dossier(cmp_number="012345", account_id="account-1", evaluator_id="carmen")
    who = Principal(subject=person, kind="staff", cmp_number="012345" if person == "doctor" else None)
    check = obstacle_to_evaluate if part == "evaluate" else obstacle_to_revise
    return check(who, dossier, Involved(**involved))


@pytest.mark.parametrize(
    ("person", "part", "involved", "obstacle"),
    [
        ("carmen", "evaluate", {}, None),
        ("carmen", "revise", {}, Obstacle.EVALUATED),
        ("bruno", "revise", {}, None),
        ("bruno", "revise", {"evaluators": {"bruno"}}, Obstacle.EVALUATED),
        ("bruno", "evaluate", {"revisers": {"bruno"}}, Obstacle.REVISED),
        ("bruno", "revise", {"revisers": {"bruno"}}, None),
        ("bruno", "evaluate", {"conflicted": {"bruno"}}, Obstacle.CONFLICT),
        ("bruno", "revise", {"conflicted": {"bruno"}}, Obstacle.CONFLICT),
        ("account-1", "evaluate", {}, Obstacle.APPLICANT),
        ("account-1", "revise", {}, Obstacle.APPLICANT),
        ("doctor", "evaluate", {}, Obstacle.APPLICANT),
        ("doctor", "revise", {}, Obstacle.APPLICANT),
    ],
)
def test_who_may_take_which_part(person, part, involved, obstacle) -> None:
    assert rules(person, part, **involved) is obstacle


def test_whoever_evaluated_once_never_revises_even_after_it_was_given_to_another(evaluation: EvaluationDesk) -> None:
    """Reassigning does not wash anybody clean."""
    both = staff(*EVALUATE, "recert:revise", subject="staff-both", name="AMBAS PRUEBA")
    dossier = evaluation.submitted()
    evaluation.engage(CARMEN)
    evaluation.claim(dossier, both)
    evaluation.desk("POST", dossier, "reassignment", both, evaluator_id=CARMEN.subject, reason=REASON)
    evaluation.desk("POST", dossier, "acceptance", no_conflict=True)
    evaluation.confirm_all(dossier)
    evaluation.desk("POST", dossier, "approval", opinion=OPINION)

    answer = evaluation.revise(dossier, both)
    assert (answer.status, answer.problem, answer.body["obstacle"]) == (409, "not-independent", "evaluated")
    assert evaluation.revise(dossier).status == 200


def test_a_reviser_of_a_council_does_not_exist(evaluation: EvaluationDesk) -> None:
    """AMB-10: the national council revises."""
    local = staff(*REVISE, council="03", subject="staff-local")

    assert evaluation.revise(evaluation.approved(), local).problem == "national-only"


def test_the_applicant_does_not_revise_the_own_dossier(evaluation: EvaluationDesk) -> None:
    doctor = staff(*REVISE, subject="staff-rosa", cmp_number=ROSA.cmp_number)

    assert evaluation.revise(evaluation.approved(), doctor).body["obstacle"] == "applicant"


def test_a_reviser_with_a_conflict_leaves_it_to_another(evaluation: EvaluationDesk) -> None:
    dossier = evaluation.approved()
    evaluation.desk("POST", dossier, "revision-conflict", VICTOR, reason=REASON)

    assert evaluation.revise(dossier).body["obstacle"] == "conflict"
    assert evaluation.revise(dossier, OLGA).status == 200


def test_agreeing_recertifies_from_today_on_and_tells(evaluation: EvaluationDesk) -> None:
    """REC-16, REC-17."""
    dossier = evaluation.approved()
    revised = evaluation.revise(dossier)

    assert (revised.body["state_text"], revised.body["reviser_name"]) == ("Aprobado y revisado", "VICTOR PRUEBA")
    (told,), (granted,) = evaluation.service.events(DossierReviewed), evaluation.service.events(PhysicianRecertified)
    assert (told.points, told.dictamen_on) == ("20", date(2026, 11, 20))
    assert granted.valid_until == date(2031, 11, 19)
    assert evaluation.acts(dossier)[-1] == "dossier.revised"
    with evaluation.service.transaction() as session:
        kept = session.get_one(Dossier, dossier)
        assert (kept.dictamen_on, kept.reviser_id, kept.evaluator_id) == (
            date(2026, 11, 20), "staff-victor", "staff-carmen",
        )  # fmt: skip


def test_a_revision_is_given_once(evaluation: EvaluationDesk) -> None:
    dossier = evaluation.approved()
    evaluation.revise(dossier)

    assert evaluation.revise(dossier, OLGA).problem == "illegal-step"
    assert len(evaluation.service.events(PhysicianRecertified)) == 1


def test_a_reviser_declares_to_have_no_conflict(evaluation: EvaluationDesk) -> None:
    assert evaluation.desk("POST", evaluation.approved(), "revision", VICTOR).status == 422


def test_a_reviser_who_disagrees_returns_it_with_a_reason_and_may_revise_it_later(evaluation: EvaluationDesk) -> None:
    """The evaluator looks again; the days for the result run anew."""
    dossier = evaluation.approved()
    assert evaluation.desk("POST", dossier, "return", VICTOR, reason="no").status == 422
    returned = evaluation.desk("POST", dossier, "return", VICTOR, reason=REASON)

    assert (returned.body["state"], returned.body["evaluator_name"]) == ("EN_EVALUACION", "CARMEN PRUEBA")
    assert evaluation.service.events(DossierReturned)[0].reason == REASON
    with evaluation.service.transaction() as session:
        (running,) = session.query(Deadline).filter_by(dossier_id=dossier, stopped_at=None)
        assert running.kind is DeadlineKind.RESULT
    assert evaluation.desk("POST", dossier, "approval", opinion=OPINION).status == 200
    assert evaluation.revise(dossier).status == 200


def test_who_returned_a_dossier_does_not_evaluate_it(evaluation: EvaluationDesk) -> None:
    """Issue 6: evaluator is never the reviser."""
    both = staff(*EVALUATE, "recert:revise", subject="staff-both", name="AMBAS PRUEBA")
    evaluation.engage(both)
    dossier = evaluation.approved()
    evaluation.desk("POST", dossier, "return", both, reason=REASON)

    answer = evaluation.desk("POST", dossier, "reassignment", VICTOR, evaluator_id=both.subject, reason=REASON)
    assert answer.problem == "no-such-evaluator"
