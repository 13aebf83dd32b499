"""Reads a list of clients from CSV, line by line: a bad row is told with its reason and costs no other row."""

import csv
import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from services.identity.clients.appearing import NAME_LIMIT
from services.identity.documents import document_number, document_type
from services.identity.registry_csv import BadRow, UnusableFile, council_code

COLUMNS = ("tipo_documento", "numero_documento", "nombre", "correo", "consejo")
OPTIONAL = {"correo", "consejo"}
EMAIL = re.compile(r"[^@\s,;<>\"()]{1,64}@[^@\s,;<>\"()]{1,185}\.[^@\s,;<>\"().]{2,}")


@dataclass(frozen=True, kw_only=True)
class ClientRow:
    """One client of the list, checked."""

    line: int
    document_type: str
    document_number: str
    name: str
    email: str | None
    council: str | None


@dataclass
class ClientList:
    """Checks rows; remembers which documents it has seen, the first of which counts."""

    councils: frozenset[str]
    _seen: dict[tuple[str, str], int] = field(default_factory=dict)

    def read(self, lines: Iterable[str]) -> Iterator[ClientRow | list[BadRow]]:
        """Every row in turn: the good ones to store, the others with all their reasons. Raises UnusableFile."""
        numbered = enumerate(lines, start=1)
        heading = next((text for _, text in numbered), "").lstrip("\ufeff")
        delimiter = max(",;\t", key=heading.count)
        columns = [cell.strip().lower() for cell in heading.rstrip("\r\n").split(delimiter)]
        if missing := [name for name in COLUMNS if name not in columns and name not in OPTIONAL]:
            raise UnusableFile(f"faltan las columnas: {', '.join(missing)}")
        for line, text in numbered:
            if text.strip():
                yield self._row(line, text, delimiter, columns)

    def _row(self, line: int, text: str, delimiter: str, columns: list[str]) -> ClientRow | list[BadRow]:
        try:
            text.encode("utf-8")
            cells = next(csv.reader([text.rstrip("\r\n")], delimiter=delimiter, strict=True), [])
        except UnicodeError:
            return [BadRow(line, "", "no está escrita en UTF-8")]
        except csv.Error:
            return [BadRow(line, "", "no se puede leer: revise las comillas")]
        if len(cells) != len(columns):
            return [BadRow(line, "", f"tiene {len(cells)} columnas y deben ser {len(columns)}")]
        return self._client(line, {name: cell.strip() for name, cell in zip(columns, cells, strict=True)})

    def _client(self, line: int, cells: dict[str, str]) -> ClientRow | list[BadRow]:
        values: dict[str, str | None] = {}
        bad: list[BadRow] = []
        for column in COLUMNS:
            try:
                values[column] = self._value(column, cells.get(column, ""), values)
            except ValueError as error:
                bad.append(BadRow(line, column, str(error)))
        if bad:
            return bad
        key = (str(values["tipo_documento"]), str(values["numero_documento"]))
        if key in self._seen:
            return [BadRow(line, "numero_documento", f"ya está en la línea {self._seen[key]}")]
        self._seen[key] = line
        return ClientRow(
            line=line,
            document_type=key[0],
            document_number=key[1],
            name=str(values["nombre"]),
            email=values["correo"],
            council=values["consejo"],
        )

    def _value(self, column: str, cell: str, earlier: dict[str, str | None]) -> str | None:
        """The stored form of a cell. Raises ValueError with the reason in Spanish, which never repeats the cell."""
        match column:
            case "tipo_documento":
                return document_type(cell)
            case "numero_documento":
                return document_number(earlier.get("tipo_documento") or "", cell)
            case "nombre":
                return _name(cell)
            case "correo":
                return _email(cell) if cell else None
            case _:
                return council_code(cell, self.councils) if cell else None


def _name(cell: str) -> str:
    name = unicodedata.normalize("NFC", " ".join(cell.split()))
    if not 3 <= len(name) <= NAME_LIMIT or any(unicodedata.category(letter) == "Cc" for letter in name):
        raise ValueError(f"el nombre o razón social debe tener de 3 a {NAME_LIMIT} caracteres")
    return name


def _email(cell: str) -> str:
    if not EMAIL.fullmatch(cell) or len(cell) > 254:
        raise ValueError("el correo debe escribirse como nombre@ejemplo.pe")
    return cell.casefold()
