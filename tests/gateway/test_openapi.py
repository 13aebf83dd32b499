"""The merged document: valid, complete, at the addresses it has outside."""

from collections.abc import Callable, Iterator
from typing import Any

import marshmallow
import pytest
import schemathesis
from flask import Flask, json
from flask.testing import FlaskClient
from flask.views import MethodView
from flask_smorest import Api, Blueprint

from gateway.openapi import METHODS, merge
from gateway.routing import RoutingTable
from tests.gateway.conftest import Upstream, from_outside

TABLE = RoutingTable.load()


class Line(marshmallow.Schema):
    """Part of what both services call an order."""

    amount = marshmallow.fields.Decimal(as_string=True, allow_none=True)


def document(name: str, *paths: str, security: bool = False) -> dict[str, Any]:
    """What a service made with flask-smorest publishes. Every service has a schema Order, and they differ."""
    app = Flask(name)
    app.config |= {"API_TITLE": name, "API_VERSION": "v1", "OPENAPI_VERSION": "3.1.0"}
    api = Api(app)
    order = marshmallow.Schema.from_dict(
        {
            f"{name}_number": marshmallow.fields.String(),
            "lines": marshmallow.fields.List(marshmallow.fields.Nested(Line)),
        },
        name="Order",
    )
    blueprint = Blueprint("orders", name, url_prefix="/v1", description="Orders")
    for path in paths:

        @blueprint.route(path)
        class View(MethodView):
            @blueprint.arguments(order)
            @blueprint.response(201, order)
            def post(self, body: Any) -> Any:
                """Make one."""

            @blueprint.response(200, order(many=True))
            def get(self) -> Any:
                """See them."""

    api.register_blueprint(blueprint)
    if security:
        api.spec.components.security_scheme("bearer", {"type": "http", "scheme": "bearer"})
        api.spec.options["security"] = [{"bearer": []}]
    return dict(api.spec.to_dict())


def references(node: Any) -> Iterator[str]:
    """All `$ref` in a document."""
    if isinstance(node, dict):
        yield from [node["$ref"]] if isinstance(node.get("$ref"), str) else []
        for value in node.values():
            yield from references(value)
    elif isinstance(node, list):
        for value in node:
            yield from references(value)


def found(whole: dict[str, Any], reference: str) -> Any:
    """What a reference points at."""
    for part in reference.removeprefix("#/").split("/"):
        whole = whole[part]
    return whole


@pytest.fixture
def both() -> dict[str, Any]:
    """Two services merged."""
    documents = {name: document(name, "/orders", "/files/x", security=True) for name in ("payments", "einvoice")}
    return merge(documents, TABLE, "https://digital.example.pe")


def operations(whole: dict[str, Any]) -> list[dict[str, Any]]:
    """Every operation."""
    return [item[method] for item in whole["paths"].values() for method in METHODS if method in item]


def test_it_is_a_valid_openapi_3_1_document(both: dict[str, Any]) -> None:
    assert both["openapi"] == "3.1.0"
    schema = schemathesis.openapi.from_dict(both)
    schema.validate()
    assert len(list(schema.get_all_operations())) == 4


def test_paths_are_those_outside_and_inner_ones_are_left_out(both: dict[str, Any]) -> None:
    assert set(both["paths"]) == {"/api/payments/v1/orders", "/api/einvoice/v1/orders"}
    assert both["servers"] == [{"url": "https://digital.example.pe"}]


def test_components_of_the_same_name_do_not_meet(both: dict[str, Any]) -> None:
    for name in ("payments", "einvoice"):
        assert f"{name}_number" in both["components"]["schemas"][f"{name}.Order"]["properties"]


def test_every_reference_leads_somewhere(both: dict[str, Any]) -> None:
    assert len([found(both, reference) for reference in references(both)]) > 8


def test_references_stay_in_their_service(both: dict[str, Any]) -> None:
    inner = [
        reference for reference in references(both["paths"]["/api/payments/v1/orders"]) if "/schemas/" in reference
    ]
    assert inner
    assert all(reference.startswith("#/components/schemas/payments.") for reference in inner)


def test_operation_ids_and_tags_are_their_own() -> None:
    documents = {name: document(name, "/orders") for name in ("payments", "einvoice")}
    for text in documents.values():
        text["paths"]["/v1/orders"]["get"]["operationId"] = "list_orders"
    whole = merge(documents, TABLE, "")
    ids = [operation["operationId"] for operation in operations(whole) if "operationId" in operation]
    assert sorted(ids) == ["einvoice_list_orders", "payments_list_orders"]
    assert {tag["name"] for tag in whole["tags"]} == {"payments: orders", "einvoice: orders"}
    assert {tag for operation in operations(whole) for tag in operation["tags"]} == {
        "payments: orders",
        "einvoice: orders",
    }


