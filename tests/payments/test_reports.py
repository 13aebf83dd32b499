"""Reports of treasury: what was collected and given back, by day in Lima, kind and council, and as XLSX (issue 4)."""

import io
import zipfile
from datetime import datetime
from typing import Any

import pytest

from chassis.clock import LIMA
from contracts.identity import CouncilChanged
from services.payments.dues import DueKind
from services.payments.models import Order, Refund, RefundLine
from services.payments.states import OrderState, RefundState
from tests.payments.desk import JULIO, ROSA, Desk
from tests.people import staff

TREASURY = staff("payments:view")


def report(desk: Desk, by: str = "day", who: Any = TREASURY, start: str = "2026-11-01", end: str = "2026-11-30") -> Any:
    """A report that must be given."""
    answer = desk.ask("GET", f"/v1/staff/reports/collected?from={start}&to={end}&by={by}", who)
    assert answer.status == 200, answer.body
    return answer.body


def lines(report: Any) -> list[tuple[Any, ...]]:
    """Label, orders, dues and amounts of each line."""
    return [
        tuple(row[name] for name in ("label", "orders", "dues", "collected", "refunded", "net"))
        for row in report["items"]
    ]


def pay(desk: Desk, *periods: str, **who: Any) -> Any:
    """Owe these months and pay them; return the order."""
    return desk.pay(desk.place(*desk.owe(*periods, **who)))


def pay_at(desk: Desk, at: datetime, period: str) -> None:
    """An order paid at a moment."""
    order = pay(desk, period)
    with desk.service.transaction() as session:
        session.get_one(Order, order["id"]).paid_at = at


def give_back(desk: Desk, order: Any, *, lines: int) -> None:
    """A refund whose money went back, of so many dues; of none when the charge had paid nothing."""
    with desk.service.transaction() as session:
        stored = session.get_one(Order, order["id"])
        session.add(
            Refund(
                id="0" * 36, external_reference="R1", order_id=stored.id, attempt_id=stored.attempts[-1].id,
                state=RefundState.RETURNED, amount_cents=6000 * max(lines, 1), currency="PEN", whole=False, reason="Pago doble",
                requested_by="a", requested_by_name="A", requested_at=desk.service.clock.now(),
                returned_at=desk.service.clock.now(),
                lines=[RefundLine(due_id=line.due_id, position=line.position, period=line.period, amount_cents=6000)
                       for line in stored.lines[:lines]],
            )
        )  # fmt: skip


def test_a_day_sums_its_paid_orders(desk: Desk) -> None:
    pay(desk, "202608", "202609")
    pay(desk, "202610")
    found = report(desk)
    assert lines(found) == [("20/11/2026", 2, 3, "180.00", "0.00", "180.00")]
    assert (found["total"]["net"], found["currency"]) == ("180.00", "PEN")


def test_the_day_is_limas_not_greenwichs(desk: Desk) -> None:
    pay_at(desk, datetime(2026, 11, 10, 23, 59, tzinfo=LIMA), "202608")
    pay_at(desk, datetime(2026, 11, 11, 0, 0, tzinfo=LIMA), "202609")
    assert [row[0] for row in lines(report(desk))] == ["10/11/2026", "11/11/2026"]


def test_both_ends_belong_to_it(desk: Desk) -> None:
    pay_at(desk, datetime(2026, 11, 10, 0, 0, tzinfo=LIMA), "202608")
    pay_at(desk, datetime(2026, 11, 11, 23, 59, tzinfo=LIMA), "202609")
    pay_at(desk, datetime(2026, 11, 12, 0, 0, tzinfo=LIMA), "202610")
    assert report(desk, start="2026-11-10", end="2026-11-11")["total"]["orders"] == 2


def test_what_was_not_paid_is_not_in_it(desk: Desk) -> None:
    desk.place(*desk.owe("202608"))
    assert report(desk)["items"] == []


