"""Reading replies: what was printed by Niubiz, and what nobody should ever send (payments.md 1.2)."""

import copy
import json
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.payments.niubiz import Approved, BadRequest, Declined, Mismatch, NotFound, SaleRequest, Unknown
from services.payments.niubiz.codes import Outcome, action_codes, customer_text, outcome_of
from services.payments.niubiz.replies import read_authorization, read_card, read_finding, read_lima_time
from tests.payments.script import sample

ASKED = SaleRequest(purchase_number="8078", amount=Decimal("147.02"), currency="PEN")


def read(status: int, body: Any, asked: SaleRequest = ASKED) -> Any:
    """An authorization's reply."""
    return read_authorization(status, body if isinstance(body, bytes) else json.dumps(body).encode(), asked)


def find(status: int, body: Any, asked: SaleRequest = ASKED) -> Any:
    """A query's reply."""
    return read_finding(status, body if isinstance(body, bytes) else json.dumps(body).encode(), asked)


def approved(**order: Any) -> dict[str, Any]:
    """The printed approval with changes to its order; None takes a field away."""
    body = copy.deepcopy(sample("approved"))
    body["order"] = {name: value for name, value in (body["order"] | order).items() if value is not None}
    return body


def test_the_printed_approval_is_an_approval_although_its_status_says_verified() -> None:
    """Decide on the action code and the order, never on STATUS alone."""
    answer = read(200, sample("approved"))
    assert isinstance(answer, Approved)
    sale = answer.sale
    assert (sale.action_code, sale.status, sale.amount) == ("000", "Verified", Decimal("147.02"))
    assert (sale.authorization_code, sale.transaction_id, sale.trace_number) == ("153831", "991180900182558", "3713")
    assert (sale.card.brand, sale.card.first6, sale.card.last4, sale.signature) == ("visa", "402160", "4513", None)
    assert sale.charged_at == datetime(2018, 3, 31, 20, 41, 40, tzinfo=UTC)


def test_the_printed_decline_is_a_decline_with_four_stars_in_its_mask() -> None:
    """HTTP 400 with data.ACTION_CODE; no order, no dataMap."""
    answer = read(400, sample("declined"))
    assert isinstance(answer, Declined)
    assert (answer.action_code, answer.card.first6, answer.card.last4) == ("180", "400310", "6160")


@pytest.mark.parametrize(
    ("order", "difference"),
    [
        ({"authorizedAmount": 147.01}, "amount 147.01 instead of 147.02"),
        ({"authorizedAmount": 1470.2}, "amount 1470.20 instead of 147.02"),
        ({"amount": 147.03}, "amount 147.03 instead of 147.02"),
        ({"currency": "USD"}, "currency USD instead of PEN"),
        ({"purchaseNumber": "8079"}, "purchase number 8079 instead of 8078"),
    ],
)
def test_an_approval_that_differs_is_a_mismatch(order: dict[str, Any], difference: str) -> None:
    """Case 12: amount, currency and number are each compared."""
    answer = read(200, approved(**order))
    assert isinstance(answer, Mismatch)
    assert answer.difference == difference


@pytest.mark.parametrize("missing", ["authorizedAmount", "purchaseNumber"])
def test_an_approval_that_cannot_be_compared_is_asked_about(missing: str) -> None:
    """Neither paid nor refused until a query tells."""
    assert isinstance(read(200, approved(**{missing: None})), Unknown)


@pytest.mark.parametrize("amount", [147.02, "147.02", "147.020"])
def test_amounts_are_compared_exactly_whether_numbers_or_text(amount: Any) -> None:
    """No float in between."""
    assert isinstance(read(200, approved(authorizedAmount=amount)), Approved)


@pytest.mark.parametrize("code", ["010", "116", "666", "400", "abc"])
def test_a_200_with_any_other_action_code_is_asked_about(code: str) -> None:
    """010 is called an approval by one source only: query first."""
    answer = read(200, approved(actionCode=code))
    assert isinstance(answer, Unknown)
    assert answer.action_code == code


