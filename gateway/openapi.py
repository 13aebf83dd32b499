"""One OpenAPI 3.1 document out of all services': what can be called from outside, at the address it has outside."""

import json
import logging
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from gateway.routing import RoutingTable
from gateway.upstream import Upstream, UpstreamError

log = logging.getLogger(__name__)

FETCH_TIMEOUT_S = 3
METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace")
SHARED = "securitySchemes"
"""The one kind of component that keeps its name when services agree on it: a reader logs in once."""

Document = dict[str, Any]


def merged(upstreams: dict[str, Upstream], table: RoutingTable, public_url: str) -> Document:
    """Ask every service at once and merge what comes. A service that is down is named in `x-unavailable`."""
    services = [name for name in upstreams if name != "portal"]
    with ThreadPoolExecutor(len(services)) as pool:
        documents = dict(zip(services, pool.map(lambda name: fetch(upstreams[name]), services), strict=True))
    return merge({name: document for name, document in documents.items() if document}, table, public_url) | {
        "x-unavailable": [name for name, document in documents.items() if not document]
    }


def fetch(upstream: Upstream) -> Document | None:
    """A service's own document; None when it is down or talks nonsense."""
    headers = [("Host", "localhost"), ("Accept", "application/json")]
    exchange = None
    try:
        exchange = upstream.send("GET", "/openapi.json", headers, None, FETCH_TIMEOUT_S)
        document = json.loads(exchange.read())
    except (UpstreamError, ValueError) as error:
        log.warning("no OpenAPI document from %s: %s", upstream.name, type(error).__name__)
        return None
    finally:
        if exchange:
            exchange.close()
    return document if isinstance(document, dict) and isinstance(document.get("paths"), dict) else None


def merge(documents: dict[str, Document], table: RoutingTable, public_url: str) -> Document:
    """Merge services' documents, by service name, without asking anybody."""
    whole: Document = {
        "openapi": "3.1.0",
        "info": {
            "title": "CMP Digital",
            "version": "v1",
            "description": "Interfaz de los servicios de CMP Digital a través de su puerta de enlace.",
        },
        "servers": [{"url": public_url}],
        "tags": [],
        "paths": {},
        "components": {},
    }
    for name, document in documents.items():
        _add(whole, name, _renamed(document, name, whole["components"].get(SHARED, {})), table)
    return whole


def _add(whole: Document, service: str, document: Document, table: RoutingTable) -> None:
    for path, item in document["paths"].items():
        outside = f"/api/{service}{path}"
        if table.match(outside):
            whole["paths"][outside] = _tagged(item, service)
    for kind, components in document.get("components", {}).items():
        whole["components"].setdefault(kind, {}).update(components)
    whole["tags"] += [tag | {"name": f"{service}: {tag['name']}"} for tag in document.get("tags", [])]


def _tagged(item: Document, service: str) -> Document:
    """A path item whose operations have ids and tags of their own among all services."""
    item = dict(item)
    for method in set(METHODS) & set(item):
        operation = item[method] = dict(item[method])
        operation["tags"] = [f"{service}: {tag}" for tag in operation.get("tags", ["general"])]
        if "operationId" in operation:
            operation["operationId"] = f"{service}_{operation['operationId']}"
    return item


def _renamed(document: Document, service: str, shared: Document) -> Document:
    """The document with every component called `<service>.<Name>`, in its place and wherever it is referred to."""
    names = {
        (kind, name): name if kind == SHARED and shared.get(name, definition) == definition else f"{service}.{name}"
        for kind, components in document.get("components", {}).items()
        for name, definition in components.items()
    }

    def reference(text: str) -> str:
        parts = text.split("/")
        if parts[:2] == ["#", "components"] and len(parts) > 3:
            parts[3] = names.get((parts[2], parts[3]), parts[3])
        return "/".join(parts)

    def requirement(needs: Document) -> Document:
        return {names.get((SHARED, name), name): scopes for name, scopes in needs.items()}

    changed = {key: _walk(value, reference, requirement) for key, value in document.items()}
    changed["components"] = {
        kind: {names[kind, name]: definition for name, definition in components.items()}
        for kind, components in changed.get("components", {}).items()
    }
    _spread_security(changed, requirement(document["security"][0]) if document.get("security") else None)
    return changed


def _spread_security(document: Document, default: Document | None) -> None:
    """What a service asks by default, said at each operation: the merged document has no default."""
    for operation in _operations(document) if default is not None else ():
        operation.setdefault("security", [default])


def _operations(document: Document) -> Iterator[Document]:
    for item in document["paths"].values():
        yield from (item[method] for method in METHODS if method in item)


def _walk(node: Any, reference: Callable[[str], str], requirement: Callable[[Document], Document]) -> Any:
    if isinstance(node, list):
        return [_walk(item, reference, requirement) for item in node]
    if not isinstance(node, dict):
        return node
    return {key: _changed(key, value, reference, requirement) for key, value in node.items()}


def _changed(key: str, value: Any, reference: Callable[[str], str], requirement: Callable[[Document], Document]) -> Any:
    """References, the targets of a discriminator and security requirements name components; all else is walked on."""
    if key == "$ref" and isinstance(value, str):
        return reference(value)
    if key == "mapping" and isinstance(value, dict) and all(isinstance(text, str) for text in value.values()):
        return {word: reference(text) for word, text in value.items()}
    if key == "security" and isinstance(value, list) and all(isinstance(needs, dict) for needs in value):
        return [requirement(needs) for needs in value]
    return _walk(value, reference, requirement)
