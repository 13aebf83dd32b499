"""Headers, CSRF and addresses, route by route: a new route is covered without being named here (ASVS 3.4, 3.5)."""

import re
from collections.abc import Callable

import pytest
from flask import Flask
from werkzeug.routing import Rule

from portal.app import create_app
from portal.settings import Settings
from tests.portal.fake_gateway import FakeGateway
from tests.portal.visitor import Page, Visitor

VALUES = {"order_id": "o1", "voucher_id": "v1", "signed": "x", "token": "t", "name": "registro", "digest": "0"}
A_UUID = "00000000-0000-4000-8000-000000000001"
RULES = list(create_app(Settings(secret_key="k")).url_map.iter_rules())
POSTS = [rule for rule in RULES if "POST" in (rule.methods or ())]
GETS = [rule for rule in RULES if "GET" in (rule.methods or ())]
PRIVATE = ("/menu", "/pago-online", "/comprobantes", "/recertificacion")
OPEN_TO_ALL = ("/comprobantes/validar",)
"""The check of a voucher is for whoever holds it."""


def path_of(rule: Rule) -> str:
    def value(variable: re.Match[str]) -> str:
        converter, _, name = variable[1].rpartition(":")
        if converter.startswith("any("):
            return converter[4:].split(",")[0]
        return {"uuid": A_UUID, "int": "1"}.get(converter) or VALUES.get(name, "x")

    return re.sub(r"<([^>]+)>", value, rule.rule)


def ids(rule: Rule) -> str:
    return rule.rule


@pytest.mark.parametrize("rule", POSTS, ids=ids)
def test_every_post_without_the_csrf_token_is_refused(rosa: Visitor, world: FakeGateway, rule: Rule) -> None:
    world.add_order("o1")
    world.asked.clear()
    response = rosa.client.post(path_of(rule), data={"username": "a", "password": "b", "kind": "COLEGIADO"})
    assert response.status_code == 400
    assert world.asked == []


@pytest.mark.parametrize("rule", POSTS, ids=ids)
def test_every_post_from_another_site_is_refused(rosa: Visitor, world: FakeGateway, rule: Rule) -> None:
    token = rosa.csrf()
    world.asked.clear()
    response = rosa.client.post(path_of(rule), data={"csrf_token": token}, headers={"Sec-Fetch-Site": "cross-site"})
    assert response.status_code == 403
    assert world.asked == []


@pytest.mark.parametrize("rule", GETS, ids=ids)
def test_no_get_changes_anything(rosa: Visitor, world: FakeGateway, rule: Rule) -> None:
    world.add_order("o1")
    world.asked.clear()
    rosa.client.get(path_of(rule))
    # Asking whether a link still works is a question too; its token travels in the body, which nobody logs.
    assert {asked.method for asked in world.asked if not asked.path.endswith("link-checks")} <= {"GET"}


@pytest.mark.parametrize(
    "rule", [rule for rule in RULES if rule.rule.startswith(PRIVATE) and rule.rule not in OPEN_TO_ALL], ids=ids
)
def test_every_private_page_wants_a_session(visitor: Visitor, world: FakeGateway, rule: Rule) -> None:
    methods = {"GET", "POST"} & set(rule.methods or ())
    token = visitor.csrf()
    for method in methods:
        response = visitor.client.open(path_of(rule), method=method, data={"csrf_token": token})
        assert response.status_code in (303, 404)
        if response.status_code == 303:
            assert response.headers["Location"].startswith("/ingresar?next=/")
    assert world.asked == []


@pytest.mark.parametrize("path", [*[path_of(rule) for rule in GETS], "/no-existe", "/menu?falla"])
def test_every_answer_carries_the_security_headers(rosa: Visitor, world: FakeGateway, path: str) -> None:
    world.add_order("o1", "pagado")
    headers = rosa.client.get(path).headers
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert "camera=()" in headers["Permissions-Policy"]
    assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
    assert headers["Cache-Control"] == "no-store"
    assert "Server" not in headers


