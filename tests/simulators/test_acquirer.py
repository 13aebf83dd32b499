"""The simulated acquirer speaks Niubiz's protocol; section numbers are those of simulators/acquirer/README.md."""

import base64
import json
import re
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

import pytest
from flask import Flask
from flask.testing import FlaskClient

from simulators.acquirer import cards
from simulators.acquirer.app import create_app

MERCHANT = "456879852"
APPROVED_CARD = "4474118355632240"
NOON_IN_LIMA = datetime(2026, 3, 10, 17, 0, 0, tzinfo=UTC)  # a Tuesday


class Clock:
    """A time that moves only when told."""

    def __init__(self) -> None:
        self.now = NOON_IN_LIMA

    def __call__(self) -> datetime:
        return self.now

    def advance(self, **span: float) -> None:
        self.now += timedelta(**span)


class Merchant:
    """A merchant's server, as thin as can be."""

    def __init__(self, app: Flask) -> None:
        self.client: FlaskClient = app.test_client()
        self.jwt = self.login().text

    def login(self, method: str = "POST", password: str = "demo-pass") -> Any:
        basic = base64.b64encode(f"demo-user:{password}".encode()).decode()
        return self.client.open("/api.security/v1/security", method=method, headers={"Authorization": f"Basic {basic}"})

    def call(self, method: str, path: str, body: Any = None) -> Any:
        return self.client.open(path, method=method, json=body, headers={"Authorization": self.jwt})

    def session(self, amount: Any = 120.00) -> Any:
        antifraud = {"clientIp": "190.0.0.1", "merchantDefineData": {"MDD4": "medico@example.org"}}
        body = {"channel": "web", "amount": amount, "antifraud": antifraud}
        return self.call("POST", f"/api.ecommerce/v2/ecommerce/token/session/{MERCHANT}", body)

    def token(self, number: str = APPROVED_CARD, **more: Any) -> str:
        return self.client.post("/_control/token", json={"number": number, **more}).json["transactionToken"]

    def authorize(self, purchase: str, token: str | None = None, amount: Any = 120.00, **more: Any) -> Any:
        order = {"tokenId": token or self.token(), "purchaseNumber": purchase, "amount": amount, "currency": "PEN"}
        body = {"channel": "web", "captureType": "manual", "countable": True, "order": order, **more}
        return self.call("POST", f"/api.authorization/v3/authorization/ecommerce/{MERCHANT}", body)

    def query(self, identifier: str, kind: str = "purchase") -> Any:
        return self.call("GET", f"/api.authorization/v3/retrieve/{kind}/{MERCHANT}/{identifier}")

    def void(self, signature: str, method: str = "PUT") -> Any:
        path = f"/api.authorization/v3/void/ecommerce/{MERCHANT}/{signature}"
        return self.call(method, path, {"annulationReason": "Pago repetido"})

    def reverse(self, purchase: str, date: str) -> Any:
        body = {"channel": "web", "order": {"purchaseNumber": purchase, "transactionDate": date}}
        return self.call("POST", f"/api.authorization/v3/reverse/ecommerce/{MERCHANT}", body)

    def refund(self, identifier: str, amount: Any, reference: str = "NC-1", method: str = "POST") -> Any:
        body = {"ruc": "20100000001", "comment": "Duplicado", "externalReferenceId": reference, "amount": amount}
        return self.call(method, f"/api.refund/v1/refund/{MERCHANT}/{identifier}", body)

    def confirm(self, charge: dict[str, Any], amount: Any = 120.00) -> Any:
        order = {key: charge[key] for key in ("purchaseNumber", "currency", "transactionId")}
        body = {"channel": "web", "captureType": "manual", "order": {**order, "amount": amount}}
        return self.call("POST", f"/api.confirmation/v1/confirmation/ecommerce/{MERCHANT}", body)

    def switch(self, behaviour: str, **more: Any) -> Any:
        return self.client.post("/_control/next", json={"behaviour": behaviour, **more})

    def charges(self) -> list[dict[str, Any]]:
        return self.client.get("/_control/charges").json

    def form_address(self, session_key: str, **more: str) -> str:
        asked = {"sessiontoken": session_key, "channel": "web", "merchantid": MERCHANT, "purchasenumber": "77"}
        return "/v2/form?" + urlencode({**asked, "amount": "120.00", "origin": "https://portal.example", **more})

    def fill(self, session_key: str, number: str = APPROVED_CARD, expiry: str = "03/28", **more: str) -> Any:
        given = {"number": number, "expiry": expiry, "cvv": "111", "name": "Ana", "surname": "Ñuñez O'Brien"}
        return self.client.post(self.form_address(session_key), data={**given, "email": "medico@example.org", **more})


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def slept() -> list[float]:
    return []


