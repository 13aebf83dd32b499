"""What is typed to issue a voucher or a note: its head, its lines and cuotas, which grow and shrink without scripts."""

import re
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, TypeVar

from flask import request
from wtforms import Form

from portal.clients.gateway import ApiProblem
from portal.forms.fields import take_errors
from portal.forms.voucher_desk import Delivery, InstalmentForm, LineForm

MOST_LINES, MOST_INSTALMENTS = 40, 12
OWN = {
    "delivery_email": "email",
    "customer/document_type": "document_type",
    "customer/document_number": "document_number",
    "customer/name": "name",
    "customer/address": "address",
    "reason_code": "kind",
}
"""Where a complaint of the service belongs on these forms."""

Row = TypeVar("Row", bound=Form)


@dataclass
class Typed:
    """A form with its rows, and what is wrong beyond single fields."""

    form: Delivery
    lines: list[LineForm]
    instalments: list[InstalmentForm]
    wrong: list[tuple[str, str]] = field(default_factory=list)
    """(id of the element, text) of what the summary of errors names beside the form's own fields."""

    @property
    def given_lines(self) -> list[LineForm]:
        """The lines that hold something."""
        return [line for line in self.lines if not line.empty]

    @property
    def given_instalments(self) -> list[InstalmentForm]:
        """The cuotas that hold something."""
        return [each for each in self.instalments if not each.empty]

    @property
    def total(self) -> Decimal:
        """The sum of the lines."""
        return sum((Decimal(line.amount.data) for line in self.given_lines), Decimal(0))

    def check(self, *, lines_missing: str = "", instalments_missing: str = "") -> bool:
        """Whether all of it is good; what is missing altogether is said at the first row."""
        good = self.form.validate_on_submit()
        rows: list[Any] = [*self.given_lines, *self.given_instalments]
        for row in rows:
            row.validate()
        if lines_missing and not self.given_lines:
            self.lines[0].description.errors = [lines_missing]
        if instalments_missing and not self.given_instalments:
            self.instalments[0].amount.errors = [instalments_missing]
        self.wrong = _errors_of([*self.lines, *self.instalments])
        return good and not self.wrong

    def wish(self) -> dict[str, Any]:
        """What the service is asked for, but for what only one kind of form says."""
        return self.form.delivery() | {
            "lines": [line.wish() for line in self.given_lines],
            "instalments": [each.wish() for each in self.given_instalments],
        }

    def place(self, problem: ApiProblem) -> str:
        """Put the service's complaints beside their fields; what belongs to none comes back as one sentence."""
        if problem.status not in (409, 422):
            raise problem
        rest = []
        for error in problem.errors:
            pointer = str(error.get("pointer", "")).strip("/")
            row = self._row(pointer)
            if row is not None:
                row.errors = [*row.errors, str(error.get("detail", "")).rstrip(".")]
            else:
                rest.append(error | {"pointer": "/" + OWN.get(pointer, pointer)})
        problem.errors = rest
        self.wrong = _errors_of([*self.lines, *self.instalments])
        placed = take_errors(self.form, problem) or (bool(self.wrong) and not rest)
        return "" if placed else problem.detail

    def _row(self, pointer: str) -> Any:
        found = re.fullmatch(r"(lines|instalments)/(\d+)/(\w+)", pointer)
        if not found:
            return None
        rows: Any = self.given_lines if found[1] == "lines" else self.given_instalments
        place = int(found[2])
        return rows[place]._fields.get(found[3]) if place < len(rows) else None


def typed(form: Delivery, start: list[dict[str, Any]] | None = None) -> Typed:
    """The form with as many rows as the page has, after what its button asked; `start` are lines to begin with."""
    return Typed(
        form,
        _rows(LineForm, "linea", MOST_LINES, start),
        _rows(InstalmentForm, "cuota", MOST_INSTALMENTS, None),
    )


def pressed() -> str:
    """Which button sent the page: `revisar` when none says so."""
    return request.form.get("hacer", "revisar")


def grows() -> bool:
    """Whether the button only added or took away a row, or led back from the summary."""
    return pressed() == "cambiar" or pressed().startswith(("agregar-", "quitar-"))


def kept() -> list[tuple[str, str]]:
    """All that was typed, for the summary page to carry on."""
    return [pair for pair in request.form.items(multi=True) if pair[0] not in ("csrf_token", "hacer")]


def _rows(kind: type[Row], name: str, most: int, start: list[dict[str, Any]] | None) -> list[Row]:
    """Rows as typed; one to add, one to leave out, as the button says. A row keeps its number while it lives."""
    if request.method == "GET":
        return [kind(prefix=f"{name}-{place}-", data=data) for place, data in enumerate(start or [{}])]
    places = [int(place) for place in request.form.getlist(name) if re.fullmatch(r"\d{1,4}", place)][:most]
    taken = re.fullmatch(rf"quitar-{name}-(\d+)", pressed())
    places = [place for place in places if not taken or place != int(taken[1])]
    if (pressed() == f"agregar-{name}" and len(places) < most) or not places:
        places.append(max(places, default=-1) + 1)
    return [_row(kind, name, place) for place in places]


def _row(kind: type[Row], name: str, place: int) -> Row:
    """A typed row; a new one starts with its defaults."""
    prefix = f"{name}-{place}-"
    known = any(key.startswith(prefix) for key in request.form)
    row: Row = kind(request.form if known else None, prefix=prefix)
    return row


def _errors_of(rows: list[Any]) -> list[tuple[str, str]]:
    return [(_target(cell), cell.errors[0]) for row in rows for cell in row if cell.errors]


def _target(cell: Any) -> str:
    return f"{cell.id}_dia" if cell.type == "DateParts" else str(cell.id)
