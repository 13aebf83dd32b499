"""What a rule gets and what it says."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from ..config import Config
from ..documents import Document


@dataclass(frozen=True)
class Finding:
    """One breach of a rule: SUNAT's code and where or what it was."""

    code: str
    detail: str = ""


@dataclass(frozen=True)
class Context:
    """What a rule may know besides the document: the day, the settings and what was registered before."""

    config: Config
    today: date
    now: datetime
    find: Callable[[str], dict[str, Any] | None]


Check = Callable[[Document, Context], Iterator[Finding]]