@pytest.mark.parametrize(
    "code", ["666", "667", "672", "673", "183", "909", "910", "912", "946", "947", "300", "913", "945", "999"]
)
def test_a_400_whose_code_does_not_decide_is_asked_about(code: str) -> None:
    """Doubtful codes, duplicates, and codes nobody knows."""
    body = sample("declined")
    body["data"]["ACTION_CODE"] = code
    answer = read(400, body)
    assert isinstance(answer, Unknown)
    assert answer.action_code == code


@pytest.mark.parametrize("status", [400, 401, 403, 404, 406, 429])
def test_a_refusal_without_action_code_charged_nothing(status: int) -> None:
    """A 400 without data.ACTION_CODE is a bad request, not a decline."""
    assert isinstance(read(status, {"errorCode": status, "errorMessage": "Bad Request"}), BadRequest)


@pytest.mark.parametrize("status", [301, 408, 409, 500, 502, 503, 504])
def test_any_other_status_is_a_doubt(status: int) -> None:
    """The sale may have been made."""
    assert isinstance(read(status, {"errorCode": status}), Unknown)


@pytest.mark.parametrize("content", [b"", b"<html>", b"[]", b"null", b'"000"', b"\xff\xfe", b"[" * 100_000])
@pytest.mark.parametrize("status", [200, 400])
def test_an_unreadable_reply_is_a_doubt(status: int, content: bytes) -> None:
    """Even a 400: who knows what it refused."""
    assert isinstance(read(status, content), Unknown)


@given(st.recursive(st.none() | st.booleans() | st.floats() | st.text(), lambda inner: st.dictionaries(
    st.sampled_from(["order", "dataMap", "data", "actionCode", "ACTION_CODE", "authorizedAmount", "amount", "STATUS",
                     "purchaseNumber", "currency", "CARD", "transactionDate"]), inner)))  # fmt: skip
def test_no_json_whatsoever_raises_or_approves(body: Any) -> None:
    """Fuzzing: only the exact approval is one."""
    assert not isinstance(read(200, body), Approved)
    find(200, body)
    read(400, body)
    find(400, body)


def test_only_000_approves() -> None:
    """Of 106 codes."""
    approving = [code for code, row in action_codes().items() if row.outcome is Outcome.APPROVED]
    assert (approving, len(action_codes())) == (["000"], 106)


def test_every_code_has_a_spanish_text_that_says_whether_money_moved() -> None:
    """PAY-12: the payer must not wonder."""
    texts = [row.customer_text for row in action_codes().values() if row.outcome is not Outcome.APPROVED]
    assert all(text.endswith("No se realizó ningún cobro.") for text in texts)


@pytest.mark.parametrize("code", ["207", "208", "209"])
def test_a_lost_or_stolen_card_is_not_called_so(code: str) -> None:
    """payments.md 1.3: the customer text is just to contact the issuer."""
    assert "perdida" not in customer_text(code)
    assert "robada" not in customer_text(code)
    assert "emitió su tarjeta" in customer_text(code)


def test_an_unknown_code_is_doubtful_and_still_has_words() -> None:
    """The table is Niubiz's of 2020 and may grow."""
    assert outcome_of("123456") is Outcome.DOUBTFUL
    assert customer_text("123456").startswith("La operación no fue aprobada")


@pytest.mark.parametrize(
    ("mask", "parts"),
    [
        ("447411******2240", ("447411", "2240")),
        ("400310****6160", ("400310", "6160")),
        ("455170**8059", ("455170", "8059")),
        ("401214****0007", ("401214", "0007")),
        ("4474118355632240", ("447411", "2240")),
        ("****2240", (None, None)),
        ("", (None, None)),
    ],
)
def test_masks_are_read_by_their_digits_not_their_width(mask: str, parts: tuple[str | None, str | None]) -> None:
    """payments.md 1.2; a mask that hides nothing still leaves only ten digits with us."""
    card = read_card({"CARD": mask})
    assert (card.first6, card.last4) == parts


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("220713153010", datetime(2022, 7, 13, 20, 30, 10, tzinfo=UTC)),
        ("220713000000", datetime(2022, 7, 13, 5, 0, tzinfo=UTC)),
        ("221231235959", datetime(2023, 1, 1, 4, 59, 59, tzinfo=UTC)),
        ("220713253010", None),
        ("", None),
        (None, None),
    ],
)
def test_transaction_dates_are_lima_time(text: str | None, moment: datetime | None) -> None:
    """Case 20: 24 hours, no UTC, no epoch."""
    assert read_lima_time(text) == moment


