"""Reads the physician registry from CSV, line by line: a bad row is told with its reason and costs no other row."""

import csv
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from contracts.identity import Speciality
from services.identity.models.catalogues import searchable
from services.identity.models.registry import RegistryEntry

COLUMNS = {
    "cmp": "cmp_number",
    "tipo_documento": "document_type",
    "numero_documento": "document_number",
    "nombres": "given_names",
    "apellido_paterno": "paternal_surname",
    "apellido_materno": "maternal_surname",
    "consejo": "council",
    "fecha_colegiatura": "registered_on",
    "estado": "state",
    "especialidades": "specialities",
}
"""Heading in the file -> field. The field's own name is accepted as a heading too."""
OPTIONAL = {"apellido_materno", "estado", "especialidades"}
DOCUMENT_TYPES = {"DNI": "1", "CE": "4", "PASAPORTE": "7"}
"""SUNAT catalogue 06 (product 2.8): what enrolment accepts."""
_LENGTHS = {"document_number": 15, "given_names": 120, "paternal_surname": 80, "maternal_surname": 80}
_ROMAN = {"I": 1, "V": 5, "X": 10}


@dataclass(frozen=True)
class BadRow:
    """One reason why one row was left out. `reason` never repeats what the cell said."""

    line: int
    column: str
    reason: str


@dataclass(frozen=True)
class GoodRow:
    """A row that can be stored, and the line it stood on."""

    line: int
    entry: RegistryEntry

    @property
    def number(self) -> str:
        """The CMP number."""
        return self.entry.cmp_number

    @property
    def document(self) -> tuple[str, str]:
        """Type and number of the document."""
        return self.entry.document_type, self.entry.document_number


class UnusableFile(Exception):
    """The file as a whole cannot be read: no heading, or a column is missing."""


@dataclass
class RegistryReader:
    """Checks rows against the rules of the register; remembers which CMP numbers and documents it has seen."""

    councils: frozenset[str]
    states: tuple[str, ...]
    today: date
    speciality_names: Mapping[str, str] = field(default_factory=dict)
    """The catalogue: a name without accents or capitals -> the name as it is written."""
    _seen: dict[str, int] = field(default_factory=dict)

    def read(self, lines: Iterable[str]) -> Iterator[GoodRow | list[BadRow]]:
        """Every row in turn: the good ones to store, the others with all their reasons. Raises UnusableFile."""
        numbered = enumerate(lines, start=1)
        heading = next((text for _, text in numbered), "")
        delimiter = max(",;\t", key=heading.count)
        columns = _columns(heading.lstrip("\ufeff"), delimiter)
        for line, text in numbered:
            if text.strip():
                yield self._row(line, text, delimiter, columns)

    def _row(self, line: int, text: str, delimiter: str, columns: list[str]) -> GoodRow | list[BadRow]:
        try:
            cells = _cells(text, delimiter)
        except (csv.Error, UnicodeError) as error:
            return [BadRow(line, "", _unreadable(error))]
        if len(cells) != len(columns):
            return [BadRow(line, "", f"tiene {len(cells)} columnas y deben ser {len(columns)}")]
        return self.entry(line, dict(zip(columns, cells, strict=True)))

    def entry(self, line: int, cells: Mapping[str, str]) -> GoodRow | list[BadRow]:
        """One row by heading, checked: what can be stored, or every reason why it cannot."""
        values: dict[str, Any] = {}
        bad: list[BadRow] = []
        for column, name in COLUMNS.items():
            try:
                values[name] = self._value(column, cells.get(column, ""), values)
            except ValueError as error:
                bad.append(BadRow(line, column, str(error)))
        bad += [] if bad else self._repeated(line, values)
        return bad or GoodRow(line, RegistryEntry(**values))

    def _value(self, column: str, cell: str, earlier: dict[str, Any]) -> object:
        """The stored form of a cell. Raises ValueError with the reason in Spanish."""
        match column:
            case "cmp":
                return cmp_number(cell)
            case "tipo_documento":
                return document_type(cell)
            case "numero_documento":
                return document_number(str(earlier.get("document_type", "")), cell)
            case "consejo":
                return council_code(cell, self.councils)
            case "fecha_colegiatura":
                return past_date(cell, self.today)
            case "estado":
                return _state(cell, self.states)
            case "especialidades":
                return specialities(cell, self.today, self.speciality_names)
            case _:
                return _name(column, cell)

    def _repeated(self, line: int, values: dict[str, Any]) -> list[BadRow]:
        """The first row of a physician counts; a second one, or another with the same document, is told."""
        keys = {
            "cmp": str(values["cmp_number"]),
            "numero_documento": f"{values['document_type']} {values['document_number']}",
        }
        bad = [
            BadRow(line, column, f"ya está en la línea {self._seen[key]}")
            for column, key in keys.items()
            if key in self._seen
        ]
        if not bad:
            self._seen.update(dict.fromkeys(keys.values(), line))
        return bad


def cmp_number(text: str) -> str:
    """Six digits, zeros put back on the left (AMB-5: 000001 to 999999). Raises ValueError."""
    if not re.fullmatch(r"[0-9]{1,6}", text) or int(text) == 0:
        raise ValueError("el número de CMP debe tener de 1 a 6 dígitos")
    return text.zfill(6)


