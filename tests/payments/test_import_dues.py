"""Dues from a file: good rows enter, bad ones are told, nothing is entered twice."""

from pathlib import Path

from click.testing import CliRunner, Result
from sqlalchemy import func, select

from services.payments import cli
from services.payments.dues.entry import CHUNK
from services.payments.models import Due, Terms
from services.payments.states import DueState
from tests.payments.desk import Desk

HEADER = "owner_cmp,kind,period,amount,tax_code,description"
GOOD = "012345,COLEGIADO,202608,60.00,30,Cuota agosto 2026"


def run(desk: Desk, *words: str) -> Result:
    """Run a command of the service."""
    with desk.service.context():
        return CliRunner().invoke(cli.commands, list(words))


def enter(desk: Desk, folder: Path, *rows: str, header: str = HEADER, encoding: str = "utf-8") -> Result:
    """Import a file of these rows."""
    file = folder / "dues.csv"
    file.write_bytes("\n".join([header, *rows, ""]).encode(encoding))
    return run(desk, "import-dues", str(file))


def count(desk: Desk) -> int:
    """How many dues there are."""
    with desk.service.transaction() as session:
        return session.scalar(select(func.count()).select_from(Due)) or 0


def test_a_good_row_becomes_an_open_due(desk: Desk, tmp_path: Path) -> None:
    """With the tax code of its row."""
    result = enter(desk, tmp_path, GOOD)
    assert (result.exit_code, result.stderr) == (0, "nuevas: 1, iguales: 0, rechazadas: 0\n")
    due = desk.due("1")
    assert (due.owner_cmp, due.period, due.amount_cents, due.tax_code) == ("012345", "202608", 6000, "30")
    assert due.state is DueState.OPEN


def test_the_same_file_twice_enters_its_dues_once(desk: Desk, tmp_path: Path) -> None:
    """Idempotent."""
    enter(desk, tmp_path, GOOD)
    assert enter(desk, tmp_path, GOOD).stderr == "nuevas: 0, iguales: 1, rechazadas: 0\n"
    assert count(desk) == 1


def test_a_paid_due_is_not_opened_again_by_an_import(desk: Desk, tmp_path: Path) -> None:
    """The file is about what was owed."""
    enter(desk, tmp_path, GOOD)
    desk.pay(desk.place("1"))
    enter(desk, tmp_path, GOOD)
    assert desk.due("1").state is DueState.PAID


def test_a_row_that_contradicts_a_known_due_is_refused(desk: Desk, tmp_path: Path) -> None:
    """A correction needs a reason and a person; an import does not change money."""
    enter(desk, tmp_path, GOOD)
    result = enter(desk, tmp_path, GOOD.replace("60.00", "61.00"))
    assert result.exit_code == 1
    assert '2,,"esta cuota ya existe con otro monto, código o descripción"' in result.stdout
    assert desk.due("1").amount_cents == 6000


def test_a_row_repeated_in_one_file_enters_once(desk: Desk, tmp_path: Path) -> None:
    """Equal rows are equal; different ones are refused."""
    result = enter(desk, tmp_path, GOOD, GOOD, GOOD.replace("60.00", "61.00"))
    assert result.stderr == "nuevas: 1, iguales: 1, rechazadas: 1\n"


def test_good_rows_enter_although_others_are_bad(desk: Desk, tmp_path: Path) -> None:
    """None of the good ones is lost; each bad one is told with its line and column."""
    result = enter(desk, tmp_path, GOOD, GOOD.replace("202608", "202613"), GOOD.replace("202608", "202609"))
    assert count(desk) == 2
    assert result.stdout.splitlines() == ["linea,columna,motivo", "3,period,debe ser un mes en la forma aaaamm"]


BAD_CELLS = [
    ("owner_cmp", "012345", "0123456"),
    ("owner_cmp", "012345", "000000"),
    ("owner_cmp", "012345", "x12345"),
    ("kind", "COLEGIADO", "OTRA"),
    ("period", "202608", "202600"),
    ("period", "202608", "2026-08"),
    ("amount", "60.00", "0.00"),
    ("amount", "60.00", "-1"),
    ("amount", "60.00", "60.001"),
    ("amount", "60.00", "NaN"),
    ("amount", "60.00", "1e999"),
    ("amount", "60.00", "100000.00"),
    ("amount", "60.00", "sesenta"),
    ("tax_code", ",30,", ",99,"),
    ("description", "Cuota agosto 2026", ""),
    ("description", "Cuota agosto 2026", "x" * 201),
    ("description", "Cuota agosto 2026", "una\x07campana"),
]
"""Column, good text, bad text."""


