"""The smallest service there can be, to test the chassis with: it counts the notes it hears of."""

import uuid
from dataclasses import dataclass
from typing import Any, ClassVar

from flask import Flask
from flask_smorest import Blueprint
from marshmallow import Schema, fields, validate
from sqlalchemy import String, select
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

from chassis.app import build_service
from chassis.auth import principal, public, requires
from chassis.db import TYPES, metadata, transaction
from chassis.errors import Problem
from chassis.events import Event, PersonalStr
from chassis.inbox import Subscriptions, received
from chassis.jobs import Jobs
from chassis.outbox import publish
from chassis.settings import ServiceSettings, setting

CONSUMER = f"toy{uuid.uuid4().hex[:8]}"
"""Names the queues: of this process alone, for a quorum queue that two declare and delete breaks the broker."""


@dataclass(frozen=True, kw_only=True)
class NoteTaken(Event):
    """Published when a note is taken."""

    topic: ClassVar[str] = "toy.note_taken.v1"
    subject_field: ClassVar[str] = "note_id"

    note_id: str
    text: PersonalStr


@dataclass(frozen=True, kw_only=True)
class Settings(ServiceSettings):
    service: ClassVar[str] = "toy"
    greeting: str = setting("hola", "what to say")
    api_key: str = setting("", "a secret", secret=True)


class Base(DeclarativeBase):
    metadata = metadata()
    type_annotation_map = TYPES


class Heard(Base):
    __tablename__ = "heard"

    id: Mapped[int] = mapped_column(primary_key=True)
    note_id: Mapped[str] = mapped_column(String(80))
    sequence: Mapped[int]


class Broken(Exception):
    """What the handler raises for a note that says so."""


class NoSuchNote(Problem):
    status, type, title = 404, "toy/no-such-note", "No existe esa nota"


class NoteSchema(Schema):
    note_id = fields.String(required=True, validate=validate.Length(min=1, error="Escriba el identificador."))
    text = fields.String(load_default="")


def create_app(settings: Settings | None = None, **parts: Any) -> Flask:
    subscriptions, jobs = Subscriptions(CONSUMER), Jobs()
    blueprint = Blueprint("notes", "notes", url_prefix="/v1")
    broken: set[str] = set()

    @subscriptions.on(NoteTaken)
    def hear(event: NoteTaken, session: Session) -> None:
        session.add(Heard(note_id=event.note_id, sequence=received(session).sequence))
        session.flush()
        if event.note_id in broken or event.text == "break":
            raise Broken(event.note_id)

    @blueprint.post("/notes")
    @requires("notes:write")
    @blueprint.arguments(NoteSchema)
    @blueprint.response(201, NoteSchema)
    def take_note(note: dict[str, Any]) -> dict[str, Any]:
        with transaction() as session:
            publish(session, NoteTaken(**note))
        return note

    @blueprint.get("/notes/<string:note_id>")
    @requires("notes:read")
    def read_note(note_id: str) -> dict[str, Any]:
        if note_id != principal().subject:
            raise NoSuchNote
        return {"note_id": note_id}

    @blueprint.get("/crash")
    @public
    def crash() -> None:
        raise RuntimeError("the e-mail rosa@example.pe")

    app = build_service(
        settings or Settings.load(),
        package="tests.chassis.toy",
        title="Toy",
        blueprints=[blueprint],
        subscriptions=subscriptions,
        jobs=jobs,
        metadata=Base.metadata,
        **parts,
    )
    app.extensions["broken"] = broken
    return app


def heard(app: Flask) -> list[str]:
    """Ids of the notes heard, in order."""
    with app.extensions["cmp"].db.reading() as session:
        return list(session.scalars(select(Heard.note_id).order_by(Heard.id)))
