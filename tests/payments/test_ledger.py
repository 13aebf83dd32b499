"""The books: every movement balanced, posted once, never changed, and shown to the accountant."""

import csv
import io
import zipfile
from datetime import date
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, select, text, update
from sqlalchemy.exc import DBAPIError

from contracts.payments import LedgerAccountRenamed
from services.payments.dues import DueKind
from services.payments.ledger.accounts import Account, Cause
from services.payments.ledger.export import plain
from services.payments.ledger.posting import income_of, post
from services.payments.models import LedgerEntry, LedgerTransaction, Unbalanced, WrittenTwice
from tests.payments.books import OF_LIMA, ONLOOKER, TREASURER, a_row, balances, causes, settle
from tests.payments.desk import Desk
from tests.people import staff

DAY = date(2026, 11, 20)


def book(desk: Desk, row_id: object, legs: dict[Account, int], glosa: str = "Prueba") -> bool:
    """Post a transaction of the test's own."""
    with desk.service.transaction() as session:
        return post(session, Cause.CAPTURE, row_id, legs, day=DAY, text=glosa)


def paid(desk: Desk, *periods: str) -> Any:
    """An order paid by card."""
    return desk.pay(desk.place(*desk.owe(*(periods or ("202608",)))))


def test_a_payment_is_on_the_books_with_its_income(desk: Desk) -> None:
    """The acquirer owes what the physician paid."""
    order = paid(desk, "202608", "202609")
    assert balances(desk) == {"ACQUIRER": 12000, "DUES_COLEGIADO": -12000}
    booked = desk.ask("GET", f"/v1/staff/ledger/transactions?order_id={order['id']}", TREASURER).body["items"]
    assert [(row["kind"], row["day"]) for row in booked] == [("capture", "2026-11-20")]


def test_a_declined_card_leaves_no_entry(desk: Desk) -> None:
    """PAY-12: nothing moved."""
    desk.pay(desk.place(*desk.owe("202608")), card="4041650444437904")
    assert causes(desk) == []


def test_a_charge_whose_dues_were_paid_elsewhere_is_owed_back(desk: Desk) -> None:
    """Case 8: it is no income."""
    due = desk.owe("202608")[0]
    desk.in_doubt("charge_then_drop", due)
    desk.pay_elsewhere(due)
    desk.wait_and_ask(seconds=10)
    assert balances(desk) == {"ACQUIRER": 6000, "REFUNDS": -6000}


def test_a_due_with_igv_is_split(desk: Desk) -> None:
    """Tax code 10: the price holds 18 %."""
    with desk.service.context():
        assert income_of(DueKind.SEMEFA, 11800, "10") == {Account.DUES_SEMEFA: -10000, Account.VAT: -1800}
        assert income_of(DueKind.SEMEFA, 11800, "30") == {Account.DUES_SEMEFA: -11800, Account.VAT: 0}


def test_a_cause_is_posted_once(desk: Desk) -> None:
    """A repeated answer changes nothing."""
    legs = {Account.ACQUIRER: 100, Account.DUES_COLEGIADO: -100}
    assert [book(desk, 1, legs), book(desk, 1, legs), book(desk, 2, legs)] == [True, False, True]
    assert balances(desk)["ACQUIRER"] == 200


def test_what_does_not_balance_is_not_written(desk: Desk) -> None:
    """Not even its first half."""
    with pytest.raises(Unbalanced):
        book(desk, 1, {Account.ACQUIRER: 100, Account.DUES_COLEGIADO: -99})
    assert causes(desk) == []


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(legs=st.dictionaries(st.sampled_from(list(Account)), st.integers(-10_000, 10_000), max_size=6))
def test_whatever_is_posted_the_books_balance(desk: Desk, legs: dict[Account, int]) -> None:
    """Section 5: the ledger balances; what does not is refused as a whole."""
    row_id, good = repr(sorted(legs.items())), sum(legs.values()) == 0
    try:
        book(desk, row_id[:60], legs)
    except Unbalanced:
        assert not good
    balances(desk)


def test_an_entry_cannot_be_changed_by_the_program(desk: Desk) -> None:
    """A mistake is corrected by another entry."""
    paid(desk)
    with pytest.raises(WrittenTwice), desk.service.transaction() as session:
        session.scalars(select(LedgerTransaction)).one().text = "otra"


@pytest.mark.parametrize(
    "statement",
    [update(LedgerEntry).values(debit_cents=1), delete(LedgerEntry), delete(LedgerTransaction)],
    ids=["update", "delete", "delete transaction"],
)
def test_an_entry_cannot_be_changed_in_the_database(desk: Desk, statement: Any) -> None:
    """Whoever asks."""
    paid(desk)
    with pytest.raises(DBAPIError), desk.service.transaction() as session:
        session.execute(text("PRAGMA foreign_keys=OFF") if desk.service.db.is_sqlite else text("SELECT 1"))
        session.execute(statement)
    assert balances(desk) == {"ACQUIRER": 6000, "DUES_COLEGIADO": -6000}


def test_postgresql_refuses_an_entry_that_unbalances_a_transaction(desk: Desk) -> None:
    """At commit, whatever wrote it; SQLite relies on the program."""
    paid(desk)
    extra = text(
        "INSERT INTO ledger_entry (transaction_id, position, account, debit_cents, credit_cents, day) "
        "SELECT id, 9, 'BANK', 100, 0, day FROM ledger_transaction"
    )
    if desk.service.db.is_sqlite:
        return
    with pytest.raises(DBAPIError, match="does not balance"), desk.service.transaction() as session:
        session.execute(extra)


