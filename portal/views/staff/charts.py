"""Charts drawn on the server. The figures stand in a table; the drawing only shows their shape."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

HEIGHT, LEFT, BOTTOM, TOP = 260, 12, 34, 12
WIDEST_COLUMN, NARROWEST_SLOT, WIDTH = 56, 22, 960
MOST_LABELS, LONGEST_LABEL = 12, 18

ROW, THICKNESS, NAMES, ROOM, MARGIN = 34, 20, 260, 560, 12
LONGEST_NAME = 38


@dataclass(frozen=True)
class Column:
    """One column: where it stands, how tall it is, what stands under it. In the units of the drawing."""

    x: float
    y: float
    width: float
    height: float
    label: str
    amount: str


@dataclass(frozen=True)
class ColumnChart:
    """Amounts side by side on one line, such as those of the days of a month."""

    columns: list[Column]
    width: float
    height: float
    base: float
    top_amount: str


@dataclass(frozen=True)
class Bar:
    """One bar, in the units of the drawing."""

    y: float
    length: float
    label: str
    count: int


@dataclass(frozen=True)
class BarChart:
    """Counts beside their names; all bars begin on one line."""

    bars: list[Bar]
    top: int
    left: int = NAMES
    thickness: int = THICKNESS
    width: int = NAMES + ROOM + 60

    @property
    def height(self) -> int:
        """Tall enough for all bars."""
        return 2 * MARGIN + ROW * len(self.bars)


def column_chart(amounts: Sequence[tuple[str, str]]) -> ColumnChart | None:
    """Labels and decimal amounts as columns; None when there is nothing above zero to show."""
    values = [max(Decimal(amount), Decimal(0)) for _, amount in amounts]
    if not any(values):
        return None
    slot = max(NARROWEST_SLOT, (WIDTH - 2 * LEFT) / len(amounts))
    width, room = min(WIDEST_COLUMN, slot * 0.7), HEIGHT - TOP - BOTTOM
    every = -(-len(amounts) // MOST_LABELS)
    columns = []
    for number, ((label, amount), value) in enumerate(zip(amounts, values, strict=True)):
        height = float(value / max(values)) * room
        x = LEFT + slot * number + (slot - width) / 2
        shown = _short_label(label) if number % every == 0 else ""
        columns.append(
            Column(round(x, 1), round(TOP + room - height, 1), round(width, 1), round(height, 1), shown, amount)
        )
    _, top = max(amounts, key=lambda pair: Decimal(pair[1]))
    return ColumnChart(columns, round(slot * len(amounts) + 2 * LEFT), HEIGHT, TOP + room, top)


def bar_chart(counts: Sequence[tuple[str, int]]) -> BarChart | None:
    """A bar for each name; None when there is nothing above zero to show."""
    top = max((count for _, count in counts), default=0)
    if not top:
        return None
    bars = [
        Bar(MARGIN + ROW * number + (ROW - THICKNESS) / 2, round(ROOM * count / top, 1), _short_name(name), count)
        for number, (name, count) in enumerate(counts)
    ]
    return BarChart(bars, top)


def _short_label(label: str) -> str:
    """A date dd/mm/aaaa without its year, anything else cut."""
    return label[:5] if label[:10].count("/") == 2 else label[:LONGEST_LABEL]


def _short_name(name: str) -> str:
    return name if len(name) <= LONGEST_NAME else f"{name[: LONGEST_NAME - 1].rstrip()}…"