def test_the_login_that_services_share_stays_one(both: dict[str, Any]) -> None:
    assert list(both["components"]["securitySchemes"]) == ["bearer"]
    assert all(operation["security"] == [{"bearer": []}] for operation in operations(both))


def test_a_login_that_differs_is_told_apart() -> None:
    documents = {name: document(name, "/orders", security=True) for name in ("payments", "einvoice")}
    documents["einvoice"]["components"]["securitySchemes"]["bearer"] = {"type": "http", "scheme": "basic"}
    whole = merge(documents, TABLE, "")
    assert whole["paths"]["/api/einvoice/v1/orders"]["get"]["security"] == [{"einvoice.bearer": []}]
    assert whole["components"]["securitySchemes"]["einvoice.bearer"]["scheme"] == "basic"


def test_a_public_operation_stays_public() -> None:
    text = document("payments", "/orders", security=True)
    text["paths"]["/v1/orders"]["get"]["security"] = []
    whole = merge({"payments": text}, TABLE, "")
    assert whole["paths"]["/api/payments/v1/orders"]["get"]["security"] == []


def test_a_discriminator_leads_to_renamed_schemas() -> None:
    text = document("payments", "/orders")
    text["components"]["schemas"]["Any"] = {
        "discriminator": {"propertyName": "k", "mapping": {"o": "#/components/schemas/Order"}}
    }
    whole = merge({"payments": text}, TABLE, "")
    assert whole["components"]["schemas"]["payments.Any"]["discriminator"]["mapping"] == {
        "o": "#/components/schemas/payments.Order"
    }


class TestServed:
    """GET /openapi.json."""

    @pytest.fixture
    def published(self, upstream: Upstream) -> None:
        """Every service publishes the same."""
        upstream.says(
            "200 OK", ("Content-Type", "application/json"), body=json.dumps(document("x", "/orders")).encode()
        )

    def test_it_has_all_services_and_no_portal(self, client: FlaskClient, published: None) -> None:
        whole = client.get("/openapi.json").json
        assert {path.split("/")[2] for path in whole["paths"]} == {"identity", "payments", "recert"}
        assert whole["x-unavailable"] == []

    def test_a_service_that_is_down_is_named_and_the_rest_is_there(
        self, gateway: Callable[..., Flask], published: None, refused_url: str
    ) -> None:
        whole = from_outside(gateway(payments_url=refused_url)).get("/openapi.json").json
        assert whole["x-unavailable"] == ["payments"]
        assert "/api/recert/v1/orders" in whole["paths"]

    @pytest.mark.parametrize("body", [b"not json", b"[]", b"{}", b'{"paths": 1}', b"\xff"])
    def test_a_service_that_talks_nonsense_counts_as_down(
        self, client: FlaskClient, upstream: Upstream, body: bytes
    ) -> None:
        upstream.says("200 OK", body=body)
        assert len(client.get("/openapi.json").json["x-unavailable"]) == 5

    def test_it_shows_no_token_or_cookie_of_the_reader_to_services(
        self, client: FlaskClient, upstream: Upstream
    ) -> None:
        client.get("/openapi.json", headers={"Authorization": "Bearer secret"})
        assert {seen.target for seen in upstream.seen} == {"/openapi.json"}
        assert "secret" not in str(upstream.seen)


def test_the_page_reads_it_without_another_host(client: FlaskClient) -> None:
    page = client.get("/docs")
    assert page.headers["Content-Security-Policy"].startswith("default-src 'self'")
    text = page.get_data(as_text=True)
    assert "http" not in text
    for part in ("swagger-ui.css", "swagger-ui-bundle.js", "start.js", "favicon-32x32.png"):
        assert f"/docs/{part}" in text
        assert client.get(f"/docs/{part}").status_code == 200
    assert b'url: "/openapi.json"' in client.get("/docs/start.js").data


@pytest.mark.parametrize("name", ["../__init__.py", "%2e%2e/__init__.py", "nothing.js"])
def test_the_page_gives_no_other_files(client: FlaskClient, upstream: Upstream, name: str) -> None:
    upstream.says("404 NOT FOUND")
    assert client.get(f"/docs/{name}").status_code == 404


def test_without_the_package_there_is_no_page(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    assert client.get("/docs").status_code == 404
