"""What recert tells about the page of SISTCERE."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from chassis.events import Event


@dataclass(frozen=True, kw_only=True)
class ContentChanged(Event):
    """Published when staff add or change a piece of the SISTCERE page (PUB-5): a mirror of the page may follow."""

    topic: ClassVar[str] = "recert.content_changed.v1"
    subject_field: ClassVar[str] = "piece_id"

    piece_id: str
    block: str
    """`ENTRY`, `NOTICE`, `OFFICE` or `PERSON`."""
    title: str
    version: int
    shown: bool
    """Whether the page shows it from now on."""
    changed_at: datetime
