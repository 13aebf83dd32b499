"""Payments made at banks and counters, and old dues, from files: with a report, tried first, never twice."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result
from sqlalchemy import event, func, select

from contracts.payments import DuePaidElsewhere, OutsidePaymentNotApplied
from services.payments.dues import cells
from services.payments.models import OutsidePayment
from tests.payments.books import OF_LIMA, ONLOOKER, TREASURER, balances
from tests.payments.desk import Desk
from tests.payments.test_import_dues import count, enter, run

HEADER = "owner_cmp,kind,period,channel,reference,amount,paid_on"
GOOD = "012345,COLEGIADO,202608,BANCO,OP-1,60.00,2026-11-19"


def take(desk: Desk, folder: Path, *rows: str, header: str = HEADER, words: tuple[str, ...] = ()) -> Result:
    """Import a file of payments made elsewhere."""
    file = folder / "pagos.csv"
    file.write_text("\n".join([header, *rows, ""]))
    return run(desk, "import-outside-payments", str(file), *words)


def kept(desk: Desk) -> int:
    """How many payments made elsewhere are stored."""
    with desk.service.transaction() as session:
        return session.scalar(select(func.count()).select_from(OutsidePayment)) or 0


def test_a_payment_of_the_file_settles_its_due(desk: Desk, tmp_path: Path) -> None:
    """As paid on the day the bank says."""
    [due] = desk.owe("202608")
    assert take(desk, tmp_path, GOOD).stderr == "nuevas: 1, iguales: 0, rechazadas: 0\n"
    assert (desk.due(due).state, str(desk.due(due).settled_at)[:10]) == ("PAID", "2026-11-19")
    assert balances(desk) == {"BANK": 6000, "DUES_COLEGIADO": -6000}


def test_the_same_file_twice_settles_once(desk: Desk, tmp_path: Path) -> None:
    """Equal rows are counted."""
    desk.owe("202608")
    take(desk, tmp_path, GOOD)
    assert take(desk, tmp_path, GOOD).stderr == "nuevas: 0, iguales: 1, rechazadas: 0\n"
    assert (kept(desk), balances(desk)["BANK"]) == (1, 6000)


def test_a_dry_run_reports_and_keeps_nothing(desk: Desk, tmp_path: Path) -> None:
    """No row, no entry, no event."""
    [due] = desk.owe("202608")
    told = take(desk, tmp_path, GOOD, GOOD.replace("202608", "202607"), words=("--dry-run",))
    assert told.stderr == "nuevas: 1, iguales: 0, rechazadas: 1 (prueba: no se guardó nada)\n"
    assert (desk.due(due).state, kept(desk), desk.service.published()) == ("OPEN", 0, [])


@pytest.mark.parametrize(
    ("good", "bad", "column", "reason"),
    [
        ("BANCO", "YAPE", "channel", "debe ser BANCO o CAJA"),
        ("OP-1", "", "reference", "debe tener entre 1 y 60 caracteres en una línea"),
        ("2026-11-19", "2026-11-21", "paid_on", "no puede ser una fecha futura"),
        ("2026-11-19", "19/11/2026", "paid_on", "debe ser una fecha en la forma aaaa-mm-dd"),
        ("60.00", "59.00", "amount", "no es igual al monto de la cuota"),
        ("202608", "202607", "", '"no existe una cuota de ese médico, tipo y mes"'),
    ],
)
def test_a_bad_row_is_told_with_line_and_column(
    desk: Desk, tmp_path: Path, good: str, bad: str, column: str, reason: str
) -> None:
    """And changes nothing; today's date in Lima is the last good one."""
    desk.owe("202608")
    told = take(desk, tmp_path, GOOD.replace(good, bad))
    assert told.stdout.splitlines()[1] == f"2,{column},{reason}"
    assert (told.exit_code, kept(desk)) == (1, 0)


def test_money_for_a_paid_due_is_kept_and_told(desk: Desk, tmp_path: Path) -> None:
    """Nothing silent: it waits for a person."""
    desk.paid(*desk.owe("202608"))
    told = take(desk, tmp_path, GOOD)
    assert told.stderr == "nuevas: 0, iguales: 0, rechazadas: 0, por resolver: 1\n"
    assert balances(desk)["REFUNDS"] == -6000


def test_a_person_of_the_family_is_named_in_the_file(desk: Desk, tmp_path: Path) -> None:
    """Two dues of one month and kind are two."""
    header, row = "owner_cmp,kind,period,amount,tax_code,description,person", "012345,SEMEFA,202608,50.00,30,Semefa,{}"
    enter(desk, tmp_path, row.format("CONYUGE"), row.format("HIJO-1"), header=header)
    assert count(desk) == 2
    line = "012345,SEMEFA,202608,CAJA,R-1,50.00,2026-11-19,HIJO-1"
    assert take(desk, tmp_path, line, header=f"{HEADER},person").exit_code == 0
    pending = desk.pending("SEMEFA")
    assert pending["total"] == "50.00"


