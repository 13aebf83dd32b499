"""What forms share: how typed text is read, and fields of more than one part."""

import re
from datetime import date
from typing import Any

from wtforms import Field, Form
from wtforms.fields.choices import SelectChoice
from wtforms.validators import StopValidation

from portal import messages
from portal.clients.gateway import ApiProblem
from portal.formats import MONTHS

EMAIL = re.compile(r"[^@\s,;<>\"()]{1,64}@[^@\s,;<>\"()]{1,185}\.[^@\s,;<>\"().]{2,}")
_RUC_WEIGHTS = (5, 4, 3, 2, 7, 6, 5, 4, 3, 2)
_RUC_PREFIXES = ("10", "15", "16", "17", "20")


def take_errors(form: Form, problem: ApiProblem) -> bool:
    """Put a service's complaints beside the fields their pointers name; False when one belongs to no field."""
    placed = []
    for error in problem.errors:
        field = form._fields.get(str(error.get("pointer", "")).strip("/"))
        placed.append(field is not None)
        if field is not None:
            field.errors = [*field.errors, str(error.get("detail", "")).rstrip(".")]
    return bool(placed) and all(placed)


def options_of(texts: dict[str, str]) -> list[SelectChoice]:
    """Choices of a field from value and text."""
    return [SelectChoice(value, text) for value, text in texts.items()]


def trimmed(value: str | None) -> str:
    """Without blanks around it or doubled inside."""
    return " ".join((value or "").split())


def without_spaces(value: str | None) -> str:
    """Without blanks and hyphens, which people type into numbers."""
    return re.sub(r"[\s-]", "", value or "")


def is_ruc(value: str) -> bool:
    """Whether the 11 digits have a known prefix and the check digit of SUNAT's modulus 11 (product.md 2.8)."""
    if not re.fullmatch(r"[0-9]{11}", value) or not value.startswith(_RUC_PREFIXES):
        return False
    total = sum(int(digit) * weight for digit, weight in zip(value, _RUC_WEIGHTS, strict=False))
    return int(value[10]) == (11 - total % 11) % 10


def _month(text: str) -> int:
    text = text.strip().lower().rstrip(".")
    if text.isdigit():
        return int(text)
    text = "setiembre" if text.startswith("sep") else text
    matches = [number for number, name in enumerate(MONTHS, start=1) if len(text) >= 3 and name.startswith(text)]
    if len(matches) != 1:
        raise ValueError(text)
    return matches[0]


def parse_date(day: str, month: str, year: str) -> date:
    """A date of three typed parts; the month may be a name or its first letters. Raises ValueError."""
    return date(int(year), _month(month), int(day))


class DateParts(Field):  # type: ignore[misc]
    """A date in three fields (`<name>_dia`, `_mes`, `_anio`), or whole as `<name>=2019-07-11` in a link."""

    PARTS = (("dia", "Día"), ("mes", "Mes"), ("anio", "Año"))

    def process(self, formdata: Any, data: Any = None, extra_filters: Any = None) -> None:
        """Read the parts; a date that does not exist is reported by `pre_validate`."""
        self.process_errors: list[str] = []
        self.data: date | None = None
        self.wrong = False
        given = formdata or {}
        self.typed = {part: (given.get(f"{self.name}_{part}") or "").strip() for part, _ in self.PARTS}
        whole = (given.get(self.name) or "").strip()
        if whole and not any(self.typed.values()):
            parts = re.split(r"[-/]", whole)
            parts = parts[::-1] if len(parts[0]) == 4 else parts
            self.typed = dict(zip(("dia", "mes", "anio"), [*parts, "", ""][:3], strict=True))
        if any(self.typed.values()):
            self._read()

    def _read(self) -> None:
        try:
            self.data = parse_date(self.typed["dia"], self.typed["mes"], self.typed["anio"])
        except ValueError:
            self.wrong = True

    def pre_validate(self, form: Any) -> None:
        """Refuse what is not a date."""
        if self.wrong or (self.data and not 1900 <= self.data.year <= 2999):
            raise StopValidation(messages.DATE_WRONG)
