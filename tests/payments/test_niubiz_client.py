"""The protocol on the wire: paths, headers, bodies, tries and time-outs (payments.md 1.1 and 1.4)."""

import base64
import json
import socket as sockets
from decimal import Decimal
from typing import Any

import pytest

from services.payments.niubiz import (
    AcquirerUnavailable,
    Approved,
    BadRequest,
    NotFound,
    NotSent,
    SaleRequest,
    Unknown,
)
from services.payments.niubiz.transport import call
from tests.payments.desk import Socket
from tests.payments.script import Journal, Script, client_of, sample

ASKED = SaleRequest(purchase_number="8078", amount=Decimal("147.02"), currency="PEN")
NOWHERE = "http://127.0.0.1:9"


@pytest.fixture
def script(socket: Socket) -> Script:
    """An acquirer that follows a script."""
    return Script(socket)


def authorize(script: Script, **options: Any) -> Any:
    """Ask for a charge."""
    return client_of(script.socket.url, **options).authorize(ASKED, token_id="TOKEN", journal=Journal())


def test_an_authorization_is_sent_as_niubiz_wants_it(script: Script) -> None:
    """The token bare, the amount a number with its two decimals, captureType manual."""
    script.then(200, sample("approved"))
    assert isinstance(authorize(script), Approved)
    [(method, path, token, content)] = script.asked
    assert (method, path) == ("POST", "/api.authorization/v3/authorization/ecommerce/341198210")
    assert token == "head.body.1"
    assert b'"amount":147.02,' in content
    assert json.loads(content) == {
        "channel": "web", "captureType": "manual", "countable": True,
        "order": {"tokenId": "TOKEN", "purchaseNumber": "8078", "amount": 147.02, "currency": "PEN"},
    }  # fmt: skip


def test_a_whole_amount_keeps_its_two_decimals(script: Script) -> None:
    """An exact rendering of the decimal, never a float."""
    script.then(200, sample("approved"))
    asked = SaleRequest(purchase_number="8078", amount=Decimal("60.00"), currency="PEN")
    client_of(script.socket.url).authorize(asked, token_id="T", journal=Journal())
    assert b'"amount":60.00,' in script.asked[0][3]


def test_a_hold_is_asked_for_by_setting(script: Script) -> None:
    """countable=false."""
    script.then(200, sample("approved"))
    authorize(script, countable=False)
    assert json.loads(script.asked[0][3])["countable"] is False


def test_a_session_is_opened_and_its_end_understood(script: Script) -> None:
    """expirationTime is epoch milliseconds."""
    script.then(200, sample("session"))
    session = client_of(script.socket.url).open_session(
        Decimal("60.00"), client_ip="190.0.0.1", defined={"MDD4": "a@example.org"}, journal=Journal()
    )
    assert session.key.startswith("aa3e2b59")
    assert session.expires_at is not None
    assert session.expires_at.isoformat() == "2024-07-16T20:12:20.592000+00:00"
    assert json.loads(script.asked[0][3]) == {
        "channel": "web", "amount": 60.00,
        "antifraud": {"clientIp": "190.0.0.1", "merchantDefineData": {"MDD4": "a@example.org"}},
    }  # fmt: skip


@pytest.mark.parametrize(("status", "body"), [(400, {}), (200, {}), (200, b"<html>"), (500, {})])
def test_without_a_session_key_there_is_no_form(script: Script, status: int, body: Any) -> None:
    """Whatever else came."""
    script.then(status, body).then(status, body)
    with pytest.raises(AcquirerUnavailable):
        client_of(script.socket.url).open_session(Decimal(60), client_ip="::1", defined={}, journal=Journal())


def test_a_query_names_the_purchase_number(script: Script) -> None:
    """GET, no body."""
    script.then(404, {})
    assert isinstance(client_of(script.socket.url).find_sale(ASKED, journal=Journal()), NotFound)
    assert script.asked[0][:2] == ("GET", "/api.authorization/v3/retrieve/purchase/341198210/8078")


def test_one_login_serves_many_calls(script: Script) -> None:
    """The token is cached."""
    client = client_of(script.socket.url)
    for _ in range(3):
        script.then(404, {})
        client.find_sale(ASKED, journal=Journal())
    assert script.logins == 1


def test_a_401_on_an_authorization_is_repeated_once_with_a_new_token(script: Script) -> None:
    """Case 9."""
    script.then(401, {}).then(200, sample("approved"))
    assert isinstance(authorize(script), Approved)
    assert [token for _, _, token, _ in script.asked] == ["head.body.1", "head.body.2"]


