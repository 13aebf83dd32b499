"""Tariffs: data with validity, never two for the same month of the same person, never changed once used."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.payments import TariffChanged, TariffWithdrawn
from services.payments.dues import DueKind, add_months
from services.payments.models import Tariff
from tests.payments.books import OF_LIMA, ONLOOKER, TREASURER, WHY
from tests.payments.desk import Answer, Desk
from tests.payments.test_assessment import run_for

MONTHLY = {"kind": "COLEGIADO", "amount": "60.00", "tax_code": "30", "valid_from": "202601", **WHY}


def enter(desk: Desk, who: Any = TREASURER, **changes: Any) -> Answer:
    """Enter a tariff as treasury does."""
    return desk.ask("POST", "/v1/staff/tariffs", who, json=MONTHLY | changes)


def end(desk: Desk, tariff: Any, month: str) -> Answer:
    """Let a tariff end."""
    return desk.ask("POST", f"/v1/staff/tariffs/{tariff['id']}/end", TREASURER, json={"valid_until": month, **WHY})


def test_a_tariff_is_entered_listed_audited_and_told(desk: Desk) -> None:
    """Its reason stays in the audit."""
    answer = enter(desk)
    assert (answer.status, answer.body["amount"], answer.body["sample"]) == (201, "60.00", False)
    assert desk.ask("GET", "/v1/staff/tariffs?period=202601", ONLOOKER).body["items"] == [answer.body]
    assert desk.ask("GET", "/v1/staff/tariffs?period=202512", ONLOOKER).body["items"] == []
    (act,) = desk.acts()
    assert (act.act, act.after["amount"], act.reason) == ("tariff.entered", "60.00", WHY["reason"])  # type: ignore[index]
    assert desk.service.published() == [TariffChanged]


@pytest.mark.parametrize(
    ("second", "status"),
    [
        ({"valid_from": "202606"}, 409),
        ({"valid_from": "202501", "valid_until": "202601"}, 409),
        ({"valid_from": "202501", "valid_until": "202512"}, 201),
        ({"concept": "EXTRA"}, 201),
        ({"kind": "SEMEFA"}, 201),
    ],
)
def test_two_tariffs_for_the_same_month_are_refused(desk: Desk, second: dict[str, str], status: int) -> None:
    """At the boundary of the first one's first month."""
    enter(desk)
    assert enter(desk, **second).status == status


@pytest.mark.parametrize(("age_from", "status"), [(17, 409), (18, 201)])
def test_age_groups_of_a_relation_may_touch_but_not_overlap(desk: Desk, age_from: int, status: int) -> None:
    """Last year included."""
    child = {"kind": "SEMEFA", "relation": "HIJO"}
    enter(desk, **child, age_to=17)
    assert enter(desk, **child, age_from=age_from, age_to=40).status == status


@pytest.mark.parametrize(
    ("changes", "pointer"),
    [
        ({"amount": "0.00"}, "/amount"),
        ({"amount": "60.001"}, "/amount"),
        ({"amount": "sesenta"}, "/amount"),
        ({"tax_code": "99"}, "/tax_code"),
        ({"valid_from": "202613"}, "/valid_from"),
        ({"valid_until": "202512"}, "/valid_until"),
        ({"relation": "HIJO"}, "/relation"),
        ({"age_from": 20, "age_to": 19, "kind": "SEMEFA"}, "/age_to"),
        ({"reason": "x"}, "/reason"),
    ],
)
def test_what_makes_no_sense_is_named_by_its_field(desk: Desk, changes: dict[str, Any], pointer: str) -> None:
    """422 with Spanish words."""
    answer = enter(desk, **changes)
    assert (answer.status, list(answer.pointers)) == (422, [pointer])


def test_a_tariff_ends_and_the_next_one_follows(desk: Desk) -> None:
    """The usual rise."""
    first = enter(desk).body
    assert end(desk, first, "202612").body["valid_until"] == "202612"
    assert enter(desk, amount="70.00", valid_from="202701").status == 201


@pytest.mark.parametrize(("month", "status"), [("202610", 409), ("202611", 200)])
def test_a_tariff_does_not_end_before_a_month_that_was_assessed_by_it(desk: Desk, month: str, status: int) -> None:
    """Dues keep the tariff they came from."""
    tariff = enter(desk).body
    run_for(desk, "202611")
    assert end(desk, tariff, month).status == status


def test_an_ended_tariff_cannot_grow_into_the_next_one(desk: Desk) -> None:
    """No overlap by the back door."""
    first = enter(desk, valid_until="202612").body
    enter(desk, valid_from="202701")
    assert end(desk, first, "202701").problem == "payments/tariff-overlaps"


def test_a_tariff_that_was_never_used_can_be_taken_back(desk: Desk) -> None:
    """One that was used cannot."""
    unused, used = enter(desk, valid_from="202801").body, enter(desk, valid_until="202712").body
    run_for(desk, "202611")
    treasurer = desk.service.client(TREASURER)
    takes = [treasurer.post(f"/v1/staff/tariffs/{each['id']}/withdrawal", json=WHY) for each in (unused, used)]
    assert [take.status_code for take in takes] == [204, 409]
    assert TariffWithdrawn in desk.service.published()


def test_only_the_national_treasury_changes_tariffs(desk: Desk) -> None:
    """payments:dues, and no council."""
    assert enter(desk, OF_LIMA).problem == "payments/national-only"
    assert enter(desk, ONLOOKER).status == 403
    assert desk.ask("POST", "/v1/staff/tariffs/7/end", TREASURER, json={"valid_until": "202612", **WHY}).status == 404


months = st.integers(0, 30).map(lambda ahead: add_months("202601", ahead))
spans = st.tuples(months, st.none() | months).filter(lambda span: span[1] is None or span[0] <= span[1])


@given(first=spans, second=spans, month=months)
def test_tariffs_that_do_not_overlap_never_price_the_same_month(first: Any, second: Any, month: str) -> None:
    """The rule of overlap against its meaning."""

    def tariff(span: Any) -> Tariff:
        return Tariff(
            kind=DueKind.COLEGIADO,
            concept="X",
            relation=None,
            age_from=0,
            age_to=9,
            valid_from=span[0],
            valid_until=span[1],
        )

    def prices(span: Any) -> bool:
        return span[0] <= month and (span[1] is None or month <= span[1])

    overlap = tariff(first).overlaps(tariff(second))
    assert overlap is tariff(second).overlaps(tariff(first))
    assert overlap or not (prices(first) and prices(second))
