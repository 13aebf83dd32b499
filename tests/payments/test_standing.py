"""Habilidad: the rule at its boundaries, one event per change, and what must be paid (issue 4, product.md 2.7)."""

from datetime import date, datetime
from typing import Any

import pytest

from chassis.clock import LIMA
from chassis.settings import SettingsError
from contracts.payments import GoodStandingChanged
from services.payments.dues import DueKind
from services.payments.jobs import enrol_physicians, reassess_standing
from services.payments.models import Payer
from services.payments.settings import Settings
from services.payments.standing.reckoning import reassess, verdict_on
from services.payments.standing.rule import read_rule
from services.payments.states import DueState
from tests.payments.desk import JULIO, ROSA, Desk
from tests.payments.facts import a_physician_changed
from tests.people import staff

AUDITOR = staff("payments:view")


def lima(day: int, month: int = 11, hour: int = 12) -> datetime:
    """A moment of 2026 in Lima."""
    return datetime(2026, month, day, hour, tzinfo=LIMA)


def look_at_everybody(desk: Desk) -> None:
    """Let the daily jobs run until nothing is left."""
    while desk.service.run(enrol_physicians) or desk.service.run(reassess_standing):
        pass


def changes(desk: Desk) -> list[tuple[str, bool, int]]:
    """What was told about good standing, in order."""
    told = desk.service.events(GoodStandingChanged)
    return [(fact.cmp_number, fact.in_good_standing, fact.unpaid_periods) for fact in told]


def standing(desk: Desk, **who: Any) -> Any:
    """One's own standing."""
    return desk.ask("GET", "/v1/standing", **who).body


# ------------------------------------------------------------------ the rule


@pytest.mark.parametrize(
    ("day", "newest"),
    [(date(2026, 11, 14), "202609"), (date(2026, 11, 15), "202610"), (date(2026, 1, 15), "202512"), (date(2026, 1, 14), "202511"),
     (date(2026, 2, 14), "202512")],
)  # fmt: skip
def test_a_month_counts_from_the_grace_day_of_the_next_month(day: date, newest: str) -> None:
    rule = read_rule("COLEGIADO=3", 15, "ACTIVO")
    assert rule.last_counted_period(day) == newest


def test_without_grace_a_month_counts_as_soon_as_it_is_over() -> None:
    assert read_rule("COLEGIADO=3", 1, "ACTIVO").last_counted_period(date(2026, 12, 1)) == "202611"


@pytest.mark.parametrize(("unpaid", "good"), [(2, True), (3, False), (0, True)])
def test_the_threshold_itself_is_too_many(unpaid: int, good: bool) -> None:
    assert read_rule("COLEGIADO=3", 15, "ACTIVO").is_met({DueKind.COLEGIADO: unpaid}) is good


def test_each_kind_has_its_own_threshold() -> None:
    rule = read_rule("COLEGIADO=3, SEMEFA=6", 15, "ACTIVO")
    assert rule.is_met({DueKind.COLEGIADO: 2, DueKind.SEMEFA: 5})
    assert not rule.is_met({DueKind.COLEGIADO: 2, DueKind.SEMEFA: 6})


def test_as_many_of_the_oldest_months_must_be_paid_as_are_too_many() -> None:
    assert read_rule("COLEGIADO=3", 15, "ACTIVO").months_to_pay({DueKind.COLEGIADO: 8}) == {DueKind.COLEGIADO: 6}


@pytest.mark.parametrize(
    "wrong",
    [{"standing_thresholds": "COLEGIADO"}, {"standing_thresholds": "OTRA=3"}, {"standing_thresholds": "COLEGIADO=0"},
     {"standing_thresholds": ""}, {"standing_grace_day": 29}, {"standing_grace_day": 0}, {"standing_registry_states": " "}],
)  # fmt: skip
def test_a_rule_nobody_can_read_stops_the_start(wrong: dict[str, Any]) -> None:
    with pytest.raises(SettingsError, match="CMP_PAYMENTS_STANDING"):
        Settings(**wrong)


