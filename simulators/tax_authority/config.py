"""What one simulated SUNAT may be told; everything has a default that suits a demonstration."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

LIMA = timezone(timedelta(hours=-5), "America/Lima")
"""Peru keeps no summer time, so a fixed offset is exact and needs no time-zone data."""


def now_utc() -> datetime:
    """Tell the time unless a test brings its own clock."""
    return datetime.now(UTC)


@dataclass
class Config:
    """One issuer's account at SUNAT and how strictly, and in what form, the simulator answers it."""

    ruc: str = "20000000001"
    sol_user: str = "MODDATOS"
    sol_password: str = "moddatos"
    clock: Callable[[], datetime] = now_utc
    sleep: Callable[[float], None] | None = None
    state_file: str | Path | None = None
    latency: float = 0.0
    ticket_polls: int = 1
    rejection_as: str = "cdr"
    fault_style: str = "faultcode"
    cdr_encoding: str = "ISO-8859-1"
    factura_days: int = 3
    boleta_days: int = 7
    baja_days: int = 7
    certificates: tuple[str, ...] = ()
    check_affected: bool = True
    consult_boletas: bool = False

    def today(self) -> date:
        """Give the calendar day in Lima, by which SUNAT counts its deadlines."""
        return self.clock().astimezone(LIMA).date()

    def username(self) -> str:
        """WS-Security user: RUC and SOL user without a separator."""
        return self.ruc + self.sol_user


CHANGEABLE = {
    "latency",
    "ticket_polls",
    "rejection_as",
    "fault_style",
    "cdr_encoding",
    "factura_days",
    "boleta_days",
    "baja_days",
    "check_affected",
    "consult_boletas",
}
"""What `/_control/settings` may change while running; account, clock and state file belong to the start."""

CHOICES = {
    "rejection_as": {"cdr", "fault"},
    "fault_style": {"faultcode", "faultstring"},
    "cdr_encoding": {"ISO-8859-1", "UTF-8"},
}


def read_config(given: Mapping[str, Any] | None) -> Config:
    """Build a Config, refusing a misspelt key at once instead of ignoring it."""
    given = dict(given or {})
    unknown = set(given) - {field.name for field in fields(Config)}
    if unknown:
        raise ValueError(f"unknown configuration: {', '.join(sorted(unknown))}")
    config = Config()
    change(config, given)
    return config


def change(config: Config, given: Mapping[str, Any]) -> None:
    """Set the given values after comparing them with the closed lists."""
    for key, value in given.items():
        if key in CHOICES and value not in CHOICES[key]:
            raise ValueError(f"{key} must be one of {', '.join(sorted(CHOICES[key]))}")
    for key, value in given.items():
        setattr(config, key, value)
