"""The filtered list as a file (VOU-13): its content, the long one written by a job, and who may fetch it."""

import csv
import io
import zipfile
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import lxml.etree
import pytest
from sqlalchemy import select

from chassis.testing import ServiceUnderTest
from contracts.einvoice import VoucherExportFailed, VoucherExportReady
from contracts.payments import Recipient
from services.einvoice import exporting
from services.einvoice.exporting import TRIES
from services.einvoice.jobs import forget_exports, write_exports
from services.einvoice.models import VoucherExport, VoucherState
from services.einvoice.spreadsheets import WRITERS
from tests.einvoice.shelf import OTHER, ROSA_LOGIN, Shelf
from tests.people import staff

HEADING = ["DOCUMENTO", "TIPO", "FECHA", "CLIENTE", "NOMBRE", "ESTADO"]
ROW = ["B003-00000001", "03", "20/11/2026", "40000001", "QUISPE ÑAUPARI ROSA ELVIRA", "Aceptado"]


def cells(data: bytes) -> list[list[str]]:
    """The rows of a CSV as Excel reads it."""
    text = data.decode("utf-8")
    assert text.startswith("\ufeff")
    return list(csv.reader(io.StringIO(text[1:]), delimiter=";"))


def sheet(data: bytes) -> list[list[Any]]:
    """The rows of the one sheet of a workbook: texts as texts, dates (the only numbers) as dates; no formula."""
    with zipfile.ZipFile(io.BytesIO(data)) as book:
        root = lxml.etree.fromstring(book.read("xl/worksheets/sheet1.xml"))
    assert not root.findall(".//{*}f")
    return [[_value(cell) for cell in row] for row in root.iter("{*}row")]


def _value(cell: Any) -> Any:
    if cell.get("t") == "inlineStr":
        return cell.findtext("{*}is/{*}t")
    return date(1899, 12, 30) + timedelta(days=int(cell.findtext("{*}v")))


def test_a_csv_has_the_columns_of_the_list(shelf: Shelf) -> None:
    """VOU-13, VOU-8: dates dd/mm/yyyy, documents with their zeros."""
    shelf.put()
    answer = shelf.get("vouchers/export")
    assert cells(answer.data) == [HEADING, ROW]
    assert answer.content_type == "text/csv; charset=utf-8"
    assert answer.headers["Content-Disposition"] == 'attachment; filename="comprobantes.csv"'
    assert answer.headers["Cache-Control"] == "private, no-store"


def test_a_workbook_has_the_same_columns_with_real_dates(shelf: Shelf) -> None:
    """VOU-13: a document number is text, a date is a date that shows as dd/mm/yyyy."""
    shelf.put()
    data = shelf.get("vouchers/export", format="xlsx").data
    assert sheet(data) == [HEADING, [*ROW[:2], date(2026, 11, 20), *ROW[3:]]]
    with zipfile.ZipFile(io.BytesIO(data)) as book:
        assert b'formatCode="dd/mm/yyyy"' in book.read("xl/styles.xml")


@pytest.mark.parametrize("format", WRITERS)
def test_a_name_never_becomes_a_formula(format: str) -> None:
    """What people typed as a name is text to a spreadsheet, whatever it begins with."""
    out, name = io.BytesIO(), "=HYPERLINK(1)"
    WRITERS[format](out, iter([("B003-00000001", "03", date(2026, 11, 20), "40000001", name, "Aceptado")]))
    found = {"csv": cells, "xlsx": sheet}[format](out.getvalue())[1][4]
    assert found == {"csv": f"'{name}", "xlsx": name}[format]


def test_the_export_is_the_filtered_list_newest_first(shelf: Shelf) -> None:
    """VOU-13: the same filters and the same order; Aceptado unless asked otherwise; nobody else's."""
    shelf.put()
    shelf.put(VoucherState.VOIDED)
    shelf.put()
    shelf.put(customer=Recipient(document_type="1", document_number="40000002", name="OTRO MÉDICO"))
    exported = {state: [row[0][-1] for row in cells(shelf.get("vouchers/export", **query).data)[1:]]
                for state, query in {"default": {}, "voided": {"state": "voided"}}.items()}  # fmt: skip
    assert exported == {"default": ["3", "1"], "voided": ["2"]}