# ------------------------------------------------------------------ on a day


@pytest.mark.parametrize(("periods", "good"), [(("202609", "202610"), True), (("202608", "202609", "202610"), False)])
def test_two_unpaid_months_are_borne_and_three_are_not(desk: Desk, periods: tuple[str, ...], good: bool) -> None:
    desk.owe(*periods)
    answer = standing(desk)
    assert (answer["in_good_standing"], answer["unpaid_periods"]) == (good, len(periods))


def test_it_turns_on_the_grace_day_in_lima_and_not_an_hour_earlier(desk: Desk) -> None:
    desk.owe("202608", "202609", "202610")
    desk.service.clock.set(lima(14, hour=23))
    assert standing(desk)["in_good_standing"]
    desk.service.clock.set(lima(15, hour=0))
    assert not standing(desk)["in_good_standing"]


def test_months_that_are_not_over_do_not_count(desk: Desk) -> None:
    desk.owe("202609", "202610", "202611", "202612")
    assert standing(desk)["unpaid_periods"] == 2


def test_semefa_does_not_count_unless_the_rule_names_it(make_desk: Any) -> None:
    for thresholds, good in (("COLEGIADO=3", True), ("COLEGIADO=3,SEMEFA=1", False)):
        desk = make_desk(standing_thresholds=thresholds)
        desk.welcome()
        desk.owe("202609", kind=DueKind.SEMEFA)
        assert standing(desk)["in_good_standing"] is good


def test_who_is_not_active_in_the_registry_is_not_habil_whatever_is_paid(desk: Desk) -> None:
    desk.service.deliver(a_physician_changed(state="FALLECIDO"), sequence=5)
    answer = standing(desk)
    assert (answer["in_good_standing"], answer["registry_allows"], answer["to_pay"]["total"]) == (False, False, "0.00")


def test_it_can_be_computed_at_an_earlier_day(desk: Desk) -> None:
    paid, *_ = desk.owe("202607", "202608", "202609")
    desk.change_due(paid, state=DueState.PAID, settled_at=lima(18))
    with desk.service.transaction() as session:
        rosa = session.get_one(Payer, "012345")
        good = {day: verdict_on(session, rosa, day).good for day in (date(2026, 11, 17), date(2026, 11, 18))}
    assert good == {date(2026, 11, 17): False, date(2026, 11, 18): True}


# ------------------------------------------------------------------ what to pay


def test_what_to_pay_is_the_oldest_months_and_nothing_more(desk: Desk) -> None:
    desk.owe("202605", "202606", "202607", "202608", "202609")
    remedy = standing(desk)["to_pay"]
    assert [due["period"] for due in remedy["here"]] == ["202605", "202606", "202607"]
    assert remedy["total"] == "180.00"


def test_paying_just_that_makes_habil(desk: Desk) -> None:
    desk.owe("202605", "202606", "202607", "202608", "202609")
    desk.pay(desk.place(*(due["id"] for due in standing(desk)["to_pay"]["here"])))
    answer = standing(desk)
    assert (answer["in_good_standing"], answer["unpaid_periods"], answer["to_pay"]["here"]) == (True, 2, [])


def test_dues_too_old_for_this_page_are_told_apart(desk: Desk) -> None:
    desk.owe("202301", "202302", "202608", "202609")
    remedy = standing(desk)["to_pay"]
    assert [due["period"] for due in remedy["at_the_council"]] == ["202301", "202302"]
    assert (remedy["here"], remedy["total"]) == ([], "120.00")


# ------------------------------------------------------------------ stored, and told when it changes


def test_everybody_is_told_once_at_first(desk: Desk) -> None:
    desk.welcome(cmp_number="023546")
    desk.owe("202608", "202609", "202610", cmp_number="023546")
    look_at_everybody(desk)
    look_at_everybody(desk)
    assert changes(desk) == [("012345", True, 0), ("023546", False, 3)]