@pytest.fixture
def config(clock: Clock, slept: list[float]) -> dict[str, Any]:
    return {"user": "demo-user", "password": "demo-pass", "clock": clock, "sleep": slept.append}


@pytest.fixture
def merchant(config: dict[str, Any]) -> Merchant:
    return Merchant(create_app(config))


# --- 1.1 login --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_login_answers_201_and_a_bare_jwt_of_an_hour(merchant: Merchant, method: str) -> None:
    reply = merchant.login(method)
    assert reply.status_code == 201
    assert reply.mimetype == "text/plain"
    claims = json.loads(base64.urlsafe_b64decode(reply.text.split(".")[1] + "=="))
    assert claims["exp"] - claims["iat"] == 3600


def test_a_wrong_password_is_told_as_plain_text(merchant: Merchant) -> None:
    reply = merchant.login(password="wrong")
    assert (reply.status_code, reply.text) == (401, "Unauthorized access")


@pytest.mark.parametrize("header", ["", "Basic", "Basic %%%", "Bearer x"])
def test_a_login_without_basic_credentials_is_refused(merchant: Merchant, header: str) -> None:
    assert merchant.client.post("/api.security/v1/security", headers={"Authorization": header}).status_code == 401


def test_a_token_with_bearer_in_front_is_refused(merchant: Merchant) -> None:
    merchant.jwt = f"Bearer {merchant.jwt}"
    assert merchant.session().status_code == 401


def test_a_token_dies_after_3600_seconds_and_the_call_charges_nothing(merchant: Merchant, clock: Clock) -> None:
    clock.advance(seconds=3600)
    assert merchant.query("1").status_code == 401
    assert merchant.session().status_code == 401
    merchant.jwt = merchant.login().text
    assert merchant.session().status_code == 200


def test_a_shorter_token_life_can_be_configured(config: dict[str, Any], clock: Clock) -> None:
    merchant = Merchant(create_app({**config, "token_seconds": 60}))
    clock.advance(seconds=61)
    assert merchant.session().status_code == 401


def test_a_token_of_another_simulator_is_refused(merchant: Merchant, config: dict[str, Any]) -> None:
    merchant.jwt = Merchant(create_app(config)).jwt
    assert merchant.session().status_code == 401


# --- 1.1 session ------------------------------------------------------------------------------------------


def test_a_session_tells_its_end_30_minutes_away_in_epoch_milliseconds(merchant: Merchant) -> None:
    reply = merchant.session()
    assert reply.status_code == 200
    assert re.fullmatch(r"[0-9a-f]{64}", reply.json["sessionKey"])
    assert reply.json["expirationTime"] == int((NOON_IN_LIMA + timedelta(minutes=30)).timestamp() * 1000)


@pytest.mark.parametrize("amount", [0, -1, "x", 1.234, None, True, "Infinity", [1]])
def test_a_session_needs_a_positive_amount_of_two_decimals(merchant: Merchant, amount: Any) -> None:
    assert merchant.session(amount).status_code == 400


def test_another_merchant_code_in_the_path_is_a_bad_request(merchant: Merchant) -> None:
    body = {"channel": "web", "amount": 10}
    assert merchant.call("POST", "/api.ecommerce/v2/ecommerce/token/session/111111111", body).status_code == 400


# --- 1.1 and 1.2 authorization ----------------------------------------------------------------------------


def test_an_approval_repeats_the_order_and_carries_the_card_mask_and_signature(merchant: Merchant) -> None:
    token = merchant.token()
    reply = merchant.authorize("1001", token, 147.02)
    assert reply.status_code == 200
    order, data = reply.json["order"], reply.json["dataMap"]
    assert (order["tokenId"], order["purchaseNumber"], order["currency"]) == (token, "1001", "PEN")
    assert (order["amount"], order["authorizedAmount"], order["actionCode"]) == (147.02, 147.02, "000")
    assert (data["CARD"], data["BRAND"], data["STATUS"]) == ("447411******2240", "visa", "Authorized")
    assert data["SIGNATURE"] == reply.json["fulfillment"]["signature"]
    assert data["CURRENCY"] == "0604"


def test_an_approval_has_every_block_of_the_real_one(merchant: Merchant) -> None:
    assert set(merchant.authorize("1001").json) == {"header", "fulfillment", "order", "dataMap"}


def test_transaction_date_is_lima_time_though_the_header_is_epoch_milliseconds(
    merchant: Merchant, clock: Clock
) -> None:
    clock.now = datetime(2026, 3, 11, 3, 7, 13, tzinfo=UTC)
    merchant.jwt = merchant.login().text
    reply = merchant.authorize("1001").json
    assert reply["order"]["transactionDate"] == reply["dataMap"]["TRANSACTION_DATE"] == "260310220713"
    assert reply["header"]["ecoreTransactionDate"] == int(clock.now.timestamp() * 1000)