def test_the_policy_of_ordinary_pages_allows_no_inline_code(visitor: Visitor) -> None:
    policy = visitor.client.get("/").headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "script-src 'self'" in policy
    assert "unsafe" not in policy
    assert "http" not in policy


@pytest.mark.parametrize(
    "path", ["/", "/ayuda", "/menu", "/pago-online", "/pago-online/tipo", "/comprobantes/documentos"]
)
def test_no_page_holds_inline_code_or_foreign_addresses(rosa: Visitor, path: str) -> None:
    page = rosa.get(path)
    assert not page.all("//script[not(@src)] | //style | //*[@style] | //*[@onclick]")
    for address in page.all("//script/@src | //link/@href | //img/@src"):
        assert address.startswith("/recursos/")


def test_hsts_is_sent_on_https_only(make_portal: Callable[..., Flask]) -> None:
    over_tls = Visitor(make_portal(public_url="https://digital.cmp.example.pe")).client.get("/")
    assert over_tls.headers["Strict-Transport-Security"] == "max-age=31536000; includeSubDomains"
    assert "Strict-Transport-Security" not in Visitor(make_portal()).client.get("/").headers


def test_the_card_page_lets_only_the_acquirer_ask_for_payment(rosa: Visitor, world: FakeGateway) -> None:
    page = rosa.pay_summary(rosa.choose_two_dues())
    assert f'payment=(self "http://127.0.0.1:{world.port}")' in page.response.headers["Permissions-Policy"]
    assert "payment=()" in rosa.client.get("/menu").headers["Permissions-Policy"]


def test_links_do_not_follow_the_host_header(rosa: Visitor) -> None:
    page = rosa.pay_summary(rosa.choose_two_dues())
    assert page.h1 == "Pagar con tarjeta"
    again = Page(rosa.client.get("/pago-online/pedidos/o1/tarjeta", headers={"X-Forwarded-Host": "malo.example"}))
    assert "malo.example" not in again.text
    assert again.one("//script").get("data-timeouturl").startswith("http://127.0.0.1:8080/")


def test_what_people_type_is_escaped(rosa: Visitor) -> None:
    evil = "\"><script>alert('x')</script>"
    page = rosa.post("/pago-online/comprobante", {"voucher_type": "01", "email": evil, "legal_name": evil})
    assert "<script>alert" not in page.text
    assert page.one("//input[@id='legal_name']").value == evil


def test_a_form_larger_than_any_of_ours_is_refused(rosa: Visitor) -> None:
    page = rosa.post("/pago-online/comprobante", {"legal_name": "x" * 70_000})
    assert page.status == 413


def test_assets_are_kept_by_browsers_and_sent_compressed(visitor: Visitor) -> None:
    address = visitor.get("/").one("//link[@rel='stylesheet']").get("href")
    packed = visitor.client.get(address, headers={"Accept-Encoding": "gzip"})
    assert packed.headers["Content-Encoding"] == "gzip"
    assert "immutable" in packed.headers["Cache-Control"]
    assert len(packed.data) < 45_000
    assert b"--navy" in visitor.client.get(address).data


def test_our_script_stays_small(visitor: Visitor) -> None:
    address = visitor.get("/").one("//script").get("src")
    assert len(visitor.client.get(address).data) <= 5 * 1024


def test_nothing_personal_is_logged(rosa: Visitor, world: FakeGateway, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("DEBUG")
    world.refuse("GET", "payments/v1/dues/summary", 503)
    rosa.get("/pago-online/tipo")
    rosa.post("/ingresar/enlace-bueno-secreto")
    for secret in ("rosa.quispe", "Rosa", "access-1", "refresh-1", "enlace-bueno-secreto", "40000001"):
        assert secret not in caplog.text.replace("cmp_session", "")