def document_type(text: str) -> str:
    """Code of SUNAT catalogue 06, from the code itself or its short name. Raises ValueError."""
    code = DOCUMENT_TYPES.get(text.upper(), text)
    if code not in DOCUMENT_TYPES.values():
        raise ValueError("el tipo de documento debe ser DNI, CE o PASAPORTE (o 1, 4, 7)")
    return code


def document_number(kind: str, text: str) -> str:
    """A DNI has eight digits, zeros included; others up to 12 letters and digits (product 2.8). Raises ValueError."""
    if kind == "1" and not re.fullmatch(r"[0-9]{8}", text):
        raise ValueError("el DNI debe tener 8 dígitos, con sus ceros a la izquierda")
    if not re.fullmatch(r"[0-9A-Za-z]{1,12}", text):
        raise ValueError("el número de documento debe tener de 1 a 12 letras o dígitos")
    return text.upper()


def council_code(text: str, councils: frozenset[str]) -> str:
    """Two digits, from `3`, `03`, `III` or `CR III LIMA`. Raises ValueError when there is no such council."""
    word = text.upper().removeprefix("CONSEJO REGIONAL ").removeprefix("CR ").split(" ")[0]
    code = word.zfill(2) if re.fullmatch(r"[0-9]{1,2}", word) else f"{_roman(word):02d}"
    if code not in councils:
        raise ValueError("el consejo regional no existe")
    return code


def past_date(text: str, today: date) -> date:
    """A day not in the future, as `2019-04-09` or `09/04/2019`. Raises ValueError."""
    form = re.fullmatch(r"(?P<y>[0-9]{4})-(?P<m>[0-9]{1,2})-(?P<d>[0-9]{1,2})", text) or re.fullmatch(
        r"(?P<d>[0-9]{1,2})/(?P<m>[0-9]{1,2})/(?P<y>[0-9]{4})", text
    )
    try:
        day = date(int(form["y"]), int(form["m"]), int(form["d"])) if form else None
    except ValueError:
        day = None
    if day is None:
        raise ValueError("la fecha debe escribirse AAAA-MM-DD o DD/MM/AAAA")
    if day.year < 1900 or day > today:
        raise ValueError("la fecha es futura o anterior a 1900")
    return day


def specialities(text: str, today: date, known: Mapping[str, str]) -> tuple[Speciality, ...]:
    """`Name|RNE|date` for each, separated by `;`, sorted by RNE; known names get the catalogue's spelling (2.4).

    Raises ValueError.
    """
    found: dict[str, Speciality] = {}
    for part in filter(None, (piece.strip() for piece in text.split(";"))):
        pieces = [piece.strip() for piece in part.split("|")]
        if len(pieces) != 3 or not pieces[0] or len(pieces[0]) > 80:
            raise ValueError("cada especialidad se escribe NOMBRE|RNE|FECHA, separadas por ;")
        if not re.fullmatch(r"[0-9]{1,6}", pieces[1]) or pieces[1].zfill(6) in found:
            raise ValueError("cada RNE debe tener de 1 a 6 dígitos y no repetirse")
        rne = pieces[1].zfill(6)
        name = known.get(searchable(pieces[0]), unicodedata.normalize("NFC", pieces[0]))
        found[rne] = Speciality(name=name, rne=rne, registered_on=past_date(pieces[2], today))
    return tuple(found[rne] for rne in sorted(found))


def _columns(heading: str, delimiter: str) -> list[str]:
    """The columns of the file in its order. Raises UnusableFile when one that is needed is missing."""
    english = {name: column for column, name in COLUMNS.items()}
    try:
        words = [word.lower() for word in _cells(heading, delimiter)]
    except (csv.Error, UnicodeError) as error:
        raise UnusableFile(f"la cabecera {_unreadable(error)}") from error
    columns = [english.get(word, word) for word in words]
    missing = [column for column in COLUMNS if column not in columns and column not in OPTIONAL]
    if missing:
        raise UnusableFile(f"faltan las columnas: {', '.join(missing)}")
    return columns


def _cells(text: str, delimiter: str) -> list[str]:
    """The cells of one line. A quote left open ends with its line instead of swallowing the rest of the file."""
    text.encode("utf-8")
    cells = next(csv.reader([text.rstrip("\r\n")], delimiter=delimiter, strict=True), [])
    return [cell.strip() for cell in cells]


def _unreadable(error: Exception) -> str:
    return "no está escrita en UTF-8" if isinstance(error, UnicodeError) else "no se puede leer: revise las comillas"


def _name(column: str, text: str) -> str:
    clean = unicodedata.normalize("NFC", " ".join(text.split()))
    if not clean and column not in OPTIONAL:
        raise ValueError("falta el dato")
    if len(clean) > _LENGTHS[COLUMNS[column]]:
        raise ValueError(f"tiene más de {_LENGTHS[COLUMNS[column]]} caracteres")
    # The whole name at once first: a hundred thousand are read, and nearly all are letters and spaces.
    if not clean.replace(" ", "").isalpha() and any(not (letter.isalpha() or letter in " '’-.") for letter in clean):
        raise ValueError("solo puede tener letras, espacios, apóstrofos, guiones y puntos")
    return clean


def _state(text: str, states: tuple[str, ...]) -> str:
    state = text.upper() or states[0]
    if state not in states:
        raise ValueError(f"el estado debe ser uno de: {', '.join(states)}")
    return state


def _roman(word: str) -> int:
    values = [_ROMAN.get(letter, 0) for letter in word]
    if not values or 0 in values:
        return 0
    return sum(-value if value < after else value for value, after in zip(values, [*values[1:], 0], strict=True))