def test_a_second_401_is_not_repeated(script: Script) -> None:
    """Case 9: once."""
    script.then(401, {}).then(401, {})
    assert isinstance(authorize(script), BadRequest)
    assert script.answers == []


@pytest.mark.parametrize("status", [500, 503])
def test_an_authorization_is_never_repeated_after_a_5xx(script: Script, status: int) -> None:
    """Case 1: no idempotency header exists, so a repetition could charge twice."""
    script.then(status, {}).then(200, sample("approved"))
    assert isinstance(authorize(script), Unknown)
    assert len(script.asked) == 1


def test_a_query_is_repeated_after_a_5xx(script: Script) -> None:
    """It changes nothing."""
    script.then(500, {}).then(404, {})
    assert isinstance(client_of(script.socket.url).find_sale(ASKED, journal=Journal()), NotFound)


def test_a_redirect_is_not_followed(script: Script) -> None:
    """Neither the token nor the charge may travel elsewhere."""
    script.then(307, {})
    assert isinstance(authorize(script), Unknown)
    assert len(script.asked) == 1


def test_a_wrong_login_sends_nothing(script: Script) -> None:
    """And is not tried twice, so that no account is locked."""
    script.login_status = 401
    assert isinstance(authorize(script), NotSent)
    assert (script.logins, script.asked) == (1, [])


def test_a_refused_connection_is_provably_not_sent() -> None:
    """Case 2."""
    assert isinstance(client_of(NOWHERE).authorize(ASKED, token_id="T", journal=Journal()), NotSent)


def test_a_name_that_does_not_resolve_is_provably_not_sent() -> None:
    """Case 2: `.invalid` never resolves (RFC 2606)."""
    answer = client_of("http://acquirer.invalid").authorize(ASKED, token_id="T", journal=Journal())
    assert isinstance(answer, NotSent)


def test_a_refused_connection_after_a_login_is_provably_not_sent(script: Script) -> None:
    """Case 2 with a token in hand: the charge itself met a closed port."""
    client = client_of(script.socket.url)
    script.then(404, {})
    client.find_sale(ASKED, journal=Journal())
    client._url = NOWHERE
    assert isinstance(client.authorize(ASKED, token_id="T", journal=Journal()), NotSent)


def test_a_connection_that_breaks_after_sending_is_a_doubt(script: Script) -> None:
    """Case 1: accepted, read, closed without a byte."""
    client = client_of(script.socket.url)
    script.then(404, {})
    client.find_sale(ASKED, journal=Journal())
    with sockets.create_server(("127.0.0.1", 0)) as server:
        client._url = f"http://127.0.0.1:{server.getsockname()[1]}"
        answer = client.authorize(ASKED, token_id="T", journal=Journal())
    assert isinstance(answer, Unknown)


def test_the_reply_is_kept_before_it_is_read(script: Script) -> None:
    """Case 6: out, then in, each scrubbed."""
    script.then(200, sample("approved"))
    journal = Journal()
    client_of(script.socket.url).authorize(ASKED, token_id="SECRET-TOKEN", journal=journal)
    assert [(line.direction, line.http_status) for line in journal.lines] == [("out", None), ("in", 200)]
    assert journal.lines[0].body["order"] == {"purchaseNumber": "8078", "amount": "147.02", "currency": "PEN"}
    assert journal.lines[1].elapsed_ms is not None


def test_a_lost_reply_is_kept_as_such(script: Script) -> None:
    """So that the conversation shows that something was sent."""
    journal = Journal()
    client = client_of(script.socket.url)
    script.then(404, {})
    client.find_sale(ASKED, journal=journal)
    client._url = NOWHERE
    client.authorize(ASKED, token_id="T", journal=journal)
    assert journal.lines[-1].body == {"error": "NeverSent", "cause": "ConnectionError"}


def test_the_login_is_basic_and_nothing_of_it_is_kept(script: Script, caplog: pytest.LogCaptureFixture) -> None:
    """Neither user nor password nor token reaches journal or log."""
    script.then(500, {})
    journal = Journal()
    with caplog.at_level("DEBUG"):
        client_of(script.socket.url).authorize(ASKED, token_id="T", journal=journal)
    secret = base64.b64encode(b"usuario:clave").decode()
    kept = caplog.text + repr(journal.lines)
    assert not any(word in kept for word in (secret, "clave", "head.body"))


def test_each_call_has_a_connection_of_its_own(script: Script) -> None:
    """A stale pooled connection could not be told from a lost charge."""
    script.then(200, {})
    reply = call("GET", f"{script.socket.url}/x", headers={}, body=None, read_timeout_s=1)
    assert (reply.status, reply.content) == (200, b"{}")
