"""How long a certification lasts: the rule of REC-17, and nothing else."""

from datetime import date, timedelta

YEARS = 5
"""Enrolment, a speciality's registration and recertification all certify for this long (product 2.3, REC-17)."""


def valid_until(valid_from: date) -> date:
    """The last day of a certification: the same day five years on, minus one. 29 February counts as 1 March then."""
    try:
        anniversary = valid_from.replace(year=valid_from.year + YEARS)
    except ValueError:
        anniversary = date(valid_from.year + YEARS, 3, 1)
    return anniversary - timedelta(days=1)