def test_amount_and_countable_may_be_text(merchant: Merchant) -> None:
    reply = merchant.authorize("1001", amount="10.5", countable="true")
    assert (reply.status_code, reply.json["order"]["amount"]) == (200, 10.5)


def test_a_decline_is_http_400_with_data_and_without_order(merchant: Merchant) -> None:
    reply = merchant.authorize("1001", merchant.token("4041650444437904"))
    assert reply.status_code == 400
    assert (reply.json["errorCode"], reply.json["errorMessage"]) == (400, "Not Authorized")
    assert (reply.json["data"]["ACTION_CODE"], reply.json["data"]["STATUS"]) == ("116", "Not Authorized")
    assert reply.json["data"]["CARD"] == "404165******7904"
    assert not {"order", "dataMap"} & set(reply.json)


@pytest.mark.parametrize(
    "wrong",
    [
        {"order": {}},
        {"order": "x"},
        {"captureType": "automatic"},
        {"countable": "maybe"},
        {"channel": "fax"},
        {"order": {"tokenId": "T", "purchaseNumber": "A1", "amount": 1, "currency": "PEN"}},
        {"order": {"tokenId": "T", "purchaseNumber": "1001", "amount": 1, "currency": "USD"}},
        {"order": {"tokenId": "T", "purchaseNumber": "1" * 13, "amount": 1, "currency": "PEN"}},
    ],
)
def test_a_bad_request_has_no_data_and_burns_no_purchase_number(merchant: Merchant, wrong: dict[str, Any]) -> None:
    reply = merchant.authorize("1001", **wrong)
    assert reply.status_code == 400
    assert "data" not in reply.json
    assert merchant.charges() == []


def test_a_body_that_is_not_json_is_a_bad_request(merchant: Merchant) -> None:
    path = f"/api.authorization/v3/authorization/ecommerce/{MERCHANT}"
    reply = merchant.client.post(path, data="order=1", headers={"Authorization": merchant.jwt})
    assert (reply.status_code, "data" in reply.json) == (400, False)


def test_a_purchase_number_used_twice_is_declined_with_300_and_keeps_the_first_sale(merchant: Merchant) -> None:
    token = merchant.token()
    first = merchant.authorize("1001", token)
    again = merchant.authorize("1001", token)
    assert (again.status_code, again.json["data"]["ACTION_CODE"]) == (400, "300")
    assert [charge["transactionId"] for charge in merchant.charges()] == [first.json["order"]["transactionId"]]


def test_a_purchase_number_is_spent_by_a_decline_too(merchant: Merchant) -> None:
    merchant.authorize("1001", merchant.token("4041650444437904"))
    assert merchant.authorize("1001").json["data"]["ACTION_CODE"] == "300"


def test_a_transaction_token_works_once(merchant: Merchant) -> None:
    token = merchant.token()
    merchant.authorize("1001", token)
    assert merchant.authorize("1002", token).json["data"]["ACTION_CODE"] == "674"


def test_a_transaction_token_dies_after_15_minutes(merchant: Merchant, clock: Clock) -> None:
    token = merchant.token()
    clock.advance(minutes=15)
    assert merchant.authorize("1001", token).json["data"]["ACTION_CODE"] == "683"


def test_a_transaction_token_lives_until_the_last_second(merchant: Merchant, clock: Clock) -> None:
    token = merchant.token()
    clock.advance(minutes=14, seconds=59)
    assert merchant.authorize("1001", token).status_code == 200


@pytest.mark.parametrize(("amount", "purchase"), [("119.00", "77"), ("120.00", "78")])
def test_another_amount_or_number_than_the_form_showed_is_declined_with_943(
    merchant: Merchant, amount: str, purchase: str
) -> None:
    token = merchant.token(amount="120.00", purchaseNumber="77")
    assert merchant.authorize(purchase, token, amount).json["data"]["ACTION_CODE"] == "943"


# --- 1.3 cards and codes ----------------------------------------------------------------------------------


@pytest.mark.parametrize("card", [card for card in cards.test_cards().values() if not card.invented])
def test_every_published_card_ends_with_its_action_code(merchant: Merchant, card: cards.TestCard) -> None:
    reply = merchant.authorize("1001", merchant.token(card.number, cvv=card.cvv or "999"))
    told = reply.json["order"]["actionCode"] if reply.status_code == 200 else reply.json["data"]["ACTION_CODE"]
    assert told == card.action_code


def test_every_code_a_card_can_end_with_has_its_texts() -> None:
    assert {card.action_code for card in cards.test_cards().values()} <= set(cards.action_texts())


