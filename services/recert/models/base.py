"""What the tables of recert have in common: naming and types."""

import enum
from typing import Any, ClassVar

from sqlalchemy import Enum, MetaData
from sqlalchemy.orm import DeclarativeBase

from chassis.db import TYPES, metadata


class Base(DeclarativeBase):
    """Base of the tables of recert."""

    metadata: ClassVar[MetaData] = metadata()
    type_annotation_map: ClassVar[dict[Any, Any]] = TYPES


def word(kind: type[enum.Enum]) -> Enum:
    """A column that holds one word of an enumeration, as text on both databases."""
    return Enum(kind, native_enum=False, create_constraint=False, length=24)
