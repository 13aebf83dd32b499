"""The acquirer's daily file as we read it. Niubiz's own layout is not public, so the layout is ours and stands here.

CSV, UTF-8, comma, one heading line, decimal point, amounts in soles; described in docs/reference/settlement-file.md.
When Niubiz names its layout, this module is what changes.
"""

import csv
import hashlib
import io
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation

from chassis.clock import LIMA
from services.payments.money import cents
from services.payments.settlement.states import RowType

COLUMNS = (
    "purchase_number", "transaction_id", "date", "gross", "fee", "fee_vat", "net", "currency", "type", "deposit_date",
)  # fmt: skip
CURRENCY = "PEN"
MAX_TOLD = 20
"""So many bad lines are named; a file with more has another layout."""


@dataclass(frozen=True)
class Movement:
    """One line. Amounts in cents with the acquirer's signs: a sale is positive, what it takes back negative."""

    line: int
    purchase_number: str
    """Without leading zeros, as numbers compare."""
    transaction_id: str
    sold_at: datetime
    """Aware; the file tells Lima time."""
    gross_cents: int
    fee_cents: int
    fee_vat_cents: int
    net_cents: int
    currency: str
    type: RowType
    deposit_on: date
    occurrence: int = 0
    """How many equal lines stand before it in the file."""

    @property
    def fingerprint(self) -> str:
        """SHA-256 of what the line says, equal in whatever file it comes."""
        said = (
            self.purchase_number, self.transaction_id, self.sold_at.isoformat(), self.gross_cents, self.fee_cents,
            self.fee_vat_cents, self.net_cents, self.currency, self.type.value, self.deposit_on.isoformat(),
        )  # fmt: skip
        return hashlib.sha256("|".join(map(str, said)).encode()).hexdigest()


class UnreadableFile(ValueError):
    """The file does not have the layout: nothing of it may be used. `problems` are Spanish sentences with lines."""

    def __init__(self, problems: list[str]) -> None:
        """What is wrong, at most MAX_TOLD of it."""
        super().__init__("; ".join(problems))
        self.problems = problems


def read_file(data: bytes) -> list[Movement]:
    """Every line of a daily file. Raises UnreadableFile: a machine wrote it, so one bad line spoils it all."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise UnreadableFile(["el archivo no está en UTF-8"]) from error
    reader = csv.DictReader(io.StringIO(text, newline=""))
    if tuple(reader.fieldnames or ()) != COLUMNS:
        raise UnreadableFile([f"la primera línea debe ser: {','.join(COLUMNS)}"])
    problems: list[str] = []
    movements = list(_movements(reader, problems))
    if problems:
        raise UnreadableFile(problems[:MAX_TOLD])
    return _numbered(movements)


def _movements(reader: "csv.DictReader[str]", problems: list[str]) -> Iterator[Movement]:
    for raw in reader:
        try:
            yield _movement(reader.line_num, raw)
        except (ValueError, InvalidOperation, AttributeError, TypeError, KeyError) as error:
            problems.append(f"línea {reader.line_num}: {error if type(error) is ValueError else 'no se puede leer'}")


def _movement(line: int, raw: dict[str, str]) -> Movement:
    found = Movement(
        line=line,
        purchase_number=str(int(_digits(raw["purchase_number"], 12))),
        transaction_id=_word(raw["transaction_id"]),
        sold_at=datetime.strptime(raw["date"].strip(), "%Y-%m-%d %H:%M:%S").replace(tzinfo=LIMA),
        gross_cents=_cents(raw["gross"]),
        fee_cents=_cents(raw["fee"]),
        fee_vat_cents=_cents(raw["fee_vat"]),
        net_cents=_cents(raw["net"]),
        currency=raw["currency"].strip(),
        type=RowType(raw["type"].strip()),
        deposit_on=date.fromisoformat(raw["deposit_date"].strip()),
    )
    if None in raw:
        raise ValueError("tiene columnas de más")
    if found.currency != CURRENCY:
        raise ValueError("la moneda debe ser PEN")
    if found.net_cents != found.gross_cents - found.fee_cents - found.fee_vat_cents:
        raise ValueError("el neto no es bruto menos comisión e IGV")
    if found.gross_cents == 0 or (found.gross_cents > 0) is not (found.type is RowType.SALE):
        raise ValueError("el signo del bruto no corresponde al tipo")
    return found


def _digits(text: str, longest: int) -> str:
    word = text.strip()
    if not (word.isascii() and word.isdigit() and len(word) <= longest):
        raise ValueError("el número de pedido no es válido")
    return word


def _word(text: str) -> str:
    word = text.strip()
    if not (0 < len(word) <= 40 and word.isascii() and word.isprintable()):
        raise ValueError("el identificador de la transacción no es válido")
    return word


def _cents(text: str) -> int:
    amount = Decimal(text.strip())
    if not amount.is_finite() or abs(amount) >= 10**10:
        raise ValueError("un monto no es válido")
    return cents(amount)


def _numbered(movements: Iterable[Movement]) -> list[Movement]:
    """Equal lines told apart by how often they came before."""
    seen: Counter[str] = Counter()
    numbered = []
    for movement in movements:
        numbered.append(Movement(**{**vars(movement), "occurrence": seen[movement.fingerprint]}))
        seen[movement.fingerprint] += 1
    return numbered
