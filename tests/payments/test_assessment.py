"""The monthly assessment: everybody who owes a month owes it once, by the tariff in force (PAY-1, product.md 2.7)."""

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from contracts.payments import BeneficiaryChanged, DuesAssessed
from services.payments.dues import DueKind, Relation
from services.payments.dues.assessment import assess
from services.payments.dues.families import import_beneficiaries
from services.payments.dues.tariffs import TariffWish, enter_tariff
from services.payments.jobs import assess_dues
from services.payments.models import Due
from tests.payments.desk import Desk
from tests.payments.test_import_dues import run
from tests.payments.test_races import at_once

FAMILY = "holder_cmp,code,relation,name,birth_date,since,until"


def charge(desk: Desk, cents: int = 6000, **changes: Any) -> int:
    """Enter a tariff: the monthly due of physicians unless told otherwise."""
    wish: dict[str, Any] = {
        "kind": DueKind.COLEGIADO, "concept": "ORDINARIA", "relation": None, "age_from": 0, "age_to": 150,
        "amount_cents": cents, "tax_code": "30", "valid_from": "202601", "valid_until": None,
    }  # fmt: skip
    with desk.service.transaction() as session:
        return enter_tariff(session, TariffWish(**(wish | changes)), reason="tarifa de prueba").id


def semefa(desk: Desk, relation: Relation, cents: int, **changes: Any) -> int:
    """Enter a premium for a relation."""
    return charge(desk, cents, kind=DueKind.SEMEFA, relation=relation, **changes)


def cover(desk: Desk, *people: str) -> None:
    """Let Rosa's SEMEFA cover these people: `code,relation,name,birth_date,since,until`."""
    bad: list[Any] = []
    with desk.service.context():
        import_beneficiaries([FAMILY, *(f"012345,{person}" for person in people)], bad.append)
    assert bad == []


def dues(desk: Desk) -> list[Due]:
    """Every due, by owner and person."""
    with desk.service.transaction() as session:
        return list(session.scalars(select(Due).order_by(Due.owner_cmp, Due.period, Due.kind, Due.person)))


def run_for(desk: Desk, period: str) -> int:
    """Assess a month by hand; return how many dues are new."""
    with desk.service.context():
        return sum(assessed.count for assessed in assess(period))


def test_the_job_makes_every_active_physician_owe_the_month(desk: Desk) -> None:
    """With the tariff's amount and tax treatment, in words."""
    charge(desk)
    desk.welcome(cmp_number="023546")
    desk.service.run(assess_dues)
    assert [(due.owner_cmp, due.period, due.amount_cents, due.tax_code, due.description) for due in dues(desk)] == [
        ("012345", "202611", 6000, "30", "Cuota Colegiado noviembre 2026"),
        ("023546", "202611", 6000, "30", "Cuota Colegiado noviembre 2026"),
    ]
    assert desk.pending()["items"][0]["period"] == "202611"


def test_a_second_run_assesses_nothing_and_tells_nothing(desk: Desk) -> None:
    """The job runs every hour."""
    charge(desk)
    for _ in range(3):
        desk.service.run(assess_dues)
    assert len(dues(desk)) == 1
    (told,) = desk.service.events(DuesAssessed)
    assert (told.period, told.count, str(told.total)) == ("202611", 1, "60.00")


def test_twenty_runs_at_once_assess_once(desk: Desk) -> None:
    """The unique key decides, without a deadlock."""
    charge(desk)
    for number in range(1, 30):
        desk.welcome(cmp_number=f"{number:06d}")
    added = at_once(lambda number: run_for(desk, "202611"))
    assert sum(added) == len(dues(desk)) == 30


def test_who_comes_later_in_the_month_is_assessed_then(desk: Desk) -> None:
    """And nobody else again: an interrupted run is finished the same way."""
    charge(desk)
    desk.service.run(assess_dues)
    desk.welcome(cmp_number="023546")
    desk.service.run(assess_dues)
    assert [event.count for event in desk.service.events(DuesAssessed)] == [1, 1]


def test_a_paid_month_is_not_assessed_again(desk: Desk) -> None:
    """Whatever became of the due."""
    charge(desk)
    desk.service.run(assess_dues)
    desk.pay(desk.place(*[item["id"] for item in desk.pending()["items"]]))
    desk.service.run(assess_dues)
    assert [due.state for due in dues(desk)] == ["PAID"]


