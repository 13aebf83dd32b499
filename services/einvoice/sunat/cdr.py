"""SUNAT's receipt [CDR]: an ApplicationResponse, read leniently because it fails its own schema (sunat.md 2.11)."""

import re
from dataclasses import dataclass, field

from services.einvoice.errors import UnreadableCdr
from services.einvoice.sunat.package import unzip_receipt
from services.einvoice.sunat.safe_xml import parse, text_of

SUMMARY_NUMBER = re.compile(r"(R[AC]-\d{8})-(\d{1,5})$")
OBSERVATION = re.compile(r"^\s*4\d{3}\b")


@dataclass(frozen=True)
class Cdr:
    """What the receipt says. `reference` is the number as SUNAT spells it, zeros or not."""

    reference: str
    code: str
    description: str
    notes: tuple[str, ...]
    data: bytes = field(repr=False)
    """The ZIP as it came, to be kept."""

    @property
    def observations(self) -> tuple[str, ...]:
        """The notes that are observations: those that begin with a code of 4000 or more."""
        return tuple(note for note in self.notes if OBSERVATION.match(note))

    def is_about(self, number: str) -> bool:
        """Whether the receipt is about this series and number, compared as (series, integer) (sunat.md 2.6)."""
        return _spelled(self.reference) == _spelled(number)


def read_cdr(data: bytes) -> Cdr:
    """Read the ZIP of a receipt. Raises UnreadableCdr when there is no response code in it."""
    try:
        root = parse(unzip_receipt(data))
    except ValueError as error:
        raise UnreadableCdr(str(error)) from error
    response = root.find(".//{*}DocumentResponse/{*}Response")
    code = text_of(response, "ResponseCode") if response is not None else ""
    if response is None or not code:
        raise UnreadableCdr("the receipt has no ResponseCode")
    notes = tuple(" ".join("".join(str(part) for part in note.itertext()).split()) for note in root.findall("{*}Note"))
    return Cdr(
        reference=text_of(response, "ReferenceID") or text_of(root, "DocumentReference"),
        code=code,
        description=text_of(response, "Description"),
        notes=notes,
        data=data,
    )


def _spelled(number: str) -> tuple[str, int] | str:
    """(series, number) of a voucher, (RC-day, number) of a summary, whatever stands before it."""
    written = number.strip().upper()
    if found := SUMMARY_NUMBER.search(written):
        return found[1], int(found[2])
    series, _, digits = written.rpartition("-")
    return (series.rpartition("-")[2], int(digits)) if digits.isdigit() else written
