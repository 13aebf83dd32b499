"""SUNAT's return codes: their texts, and which rejection of a factura is only an observation of a boleta."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

CODES_FILE = Path(__file__).parent / "data" / "codes.csv"


@dataclass(frozen=True)
class Code:
    """One line of the catalogue; `boleta` is the 4xxx code that a boleta gets in its place."""

    code: str
    boleta: str
    text: str


class Catalogue:
    """The codes this simulator knows, read once per app."""

    def __init__(self, path: Path = CODES_FILE) -> None:
        self._path = path

    @cached_property
    def codes(self) -> dict[str, Code]:
        """Every known code by its number."""
        with self._path.open(encoding="utf-8", newline="") as file:
            return {row["code"]: Code(**row) for row in csv.DictReader(file)}

    def text(self, code: str) -> str:
        """Give the wording of a code; an unknown one, asked for by a switch, gets a neutral sentence."""
        known = self.codes.get(code)
        return known.text if known else "Error no catalogado por el simulador"

    def for_series(self, code: str, is_boleta: bool) -> str:
        """Turn a rejection of a factura into the observation that a boleta gets for the same fault."""
        known = self.codes.get(code)
        return known.boleta if is_boleta and known and known.boleta else code


def is_exception(code: str) -> bool:
    """100-1999: the file was not processed and the number stays free."""
    return 0 < int(code) < 2000


def is_rejection(code: str) -> bool:
    """2000-3999: the voucher is rejected and its number spent."""
    return 2000 <= int(code) < 4000


def is_observation(code: str) -> bool:
    """From 4000: accepted all the same."""
    return int(code) >= 4000
