"""The report of a month, its XLSX and its PLE 14.1 file; its sums are those of the vouchers and of payments' ledger."""

import io
import random
import zipfile
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from contracts.payments import PaymentCaptured, PaymentRefunded
from services.einvoice.documents import CREDIT_NOTE, Document, Line
from services.einvoice.models import Voucher, VoucherState
from tests.einvoice.conftest import Office
from tests.einvoice.facts import CLINIC, ROSA, a_payment
from tests.einvoice.shelf import Shelf
from tests.einvoice.test_desk import ICA, LIMA, NATIONAL, get, post
from tests.einvoice.test_staff import a_note_wish, a_void_wish, a_wish
from tests.payments.books import balances
from tests.payments.conftest import acquirer, desk, make_desk, socket
from tests.payments.desk import Desk

__all__ = ["acquirer", "desk", "make_desk", "socket"]

MONTH = {"month": "2026-11"}


def cents(text: str) -> int:
    """A decimal string as cents."""
    return int(Decimal(text) * 100)


def some_lines(chance: random.Random) -> tuple[Line, ...]:
    """One to four lines of any treatment."""
    codes = chance.choices(("10", "20", "30"), k=chance.randint(1, 4))
    return tuple(
        Line.priced(description="COSA", price_cents=chance.randint(1, 99_999), tax_code=code) for code in codes
    )


def put_many(shelf: Shelf, chance: random.Random, count: int) -> list[Voucher]:
    """Vouchers of both types and of any outcome, spread over the month."""
    states = (VoucherState.ACCEPTED, VoucherState.OBSERVED, VoucherState.REJECTED, VoucherState.VOIDED)
    ids = []
    for _ in range(count):
        voucher_type, customer = chance.choice((("01", CLINIC), ("03", ROSA)))
        moment = shelf.service.clock.now() - timedelta(days=chance.randint(0, 18))
        ids.append(
            shelf.put(
                chance.choice(states),
                voucher_type=voucher_type,
                customer=customer,
                lines=some_lines(chance),
                issued_at=moment,
            )
        )
    with shelf.service.transaction() as session:
        vouchers = [session.get_one(Voucher, voucher_id) for voucher_id in ids]
        for voucher in vouchers:
            _ = voucher.lines
        return vouchers


def read(shelf: Shelf, path: str, who: Any = NATIONAL) -> Any:
    """GET of a report as staff."""
    return shelf.service.client(who).get(f"/v1/staff/reports/{path}", query_string=MONTH)


@pytest.mark.parametrize("seed", [1, 2])
def test_the_sums_are_those_of_the_vouchers(shelf: Shelf, seed: int) -> None:
    """By type, series, day and tax treatment, whatever was issued."""
    vouchers = put_many(shelf, random.Random(seed), 12)
    documents: list[Document] = [one.document() for one in vouchers if one.state in ("accepted", "observed")]
    report = read(shelf, "month").get_json()
    for name in ("gravado", "exonerado", "inafecto"):
        assert cents(report["total"][name]) == sum(document.value_of(name) for document in documents)
    assert cents(report["total"]["igv"]) == sum(document.tax_cents for document in documents)
    assert cents(report["total"]["total"]) == sum(document.total_cents for document in documents)
    for cut in ("items", "days", "origins"):
        for name in ("issued", "accepted", "rejected", "voided", "pending"):
            assert sum(line[name] for line in report[cut]) == report["total"][name]
        assert sum(cents(line["total"]) for line in report[cut]) == cents(report["total"]["total"])
    assert report["total"]["issued"] == 12


def test_the_sums_are_those_of_the_ledger_of_payments(office: Office, desk: Desk) -> None:
    """What payments books as income, less what it gives back, is what vouchers and their notes say."""
    chance = random.Random(7)
    orders = []
    for periods in (("202601", "202602"), ("202603", "202604"), ("202605", "202606"), ("202607",)):
        dues = desk.owe(*periods, cents=chance.randint(100, 99_999))
        orders.append(desk.paid(*dues))
    desk.refund(orders[3])
    desk.send_refunds()
    desk.refund(orders[2], str(orders[2]["lines"][-1]["due_id"]))
    desk.send_refunds(days=1)
    for event in desk.service.events():
        if isinstance(event, PaymentCaptured | PaymentRefunded):
            office.service.deliver(event)
            office.send()
    office.send()
    report = get(office, "reports/month", NATIONAL, **MONTH)
    origins = {line["key"]: cents(line["total"]) for line in report["origins"]}
    booked = balances(desk)
    assert origins.keys() == {"payment", "refund"}
    assert report["total"]["pending"] == 0
    assert cents(report["total"]["total"]) == -booked["DUES_COLEGIADO"] - booked.get("VAT", 0)
    assert origins["payment"] == sum(cents(order["total"]) for order in orders)