def test_a_month_that_begins_to_count_is_noticed_by_the_daily_job_once(desk: Desk) -> None:
    desk.service.clock.set(lima(14))
    desk.owe("202608", "202609", "202610")
    look_at_everybody(desk)
    for day in (15, 16, 17):
        desk.service.clock.set(lima(day))
        look_at_everybody(desk)
    assert changes(desk) == [("012345", True, 2), ("012345", False, 3)]
    assert desk.service.events(GoodStandingChanged)[-1].as_of == date(2026, 11, 15)


def test_a_payment_makes_habil_in_its_own_transaction(desk: Desk) -> None:
    dues = desk.owe("202608", "202609", "202610")
    look_at_everybody(desk)
    desk.pay(desk.place(dues[0]))
    assert changes(desk) == [("012345", False, 3), ("012345", True, 2)]
    assert standing(desk)["since"] == "2026-11-20"


def test_a_payment_that_changes_nothing_tells_nothing(desk: Desk) -> None:
    due, _ = desk.owe("202609", "202610")
    look_at_everybody(desk)
    desk.pay(desk.place(due))
    assert changes(desk) == [("012345", True, 2)]


def test_a_due_that_is_reopened_takes_it_away_again(desk: Desk) -> None:
    dues = desk.owe("202608", "202609", "202610")
    desk.pay_elsewhere(dues[0])
    look_at_everybody(desk)
    with desk.service.transaction() as session:
        desk.change_due(dues[0], state=DueState.OPEN, settled_at=None)
        reassess(session, "012345")
    assert changes(desk) == [("012345", True, 2), ("012345", False, 3)]


def test_a_change_in_the_registry_is_told_at_once(desk: Desk) -> None:
    look_at_everybody(desk)
    desk.service.deliver(a_physician_changed(state="SUSPENDIDO"), sequence=5)
    assert changes(desk) == [("012345", True, 0), ("012345", False, 0)]


def test_an_interrupted_day_goes_on_where_it_stopped(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("services.payments.standing.reckoning.CHUNK", 2)
    for number in range(5):
        desk.welcome(cmp_number=f"10000{number}")
    look_at_everybody(desk)
    assert sorted(cmp for cmp, _, _ in changes(desk)) == ["012345", *(f"10000{number}" for number in range(5))]


# ------------------------------------------------------------------ who may ask


def test_staff_see_any_physician_and_any_earlier_day(desk: Desk) -> None:
    due, *_ = desk.owe("202608", "202609", "202610")
    desk.change_due(due, state=DueState.PAID, settled_at=lima(19))
    days = {day: desk.ask("GET", f"/v1/staff/standing/012345?at={day}", AUDITOR).body["in_good_standing"]
            for day in ("2026-11-18", "2026-11-19")}  # fmt: skip
    assert days == {"2026-11-18": False, "2026-11-19": True}


def test_staff_of_a_council_do_not_see_physicians_of_another(desk: Desk) -> None:
    own, other = staff("payments:view", council="03"), staff("payments:view", council="15")
    assert desk.ask("GET", "/v1/staff/standing/012345", own).status == 200
    assert desk.ask("GET", "/v1/staff/standing/012345", other).problem == "payments/physician-unknown"


@pytest.mark.parametrize(("who", "status"), [(None, 401), (ROSA, 403), (staff("payments:refund"), 403)])
def test_nobody_else_sees_anybodys_standing(desk: Desk, who: Any, status: int) -> None:
    assert desk.ask("GET", "/v1/staff/standing/012345", who).status == status


def test_a_physician_whose_data_have_not_arrived_is_asked_to_wait(desk: Desk) -> None:
    assert desk.ask("GET", "/v1/standing", JULIO).problem == "payments/payer-unknown"
