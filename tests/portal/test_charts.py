"""Charts drawn on the server: as tall and as long as their figures."""

import pytest

from portal.views.staff.charts import HEIGHT, ROOM, bar_chart, column_chart


def test_columns_are_as_tall_as_their_amounts() -> None:
    chart = column_chart([("19/11/2026", "100.00"), ("20/11/2026", "25.00"), ("21/11/2026", "-5.00")])
    assert chart is not None
    tall, short, none = chart.columns
    assert short.height == pytest.approx(tall.height / 4, abs=0.1)
    assert none.height == 0
    assert all(column.y + column.height <= HEIGHT for column in chart.columns)
    assert (tall.label, chart.top_amount) == ("19/11", "100.00")


def test_a_year_of_days_still_fits_and_labels_some() -> None:
    chart = column_chart([(f"{n % 28 + 1:02d}/11/2026", str(n + 1)) for n in range(366)])
    assert chart is not None
    assert 1 <= sum(bool(column.label) for column in chart.columns) <= 12
    assert all(a.x + a.width <= b.x for a, b in zip(chart.columns, chart.columns[1:], strict=False))


@pytest.mark.parametrize("amounts", [[], [("x", "0.00")]])
def test_no_amount_draws_nothing(amounts: list[tuple[str, str]]) -> None:
    assert column_chart(amounts) is None


def test_bars_are_as_long_as_their_share_of_the_highest() -> None:
    chart = bar_chart([("Uno", 10), ("Un motivo de observación con un nombre muy largo", 5), ("Tres", 0)])
    assert chart is not None
    assert [bar.length for bar in chart.bars] == [ROOM, ROOM / 2, 0]
    assert chart.bars[1].label.endswith("…")


@pytest.mark.parametrize("counts", [[], [("Uno", 0)]])
def test_no_count_draws_nothing(counts: list[tuple[str, int]]) -> None:
    assert bar_chart(counts) is None