def test_a_month_tells_what_was_issued_and_what_sunat_said(office: Office) -> None:
    """A note of credit takes off, a void counts no more, a rejected one never did; another council sees nothing."""
    kept, voided = (post(office, "vouchers", **a_wish()).get_json()["id"] for _ in range(2))
    office.send()
    post(office, f"vouchers/{kept}/notes", **a_note_wish())
    post(office, f"vouchers/{voided}/void", **a_void_wish())
    office.tell()
    office.send()
    office.sunat.will("reject", code="2335")
    office.service.deliver(a_payment())
    office.send()
    report = get(office, "reports/month", **MONTH)
    by_series = {line["series"]: line for line in report["items"]}
    boletas = by_series["B003"]
    assert (boletas["issued"], boletas["accepted"], boletas["rejected"], boletas["voided"]) == (3, 1, 1, 1)
    assert (boletas["gravado"], boletas["igv"], boletas["total"]) == ("100.00", "18.00", "118.00")
    assert by_series["BC03"]["total"] == "-118.00"
    assert report["total"]["total"] == "0.00"
    assert get(office, "reports/month", ICA, **MONTH)["items"] == []
    assert get(office, "reports/month", month="2026-10")["total"]["issued"] == 0


def test_the_workbook_holds_the_same_figures(shelf: Shelf) -> None:
    """XLSX with a sheet per cut."""
    put_many(shelf, random.Random(3), 3)
    with zipfile.ZipFile(io.BytesIO(read(shelf, "month.xlsx").data)) as book:
        assert {f"xl/worksheets/sheet{number}.xml" for number in (1, 2, 3)} <= set(book.namelist())
        assert "Tipo y serie" in book.read("xl/workbook.xml").decode()


def test_the_sales_register_has_the_layout_that_accountants_load(office: Office) -> None:
    """PLE 14.1: 35 fields, the note negative with what it amends, the void one zero with state 2, CR LF."""
    kept, voided = (post(office, "vouchers", **a_wish()).get_json()["id"] for _ in range(2))
    office.send()
    post(office, f"vouchers/{kept}/notes", **a_note_wish())
    post(office, f"vouchers/{voided}/void", **a_void_wish())
    office.tell()
    office.send()
    answer = office.service.client(NATIONAL).get("/v1/staff/reports/ple.txt", query_string=MONTH)
    assert "LE2000000000120261100140100001111.txt" in answer.headers["Content-Disposition"]
    boleta, void, note = (line.split("|") for line in answer.text.splitlines())
    assert {len(line) for line in (boleta, void, note)} == {36}
    assert answer.text.endswith("|\r\n")
    assert boleta[:8] == ["20261100", "03B00300000001", "M1", "20/11/2026", "", "03", "B003", "1"]
    assert boleta[9:12] == ["1", "40000001", "QUISPE ÑAUPARI, ROSA ELVIRA"]
    assert (boleta[13], boleta[15], boleta[24], boleta[25], boleta[34]) == ("100.00", "18.00", "118.00", "PEN", "1")
    assert (void[7], void[24], void[34]) == ("2", "0.00", "2")
    assert (note[5], note[13], note[24]) == (CREDIT_NOTE, "-100.00", "-118.00")
    assert note[27:31] == ["20/11/2026", "03", "B003", "1"]


def test_the_register_sums_up_to_the_report(shelf: Shelf) -> None:
    """The same vouchers, the same cents; what SUNAT rejected is in neither."""
    put_many(shelf, random.Random(11), 10)
    report = read(shelf, "month").get_json()["total"]
    rows = [line.split("|") for line in read(shelf, "ple.txt").text.splitlines()]
    assert len(rows) == report["accepted"] + report["voided"]
    for place, name in ((13, "gravado"), (15, "igv"), (17, "exonerado"), (18, "inafecto"), (24, "total")):
        assert sum(cents(row[place]) for row in rows) == cents(report[name])


def test_the_register_is_the_issuers_as_a_whole(shelf: Shelf) -> None:
    """Staff of one council do not find it; a month without vouchers says so in its name."""
    assert read(shelf, "ple.txt", LIMA).status_code == 404
    empty = read(shelf, "ple.txt")
    assert "00140100001011.txt" in empty.headers["Content-Disposition"]
    assert empty.text == ""


def test_a_month_that_is_none_is_refused(shelf: Shelf) -> None:
    """Field by field, as everywhere."""
    answer = shelf.service.client(LIMA).get("/v1/staff/reports/month", query_string={"month": "2026-13"})
    assert answer.status_code == 422