def test_every_listed_number_has_a_good_check_digit() -> None:
    assert all(cards.passes_luhn(number) for number in cards.test_cards())


def test_a_card_nobody_published_is_invalid(merchant: Merchant) -> None:
    reply = merchant.authorize("1001", merchant.token("4000056655665556"))
    assert reply.json["data"]["ACTION_CODE"] == "118"


@pytest.mark.parametrize(("wrong", "code"), [({"cvv": "999"}, "408"), ({"expiry": "02/26"}, "101")])
def test_a_wrong_cvv_or_a_past_month_spoils_an_approval(merchant: Merchant, wrong: dict[str, str], code: str) -> None:
    token = merchant.token(APPROVED_CARD, **wrong)
    assert merchant.authorize("1001", token).json["data"]["ACTION_CODE"] == code


def test_a_decline_carries_the_merchants_text_not_the_card_holders(merchant: Merchant) -> None:
    data = merchant.authorize("1001", merchant.token("4557883870910971")).json["data"]
    assert data["ACTION_DESCRIPTION"] == "Operación Denegada. Tarjeta robada."


# --- 1.4 query --------------------------------------------------------------------------------------------


def test_a_sale_is_found_by_purchase_number_transaction_id_and_external_id(merchant: Merchant) -> None:
    order = {"tokenId": merchant.token(), "purchaseNumber": "1001", "amount": 5, "currency": "PEN"}
    sale = merchant.authorize("1001", order={**order, "externalTransactionId": "ext-9"}).json["order"]
    for kind, identifier in (("purchase", "1001"), ("transaction", sale["transactionId"]), ("external", "ext-9")):
        found = merchant.query(identifier, kind).json
        assert found["order"]["purchaseNumber"] == "1001"
        assert found["order"]["status"] == found["dataMap"]["STATUS"] == "Authorized"
        assert found["dataMap"]["AUTHORIZATION_CODE"] == sale["authorizationCode"]


def test_a_query_shows_a_decline_as_not_authorized(merchant: Merchant) -> None:
    merchant.authorize("1001", merchant.token("4041650444437904"))
    data = merchant.query("1001").json["dataMap"]
    assert (data["STATUS"], data["ACTION_CODE"]) == ("Not Authorized", "116")


def test_a_query_tells_the_date_a_reversal_needs_but_no_signature(merchant: Merchant) -> None:
    sale = merchant.authorize("1001").json["order"]
    found = merchant.query("1001").json
    assert found["order"]["transactionDate"] == sale["transactionDate"]
    assert "SIGNATURE" not in found["dataMap"]


def test_an_unknown_number_is_not_found(merchant: Merchant) -> None:
    reply = merchant.query("9999")
    assert (reply.status_code, "order" in reply.json) == (404, False)


def test_the_not_found_status_can_be_configured_because_nobody_published_it(config: dict[str, Any]) -> None:
    assert Merchant(create_app({**config, "not_found_status": 400})).query("9999").status_code == 400


# --- 1.4 void and reverse ---------------------------------------------------------------------------------


@pytest.mark.parametrize("method", ["PUT", "POST"])
def test_a_void_by_signature_is_told_by_action_code_400_and_status_voided(merchant: Merchant, method: str) -> None:
    sale = merchant.authorize("1001").json
    reply = merchant.void(sale["dataMap"]["SIGNATURE"], method)
    assert reply.status_code == 200
    assert (reply.json["dataMap"]["ACTION_CODE"], reply.json["dataMap"]["STATUS"]) == ("400", "Voided")
    assert merchant.query("1001").json["order"]["status"] == "Voided"


def test_a_reversal_by_number_and_date_works_without_a_signature(merchant: Merchant) -> None:
    date = merchant.authorize("1001").json["order"]["transactionDate"]
    reply = merchant.reverse("1001", date)
    assert (reply.json["order"]["actionCode"], reply.json["dataMap"]["STATUS"]) == ("400", "Voided")


def test_a_reversal_with_another_date_is_declined(merchant: Merchant) -> None:
    merchant.authorize("1001")
    reply = merchant.reverse("1001", "260310115959")
    assert (reply.status_code, reply.json["data"]["ACTION_CODE"]) == (400, "943")


def test_a_sale_is_voided_once(merchant: Merchant) -> None:
    signature = merchant.authorize("1001").json["dataMap"]["SIGNATURE"]
    merchant.void(signature)
    again = merchant.void(signature)
    assert (again.status_code, again.json["data"]["ACTION_CODE"]) == (400, "941")


