"""What an operator or a test may set; the defaults come from the environment so that a demo needs no file."""

import os
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

LIMA = ZoneInfo("America/Lima")
"""Dates in bodies are Lima local time (README 1.2)."""

ENVIRONMENT = {
    "user": ("CMP_ACQUIRER_USER", "cmp-demo"),
    "password": ("CMP_ACQUIRER_PASSWORD", "cmp-demo"),
    "merchant_id": ("CMP_ACQUIRER_MERCHANT_ID", "456879852"),
    "state_file": ("CMP_ACQUIRER_STATE_FILE", ""),
    "token_seconds": ("CMP_ACQUIRER_TOKEN_SECONDS", "3600"),
}


def utc_now() -> datetime:
    """The clock of a simulator that was given none."""
    return datetime.now(UTC)


@dataclass(frozen=True)
class Settings:
    """The whole configuration of one simulator; two in one process never share anything."""

    user: str
    password: str
    merchant_id: str
    state_file: Path | None
    token_seconds: int
    session_seconds: int = 30 * 60
    transaction_token_seconds: int = 15 * 60
    currency: str = "PEN"
    not_found_status: int = 404
    strict: bool = True
    clock: Callable[[], datetime] = utc_now
    sleep: Callable[[float], object] = time.sleep

    @classmethod
    def read(cls, config: Mapping[str, Any]) -> "Settings":
        """Merge the given keys over the environment over the demo defaults; an unknown key is a mistake."""
        values: dict[str, Any] = {key: os.environ.get(name, default) for key, (name, default) in ENVIRONMENT.items()}
        values.update(config)
        values["token_seconds"] = int(values["token_seconds"])
        values["state_file"] = Path(values["state_file"]) if values["state_file"] else None
        return cls(**values)
