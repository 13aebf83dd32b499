"""Biblioteca Virtual: links that the college configures, open to whom the settings say (MENU-1, product 2.7).

Providers and rules are known from no source, so both are configuration. Without a file the links are marked samples.
"""

import csv
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from flask import current_app
from sqlalchemy.orm import Session

from chassis.errors import Problem
from chassis.settings import SettingsError
from services.identity.models import Account, GoodStanding
from services.identity.settings import Settings

SAMPLES = Path(__file__).parent / "library_samples.csv"
COLUMNS = ("titulo", "url", "descripcion")


@dataclass(frozen=True)
class Link:
    """One offer of the library."""

    id: str
    title: str
    url: str
    description: str
    sample: bool

    @property
    def host(self) -> str:
        """Where the link leads."""
        return urlsplit(self.url).hostname or ""


class LibraryClosed(Problem):
    """The register's state, or the good standing, does not open the library to this person."""

    status, type, title = 403, "identity/library-closed", "La biblioteca no está abierta para su cuenta"
    detail = "La Biblioteca Virtual es para médicos colegiados activos. Consulte su estado en su consejo regional."


class LibraryNeedsStanding(LibraryClosed):
    """The library is configured to be open to the hábil only."""

    type = "identity/library-needs-standing"
    detail = (
        "La Biblioteca Virtual es para médicos hábiles. Pague sus cuotas vencidas en Pago Online y vuelva a intentarlo."
    )


def read_links(settings: Settings) -> tuple[Link, ...]:
    """The links of the configured file. Raises SettingsError naming the line that is wrong."""
    path = Path(settings.library_file or SAMPLES)
    try:
        with path.open(encoding="utf-8-sig", newline="") as lines:
            return tuple(_links(csv.DictReader(lines), path, sample=not settings.library_file))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise SettingsError(f"CMP_IDENTITY_LIBRARY_FILE: {path} cannot be read ({error})") from error


def links() -> tuple[Link, ...]:
    """The running service's links."""
    found: tuple[Link, ...] = current_app.extensions["identity.library"]
    return found


def admit(session: Session, account: Account, settings: Settings) -> None:
    """Let in who the settings name. Raises LibraryClosed, LibraryNeedsStanding."""
    states = [state.strip() for state in settings.library_states.split(",")]
    if account.physician is None or account.physician.state not in states:
        raise LibraryClosed
    if settings.library_good_standing:
        standing = session.get(GoodStanding, account.physician.cmp_number)
        if standing is None or not standing.in_good_standing:
            raise LibraryNeedsStanding


def _links(rows: Iterable[dict[str, str | None]], path: Path, *, sample: bool) -> Iterable[Link]:
    for number, row in enumerate(rows, start=1):
        title, url, description = ((row.get(column) or "").strip() for column in COLUMNS)
        address = urlsplit(url)
        if not title or address.scheme != "https" or not address.hostname or address.username:
            raise SettingsError(
                f"CMP_IDENTITY_LIBRARY_FILE: {path}, row {number}: a title and an https address are needed"
            )
        yield Link(str(number), title, url, description, sample)
