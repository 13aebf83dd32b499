"""The acquirer's daily file against our books: what fits is posted, what does not waits for a person (case 18)."""

from typing import Any

import pytest

from contracts.payments import PaymentSettled, SettlementDiffered, SettlementImported, SettlementResolved
from services.payments import cli
from services.payments.jobs import watch_settlement
from tests.payments.books import (
    OF_LIMA,
    OF_PUNO,
    ONLOOKER,
    TREASURER,
    WHY,
    a_file,
    a_row,
    balances,
    causes,
    resolve,
    settle,
    work_list,
)
from tests.payments.desk import Desk
from tests.people import staff


def paid(desk: Desk, period: str = "202608") -> str:
    """The purchase number of a due paid by card."""
    return str(desk.pay(desk.place(*desk.owe(period)))["attempt"]["purchase_number"])


def test_a_row_that_fits_is_posted_with_its_fee(desk: Desk) -> None:
    """Bank, fee and its IGV against what the acquirer owed."""
    answer = settle(desk, a_row(paid(desk)))
    assert (answer.status, answer.body["matched"], answer.body["differing"]) == (201, 1, 0)
    assert balances(desk) == {"BANK": 5788, "FEES": 180, "FEES_VAT": 32, "DUES_COLEGIADO": -6000}
    assert work_list(desk) == []
    assert desk.service.published()[-2:] == [PaymentSettled, SettlementImported]


def test_the_same_file_twice_is_posted_once(desk: Desk) -> None:
    """By its SHA-256: 200 instead of 201."""
    row = a_row(paid(desk))
    assert [settle(desk, row).status, settle(desk, row, name="otra.csv").status] == [201, 200]
    assert causes(desk) == ["capture", "settlement"]


def test_the_same_row_in_another_file_is_posted_once(desk: Desk) -> None:
    """Files that overlap."""
    first, second = a_row(paid(desk)), a_row(paid(desk, "202609"), transaction_id="991263240000002")
    settle(desk, first)
    body = settle(desk, first, second).body
    assert (body["rows"], body["repeated"], body["matched"]) == (1, 1, 1)
    assert causes(desk).count("settlement") == 2