@pytest.fixture
def long_list(settle: Callable[..., ServiceUnderTest], monkeypatch: pytest.MonkeyPatch) -> Shelf:
    """Five vouchers where two are exported at once, read two at a time."""
    monkeypatch.setattr(exporting, "PAGE", 2)
    shelf = Shelf(settle(export_at_once=2, export_max_rows=5, sunat_url="", sunat_consult_url=""))
    for _ in range(5):
        shelf.put()
    return shelf


def asked(shelf: Shelf, **wish: Any) -> dict[str, Any]:
    """Ask for an export; what is told of it."""
    answer = shelf.post("vouchers/exports", **wish)
    assert answer.status_code == 202, answer.get_json()
    told: dict[str, Any] = answer.get_json()
    return told


def test_a_list_beyond_the_limit_is_not_exported_at_once(long_list: Shelf) -> None:
    answer = long_list.get("vouchers/export")
    assert (answer.status_code, answer.get_json()["type"]) == (409, "urn:cmp:problem:einvoice/too-many-to-export")


def test_a_long_list_is_written_by_the_job_and_its_owner_is_told(long_list: Shelf) -> None:
    """Progress before, file and event after; the mail's link is good for as long as the setting says."""
    wish = asked(long_list, format="xlsx", state="any")
    assert (wish["state"], wish["rows_total"], wish["rows_written"], wish["size"]) == ("waiting", 5, 0, None)
    assert long_list.get(f"vouchers/exports/{wish['id']}/file").status_code == 409

    assert long_list.service.run(write_exports)
    done = long_list.get(f"vouchers/exports/{wish['id']}").get_json()
    assert (done["state"], done["rows_written"]) == ("ready", 5)
    file = long_list.get(f"vouchers/exports/{wish['id']}/file")
    assert [row[0][-1] for row in sheet(file.data)[1:]] == ["5", "4", "3", "2", "1"]
    assert (int(file.headers["Content-Length"]), file.headers["Content-Disposition"]) == (
        done["size"], 'attachment; filename="comprobantes-20261120.xlsx"',
    )  # fmt: skip
    (event,) = long_list.service.events(VoucherExportReady)
    assert (event.export_id, event.account_id, event.rows, event.format) == (wish["id"], "account-012345", 5, "xlsx")
    assert event.expires_at == long_list.service.clock.now() + timedelta(hours=72)
    assert not long_list.service.run(write_exports)


def test_the_job_takes_the_filters_and_what_its_owner_may_see(long_list: Shelf) -> None:
    """Filters survive as they were given; a voucher issued after the wish is not in it."""
    wish = asked(long_list, **{"from": "2026-11-20", "to": "2026-11-20", "total": "30.00", "name": "ñaupari"})
    long_list.put(customer=Recipient(document_type="1", document_number="40000002", name="OTRO ÑAUPARI"))
    long_list.put()
    long_list.service.run(write_exports)
    rows = cells(long_list.get(f"vouchers/exports/{wish['id']}/file").data)
    assert [row[0][-1] for row in rows[1:]] == ["5", "4", "3", "2", "1"]


def test_progress_is_told_while_it_is_written(long_list: Shelf, monkeypatch: pytest.MonkeyPatch) -> None:
    """After every page, and the file is put together again from the start when a try dies."""
    wish = asked(long_list)

    def dies(*_: Any, **__: Any) -> None:
        raise RuntimeError("disk full")

    with monkeypatch.context() as broken:
        broken.setattr("chassis.files.FileStore.put", dies)
        with pytest.raises(RuntimeError):
            long_list.service.run(write_exports)
    assert long_list.get(f"vouchers/exports/{wish['id']}").get_json()["rows_written"] == 4
    assert not long_list.service.run(write_exports), "its lease has not ended"
    long_list.service.clock.advance(minutes=6)
    long_list.service.run(write_exports)
    assert len(cells(long_list.get(f"vouchers/exports/{wish['id']}/file").data)) == 6


