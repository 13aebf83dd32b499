"""Writes what others read of the contracts: JSON Schemas, examples, AsyncAPI, event reference (`make schemas`)."""

import dataclasses
import importlib
import json
import pkgutil
import sys
import types
import typing
from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import msgspec

import contracts
from chassis.events import EXCHANGE, TYPE_PREFIX, Event, schema_of

FOLDER = Path(__file__).parent / "schemas"
REFERENCE = Path(__file__).parent.parent / "docs" / "reference" / "events.md"

SAMPLES: dict[str, Any] = {
    "document_number": "40000001",
    "customer_document_number": "40000001",
    "document_type": "1",
    "customer_document_type": "1",
    "email": "rosa.quispe@example.pe",
    "delivery_email": "rosa.quispe@example.pe",
    "voucher_email": "rosa.quispe@example.pe",
    "cmp_number": "012345",
    "owner_cmp": "012345",
    "council": "03",
    "pickup_council": "03",
    "period": "202603",
    "kind": "COLEGIADO",
    "tax_code": "30",
    "voucher_type": "03",
    "number": "B003-00000001",
    "currency": "PEN",
    "format": "xlsx",
    "sha256": "0" * 64,
    "media_type": "application/pdf",
    "phone": "+51 1 000 0001",
    "mobile": "+51 999 000 001",
    "address": "Av. de Ejemplo 123, Lima",
    "rne": "008123",
    "state": "ACTIVO",
    "code": "2800",
    "action_code": "116",
    "purchase_number": "100000001",
    "order_number": "P-000001",
    "concept": "ORDINARIA",
    "relation": "HIJO",
    "person": "HIJO-1",
    "holder_cmp": "012345",
    "covered_from": "202601",
    "covered_until": "202612",
    "account": "bank",
    "block": "ENTRY",
    "account_code": "1041",
    "card_last4": "2240",
    "change": "annulled",
    "due_state": "ANNULLED",
    "channel": "BANCO",
    "match": "UNKNOWN_PURCHASE",
    "resolution": "OWE",
    "points": "21.5",
    "claimed": "5",
    "awarded": "1.5",
    "dossier_number": "000123",
    "kind_text": "Especialidad: PSIQUIATRÍA",
    "valid_from": "202601",
    "valid_until": "202612",
    "age_from": 0,
    "age_to": 17,
    "basis": "SPECIALITY",
    "notice": "FOUR_MONTHS",
    "council_label": "CR III LIMA",
    "diploma_number": 35568,
    "deadline_kind": "CORRECTION",
    "calendar_change": "CLOSURE",
}
"""Invented values for the examples, by field name; a date is always a date, whatever other events call so."""


def event_classes() -> Iterator[type[Event]]:
    """Every event of every module or package of this package, once, in the order written."""
    told: set[type[Event]] = {Event}
    for module in pkgutil.iter_modules(contracts.__path__):
        if module.name != "publish":
            for value in vars(importlib.import_module(f"contracts.{module.name}")).values():
                if isinstance(value, type) and issubclass(value, Event) and value not in told:
                    told.add(value)
                    yield value


def service_of(event: type[Event]) -> str:
    """The service that publishes an event: the first word of its module, which may be a package by subject."""
    return event.__module__.removeprefix("contracts.").partition(".")[0]


def example_of(kind: Any, name: str = "") -> Any:
    """An invented value of a type; dataclasses are filled field by field."""
    if name in SAMPLES and date not in (kind, *typing.get_args(kind)):
        return SAMPLES[name]
    if dataclasses.is_dataclass(kind) and isinstance(kind, type):
        hints = typing.get_type_hints(kind)
        return kind(**{field.name: example_of(hints[field.name], field.name) for field in dataclasses.fields(kind)})
    origin, arguments = typing.get_origin(kind), typing.get_args(kind)
    if origin is tuple:
        return (example_of(arguments[0], name),)
    if origin in (typing.Union, types.UnionType):
        return example_of(arguments[0], name)
    plain: dict[Any, Any] = {
        bool: False,
        int: 1024,
        Decimal: Decimal("120.00"),
        date: date(2026, 3, 2),
        datetime: datetime(2026, 3, 2, 15, 4, 5, tzinfo=UTC),
    }
    return plain.get(kind, f"ejemplo-{name.replace('_', '-')}")