def test_money_given_back_is_taken_off_and_told(desk: Desk) -> None:
    order = pay(desk, "202608", "202609")
    give_back(desk, order, lines=1)
    assert lines(report(desk)) == [("20/11/2026", 1, 2, "120.00", "60.00", "60.00")]


def test_a_charge_that_had_paid_nothing_was_never_collected(desk: Desk) -> None:
    order = pay(desk, "202608")
    with desk.service.transaction() as session:
        stored = session.get_one(Order, order["id"])
        stored.state, stored.paid_at = OrderState.REFUNDED, None
    give_back(desk, order, lines=0)
    assert report(desk)["items"] == []


def test_kinds_are_told_apart(desk: Desk) -> None:
    pay(desk, "202608")
    desk.pay(desk.place(*desk.owe("202609", kind=DueKind.SEMEFA, cents=8500), kind="SEMEFA"))
    assert [row[:1] + row[-1:] for row in lines(report(desk, "kind"))] == [
        ("Cuota Colegiado", "60.00"),
        ("Cuota Semefa", "85.00"),
    ]


def test_councils_have_the_names_identity_tells(desk: Desk) -> None:
    desk.welcome(cmp_number="023546", council="15", document_number="40000002")
    pay(desk, "202608")
    desk.pay(desk.place(*desk.owe("202609", cmp_number="023546"), who=JULIO), who=JULIO)
    desk.service.deliver(
        CouncilChanged(code="03", roman="III", name="Lima", region="Lima", label="CR III LIMA"), sequence=2
    )
    desk.service.deliver(CouncilChanged(code="03", roman="III", name="X", region="Lima", label="VIEJO"), sequence=1)
    assert [row[0] for row in lines(report(desk, "council"))] == ["CR III LIMA", "Consejo regional 15"]


def test_a_council_sees_its_own_money_only(desk: Desk) -> None:
    pay(desk, "202608")
    assert report(desk, who=staff("payments:view", council="15"))["items"] == []
    assert report(desk, who=staff("payments:view", council="03"))["total"]["orders"] == 1


def test_the_workbook_has_the_same_figures(desk: Desk) -> None:
    pay(desk, "202608")
    path = "/v1/staff/reports/collected.xlsx?from=2026-11-01&to=2026-11-30&by=kind"
    answer = desk.service.client(TREASURY).get(path)
    assert 'filename="recaudacion-20261101-20261130-kind.xlsx"' in answer.headers["Content-Disposition"]
    book = zipfile.ZipFile(io.BytesIO(answer.data))
    sheet, strings = book.read("xl/worksheets/sheet1.xml").decode(), book.read("xl/sharedStrings.xml").decode()
    assert "Cuota Colegiado" in strings and "Recaudación del 01/11/2026 al 30/11/2026" in strings
    assert sheet.count("<v>60</v>") == 4, "collected and net, of the line and of the total"
    assert any("chart" in name for name in book.namelist())


@pytest.mark.parametrize(
    ("query", "wrong"),
    [("from=2026-11-02&to=2026-11-01", "/to"), ("from=2025-01-01&to=2026-01-02", "/to"), ("to=2026-11-01", "/from"),
     ("from=ayer&to=2026-11-01", "/from"), ("from=2026-11-01&to=2026-11-02&by=card", "/by")],
)  # fmt: skip
def test_what_makes_no_sense_is_said_beside_its_field(desk: Desk, query: str, wrong: str) -> None:
    answer = desk.ask("GET", f"/v1/staff/reports/collected?{query}", TREASURY)
    assert (answer.status, list(answer.pointers)) == (422, [wrong])


@pytest.mark.parametrize(("who", "status"), [(None, 401), (ROSA, 403), (staff("payments:dues"), 403)])
def test_nobody_else_reads_them(desk: Desk, who: Any, status: int) -> None:
    assert desk.ask("GET", "/v1/staff/reports/collected?from=2026-11-01&to=2026-11-02", who).status == status
