"""What the tables of payments have in common: naming, types, and rows that are written once."""

import enum
from typing import Any, ClassVar

from sqlalchemy import BigInteger, Enum, Integer, MetaData, event
from sqlalchemy.orm import DeclarativeBase, Mapper

from chassis.db import TYPES, metadata

BigId = BigInteger().with_variant(Integer, "sqlite")
"""A 64-bit key that SQLite also counts up by itself."""


class Base(DeclarativeBase):
    """Base of the tables of payments."""

    metadata: ClassVar[MetaData] = metadata()
    type_annotation_map: ClassVar[dict[Any, Any]] = TYPES


def word(kind: type[enum.Enum]) -> Enum:
    """A column that holds one word of an enumeration, as text on both databases."""
    return Enum(kind, native_enum=False, create_constraint=False, length=24)


class WrittenTwice(RuntimeError):
    """Somebody tried to change or delete a row that is kept as evidence."""


class AppendOnly:
    """Mixin of tables kept as evidence: a row is added once, never changed, never deleted."""


@event.listens_for(AppendOnly, "before_update", propagate=True)
@event.listens_for(AppendOnly, "before_delete", propagate=True)
def _refuse(mapper: Mapper[Any], connection: Any, row: Any) -> None:
    raise WrittenTwice(f"{mapper.local_table} is append-only")
