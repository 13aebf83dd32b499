"""Conditions on many vouchers at once, written so that both databases answer them from an index.

SQLite reads the whole table for `(series, number) IN (…)`; a list of numbers for each series it looks up.
"""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import ColumnElement, and_, false, or_

from services.einvoice.history.receipts import Key


def among(table: Any, keys: Iterable[Key]) -> ColumnElement[bool]:
    """Rows about these vouchers, by the columns `voucher_type`, `series` and `number` of a table."""
    numbers: dict[tuple[str, str], list[int]] = {}
    for kind, series, number in keys:
        numbers.setdefault((kind, series), []).append(number)
    return _any_of(
        and_(table.voucher_type == kind, table.series == series, table.number.in_(wanted))
        for (kind, series), wanted in numbers.items()
    )


def numbered_alike(table: Any, keys: Iterable[Key]) -> ColumnElement[bool]:
    """Rows with the series and number of these vouchers, of whatever type."""
    numbers: dict[str, list[int]] = {}
    for _, series, number in keys:
        numbers.setdefault(series, []).append(number)
    return _any_of(and_(table.series == series, table.number.in_(wanted)) for series, wanted in numbers.items())


def _any_of(conditions: Iterable[ColumnElement[bool]]) -> ColumnElement[bool]:
    return or_(false(), *conditions)
