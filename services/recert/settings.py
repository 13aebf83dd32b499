"""What recert can be told from outside; the README lists the same."""

from dataclasses import dataclass
from typing import ClassVar

from chassis.settings import ServiceSettings


@dataclass(frozen=True, kw_only=True)
class Settings(ServiceSettings):
    """Settings of recert: so far the common ones only, each read from `CMP_RECERT_<NAME>`."""

    service: ClassVar[str] = "recert"
