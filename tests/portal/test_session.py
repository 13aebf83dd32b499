"""The sealed cookie, and tokens renewed without anybody noticing (ASVS 3.3, 7.2)."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from flask import Flask

from chassis.clock import ManualClock
from chassis.settings import SettingsError
from portal.cookie import LARGEST, SealedCookies
from portal.once import Once
from portal.settings import Settings
from tests.portal.fake_gateway import ROSA, FakeGateway, due
from tests.portal.visitor import Visitor


def cookie_of(visitor: Visitor, name: str = "cmp_session") -> str:
    found = visitor.client.get_cookie(name)
    assert found is not None
    return str(found.value)


def test_the_cookie_shows_neither_tokens_nor_names(rosa: Visitor) -> None:
    sealed = cookie_of(rosa)
    assert "access-1" not in sealed
    assert "Rosa" not in sealed


def test_the_cookie_on_https_is_bound_to_the_host(make_portal: Callable[..., Flask]) -> None:
    app = make_portal(public_url="https://digital.cmp.example.pe")
    header = Visitor(app).client.get("/ingresar").headers["Set-Cookie"]
    assert header.startswith("__Host-cmp=")
    for flag in ("Secure", "HttpOnly", "Path=/", "SameSite=Lax"):
        assert flag in header
    assert "Domain" not in header


def test_the_cookie_on_local_http_works_without_secure(visitor: Visitor) -> None:
    header = visitor.client.get("/ingresar").headers["Set-Cookie"]
    assert header.startswith("cmp_session=")
    assert "Secure" not in header
    assert "HttpOnly" in header
    assert "SameSite=Lax" in header


def test_a_damaged_cookie_is_no_session(rosa: Visitor) -> None:
    rosa.client.set_cookie("cmp_session", cookie_of(rosa)[:-4] + "AAAA")
    assert not rosa.signed_in


def test_a_cookie_sealed_with_an_older_key_still_opens(make_portal: Callable[..., Flask]) -> None:
    before = Visitor(make_portal(secret_key="vieja")).sign_in()
    after = Visitor(make_portal(secret_key="nueva, vieja"))
    after.client.set_cookie("cmp_session", cookie_of(before))
    assert after.signed_in


def test_a_cookie_sealed_with_a_foreign_key_does_not_open(make_portal: Callable[..., Flask]) -> None:
    before = Visitor(make_portal(secret_key="ajena")).sign_in()
    after = Visitor(make_portal(secret_key="propia"))
    after.client.set_cookie("cmp_session", cookie_of(before))
    assert not after.signed_in


def test_https_without_a_key_does_not_start() -> None:
    with pytest.raises(SettingsError, match="CMP_PORTAL_SECRET_KEY"):
        Settings(public_url="https://digital.cmp.example.pe")


def test_the_fullest_session_fits_in_a_cookie() -> None:
    """Long tokens, a factura with long names, a checkout: browsers drop a cookie of more than 4096 bytes in silence."""
    session = {
        "account": {name: ROSA[name] for name in ("id", "name", "given_names", "cmp_number", "email")} | {"id": "x" * 36},
        "tokens": {"access": "t" * 1050, "refresh": "r" * 90, "until": 1893456000},
        "remember": True, "started_at": 1893456000, "seen_at": 1893456000, "csrf_token": "c" * 40,
        "draft": {"kind": "COLEGIADO", "until": "123456789", "voucher": {
            "type": "01", "email": "e" * 60, "ruc": "20512333797", "legal_name": "ñ" * 150, "address": "ñ" * 200}},
        "_flashes": [["danger", "m" * 160]],
    }  # fmt: skip
    sealed = SealedCookies(Settings(), ["clave"]).seal(session)
    assert len("__Host-cmp=") + len(sealed) <= LARGEST


def test_a_session_starts_anew_at_login(visitor: Visitor) -> None:
    """Session fixation: nothing of the anonymous session may live on."""
    before = visitor.csrf()
    visitor.sign_in()
    assert visitor.csrf().split(".")[0] != before.split(".")[0]


def test_an_access_token_is_renewed_before_it_ends(rosa: Visitor, world: FakeGateway, clock: ManualClock) -> None:
    clock.advance(seconds=485)
    assert rosa.get("/pago-online").status == 200
    assert len(world.calls("POST", "identity/v1/sessions/refresh")) == 1
    assert world.asked[-1].headers["Authorization"] == "Bearer access-2"


def test_a_fresh_access_token_is_used_as_it_is(rosa: Visitor, world: FakeGateway) -> None:
    rosa.get("/pago-online")
    assert world.calls("POST", "identity/v1/sessions/refresh") == []


def test_a_refused_access_token_is_renewed_and_the_call_repeated(rosa: Visitor, world: FakeGateway) -> None:
    world.access_ends.add("access-1")
    assert rosa.get("/pago-online").h1 == "Pago Online"


def test_a_family_that_ended_leads_to_the_login_page(rosa: Visitor, world: FakeGateway, clock: ManualClock) -> None:
    world.family_ended = True
    clock.advance(seconds=700)
    page = rosa.get("/pago-online")
    assert page.h1 == "Inicio de sesión"
    assert "Su sesión venció" in page.words
    assert page.one("//input[@name='next']").value == "/pago-online"


def test_requests_in_parallel_renew_only_once(
    portal: Flask, rosa: Visitor, world: FakeGateway, clock: ManualClock
) -> None:
    """The second use of a refresh token ends the whole family, so four tabs at once must use it once."""
    sealed = cookie_of(rosa)
    clock.advance(seconds=500)
    gate = threading.Barrier(4)

    def open_page(_: int) -> int:
        client = portal.test_client()
        client.set_cookie("cmp_session", sealed)
        gate.wait()
        return client.get("/pago-online").status_code

    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(open_page, range(4))) == [200, 200, 200, 200]
    assert len(world.calls("POST", "identity/v1/sessions/refresh")) == 1
    assert not world.family_ended


def test_an_answer_the_browser_threw_away_does_not_end_the_session(
    portal: Flask, rosa: Visitor, world: FakeGateway, clock: ManualClock
) -> None:
    """A double click: the first answer, with the new cookie, never reaches the browser."""
    sealed = cookie_of(rosa)
    clock.advance(seconds=500)
    for _ in range(2):
        client = portal.test_client()
        client.set_cookie("cmp_session", sealed)
        assert client.get("/pago-online").status_code == 200
    assert not world.family_ended


def test_an_identity_that_is_away_is_no_matter_while_the_token_lasts(
    rosa: Visitor, world: FakeGateway, clock: ManualClock
) -> None:
    world.refuse("POST", "identity/v1/sessions/refresh", 503)
    clock.advance(seconds=500)
    assert rosa.get("/pago-online").status == 200


def test_an_identity_that_is_away_afterwards_gives_an_error_page_and_no_logout(
    rosa: Visitor, world: FakeGateway, clock: ManualClock
) -> None:
    world.refuse("POST", "identity/v1/sessions/refresh", 503)
    clock.advance(seconds=700)
    assert rosa.get("/pago-online").status == 503
    world.answers.clear()
    assert rosa.get("/pago-online").status == 200


def test_the_trace_and_the_client_address_are_passed_on(rosa: Visitor, world: FakeGateway) -> None:
    trace = "4bf92f3577b34da6a3ce929d0e0e4736"
    rosa.get("/pago-online", headers={"traceparent": f"00-{trace}-00f067aa0ba902b7-01"})
    assert world.asked[-1].headers["Traceparent"].split("-")[1] == trace
    assert world.asked[-1].headers["X-Forwarded-For"] == "127.0.0.1"


def test_once_does_not_keep_a_failure() -> None:
    once, tries = Once(keep_seconds=60), []

    def work() -> str:
        tries.append(1)
        if len(tries) == 1:
            raise ValueError("todavía no")
        return "hecho"

    with pytest.raises(ValueError, match="todavía no"):
        once.do("k", work)
    assert once.do("k", work) == "hecho"


def test_once_forgets_a_result_after_its_time() -> None:
    now = [0.0]
    once = Once(keep_seconds=60, clock=lambda: now[0])
    assert once.do("k", lambda: 1) == 1
    now[0] = 59.9
    assert once.do("k", lambda: 2) == 1
    now[0] = 60.0
    assert once.do("k", lambda: 3) == 3


def test_many_dues_do_not_grow_the_cookie(rosa: Visitor, world: FakeGateway) -> None:
    world.dues = [due(n, f"2024{n % 12 + 1:02d}") for n in range(1, 73)]
    rosa.choose_two_dues()
    assert len(cookie_of(rosa)) < LARGEST / 2