# --- queries -----------------------------------------------------------------------------------------------------


def found(**changes: Any) -> dict[str, Any]:
    """A query's reply after the field list of niubiz/retrieve_shape_only.json."""
    order = {
        "purchaseNumber": "8078", "amount": 147.02, "currency": "PEN", "status": "Authorized",
        "transactionId": "991180900182558", "transactionDate": "180331154140", "originalTraceNumber": "3713",
    }  # fmt: skip
    data = {
        "STATUS": "Authorized", "ACTION_CODE": "000", "AUTHORIZATION_CODE": "153831", "CARD": "402160******4513",
        "BRAND": "visa", "ACTION_DESCRIPTION": "Aprobado y completado con exito",
    }  # fmt: skip
    return {
        "order": order | {name: value for name, value in changes.items() if name in order},
        "dataMap": data | {name: value for name, value in changes.items() if name in data},
    }


@pytest.mark.parametrize("status", ["Authorized", "authorized", "Confirmed", "Verified"])
def test_a_query_finds_a_sale(status: str) -> None:
    """payments.md 5: Authorized or Confirmed, and the same amount."""
    answer = find(200, found(STATUS=status))
    assert isinstance(answer, Approved)
    assert (answer.sale.trace_number, answer.sale.card.last4) == ("3713", "4513")


def test_a_query_without_data_map_is_read_from_its_order() -> None:
    """The shape is known from readers only; be lenient."""
    assert isinstance(find(200, {"order": found()["order"]}), Approved)


@pytest.mark.parametrize("status", ["Not Authorized", "Voided", "Reject", "Not Confirmed", "Not Verified"])
def test_a_query_finds_that_nothing_was_charged(status: str) -> None:
    """payments.md 5: Not Authorized or Voided."""
    assert isinstance(find(200, found(STATUS=status, ACTION_CODE="116")), Declined)


@pytest.mark.parametrize("status", ["Review", "Not Voided", "", "Pending"])
def test_a_query_with_a_word_that_decides_nothing_is_asked_again(status: str) -> None:
    """Never guess."""
    assert isinstance(find(200, found(STATUS=status, status=status)), Unknown)


def test_a_query_that_contradicts_itself_is_asked_again() -> None:
    """Authorized, but with the code of a decline."""
    assert isinstance(find(200, found(ACTION_CODE="116")), Unknown)


@pytest.mark.parametrize(
    ("change", "difference"),
    [({"amount": 1.00}, "amount 1.00"), ({"currency": "USD"}, "currency USD"), ({"purchaseNumber": "9"}, "number 9")],
)
def test_a_query_compares_as_the_reply_does(change: dict[str, Any], difference: str) -> None:
    """Case 12."""
    answer = find(200, found(**change))
    assert isinstance(answer, Mismatch)
    assert difference in answer.difference


@pytest.mark.parametrize(("status", "body"), [(404, b""), (404, {"errorCode": 404}), (400, {"errorCode": 400})])
def test_a_query_that_finds_nothing(status: int, body: Any) -> None:
    """No sample of this reply is known: 404, or 400 without action code."""
    assert isinstance(find(status, body), NotFound)


@pytest.mark.parametrize("status", [301, 401, 403, 429, 500, 503])
def test_a_query_that_fails_is_not_the_same_as_not_found(status: int) -> None:
    """A charge must not be given up because a query failed."""
    assert isinstance(find(status, {"errorCode": status}), Unknown)


def test_a_query_that_answers_with_a_refusal_is_a_decline() -> None:
    """HTTP 400 with the data of the decline."""
    assert isinstance(find(400, sample("declined")), Declined)


def test_a_query_that_answers_with_a_doubtful_code_is_asked_again() -> None:
    """Unless its STATUS says that nothing was authorized."""
    body = sample("declined")
    body["data"] |= {"ACTION_CODE": "666", "STATUS": "Review"}
    assert isinstance(find(400, body), Unknown)
    body["data"]["STATUS"] = "Not Authorized"
    assert isinstance(find(400, body), Declined)
