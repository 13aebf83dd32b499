"""Alembic for every service: one environment, one history per service, and the chassis's own beside it."""

import importlib
import sys
import tempfile
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from chassis.db import ChassisTable

if TYPE_CHECKING:
    from chassis.app import Service

FOLDER = Path(__file__).parent


def config_for(service: "Service", connection: Any = None) -> Config:
    """Alembic's configuration: the chassis's versions and the service's, in one database."""
    config = _locations(service.migrations)
    config.attributes["metadata"] = [ChassisTable.metadata, service.metadata]
    config.attributes["connection"] = connection
    return config


def upgrade(service: "Service") -> None:
    """Bring the service's database to the newest migration of both histories."""
    with service.db.engine.connect() as connection:
        command.upgrade(config_for(service, connection), "heads")


def is_current(service: "Service") -> bool:
    """Whether the database stands at the newest migration of both histories."""
    with service.db.engine.connect() as connection:
        return set(MigrationContext.configure(connection).get_current_heads()) == _heads(service.migrations)


@cache
def _heads(migrations: Path) -> set[str]:
    """The newest revisions of both histories; the files do not change while a process runs."""
    return set(ScriptDirectory.from_config(_locations(migrations)).get_heads())


def _locations(migrations: Path) -> Config:
    config = Config()
    config.set_main_option("script_location", str(FOLDER))
    config.set_main_option("path_separator", "newline")
    config.set_main_option("version_locations", f"{FOLDER / 'versions'}\n{migrations / 'versions'}")
    return config


def revision(service: "Service", message: str) -> None:
    """Write a new migration with what the models have and the database lacks (`make migration`)."""
    head = _head_of(service)
    number = len(list((service.migrations / "versions").glob("[0-9]*.py"))) + 1
    with service.db.engine.connect() as connection:
        config = config_for(service, connection)
        config.set_main_option("file_template", f"{number:04d}_%%(slug)s")
        command.upgrade(config, "heads")
        command.revision(
            config,
            message,
            autogenerate=True,
            head=head or "base",
            splice=head is None,
            branch_label=None if head else service.settings.service,
            version_path=str(service.migrations / "versions"),
            rev_id=f"{service.settings.service}_{number:04d}",
        )


def _head_of(service: "Service") -> str | None:
    """The service's own newest revision."""
    prefix = f"{service.settings.service}_"
    heads = [head for head in ScriptDirectory.from_config(config_for(service)).get_heads() if head.startswith(prefix)]
    return heads[0] if heads else None


def main() -> None:
    """`python -m chassis.migrations SERVICE MESSAGE`: used by `make migration`."""
    name, message = sys.argv[1], sys.argv[-1]
    module = importlib.import_module(f"services.{name}.app")
    settings = importlib.import_module(f"services.{name}.settings").Settings
    with tempfile.TemporaryDirectory() as folder:
        app = module.create_app(settings.load(data_dir=folder, database_url=f"sqlite:///{folder}/empty.db"))
        (app.extensions["cmp"].migrations / "versions").mkdir(parents=True, exist_ok=True)
        revision(app.extensions["cmp"], message)
