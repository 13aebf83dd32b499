"""Error pages: Spanish, with the trace and whom to ask."""

import threading
from collections.abc import Callable

import pytest
from flask import Flask

from portal import messages
from portal.settings import Settings
from tests.portal.fake_gateway import FakeGateway
from tests.portal.visitor import Visitor

TRACE = "4bf92f3577b34da6a3ce929d0e0e4736"


def test_a_page_that_does_not_exist(visitor: Visitor) -> None:
    page = visitor.get("/no-existe", headers={"traceparent": f"00-{TRACE}-00f067aa0ba902b7-01"})
    assert page.status == 404
    assert page.h1 == "No encontramos la página"
    assert TRACE in page.words
    assert "consultas@cmp.org.pe" in page.words


@pytest.mark.parametrize(
    ("status", "shown", "title"),
    [(403, 403, "No tiene permiso para ver esta página"), (404, 404, "No encontramos la página"),
     (429, 429, "Hubo demasiadas solicitudes"), (500, 502, "Un servicio no respondió bien"),
     (502, 502, "Un servicio no respondió bien"), (503, 503, "El servicio no está disponible por el momento"),
     (504, 503, "El servicio no está disponible por el momento")],
)  # fmt: skip
def test_what_a_service_refuses_has_its_page(
    rosa: Visitor, world: FakeGateway, status: int, shown: int, title: str
) -> None:
    world.refuse("GET", "einvoice/v1/vouchers", status, headers={"Retry-After": "61"} if status == 429 else {})
    page = rosa.get("/comprobantes/documentos")
    assert (page.status, page.h1) == (shown, title)


def test_a_rate_limit_tells_how_long_to_wait(rosa: Visitor, world: FakeGateway) -> None:
    world.refuse("GET", "einvoice/v1/vouchers", 429, headers={"Retry-After": "61"})
    page = rosa.get("/comprobantes/documentos")
    assert page.response.headers["Retry-After"] == "61"
    assert "Espere 2 minutos" in page.words


def test_what_a_service_says_about_its_outage_is_shown(rosa: Visitor, world: FakeGateway) -> None:
    world.refuse("GET", "payments/v1/terms", 503, "payments/no-terms", "El pago en línea aún no está habilitado.")
    assert "El pago en línea aún no está habilitado." in rosa.get("/pago-online/condiciones").words


def test_a_gateway_that_does_not_answer_is_503(make_portal: Callable[..., Flask]) -> None:
    visitor = Visitor(make_portal(gateway_url="http://127.0.0.1:9"))
    page = visitor.post("/ingresar", {"username": "012345", "password": "x"})
    assert page.status == 503
    assert page.response.headers["Retry-After"] == "30"


def test_a_gateway_that_takes_too_long_is_503(make_portal: Callable[..., Flask], world: FakeGateway) -> None:
    rosa = Visitor(make_portal(gateway_timeout_seconds=0.3)).sign_in()
    world.stalled = threading.Event()
    assert rosa.get("/pago-online").status == 503
    world.stalled.set()


def test_a_crash_shows_no_traceback(portal: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    def crash() -> str:
        raise RuntimeError("detalle interno")

    monkeypatch.setitem(portal.view_functions, "home.help", crash)
    page = Visitor(portal).get("/ayuda")
    assert page.status == 500
    assert page.h1 == "Algo falló de nuestro lado"
    assert "detalle interno" not in page.text


def test_a_wrong_method_keeps_allow(visitor: Visitor) -> None:
    page = visitor.get("/salir")
    assert page.status == 405
    assert "POST" in page.response.headers["Allow"]


def test_a_form_without_its_token_has_a_page_of_its_own(rosa: Visitor) -> None:
    response = rosa.client.post("/pago-online/tipo", data={"kind": "COLEGIADO"})
    assert response.status_code == 400
    assert messages.FORM_EXPIRED in response.text


def test_a_form_of_a_browser_without_session_leads_to_login(visitor: Visitor) -> None:
    response = visitor.client.post("/pago-online/tipo", data={"kind": "COLEGIADO"}, follow_redirects=True)
    assert "Inicio de sesión" in response.text


def test_livez_touches_nothing(visitor: Visitor, world: FakeGateway) -> None:
    response = visitor.client.get("/livez")
    assert response.json == {"status": "ok"}
    assert "Set-Cookie" not in response.headers


def test_readyz_tells_whether_the_gateway_answers(visitor: Visitor, make_portal: Callable[..., Flask]) -> None:
    assert visitor.client.get("/readyz").json == {"status": "ok", "checks": {"gateway": True}}
    away = Visitor(make_portal(gateway_url="http://127.0.0.1:9")).client.get("/readyz")
    assert (away.status_code, away.json["status"]) == (200, "degraded")


def test_the_settings_hide_their_secret() -> None:
    described = {name: value for name, value, _ in Settings(secret_key="muy-secreta").describe()}
    assert described["CMP_PORTAL_SECRET_KEY"] == "********"
    assert all(text for _, _, text in Settings().describe())
