"""The invented dues that the demo starts with."""

from services.payments.cli import load_demo
from tests.payments.desk import JULIO, ROSA, Desk


def test_rosa_owes_eight_months_and_three_of_semefa(desk: Desk) -> None:
    """The oldest first; amounts are samples."""
    load_demo(desk.service.app)
    colegiado, semefa = desk.pending("COLEGIADO"), desk.pending("SEMEFA")
    assert [item["period"] for item in colegiado["items"]][::7] == ["202603", "202610"]
    assert (len(colegiado["items"]), colegiado["total"]) == (8, "480.00")
    assert (len(semefa["items"]), semefa["total"]) == (3, "255.00")


def test_julio_also_owes_what_is_too_old_to_be_paid_here(desk: Desk) -> None:
    """PAY-5 can be seen in the demo."""
    load_demo(desk.service.app)
    pending = desk.pending("COLEGIADO", JULIO)
    assert (len(pending["items"]), pending["older"]) == (5, {"count": 4, "total": "240.00"})


def test_the_demo_can_be_loaded_again(desk: Desk) -> None:
    """Every start does it."""
    load_demo(desk.service.app)
    before = desk.pending("COLEGIADO", ROSA)
    load_demo(desk.service.app)
    assert desk.pending("COLEGIADO", ROSA) == before


def test_the_demo_brings_conditions_that_say_they_are_a_sample(desk: Desk) -> None:
    """Nobody may take them for CMP's own."""
    desk.service.clock.advance(seconds=1)
    load_demo(desk.service.app)
    terms = desk.ask("GET", "/v1/terms").body
    assert terms["text_es"].startswith("EJEMPLO")
    assert terms["text_en"].startswith("SAMPLE")


def test_the_demo_brings_tariffs_that_say_they_are_samples(desk: Desk) -> None:
    """One per kind, relation and age group, once."""
    for _ in range(2):
        load_demo(desk.service.app)
    tariffs = desk.treasury("GET", "tariffs").body["items"]
    assert len(tariffs) == 7
    assert all(tariff["sample"] for tariff in tariffs)
