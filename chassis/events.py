"""Events as they are written in `contracts` and as they travel: CloudEvents 1.0, binary mode, RabbitMQ binding."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated, Any, ClassVar, TypeVar

import msgspec
from cloudevents.core.bindings.rabbitmq import RabbitMQMessage, from_rabbitmq_event

EXCHANGE = "cmp.events"
TYPE_PREFIX = "pe.org.cmp."
SCHEMA_BASE = "urn:cmp:schema:"

Personal = msgspec.Meta(extra_json_schema={"x-personal": True})
"""Marks a field as personal data: `email: Annotated[str, Personal]`. The published schema carries the mark."""

PersonalStr = Annotated[str, Personal]


E = TypeVar("E", bound="Event")


class UnreadableMessage(Exception):
    """The message is not a CloudEvent with JSON data that fits the schema; it must be set aside, not retried."""


@dataclass(frozen=True, kw_only=True)
class Event:
    """A fact that has happened. Subclasses name their topic and the field that identifies the aggregate."""

    topic: ClassVar[str]
    subject_field: ClassVar[str]

    @property
    def subject(self) -> str:
        """Id of the aggregate the fact is about; events of one subject are delivered in order."""
        return str(getattr(self, self.subject_field))


@dataclass(frozen=True, kw_only=True)
class FileRef:
    """Claim check: names a file that stays with its service. `sha256` is 64 lower-case hex digits, `size` is bytes."""

    service: str
    sha256: str
    size: int
    media_type: str
    name: str


@dataclass(frozen=True, kw_only=True)
class Envelope:
    """What travels around the fact: the CloudEvents attributes. `sequence` rises within one subject of one source."""

    id: str
    source: str
    topic: str
    subject: str
    time: datetime
    sequence: int
    traceparent: str | None = None


def to_headers(envelope: Envelope) -> dict[str, str]:
    """The `ce-*` message headers of an envelope."""
    headers = {
        "ce-specversion": "1.0",
        "ce-id": envelope.id,
        "ce-source": envelope.source,
        "ce-type": TYPE_PREFIX + envelope.topic,
        "ce-subject": envelope.subject,
        "ce-time": envelope.time.isoformat().replace("+00:00", "Z"),
        "ce-dataschema": SCHEMA_BASE + envelope.topic,
        "ce-sequence": f"{envelope.sequence:020d}",
    }
    return headers | {"ce-traceparent": envelope.traceparent} if envelope.traceparent else headers


def encode(event: Event) -> bytes:
    """The fact as JSON: decimals as strings, times RFC 3339, nothing else."""
    return msgspec.json.encode(event)


def unseal(headers: dict[str, Any], content_type: str | None, body: bytes) -> tuple[Envelope, Any]:
    """Read envelope and JSON data from a message in binary or structured mode.

    Raises UnreadableMessage when it is not a CloudEvent of ours with JSON data.
    """
    try:
        text_headers = {key: value for key, value in headers.items() if isinstance(value, str)}
        cloud = from_rabbitmq_event(RabbitMQMessage(text_headers, content_type, body))
        attributes = cloud.get_attributes()
        kind = attributes["type"]
        if not kind.startswith(TYPE_PREFIX):
            raise UnreadableMessage(f"foreign event type {kind}")
        envelope = Envelope(
            id=attributes["id"],
            source=attributes["source"],
            topic=kind.removeprefix(TYPE_PREFIX),
            subject=attributes.get("subject") or "",
            time=attributes.get("time") or datetime.now(UTC),
            sequence=int(attributes.get("sequence") or 0),
            traceparent=attributes.get("traceparent"),
        )
        return envelope, cloud.get_data()
    except UnreadableMessage:
        raise
    except Exception as error:
        raise UnreadableMessage(f"not a CloudEvent: {type(error).__name__}") from error


def decode(event_class: type[E], data: Any) -> E:
    """Turn JSON data into the fact; unknown fields are ignored (tolerant reader).

    Raises UnreadableMessage naming the field that is missing or of the wrong type.
    """
    try:
        return msgspec.convert(data, event_class)
    except msgspec.ValidationError as error:
        raise UnreadableMessage(f"{event_class.topic}: {error}") from error


def schema_of(event_class: type[Event]) -> dict[str, Any]:
    """JSON Schema (2020-12) of an event, as published in `contracts/schemas`."""
    schema = msgspec.json.schema(event_class)
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": SCHEMA_BASE + event_class.topic,
        "title": event_class.__name__,
        "description": (event_class.__doc__ or "").strip(),
        **schema,
    }


def topic_for(service: str, event_class: type[Event]) -> str:
    """The topic a class must carry: `<service>.<snake_class>.v<n>` (architecture rule, checked by a guard)."""
    return f"{service}.{re.sub(r'(?<!^)(?=[A-Z])', '_', event_class.__name__).lower()}"