@pytest.mark.parametrize("state", ["FALLECIDO", "SUSPENDIDO"])
def test_who_is_not_active_owes_no_new_month(desk: Desk, state: str) -> None:
    """The states that owe are a setting."""
    charge(desk)
    desk.welcome(cmp_number="023546", state=state)
    run_for(desk, "202611")
    assert {due.owner_cmp for due in dues(desk)} == {"012345"}


@pytest.mark.parametrize(("registered", "owes"), [("2026-10-31", True), ("2026-11-01", False), ("2026-11-20", False)])
def test_dues_begin_the_month_after_registration(desk: Desk, registered: str, owes: bool) -> None:
    """At the boundary; how many months is a setting."""
    charge(desk)
    desk.welcome(cmp_number="023546", registered_on=date.fromisoformat(registered))
    run_for(desk, "202611")
    assert ("023546" in {due.owner_cmp for due in dues(desk)}) is owes


@pytest.mark.parametrize(
    ("lima_midnight", "period"), [(datetime(2026, 12, 1, 4, 59, tzinfo=UTC), "202611"), (datetime(2026, 12, 1, 5, 0, tzinfo=UTC), "202612")]
)  # fmt: skip
def test_the_month_is_limas(desk: Desk, lima_midnight: datetime, period: str) -> None:
    """Not UTC's."""
    charge(desk)
    desk.service.clock.set(lima_midnight)
    desk.service.run(assess_dues)
    assert [due.period for due in dues(desk)] == [period]


def test_the_job_waits_for_its_day_and_can_be_switched_off(make_desk: Any) -> None:
    """Settings."""
    for changes in ({"assessment_day": 21}, {"assess_monthly": False}):
        desk = make_desk(**changes)
        desk.welcome()
        charge(desk)
        desk.service.run(assess_dues)
        assert dues(desk) == []


@pytest.mark.parametrize(
    ("period", "cents"), [("202512", None), ("202601", 6000), ("202606", 6000), ("202607", 7000), ("202611", 7000)]
)
def test_a_month_is_priced_by_the_tariff_in_force_in_it(desk: Desk, period: str, cents: int | None) -> None:
    """First and last month included; a month without tariff is not assessed."""
    charge(desk, 6000, valid_until="202606")
    charge(desk, 7000, valid_from="202607")
    run_for(desk, period)
    assert [due.amount_cents for due in dues(desk)] == ([cents] if cents else [])


def test_a_kind_without_a_tariff_is_told_in_the_log(desk: Desk, caplog: pytest.LogCaptureFixture) -> None:
    """Nothing silent."""
    charge(desk)
    run_for(desk, "202611")
    assert "no tariff of kind SEMEFA is in force in 202611" in caplog.text


def test_an_extraordinary_due_stands_beside_the_monthly_one(desk: Desk) -> None:
    """Another concept of the same month and kind."""
    charge(desk)
    charge(desk, 10000, concept="EXTRA-2026", valid_from="202611", valid_until="202611")
    assert run_for(desk, "202611") == 2
    assert {due.description for due in dues(desk)} == {
        "Cuota Colegiado noviembre 2026", "Cuota Colegiado extra-2026 noviembre 2026",
    }  # fmt: skip


def test_each_person_of_a_semefa_family_owes_the_own_premium(desk: Desk) -> None:
    """By relation and age; one month, several dues of one kind."""
    semefa(desk, Relation.TITULAR, 8500)
    semefa(desk, Relation.CONYUGE, 8000)
    semefa(desk, Relation.HIJO, 3000, age_to=17)
    semefa(desk, Relation.HIJO, 5000, age_from=18, age_to=40)
    cover(
        desk,
        "TITULAR,TITULAR,Rosa Quispe,1970-05-01,202601,",
        "CONYUGE,CONYUGE,Luis Prueba,1968-02-03,202601,",
        "HIJO-1,HIJO,Ana Prueba,2015-01-01,202601,",
        "HIJO-2,HIJO,Beto Prueba,2000-01-01,202601,",
    )
    assert run_for(desk, "202611") == 4
    assert {due.person: due.amount_cents for due in dues(desk)} == {
        "TITULAR": 8500, "CONYUGE": 8000, "HIJO-1": 3000, "HIJO-2": 5000,
    }  # fmt: skip
    pending = desk.pending("SEMEFA")
    assert (len(pending["items"]), pending["total"]) == (4, "245.00")
    assert run_for(desk, "202611") == 0