def test_the_trial_balance_shows_opening_movement_and_closing(desk: Desk) -> None:
    """By account, for some days; debits equal credits."""
    paid(desk)
    desk.service.clock.advance(days=1)
    desk.acquirer.next("slow", seconds=0)
    paid(desk, "202609")
    body = desk.ask("GET", "/v1/staff/ledger/trial-balance?from=2026-11-21&to=2026-11-21", TREASURER).body
    acquirer = next(item for item in body["items"] if item["account"]["key"] == "acquirer")
    assert {name: acquirer[name] for name in ("opening", "debit", "credit", "closing")} == {
        "opening": "60.00", "debit": "60.00", "credit": "0.00", "closing": "120.00",
    }  # fmt: skip
    assert body["debit"] == body["credit"] == "60.00"
    assert len(body["items"]) == len(Account)


def test_movements_are_told_by_day_and_account(desk: Desk) -> None:
    """The report by day."""
    paid(desk)
    items = desk.ask("GET", "/v1/staff/ledger/days", TREASURER).body["items"]
    assert [(item["day"], item["account"]["code"], item["debit"], item["credit"]) for item in items] == [
        ("2026-11-20", "1629", "60.00", "0.00"),
        ("2026-11-20", "7591", "0.00", "60.00"),
    ]


def test_the_accountant_gets_every_entry_as_csv(desk: Desk) -> None:
    """With a mark that spreadsheets read as UTF-8."""
    paid(desk)
    response = desk.service.client(TREASURER).get("/v1/staff/ledger/export?format=csv")
    rows = list(csv.reader(io.StringIO(response.text.removeprefix("\ufeff"))))
    assert rows[0][:4] == ["Fecha", "Asiento", "Causa", "Glosa"]
    assert [(row[4], row[6], row[7]) for row in rows[1:]] == [("1629", "60.00", "0.00"), ("7591", "0.00", "60.00")]


def test_the_accountant_gets_a_workbook(desk: Desk) -> None:
    """One sheet, texts as texts."""
    paid(desk)
    response = desk.service.client(TREASURER).get("/v1/staff/ledger/export")
    sheet = zipfile.ZipFile(io.BytesIO(response.data)).read("xl/worksheets/sheet1.xml").decode()
    assert "1629" in sheet or "sharedStrings" in sheet or "inlineStr" in sheet
    assert "<f>" not in sheet


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r"])
def test_no_text_of_the_export_is_a_formula(start: str) -> None:
    """CSV injection."""
    assert plain(f"{start}HYPERLINK()").startswith("'")
    assert plain("Cobro 100000001") == "Cobro 100000001"


@pytest.mark.parametrize("days", ["from=2026-11-21&to=2026-11-20", "from=2025-01-01&to=2026-11-20"])
def test_days_that_make_no_sense_are_refused(desk: Desk, days: str) -> None:
    """The wrong way round, or more than a year."""
    assert desk.ask("GET", f"/v1/staff/ledger/trial-balance?{days}", TREASURER).problem == "payments/days-out-of-order"


def test_an_account_takes_the_accountants_code(desk: Desk) -> None:
    """The chart is data; samples say so until they are renamed."""
    wish = {"code": "104101", "name": "BCP soles", "reason": "Plan contable 2026"}
    answer = desk.ask("PUT", "/v1/staff/ledger/accounts/bank", TREASURER, json=wish)
    assert (answer.body["code"], answer.body["sample"]) == ("104101", False)
    assert desk.service.events(LedgerAccountRenamed) == [
        LedgerAccountRenamed(account="bank", account_code="104101", account_name="BCP soles")
    ]
    taken = desk.ask("PUT", "/v1/staff/ledger/accounts/cash", TREASURER, json=wish)
    assert taken.problem == "payments/account-code-taken"
    assert desk.ask("PUT", "/v1/staff/ledger/accounts/gold", TREASURER, json=wish).status == 404


@pytest.mark.parametrize("path", ["accounts", "trial-balance", "days", "transactions", "export"])
def test_the_books_are_the_national_treasurys(desk: Desk, path: str) -> None:
    """A council sees none of them, nor does anybody without the permission."""
    assert desk.ask("GET", f"/v1/staff/ledger/{path}", OF_LIMA).problem == "payments/national-only"
    assert desk.ask("GET", f"/v1/staff/ledger/{path}", staff("payments:dues")).status == 403


def test_who_only_looks_renames_nothing(desk: Desk) -> None:
    """payments:view is not payments:settle."""
    assert desk.ask("PUT", "/v1/staff/ledger/accounts/bank", ONLOOKER, json={}).status == 403


def test_pages_of_transactions_follow_each_other(desk: Desk) -> None:
    """Newest first, none twice."""
    order = paid(desk)
    settle(desk, a_row(order["attempt"]["purchase_number"]))
    first = desk.ask("GET", "/v1/staff/ledger/transactions?from=2026-11-01&to=2026-11-30&limit=1", TREASURER).body
    path = f"/v1/staff/ledger/transactions?from=2026-11-01&to=2026-11-30&limit=1&after={first['next']}"
    second = desk.ask("GET", path, TREASURER).body
    assert [page["items"][0]["kind"] for page in (first, second)] == ["settlement", "capture"]
    assert second["next"] is None