def test_a_sale_can_be_voided_until_midnight_in_lima_not_in_utc(merchant: Merchant, clock: Clock) -> None:
    first = merchant.authorize("1001").json["dataMap"]["SIGNATURE"]
    second = merchant.authorize("1002").json["dataMap"]["SIGNATURE"]
    clock.now = datetime(2026, 3, 11, 4, 59, tzinfo=UTC)
    merchant.jwt = merchant.login().text
    assert merchant.void(first).status_code == 200
    clock.advance(minutes=1)
    late = merchant.void(second)
    assert (late.status_code, late.json["data"]["ACTION_CODE"]) == (400, "476")
    assert merchant.query("1002").json["order"]["status"] == "Authorized"


def test_an_unknown_signature_or_a_missing_reason_is_a_bad_request(merchant: Merchant) -> None:
    signature = merchant.authorize("1001").json["dataMap"]["SIGNATURE"]
    path = f"/api.authorization/v3/void/ecommerce/{MERCHANT}/{signature}"
    assert "data" not in merchant.void("nobody").json
    assert merchant.call("PUT", path, {}).status_code == 400


# --- 1.4 refund -------------------------------------------------------------------------------------------


@pytest.fixture
def settled(merchant: Merchant, clock: Clock) -> dict[str, Any]:
    """A sale old enough to be refunded."""
    order = merchant.authorize("1001").json["order"]
    clock.advance(days=2)
    merchant.jwt = merchant.login().text
    return order


@pytest.mark.parametrize("method", ["POST", "PUT"])
@pytest.mark.parametrize("named_by", ["transactionId", "traceNumber"])
def test_a_refund_is_accepted_with_coderror_100(
    merchant: Merchant, settled: dict[str, Any], method: str, named_by: str
) -> None:
    reply = merchant.refund(settled[named_by], 120, method=method)
    assert (reply.status_code, reply.json["errorCode"], reply.json["data"]["CODERROR"]) == (200, 0, "100")
    assert reply.json["data"]["CODIGODEVOLUCION"]
    assert merchant.charges()[0]["state"] == "Refunded"


def test_refunds_may_be_partial_but_never_more_than_the_sale(merchant: Merchant, settled: dict[str, Any]) -> None:
    assert merchant.refund(settled["transactionId"], 100, "NC-1").json["data"]["CODERROR"] == "100"
    assert merchant.refund(settled["transactionId"], "20.01", "NC-2").json["data"]["CODERROR"] != "100"
    assert merchant.refund(settled["transactionId"], "20.00", "NC-3").json["data"]["CODERROR"] == "100"


def test_a_refund_reference_is_taken_once(merchant: Merchant, settled: dict[str, Any]) -> None:
    merchant.refund(settled["transactionId"], 10, "NC-1")
    assert merchant.refund(settled["transactionId"], 10, "NC-1").json["data"]["CODERROR"] != "100"
    assert merchant.charges()[0]["refundedAmount"] == "10.00"


def test_no_refund_before_48_business_hours_and_a_weekend_does_not_count(merchant: Merchant, clock: Clock) -> None:
    clock.now = datetime(2026, 3, 13, 17, 0, tzinfo=UTC)  # a Friday
    merchant.jwt = merchant.login().text
    identifier = merchant.authorize("1001").json["order"]["transactionId"]
    clock.now = datetime(2026, 3, 17, 16, 59, tzinfo=UTC)
    merchant.jwt = merchant.login().text
    assert merchant.refund(identifier, 10).json["data"]["CODERROR"] != "100"
    clock.advance(minutes=1)
    assert merchant.refund(identifier, 10).json["data"]["CODERROR"] == "100"


def test_no_refund_of_a_voided_sale(merchant: Merchant, clock: Clock) -> None:
    sale = merchant.authorize("1001").json
    merchant.void(sale["dataMap"]["SIGNATURE"])
    clock.advance(days=3)
    merchant.jwt = merchant.login().text
    assert merchant.refund(sale["order"]["transactionId"], 10).json["data"]["CODERROR"] != "100"


@pytest.mark.parametrize(
    "wrong", [{"ruc": "1"}, {"comment": "x" * 101}, {"externalReferenceId": "x" * 21}, {"amount": 0}]
)
def test_a_refund_keeps_the_limits_of_its_fields(
    merchant: Merchant, settled: dict[str, Any], wrong: dict[str, Any]
) -> None:
    body = {"ruc": "20100000001", "comment": "Duplicado", "externalReferenceId": "NC-1", "amount": 10, **wrong}
    path = f"/api.refund/v1/refund/{MERCHANT}/{settled['transactionId']}"
    assert merchant.call("POST", path, body).status_code == 400


# --- 1.1 countable=false ----------------------------------------------------------------------------------


def test_a_hold_is_charged_by_its_confirmation(merchant: Merchant) -> None:
    hold = merchant.authorize("1001", countable=False).json["order"]
    reply = merchant.confirm(hold)
    assert (reply.status_code, reply.json["order"]["actionCode"]) == (200, "000")
    assert merchant.query("1001").json["order"]["status"] == "Confirmed"