def test_a_bad_cell_is_named_with_its_line(desk: Desk, tmp_path: Path) -> None:
    """Boundaries of each column, one per row."""
    result = enter(desk, tmp_path, *(GOOD.replace(old, new) for _, old, new in BAD_CELLS))
    told = [line.split(",")[:2] for line in result.stdout.splitlines()[1:]]
    assert told == [[str(line), column] for line, (column, _, _) in enumerate(BAD_CELLS, 2)]
    assert count(desk) == 0


def test_amounts_at_the_boundaries_are_taken(desk: Desk, tmp_path: Path) -> None:
    """One cent, the largest, no decimals, one decimal."""
    amounts = ("0.01", "99999.99", "60", "60.5")
    rows = [GOOD.replace("60.00", amount).replace("08,", f"{month:02d},", 1) for month, amount in enumerate(amounts, 1)]
    assert enter(desk, tmp_path, *rows).exit_code == 0
    assert [desk.due(str(number)).amount_cents for number in (1, 2, 3, 4)] == [1, 9999999, 6000, 6050]


def test_a_short_cmp_number_is_padded(desk: Desk, tmp_path: Path) -> None:
    """REC-2: imports left-pad."""
    enter(desk, tmp_path, GOOD.replace("012345", "12345"))
    assert desk.due("1").owner_cmp == "012345"


def test_a_row_of_the_wrong_length_is_refused(desk: Desk, tmp_path: Path) -> None:
    """Nothing is guessed from its position."""
    result = enter(desk, tmp_path, "012345,COLEGIADO,202608,60.00,30", f"{GOOD},de más")
    assert result.stdout.count("la fila no tiene seis columnas") == 2


def test_a_file_without_a_column_is_refused_as_a_whole(desk: Desk, tmp_path: Path) -> None:
    """With the column's name."""
    result = enter(desk, tmp_path, GOOD, header=HEADER.replace("tax_code", "igv"))
    assert (result.exit_code, "faltan columnas: tax_code" in result.output) == (1, True)


def test_bytes_that_are_not_utf8_spoil_their_row_only(desk: Desk, tmp_path: Path) -> None:
    """A file saved by an old spreadsheet."""
    result = enter(
        desk, tmp_path, GOOD.replace("agosto", "señal"), GOOD.replace("202608", "202609"), encoding="latin-1"
    )
    assert result.stdout.splitlines()[1].startswith("2,description,")
    assert count(desk) == 1


def test_a_byte_order_mark_is_no_part_of_the_first_column(desk: Desk, tmp_path: Path) -> None:
    """Spreadsheets write one."""
    assert enter(desk, tmp_path, GOOD, encoding="utf-8-sig").exit_code == 0


def test_more_rows_than_a_chunk_all_enter(desk: Desk, tmp_path: Path) -> None:
    """One transaction per chunk; the last one is not full."""
    rows = [GOOD.replace("012345", f"{number:06d}") for number in range(1, CHUNK + 2)]
    assert enter(desk, tmp_path, *rows).stderr == f"nuevas: {CHUNK + 1}, iguales: 0, rechazadas: 0\n"
    assert count(desk) == CHUNK + 1


def test_conditions_are_published_under_a_version_once(desk: Desk, tmp_path: Path) -> None:
    """What people accepted is never changed."""
    (tmp_path / "es.txt").write_text("Condiciones nuevas", "utf-8")
    (tmp_path / "en.txt").write_text("New terms", "utf-8")
    words = ("publish-terms", "2027-01", "--spanish", str(tmp_path / "es.txt"), "--english", str(tmp_path / "en.txt"))
    results = [run(desk, *words) for _ in range(2)]
    assert [result.exit_code for result in results] == [0, 1]
    assert "ya existe" in results[1].output
    with desk.service.transaction() as session:
        assert session.get_one(Terms, "2027-01").text_es == "Condiciones nuevas"


def test_charges_in_doubt_are_listed_without_personal_data(desk: Desk) -> None:
    """For an operator at night."""
    desk.acquirer.next("charge_then_drop")
    desk.pay(desk.place(*desk.owe("202608")))
    lines = run(desk, "list-doubtful").stdout.splitlines()
    assert lines[1].startswith("100000001,UNKNOWN,2026-11-20 15:00:00+00:00,2026-11-20 15:00:10+00:00,0,0")