def test_old_dues_enter_as_paid_and_are_not_booked(desk: Desk, tmp_path: Path) -> None:
    """History belongs to the accountant's opening balance."""
    header = "owner_cmp,kind,period,amount,tax_code,description,paid_on"
    row = "012345,COLEGIADO,202401,60.00,30,Cuota enero 2024"
    enter(desk, tmp_path, f"{row},2024-01-15", f"{row.replace('202401', '202402')},", header=header)
    assert [desk.due(number).state for number in "12"] == ["PAID", "OPEN"]
    assert (balances(desk), len(desk.pending()["items"])) == ({}, 1)


def test_an_import_that_was_interrupted_is_finished_by_the_next(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Chunks before the break are in; nothing is in twice."""
    months = [f"2026{month:02d}" for month in range(1, 7)]
    desk.owe(*months)
    rows = [GOOD.replace("202608", month) for month in months]
    from services.payments.dues import outside_file

    real, calls = outside_file.take_payment, []

    def break_off(*given: Any, **more: Any) -> Any:
        calls.append(given)
        if len(calls) == 5:
            raise ConnectionError
        return real(*given, **more)

    monkeypatch.setattr(cells, "CHUNK", 2)
    monkeypatch.setattr(outside_file, "take_payment", break_off)
    assert isinstance(take(desk, tmp_path, *rows).exception, ConnectionError)
    assert kept(desk) == 4
    assert take(desk, tmp_path, *rows).stderr == "nuevas: 2, iguales: 4, rechazadas: 0\n"
    assert balances(desk)["BANK"] == 6 * 6000


@contextmanager
def counted(desk: Desk) -> Iterator[list[str]]:
    """What the service looks up in the meantime."""
    questions: list[str] = []

    def note(_: Any, __: Any, statement: str, *___: Any) -> None:
        if statement.lstrip().startswith("SELECT"):
            questions.append(statement)

    event.listen(desk.service.db.engine, "before_cursor_execute", note)
    yield questions
    event.remove(desk.service.db.engine, "before_cursor_execute", note)


def test_more_rows_ask_the_database_no_more_often(desk: Desk, tmp_path: Path) -> None:
    """A bank's month is 10,000 rows: they are looked up a chunk at a time."""
    months = [f"20{year}{month:02d}" for year in (24, 25) for month in range(1, 13)]
    desk.owe("202608", *months)
    with counted(desk) as for_one:
        take(desk, tmp_path, GOOD)
    with counted(desk) as for_many:
        take(desk, tmp_path, *(GOOD.replace("202608", month) for month in months))
    assert kept(desk) == 25
    assert len(for_many) == len(for_one)


def test_two_rows_for_one_due_settle_it_once(desk: Desk, tmp_path: Path) -> None:
    """The second operation waits for a person; the same operation twice in a file is one."""
    desk.owe("202608")
    told = take(desk, tmp_path, GOOD, GOOD.replace("OP-1", "OP-2"), GOOD)
    assert told.stderr == "nuevas: 1, iguales: 1, rechazadas: 0, por resolver: 1\n"
    assert balances(desk) == {"BANK": 12000, "DUES_COLEGIADO": -6000, "REFUNDS": -6000}
    assert len(desk.service.events(DuePaidElsewhere)) == len(desk.service.events(OutsidePaymentNotApplied)) == 1


def test_treasury_tries_a_file_before_it_is_taken(desk: Desk) -> None:
    """By default a file is only tried."""
    desk.owe("202608")
    body = "\n".join([HEADER, GOOD, GOOD.replace("202608", "202607")]).encode()
    path = "/v1/staff/dues/imports?content=outside-payments"
    tried = desk.ask("POST", path, TREASURER, data=body).body
    assert (tried["dry_run"], tried["entered"], tried["rows"][0]["line"], kept(desk)) == (True, 1, 3, 0)
    taken = desk.ask("POST", f"{path}&dry_run=false", TREASURER, data=body).body
    assert (taken["dry_run"], taken["entered"], kept(desk)) == (False, 1, 1)


def test_a_file_without_its_columns_is_refused(desk: Desk) -> None:
    """As a whole, by name; files are the national treasury's."""
    path = "/v1/staff/dues/imports?content=dues"
    answer = desk.ask("POST", path, TREASURER, data=b"a,b\n1,2\n")
    assert (answer.problem, "faltan columnas" in answer.body["detail"]) == ("payments/file-not-readable", True)
    assert desk.ask("POST", path, OF_LIMA, data=b"").problem == "payments/national-only"
    assert desk.ask("POST", path, ONLOOKER, data=b"").status == 403
