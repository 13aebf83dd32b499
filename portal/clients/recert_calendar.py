"""Recert's calendar, deadlines and cockpit, described in services/recert/README.md."""

from typing import Any

import requests

from portal.session import as_person

STAFF, OWN = "recert/v1/staff", "recert/v1/dossiers"


def year(number: int | None, council: str | None) -> dict[str, Any]:
    """The calendar of a year: holidays of law, and what staff made of single days."""
    return _json("GET", f"{STAFF}/calendar", params={"year": number, "council": council})


def preview_day(change: dict[str, Any]) -> dict[str, Any]:
    """What a closure or an extra day would do to open deadlines. Raises ApiProblem 409, 422."""
    return _json("POST", f"{STAFF}/calendar/previews", json=change)


def add_day(change: dict[str, Any]) -> dict[str, Any]:
    """Enter it. Raises ApiProblem 409, 422."""
    return _json("POST", f"{STAFF}/calendar/days", json=change)


def preview_withdrawal(day_id: int) -> dict[str, Any]:
    """A day, and what taking it back would do. Raises ApiProblem 404."""
    return _json("GET", f"{STAFF}/calendar/days/{day_id}/preview")


def withdraw_day(day_id: int, reason: str) -> dict[str, Any]:
    """Take it back. Raises ApiProblem 404, 422."""
    return _json("POST", f"{STAFF}/calendar/days/{day_id}/withdrawal", json={"reason": reason})


def cockpit(council: str | None) -> dict[str, Any]:
    """What waits, what the calendar moved, and what will be late."""
    return _json("GET", f"{STAFF}/cockpit", params={"council": council})


def production(days: dict[str, str], council: str | None) -> dict[str, Any]:
    """What was done on some days, and why dossiers were observed. Raises ApiProblem 422."""
    return _json("GET", f"{STAFF}/cockpit/production", params=days | {"council": council})


def open_deadlines(**wanted: Any) -> dict[str, Any]:
    """A page of open deadlines, the next one to end first."""
    return _json("GET", f"{STAFF}/cockpit/deadlines", params=wanted)


def workbook(days: dict[str, str], council: str | None) -> requests.Response:
    """The cockpit as XLSX."""
    return _file(f"{STAFF}/cockpit/workbook.xlsx", days | {"council": council})


def deadlines(dossier_id: str) -> dict[str, Any]:
    """The deadlines of a physician's own dossier. Raises ApiProblem 404."""
    return _json("GET", f"{OWN}/{dossier_id}/deadlines")


def agenda_file(dossier_id: str, kind: str) -> requests.Response:
    """A running deadline for the agenda. Raises ApiProblem 404."""
    return _file(f"{OWN}/{dossier_id}/deadlines/{kind}.ics", {})


def _json(method: str, path: str, **options: Any) -> dict[str, Any]:
    answer: dict[str, Any] = as_person(method, path, **options).json()
    return answer


def _file(path: str, params: dict[str, Any]) -> requests.Response:
    return as_person("GET", path, params=params, stream=True, headers={"Accept": "*/*"})
