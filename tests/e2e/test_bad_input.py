"""Bad input through the front door: each a clear answer, nothing lost."""

import uuid
from collections.abc import Callable
from typing import Any

import pytest
import requests
from playwright.sync_api import Page, expect

from cli.demo import Walk
from tests.embedded import EmbeddedPlatform

pytestmark = [pytest.mark.e2e, pytest.mark.xdist_group("browser")]


def walk_of(platform: EmbeddedPlatform, cmp_number: str) -> Walk:
    """A logged-in client of the API."""
    walk = Walk(platform.ports, platform.login_token(cmp_number))
    walk.log_in()
    return walk


def api(platform: EmbeddedPlatform, path: str) -> str:
    return f"{platform.ports.url('gateway')}/api/{path}"


def wanted(due_ids: list[str], version: str, **voucher: Any) -> dict[str, Any]:
    chosen = {"type": "03", "email": "a@example.pe", "terms_accepted": True, "terms_version": version} | voucher
    return {"kind": "COLEGIADO", "due_ids": due_ids, "voucher": chosen}


def place(walk: Walk, platform: EmbeddedPlatform, body: dict[str, Any]) -> requests.Response:
    return walk.http.post(
        api(platform, "payments/v1/orders"), json=body, headers={"Idempotency-Key": str(uuid.uuid4())}, timeout=10
    )


def test_a_wrong_password_is_told_without_saying_which_part_was_wrong(
    page: Page, platform: EmbeddedPlatform, shoot: Callable[[str], None]
) -> None:
    page.goto("/")
    page.get_by_label("Usuario").fill("012345")
    page.get_by_label("Contraseña", exact=True).fill("not the password")
    page.get_by_role("button", name="Identificarse").click()
    expect(page.get_by_role("alert")).to_contain_text("El usuario o la contraseña no son correctos")
    expect(page).to_have_title("Error: Inicio de sesión - CMP Digital")
    expect(page.get_by_label("Usuario")).to_have_value("012345")
    shoot("09-clave-equivocada")


def test_an_expired_session_leads_to_the_login_and_back_to_where_one_was(
    page: Page, platform: EmbeddedPlatform
) -> None:
    page.goto("/comprobantes/documentos")
    expect(page.get_by_role("heading", name="Inicio de sesión")).to_be_visible()
    assert "next=" in page.url


def test_a_due_that_is_not_the_oldest_is_refused_naming_the_missing_period(platform: EmbeddedPlatform) -> None:
    """PAY-4."""
    walk = walk_of(platform, "034567")
    dues = walk.http.get(api(platform, "payments/v1/dues/pending?kind=COLEGIADO"), timeout=10).json()["items"]
    version = walk.http.get(api(platform, "payments/v1/terms"), timeout=10).json()["version"]
    response = place(walk, platform, wanted([dues[1]["id"]], version))
    assert response.status_code == 422
    assert response.json()["type"] == "urn:cmp:problem:payments/not-oldest-first"
    assert response.json()["missing_period"].replace("-", "") == dues[0]["period"].replace("-", "")


def test_another_physicians_order_and_voucher_do_not_exist(platform: EmbeddedPlatform) -> None:
    owner, other = walk_of(platform, "023546"), walk_of(platform, "034567")
    order = owner.place_order(dues=1)
    owner.pay(order)
    voucher = owner._await_voucher(order)
    for path in (
        f"payments/v1/orders/{order['id']}",
        f"einvoice/v1/vouchers/{voucher['id']}",
        f"einvoice/v1/vouchers/{voucher['id']}/pdf",
    ):
        assert owner.http.get(api(platform, path), timeout=10).status_code in (200, 409)
        assert other.http.get(api(platform, path), timeout=10).status_code == 404


def test_an_amount_sent_by_the_client_is_refused(platform: EmbeddedPlatform) -> None:
    walk = walk_of(platform, "034567")
    dues = walk.http.get(api(platform, "payments/v1/dues/pending?kind=COLEGIADO"), timeout=10).json()["items"]
    version = walk.http.get(api(platform, "payments/v1/terms"), timeout=10).json()["version"]
    response = place(walk, platform, wanted([dues[0]["id"]], version) | {"total": "1.00"})
    assert (response.status_code, response.json()["errors"][0]["pointer"]) == (422, "/total")


def test_an_oversized_body_is_413_and_malformed_json_400(platform: EmbeddedPlatform) -> None:
    walk = walk_of(platform, "034567")
    url = api(platform, "payments/v1/orders")
    headers = {"Idempotency-Key": "x", "Content-Type": "application/json"}
    assert walk.http.post(url, data=b"x" * 3_000_000, headers=headers, timeout=10).status_code == 413
    malformed = walk.http.post(url, data=b'{"kind": ', headers=headers, timeout=10)
    assert (malformed.status_code, malformed.headers["Content-Type"]) == (400, "application/problem+json")


def test_internal_addresses_are_not_reachable_from_outside(platform: EmbeddedPlatform) -> None:
    walk = walk_of(platform, "034567")
    for path in ("einvoice/v1/files/" + "0" * 64, "identity/v1/service-tokens", "einvoice/metrics"):
        assert walk.http.get(api(platform, path), timeout=10).status_code == 404
