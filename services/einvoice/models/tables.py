"""The declarative base, and the one column type of our own."""

from decimal import Decimal
from typing import Any, ClassVar

from sqlalchemy import Dialect, MetaData, String
from sqlalchemy.orm import DeclarativeBase
from sqlalchemy.types import TypeDecorator

from chassis.db import TYPES, metadata


class DecimalText(TypeDecorator[Decimal]):
    """A quantity of up to 10 decimals, kept as text so that SQLite and PostgreSQL give back the same digits."""

    impl = String(24)
    cache_ok = True

    def process_bind_param(self, value: Decimal | None, dialect: Dialect) -> str | None:
        """Plain digits, no exponent."""
        return None if value is None else f"{value:f}"

    def process_result_value(self, value: str | None, dialect: Dialect) -> Decimal | None:
        """The Decimal again."""
        return None if value is None else Decimal(value)


class Base(DeclarativeBase):
    """Base of this service's tables."""

    metadata: ClassVar[MetaData] = metadata()
    type_annotation_map: ClassVar[dict[Any, Any]] = {**TYPES, Decimal: DecimalText()}
