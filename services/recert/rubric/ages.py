"""How old a paper may be: counted to the month and day (product 2.5)."""

from datetime import date


def last_day(done_on: date, years: int) -> date:
    """The last day a paper of `done_on` counts. 29 February counts as 1 March in a year that has none (REC-17)."""
    try:
        return done_on.replace(year=done_on.year + years)
    except ValueError:
        return date(done_on.year + years, 3, 1)


def is_within(done_on: date, years: int | None, on: date) -> bool:
    """Whether a paper is not too old on a day; without `years` it never is."""
    return years is None or on <= last_day(done_on, years)