def documents() -> dict[Path, str]:
    """Every generated file and its content."""
    files = {}
    for event in event_classes():
        files[FOLDER / f"{event.topic}.json"] = _json(schema_of(event))
        files[FOLDER / f"{event.topic}.example.json"] = _json(msgspec.to_builtins(example_of(event)))
    return files | {FOLDER / "asyncapi.json": _json(asyncapi()), REFERENCE: reference()}


def asyncapi() -> dict[str, Any]:
    """AsyncAPI 3.0 of everything that travels on the exchange."""
    channels, messages, operations = {}, {}, {}
    for event in event_classes():
        channels[event.topic] = {
            "address": event.topic,
            "messages": {event.__name__: {"$ref": f"#/components/messages/{event.__name__}"}},
            "bindings": {
                "amqp": {
                    "is": "routingKey",
                    "exchange": {"name": EXCHANGE, "type": "topic", "durable": True, "vhost": "/"},
                    "bindingVersion": "0.3.0",
                }
            },
        }
        messages[event.__name__] = {
            "name": TYPE_PREFIX + event.topic,
            "title": event.__name__,
            "summary": _first_line(event),
            "contentType": "application/json",
            "payload": {"$ref": f"./{event.topic}.json"},
        }
        operations[f"publish_{event.__name__}"] = {"action": "send", "channel": {"$ref": f"#/channels/{event.topic}"}}
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": "CMP Digital: hechos publicados",
            "version": "1",
            "description": "CloudEvents 1.0 en modo binario (cabeceras ce-*) sobre RabbitMQ.",
        },
        "channels": channels,
        "operations": operations,
        "components": {"messages": messages},
    }


def reference() -> str:
    """The page of events for people."""
    lines = ["# Events", "", "Generated by `make schemas` from `contracts/`. Fields marked * are personal data.", ""]
    for event in event_classes():
        properties = _properties(schema_of(event))
        personal = {name for name, schema in properties.items() if "x-personal" in json.dumps(schema)}
        fields = ", ".join(f"`{name}`{'*' if name in personal else ''}" for name in properties)
        lines += [
            f"## `{event.topic}`",
            "",
            f"**{event.__name__}**: {_first_line(event)}",
            "",
            f"Fields: {fields}.",
            "",
        ]
    return "\n".join(lines)


def _properties(schema: dict[str, Any]) -> dict[str, Any]:
    """The top-level properties, wherever msgspec put them."""
    name = schema.get("$ref", "").rpartition("/")[2]
    found: dict[str, Any] = schema["$defs"][name]["properties"] if name else schema["properties"]
    return found


def _first_line(event: type[Event]) -> str:
    return (event.__doc__ or "").strip().splitlines()[0]


def _json(value: Any) -> str:
    return json.dumps(value, indent=2, ensure_ascii=False) + "\n"


def breaks(old: dict[str, Any], new: dict[str, Any]) -> list[str]:
    """What readers of the published `v1` would miss: fields that went, changed, or became required."""
    before, after = old.get("$defs", {}), new.get("$defs", {})
    found = []
    for name, schema in before.items():
        fields, required = after.get(name, {}).get("properties", {}), set(after.get(name, {}).get("required", []))
        for field, kind in schema.get("properties", {}).items():
            if field not in fields:
                found.append(f"{name}.{field} is gone")
            elif _type_of(kind) != _type_of(fields[field]):
                found.append(f"{name}.{field} changed its type")
        found += [f"{name}.{field} became required" for field in required - set(schema.get("required", []))]
    return found


def _type_of(schema: dict[str, Any]) -> Any:
    return {key: value for key, value in schema.items() if key in {"type", "$ref", "format", "anyOf", "items"}}


def main() -> int:
    """Write the files; `--check` only says which are not current. A break of a published version is never written."""
    problems = []
    for path, content in documents().items():
        current = path.read_text() if path.exists() else ""
        if current == content:
            continue
        is_schema = current and path.suffix == ".json" and not path.name.endswith(("example.json", "asyncapi.json"))
        if broken := breaks(json.loads(current), json.loads(content)) if is_schema else []:
            problems.append(f"{path.name} breaks its readers ({'; '.join(broken)}): publish the next version beside it")
        elif "--check" in sys.argv:
            problems.append(f"{path.name} is not current: run make schemas")
        else:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(content)
    sys.stderr.write("".join(problem + "\n" for problem in problems))
    return len(problems)


if __name__ == "__main__":
    sys.exit(main())
