"""What all tables of identity share."""

from sqlalchemy.orm import DeclarativeBase

from chassis.db import TYPES, metadata


class Base(DeclarativeBase):
    """Base of identity's tables."""

    metadata = metadata()
    type_annotation_map = TYPES