def test_a_hold_lapses_on_day_8_and_nobody_is_charged(merchant: Merchant, clock: Clock) -> None:
    hold = merchant.authorize("1001", countable=False).json["order"]
    clock.advance(days=7, seconds=1)
    merchant.jwt = merchant.login().text
    assert merchant.confirm(hold).status_code == 400
    assert merchant.query("1001").json["order"]["status"] == "Not Confirmed"


def test_a_sale_that_settles_by_itself_cannot_be_confirmed(merchant: Merchant) -> None:
    assert merchant.confirm(merchant.authorize("1001").json["order"]).json["data"]["STATUS"] == "Not Confirmed"


def test_a_confirmation_of_another_amount_is_declined(merchant: Merchant) -> None:
    hold = merchant.authorize("1001", countable=False).json["order"]
    assert merchant.confirm(hold, 119).json["data"]["ACTION_CODE"] == "943"


# --- 1.1 form ---------------------------------------------------------------------------------------------


def token_in(page: str) -> str:
    found = re.search(r'data-token="([0-9A-F]{32})"', page)
    assert found
    return found[1]


@pytest.mark.parametrize("path", ["/v2/js/checkout.js", "/env/sandbox/js/checkout.js"])
def test_the_script_lives_at_the_path_of_production_and_of_the_sandbox(merchant: Merchant, path: str) -> None:
    reply = merchant.client.get(path)
    assert reply.mimetype in ("text/javascript", "application/javascript")
    assert all(name in reply.text for name in ("transactionToken", "customerEmail", "channel"))


def test_the_script_needs_no_inline_style_markup_or_evaluation(merchant: Merchant) -> None:
    script = merchant.client.get("/v2/js/checkout.js").text
    assert not re.search(r"\beval\b|innerHTML|cssText|document\.write|setAttribute\(\"style|fetch\(|XMLHttp", script)


def test_a_form_sent_gives_a_token_that_charges_what_it_showed(merchant: Merchant) -> None:
    page = merchant.fill(merchant.session().json["sessionKey"], "4474 1183 5563-2240", installments="3")
    reply = merchant.authorize("77", token_in(page.text), "120.00")
    assert (reply.status_code, reply.json["order"]["installment"]) == (200, 3)
    assert reply.json["dataMap"]["QUOTA_AMOUNT"] == "40.00"


def test_a_token_alone_charges_nothing(merchant: Merchant) -> None:
    merchant.fill(merchant.session().json["sessionKey"])
    assert merchant.charges() == []


def test_only_the_merchants_origin_may_frame_the_form_and_nothing_inline_runs(merchant: Merchant) -> None:
    page = merchant.client.get(merchant.form_address(merchant.session().json["sessionKey"]))
    policy = page.headers["Content-Security-Policy"]
    assert page.status_code == 200
    assert "frame-ancestors https://portal.example" in policy
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert page.headers["Cache-Control"] == "no-store"
    assert "style=" not in page.text


@pytest.mark.parametrize("origin", ["", "javascript:alert(1)", "https://a b", "https://x;script-src *", "null"])
def test_a_form_for_no_proper_origin_is_refused(merchant: Merchant, origin: str) -> None:
    page = merchant.client.get(merchant.form_address(merchant.session().json["sessionKey"], origin=origin))
    assert page.status_code == 400
    assert "frame-ancestors 'none'" in page.headers["Content-Security-Policy"]


def test_a_session_gives_one_token(merchant: Merchant) -> None:
    key = merchant.session().json["sessionKey"]
    assert merchant.fill(key).status_code == 200
    assert merchant.fill(key).status_code == 400


def test_a_session_dies_after_30_minutes(merchant: Merchant, clock: Clock) -> None:
    key = merchant.session().json["sessionKey"]
    clock.advance(minutes=30)
    assert merchant.fill(key).status_code == 400


def test_a_form_with_another_amount_than_its_session_is_refused(merchant: Merchant) -> None:
    address = merchant.form_address(merchant.session().json["sessionKey"], amount="1.00")
    assert merchant.client.get(address).status_code == 400


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"number": "4474118355632241"}, "number"),
        ({"number": ""}, "number"),
        ({"expiry": "13/28"}, "expiry"),
        ({"cvv": "1"}, "cvv"),
        ({"name": " "}, "name"),
        ({"surname": ""}, "surname"),
        ({"email": "nobody"}, "email"),
        ({"installments": "99"}, "installments"),
    ],
)
def test_a_mistake_is_named_beside_its_field_and_forgets_the_card(
    merchant: Merchant, wrong: dict[str, str], field: str
) -> None:
    page = merchant.fill(merchant.session().json["sessionKey"], **wrong)
    assert page.status_code == 422
    assert "<title>Error: " in page.text
    assert f'href="#{field}"' in page.text
    assert f'id="{field}-error"' in page.text
    assert APPROVED_CARD not in page.text