def test_an_export_that_fails_too_often_is_given_up_and_told(long_list: Shelf, monkeypatch: pytest.MonkeyPatch) -> None:
    wish = asked(long_list)
    with long_list.service.transaction() as session:
        session.get_one(VoucherExport, wish["id"]).attempts = TRIES
    long_list.service.run(write_exports)
    assert long_list.get(f"vouchers/exports/{wish['id']}").get_json()["state"] == "failed"
    assert [event.export_id for event in long_list.service.events(VoucherExportFailed)] == [wish["id"]]


def test_a_try_that_was_overtaken_writes_nothing(long_list: Shelf, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its lease ended and another try has begun: only that one settles the export."""
    wish = asked(long_list)
    inner = exporting.WRITERS["csv"]

    def slow(out: Any, rows: Any) -> int:
        with long_list.service.transaction() as session:
            session.get_one(VoucherExport, wish["id"]).attempts += 1
        return inner(out, rows)

    monkeypatch.setitem(exporting.WRITERS, "csv", slow)
    long_list.service.run(write_exports)
    assert long_list.get(f"vouchers/exports/{wish['id']}").get_json()["state"] == "waiting"
    assert VoucherExportReady not in long_list.service.published()


def test_an_export_opens_for_its_owner_only(long_list: Shelf) -> None:
    """404 for everybody else, staff too, as if it were not there."""
    wish = asked(long_list)
    long_list.service.run(write_exports)
    ways = (f"vouchers/exports/{wish['id']}", f"vouchers/exports/{wish['id']}/file")
    assert {long_list.get(way, who).status_code for way in ways for who in (OTHER, staff("vouchers:read"))} == {404}
    assert {long_list.get(way, None).status_code for way in ways} == {401}
    assert long_list.get("vouchers/exports", OTHER).get_json() == {"items": []}
    assert [item["id"] for item in long_list.get("vouchers/exports", ROSA_LOGIN).get_json()["items"]] == [wish["id"]]


def test_the_file_is_gone_when_its_time_is_over(long_list: Shelf) -> None:
    """At the minute, not when the tidying job comes by; then neither file nor filters are remembered."""
    wish = asked(long_list, name="quispe")
    long_list.service.run(write_exports)
    long_list.service.clock.advance(hours=72, seconds=-1)
    assert long_list.get(f"vouchers/exports/{wish['id']}/file").status_code == 200
    long_list.service.clock.advance(seconds=1)
    assert long_list.get(f"vouchers/exports/{wish['id']}/file").status_code == 409
    assert long_list.get(f"vouchers/exports/{wish['id']}").get_json()["state"] == "expired"
    long_list.service.run(forget_exports)
    with long_list.service.transaction() as session:
        forgotten = session.scalars(select(VoucherExport)).one()
        assert (forgotten.state, forgotten.file, forgotten.filters) == ("expired", None, {})


def test_the_same_wish_twice_is_one_export_and_three_may_be_under_way(long_list: Shelf) -> None:
    first = asked(long_list)
    assert asked(long_list)["id"] == first["id"]
    for wish in ({"format": "xlsx"}, {"state": "any"}):
        asked(long_list, **wish)
    answer = long_list.post("vouchers/exports", state="voided")
    assert (answer.status_code, answer.get_json()["type"]) == (409, "urn:cmp:problem:einvoice/exports-under-way")


def test_more_rows_than_a_file_may_hold_are_refused(long_list: Shelf) -> None:
    long_list.put()
    answer = long_list.post("vouchers/exports")
    assert (answer.status_code, answer.get_json()["errors"][0]["pointer"]) == (422, "/from")


@pytest.mark.parametrize("wish", [{"format": "pdf"}, {"state": "aceptado"}, {"limit": 5}, {"email": "x@example.pe"}])
def test_a_wish_that_makes_no_sense_is_refused(shelf: Shelf, wish: dict[str, Any]) -> None:
    assert shelf.post("vouchers/exports", **wish).status_code == 422
    assert shelf.get("vouchers/export", **wish).status_code == 422