def test_an_import_that_is_interrupted_leaves_nothing(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """One transaction: the whole file can come again."""
    rows = [a_row(paid(desk)), a_row(paid(desk, "202609"), transaction_id="991263240000002")]
    from services.payments.settlement import importing

    entered: list[Any] = []

    def break_off(*given: Any) -> None:
        entered.append(given)
        if len(entered) == 2:
            raise ConnectionError

    with monkeypatch.context() as patch:
        patch.setattr(importing, "post_settlement", break_off)
        assert settle(desk, *rows).status == 500
    assert (causes(desk), work_list(desk)) == (["capture", "capture"], [])
    assert settle(desk, *rows).body["matched"] == 2


def test_an_unreadable_file_is_refused_with_its_lines(desk: Desk) -> None:
    """Nothing of it is taken."""
    answer = settle(desk, a_row(paid(desk)), a_row("100000009", net="1.00"))
    assert (answer.status, answer.problem) == (422, "payments/file-not-readable")
    assert answer.pointers["/file"].startswith("línea 3")
    assert causes(desk) == ["capture"]


def test_an_amount_that_differs_waits_and_then_settles_the_charge(desk: Desk) -> None:
    """The bank is right at once; the difference is written off by a person."""
    settle(desk, a_row(paid(desk), "59.00"))
    (row,) = work_list(desk)
    assert (row["match"], row["ways"]) == ("AMOUNT_DIFFERS", ["MATCH", "OWE", "WRITE_OFF"])
    assert balances(desk)["UNIDENTIFIED"] == -5900
    assert resolve(desk, row, "MATCH").body["resolution"] == "MATCH"
    assert balances(desk) == {
        "BANK": 5688, "FEES": 180, "FEES_VAT": 32, "DIFFERENCES": 100, "DUES_COLEGIADO": -6000,
    }  # fmt: skip
    assert (work_list(desk), desk.service.published()[-2:]) == ([], [SettlementResolved, PaymentSettled])


def test_a_sale_we_do_not_know_is_never_silent(desk: Desk) -> None:
    """Case 18: a number that is none of ours."""
    settle(desk, a_row("100000077"))
    (row,) = work_list(desk)
    assert (row["match"], row["attempt_id"], row["council"]) == ("UNKNOWN_PURCHASE", None, None)
    assert desk.service.published() == [SettlementDiffered, SettlementImported]
    resolve(desk, row, "OWE")
    assert balances(desk) == {"BANK": 5788, "FEES": 180, "FEES_VAT": 32, "REFUNDS": -6000}


def test_a_charge_in_doubt_that_is_settled_waits_until_the_janitor_knows(desk: Desk) -> None:
    """Case 18 after case 1: it leaves the work list by itself."""
    order = desk.in_doubt()
    settle(desk, a_row(desk.attempt().number_text))
    assert work_list(desk)[0]["match"] == "NOT_RECORDED"
    desk.wait_and_ask(seconds=10)
    assert desk.order(order)["state"] == "PAID"
    desk.service.run(watch_settlement)
    assert work_list(desk) == []
    assert balances(desk) == {"BANK": 5788, "FEES": 180, "FEES_VAT": 32, "DUES_COLEGIADO": -6000}


def test_a_charge_settled_twice_is_a_duplicate(desk: Desk) -> None:
    """Under another transaction id, in another file."""
    number = paid(desk)
    settle(desk, a_row(number))
    settle(desk, a_row(number, transaction_id="991263240000009"))
    (row,) = work_list(desk)
    assert (row["match"], row["ways"]) == ("DUPLICATE", ["OWE", "WRITE_OFF"])


def test_two_equal_lines_of_one_file_are_a_sale_and_a_duplicate(desk: Desk) -> None:
    """The second one is money, too."""
    row = a_row(paid(desk))
    assert settle(desk, row, row).body["matched"] == 1
    assert [found["match"] for found in work_list(desk)] == ["DUPLICATE"]
    assert balances(desk)["UNIDENTIFIED"] == -6000


def test_a_chargeback_waits_for_a_decision(desk: Desk) -> None:
    """The holder's bank took the money back."""
    number = paid(desk)
    settle(desk, a_row(number))
    settle(desk, a_row(number, "-60.00", fee="0.00", fee_vat="0.00", type="CHARGEBACK"))
    (row,) = work_list(desk)
    assert (row["match"], balances(desk)["DISPUTED"]) == ("DISPUTED", 6000)
    resolve(desk, row, "WRITE_OFF")
    assert "DISPUTED" not in balances(desk)


def test_a_refund_is_seen_in_the_settlement(desk: Desk) -> None:
    """What was owed to the payer is paid; the refund is settled."""
    number = paid(desk)
    order = desk.ask("GET", "/v1/orders").body["items"][0]
    desk.service.clock.advance(days=7)
    refund = desk.refund(order)
    desk.send_refunds()
    settle(desk, a_row(number))
    settle(desk, a_row(number, "-60.00", fee="0.00", fee_vat="0.00", type="REFUND"))
    assert work_list(desk) == []
    assert desk.treasury("GET", f"refunds/{refund['id']}").body["state"] == "SETTLED"
    assert balances(desk) == {"BANK": -212, "FEES": 180, "FEES_VAT": 32}


def test_a_refund_nobody_asked_for_waits(desk: Desk) -> None:
    """Money went that we did not send."""
    settle(desk, a_row(paid(desk), "-60.00", fee="0.00", fee_vat="0.00", type="REFUND"))
    assert [row["match"] for row in work_list(desk)] == ["NOT_RECORDED"]


def test_a_charge_no_file_shows_goes_to_the_work_list_after_its_days(desk: Desk) -> None:
    """Not a day earlier, not without files, and once."""
    number = paid(desk)
    desk.service.clock.advance(days=5)
    desk.service.run(watch_settlement)
    assert work_list(desk) == []
    settle(desk)
    for _ in range(2):
        desk.service.run(watch_settlement)
    (row,) = work_list(desk)
    assert (row["match"], row["purchase_number"], row["ways"]) == ("MISSING_IN_FILE", number, ["NOTE"])


def test_a_charge_is_not_missing_while_its_days_run(desk: Desk) -> None:
    """Four days and no second more."""
    paid(desk)
    settle(desk)
    desk.service.clock.advance(days=4)
    settle(desk, name="tarde.csv")
    desk.service.run(watch_settlement)
    assert work_list(desk) == []


def test_a_missing_charge_that_comes_leaves_the_work_list(desk: Desk) -> None:
    """By itself."""
    number = paid(desk)
    desk.service.clock.advance(days=5)
    settle(desk)
    desk.service.run(watch_settlement)
    assert settle(desk, a_row(number)).body["matched"] == 1
    assert work_list(desk) == []
    assert balances(desk) == {"BANK": 5788, "FEES": 180, "FEES_VAT": 32, "DUES_COLEGIADO": -6000}


def test_a_resolution_is_audited_and_final(desk: Desk) -> None:
    """Who, before, after, reason; a second one is refused."""
    settle(desk, a_row("100000077"))
    (row,) = work_list(desk)
    answer = resolve(desk, row, "WRITE_OFF")
    assert (answer.body["resolved_by"], answer.body["reason"], answer.body["open"]) == ("staff-1", WHY["reason"], False)
    act = next(act for act in desk.acts() if act.act == "settlement.resolved")
    assert (act.before, act.after, act.reason) == (
        {"match": "UNKNOWN_PURCHASE"}, {"resolution": "WRITE_OFF"}, WHY["reason"],
    )  # fmt: skip
    assert resolve(desk, row, "OWE").problem == "payments/settlement-resolution"


def test_a_way_that_does_not_fit_is_refused(desk: Desk) -> None:
    """A sale we do not know cannot be a match; nothing happens by a person what happens by itself."""
    settle(desk, a_row("100000077"))
    (row,) = work_list(desk)
    assert resolve(desk, row, "MATCH").status == 409
    assert resolve(desk, row, "CAME_LATER").status == 422
    assert len(work_list(desk)) == 1


def test_a_council_sees_the_rows_of_its_own_orders_only(desk: Desk) -> None:
    """And settles none; files are national."""
    settle(desk, a_row(paid(desk), "59.00"), a_row("100000077"))
    (row,) = work_list(desk, OF_LIMA)
    assert row["match"] == "AMOUNT_DIFFERS"
    assert work_list(desk, OF_PUNO) == []
    assert desk.ask("GET", f"/v1/staff/settlement/rows/{row['id']}", OF_PUNO).status == 404
    assert resolve(desk, row, "MATCH", OF_LIMA).problem == "payments/national-only"
    assert settle(desk, who=OF_LIMA).problem == "payments/national-only"
    assert desk.ask("GET", "/v1/staff/settlement/files", OF_LIMA).status == 403


def test_who_may_only_look_settles_nothing(desk: Desk) -> None:
    """payments:view is not payments:settle."""
    settle(desk, a_row("100000077"))
    assert settle(desk, who=ONLOOKER).status == 403
    assert resolve(desk, work_list(desk)[0], "OWE", ONLOOKER).status == 403
    assert desk.ask("GET", "/v1/staff/settlement/rows", staff("payments:dues")).status == 403


def test_the_simulated_acquirers_file_fits(desk: Desk, tmp_path: Any) -> None:
    """From the sale to the bank through the operator's command; a second run changes nothing."""
    from click.testing import CliRunner

    paid(desk)
    file = tmp_path / "niubiz.csv"
    file.write_bytes(desk.acquirer.control.get("/_control/settlement.csv?date=2026-11-20").data)
    with desk.service.context():
        runs = [CliRunner().invoke(cli.commands, ["import-settlement", str(file)]) for _ in range(2)]
    assert [run.exit_code for run in runs] == [0, 0]
    assert runs[0].stderr == "nuevas: 1, repetidas: 0, coinciden: 1, por resolver: 0\n"
    assert "ya se importó" in runs[1].stderr
    assert balances(desk)["BANK"] == 6000 - 180 - 32


def test_the_operator_is_told_that_rows_wait(desk: Desk, tmp_path: Any) -> None:
    """Exit code 2; 1 for a file that cannot be read."""
    from click.testing import CliRunner

    (tmp_path / "a.csv").write_bytes(a_file([a_row("100000077")]))
    (tmp_path / "b.csv").write_bytes(b"pedido\n")
    with desk.service.context():
        runs = [
            CliRunner().invoke(cli.commands, ["import-settlement", str(tmp_path / name)]) for name in ("a.csv", "b.csv")
        ]
    assert [run.exit_code for run in runs] == [2, 1]


def test_rows_are_found_by_number_file_and_state(desk: Desk) -> None:
    """The filters of the page."""
    number = paid(desk)
    file = settle(desk, a_row(number), a_row("100000077")).body

    def found(query: str) -> list[str]:
        return [
            row["purchase_number"]
            for row in desk.ask("GET", f"/v1/staff/settlement/rows?{query}", TREASURER).body["items"]
        ]

    assert found(f"file_id={file['id']}") == ["100000077", number]
    assert found("match=MATCHED") == [number]
    assert found("open=false") == [number]
    assert found(f"purchase_number=000{number}") == [number]