@pytest.mark.parametrize("text", ["03/28", "3/28", "03/2028", "0328", "032028", "03 / 28", "03-28"])
def test_an_expiry_may_be_typed_as_people_type_it(text: str) -> None:
    assert cards.read_expiry(text) == (2028, 3)


def test_no_card_number_or_cvv_is_kept_anywhere(config: dict[str, Any], tmp_path: Any) -> None:
    merchant = Merchant(create_app({**config, "state_file": tmp_path / "state.json"}))
    page = merchant.fill(merchant.session().json["sessionKey"])
    merchant.authorize("77", token_in(page.text), "120.00")
    saved = (tmp_path / "state.json").read_text()
    assert APPROVED_CARD not in saved
    assert '"cvv"' not in saved
    assert "447411******2240" in saved


# --- switches ---------------------------------------------------------------------------------------------


def test_a_switch_acts_as_often_as_told_and_then_no_more(merchant: Merchant) -> None:
    assert merchant.switch("decline", code="191", count=2).status_code == 201
    codes = [merchant.authorize(number).json.get("data", {}).get("ACTION_CODE") for number in ("1", "2", "3")]
    assert codes == ["191", "191", None]


def test_charge_then_drop_sends_no_byte_but_the_sale_stands(merchant: Merchant) -> None:
    merchant.switch("charge_then_drop")
    with pytest.raises(ConnectionResetError):
        merchant.authorize("1001")
    assert merchant.query("1001").json["order"]["status"] == "Authorized"


def test_charge_then_500_hides_a_sale_that_stands(merchant: Merchant) -> None:
    merchant.switch("charge_then_500")
    assert merchant.authorize("1001").status_code == 500
    assert merchant.query("1001").json["order"]["status"] == "Authorized"


def test_charge_then_hang_answers_late(merchant: Merchant, slept: list[float]) -> None:
    merchant.switch("charge_then_hang", seconds=90)
    assert merchant.authorize("1001").status_code == 200
    assert slept == [90]


def test_hang_waits_before_it_charges(config: dict[str, Any]) -> None:
    seen: list[int] = []
    merchant = Merchant(create_app({**config, "sleep": lambda seconds: seen.append(len(merchant.charges()))}))
    merchant.switch("hang", seconds=50)
    assert merchant.authorize("1001").status_code == 200
    assert seen == [0]
    assert len(merchant.charges()) == 1


def test_hang_then_nothing_never_charges(merchant: Merchant, slept: list[float]) -> None:
    merchant.switch("hang_then_nothing", seconds=50)
    with pytest.raises(ConnectionResetError):
        merchant.authorize("1001")
    assert slept == [50]
    assert merchant.query("1001").status_code == 404


@pytest.mark.parametrize(("behaviour", "status"), [("error_500", 500), ("500", 500), ("401", 401)])
def test_an_early_error_charges_nothing_and_leaves_the_number_free(
    merchant: Merchant, behaviour: str, status: int
) -> None:
    merchant.switch(behaviour)
    assert merchant.authorize("1001").status_code == status
    assert merchant.charges() == []
    assert merchant.authorize("1001").status_code == 200


def test_an_unreadable_body_hides_a_sale_that_stands(merchant: Merchant) -> None:
    merchant.switch("unreadable")
    reply = merchant.authorize("1001")
    assert reply.status_code == 200
    with pytest.raises(ValueError):
        json.loads(reply.text)
    assert len(merchant.charges()) == 1


def test_amount_differs_charges_another_amount(merchant: Merchant) -> None:
    merchant.switch("amount_differs")
    order = merchant.authorize("1001", amount=120).json["order"]
    assert (order["amount"], order["authorizedAmount"]) == (120, 121)
    assert merchant.query("1001").json["order"]["amount"] == 121


def test_slow_answers_well_after_a_while(merchant: Merchant, slept: list[float]) -> None:
    merchant.switch("slow", seconds=2.5, on="session")
    assert merchant.session().status_code == 200
    assert slept == [2.5]


@pytest.mark.parametrize(("behaviour", "status"), [("query_not_found", 404), ("query_500", 500)])
def test_a_query_can_fail_while_the_sale_stands(merchant: Merchant, behaviour: str, status: int) -> None:
    merchant.authorize("1001")
    merchant.switch(behaviour)
    assert merchant.query("1001").status_code == status
    assert merchant.query("1001").status_code == 200