@pytest.mark.parametrize(
    ("born", "cents"),
    [("2008-11-02", 3000), ("2008-11-01", 5000), ("1985-11-02", 5000), ("1985-11-01", None), ("2026-11-02", None)],
)
def test_age_counts_on_the_first_day_of_the_month(desk: Desk, born: str, cents: int | None) -> None:
    """At the boundaries of an age group; a child over 40 is not covered, one born later is not either."""
    semefa(desk, Relation.HIJO, 3000, age_to=17)
    semefa(desk, Relation.HIJO, 5000, age_from=18, age_to=40)
    cover(desk, f"HIJO-1,HIJO,Ana Prueba,{born},202601,")
    run_for(desk, "202611")
    assert [due.amount_cents for due in dues(desk)] == ([cents] if cents else [])


@pytest.mark.parametrize(("period", "owes"), [("202605", False), ("202606", True), ("202608", True), ("202609", False)])
def test_a_person_owes_while_covered(desk: Desk, period: str, owes: bool) -> None:
    """First and last month included."""
    semefa(desk, Relation.PADRE, 9000)
    cover(desk, "PADRE-1,PADRE,Pedro Prueba,1940-01-01,202606,202608")
    assert run_for(desk, period) == int(owes)


def test_the_family_of_a_dead_holder_goes_on_owing(desk: Desk) -> None:
    """An heir pays (product.md 2.7); which states do is a setting."""
    semefa(desk, Relation.CONYUGE, 8000)
    cover(desk, "CONYUGE,CONYUGE,Luis Prueba,1968-02-03,202601,")
    desk.welcome(state="FALLECIDO")
    assert run_for(desk, "202611") == 1


def test_an_operator_assesses_a_month_that_was_missed(desk: Desk) -> None:
    """And none that is to come."""
    charge(desk)
    assert "1 cuotas nuevas" in run(desk, "assess-dues", "202610").output
    assert [run(desk, "assess-dues", word).exit_code for word in ("202612", "2026-10")] == [1, 1]


def test_families_come_from_a_file_and_the_newest_wins(desk: Desk, tmp_path: Path) -> None:
    """Nobody is removed: cover ends by its last month."""
    row = "012345,HIJO-1,HIJO,Ana Prueba,2015-01-01,202601,"
    file = tmp_path / "familias.csv"
    file.write_text("\n".join([FAMILY, row, row.replace("HIJO,", "TIO,"), row.replace("202601,", "202601,202512"), ""]))
    told = run(desk, "import-beneficiaries", str(file))
    assert told.stderr == "nuevas: 1, iguales: 0, rechazadas: 2\n"
    file.write_text("\n".join([FAMILY, row, row.replace("202601,", "202601,202612"), ""]))
    assert run(desk, "import-beneficiaries", str(file)).stderr == "nuevas: 1, iguales: 1, rechazadas: 0\n"


def test_a_cover_is_told_when_it_changes_without_name_or_birth(desk: Desk) -> None:
    """An equal row tells nothing; children's data stay here."""
    child = "HIJO-1,HIJO,Ana Prueba,2015-01-01,202601,"
    cover(desk, child)
    cover(desk, child)
    cover(desk, f"{child}202612")
    facts = desk.service.events(BeneficiaryChanged)
    assert [(fact.holder_cmp, fact.person, fact.covered_until) for fact in facts] == [
        ("012345", "HIJO-1", None),
        ("012345", "HIJO-1", "202612"),
    ]
    assert not {"name", "birth_date"} & set(BeneficiaryChanged.__dataclass_fields__)


def test_the_assessment_of_many_stays_in_the_database(desk: Desk) -> None:
    """Set-based: one statement for all of them."""
    charge(desk)
    for number in range(1, 20):
        desk.welcome(cmp_number=f"{number:06d}")
    run_for(desk, "202611")
    with desk.service.transaction() as session:
        assert session.scalar(select(func.count()).select_from(Due)) == 20