def test_a_reversal_or_a_refund_can_be_declined(merchant: Merchant, settled: dict[str, Any]) -> None:
    merchant.switch("decline", on="void", code="946")
    signature = merchant.authorize("1002").json["dataMap"]["SIGNATURE"]
    assert merchant.void(signature).json["data"]["ACTION_CODE"] == "946"
    merchant.switch("decline", on="refund", code="199")
    assert merchant.refund(settled["transactionId"], 10).json["data"]["CODERROR"] == "199"


def test_the_cards_invented_here_break_the_call_once(merchant: Merchant, slept: list[float]) -> None:
    token = merchant.token("4990000000000012")
    with pytest.raises(ConnectionResetError):
        merchant.authorize("1001", token)
    assert merchant.authorize("1001", token).json["data"]["ACTION_CODE"] == "300"
    assert merchant.authorize("1002", merchant.token("4990000000000053")).status_code == 500
    assert merchant.authorize("1003", merchant.token("4990000000000046")).status_code == 200
    assert slept == [60]
    assert [charge["purchaseNumber"] for charge in merchant.charges()] == ["1003", "1001"]


@pytest.mark.parametrize(
    "wrong", [{"behaviour": "dance"}, {"behaviour": "slow", "on": "moon"}, {"behaviour": "slow", "seconds": "x"}]
)
def test_a_switch_that_does_not_exist_is_refused(merchant: Merchant, wrong: dict[str, Any]) -> None:
    assert merchant.client.post("/_control/next", json=wrong).status_code == 400


def test_state_tells_what_waits_and_reset_forgets_it_all(merchant: Merchant) -> None:
    merchant.authorize("1001")
    merchant.switch("slow")
    state = merchant.client.get("/_control/state").json
    assert (state["charges"], state["switches"][0]["behaviour"]) == (1, "slow")
    assert merchant.client.post("/_control/reset").status_code == 204
    state = merchant.client.get("/_control/state").json
    assert (state["charges"], state["tokens"], state["switches"]) == (0, 0, [])


def test_a_page_of_another_site_cannot_work_the_switches(merchant: Merchant) -> None:
    reply = merchant.client.post("/_control/reset", headers={"Origin": "https://elsewhere.example"})
    assert reply.status_code == 403


# --- page and memory --------------------------------------------------------------------------------------


def test_the_page_says_so_when_nothing_was_charged(merchant: Merchant) -> None:
    page = merchant.client.get("/").text
    assert "Todavía no hay cobros" in page
    assert '<html lang="es-PE">' in page
    assert page.count("<h1") == 1


def test_the_page_lists_each_decision_with_mask_lima_time_and_state(merchant: Merchant) -> None:
    merchant.void(merchant.authorize("1001").json["dataMap"]["SIGNATURE"])
    merchant.authorize("1002", merchant.token("4041650444437904"))
    page = merchant.client.get("/").text
    for expected in ("447411******2240", "10/03/2026 12:00:00", "Anulada (Voided)", "Denegada (Not Authorized)"):
        assert expected in page
    assert "<caption" in page


def test_the_pages_form_sets_a_switch_and_comes_back(merchant: Merchant) -> None:
    reply = merchant.client.post("/_control/next", data={"behaviour": "slow", "count": "2", "seconds": ""})
    assert (reply.status_code, reply.location) == (303, "/")
    assert "(slow): 2 en" in merchant.client.get("/").text


def test_a_restart_remembers_sales_tokens_refunds_and_switches(
    config: dict[str, Any], clock: Clock, tmp_path: Any
) -> None:
    config["state_file"] = str(tmp_path / "deep" / "state.json")
    before = Merchant(create_app(config))
    token = before.token()
    sale = before.authorize("1001").json["order"]
    clock.advance(days=2)
    before.jwt = before.login().text
    before.refund(sale["transactionId"], 10)
    before.switch("query_500")

    after = Merchant(create_app(config))
    assert after.charges() == before.charges()
    assert after.query("1001").status_code == 500
    assert after.authorize("1001", token).json["data"]["ACTION_CODE"] == "300"
    assert after.authorize("1002").json["order"]["transactionId"] != sale["transactionId"]


def test_two_simulators_in_one_process_share_nothing(config: dict[str, Any]) -> None:
    one, other = Merchant(create_app(config)), Merchant(create_app(config))
    one.authorize("1001")
    assert other.charges() == []


def test_an_unknown_setting_is_a_mistake() -> None:
    with pytest.raises(TypeError):
        create_app({"merchant": "1"})


def test_credentials_come_from_the_environment_by_default(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CMP_ACQUIRER_USER", "demo-user")
    monkeypatch.setenv("CMP_ACQUIRER_PASSWORD", "demo-pass")
    assert Merchant(create_app()).session().status_code == 200
