"""`cmp-digital`: one entry point for every process, operation and check."""

import importlib
import sys
from typing import Any

import click

from cli import names, run

OPERATIONS = {"outbox": "operations", "dead": "operations", "config": "operations", "reference": "reference"}
"""Commands by the module of this package that holds them."""


class Parts(click.Group):
    """Imports a service, or the operations with their database libraries, only when it is named."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Our own commands, then the parts."""
        return [*super().list_commands(ctx), *OPERATIONS, *names.SERVICES, *names.SITES]

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        """A part's group is built when it is asked for."""
        if name in OPERATIONS:
            command: click.Command = getattr(importlib.import_module(f"cli.{OPERATIONS[name]}"), name)
            return command
        if name in names.SERVICES:
            return service_group(name)
        if name in names.SITES:
            return site_group(name)
        return super().get_command(ctx, name)


@click.group(cls=Parts)
@click.version_option(package_name="cmp-digital")
def cli() -> None:
    """CMP Digital: accounts, dues, electronic vouchers, recertification and mail of the Colegio Médico del Perú."""


def service_group(name: str) -> click.Group:
    """`cmp-digital <service> web|worker|jobs|migrate` and the service's own commands."""
    group = click.Group(name, help=f"The {name} service.")
    for process in (run.web, run.worker, run.jobs, run.migrate, run.load_demo):
        group.add_command(run.bound(process, name))
    for command_name, command in names.module(name, "cli").commands.commands.items():
        group.add_command(run.in_context(command, name), command_name)
    return group


def site_group(name: str) -> click.Group:
    """`cmp-digital gateway web` and `cmp-digital portal web`."""
    group = click.Group(name, help=f"The {name}.")
    group.add_command(run.bound(run.web, name))
    return group


@cli.command()
@click.option("--data", default="var", show_default=True, help="Folder for databases, files and keys.")
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--demo/--no-demo", default=True, show_default=True, help="Load invented people, dues and series.")
def up(data: str, host: str, demo: bool) -> None:
    """Run the whole platform in this process: SQLite, in-process bus, simulators. Ctrl-C ends it."""
    from cli.embedded import run_until_interrupted

    run_until_interrupted(data, host, demo)


@cli.command()
@click.option("--run", "way", type=click.Choice(["embedded", "services"]), default="embedded", show_default=True)
def demo(way: str) -> None:
    """Walk the main job through the gateway as a client would: pay, voucher, mail. Prints each step with its time."""
    from cli.demo import main as walk

    sys.exit(walk(way))


@cli.command()
@click.argument("username", default="012345")
@click.option("--data", default="var", show_default=True)
def login(username: str, data: str) -> None:
    """A new one-time login link for someone of the platform that `up` runs here."""
    import os
    from pathlib import Path

    from cli.environment import Ports, environment

    os.environ.update(environment(Path(data).resolve(), Ports()))
    service_group("identity").commands["issue-login-link"].main([username], standalone_mode=False)


@cli.command()
@click.argument("email", default="administracion@example.pe")
@click.option("--data", default="var", show_default=True)
def code(email: str, data: str) -> None:
    """The present code of the second factor of invented staff on the platform that `up` runs here."""
    import os
    from pathlib import Path

    from cli.environment import Ports, environment

    os.environ.update(environment(Path(data).resolve(), Ports()))
    staff: Any = service_group("identity").commands["staff"]
    staff.commands["totp"].main([email, "--demo"], standalone_mode=False)


@cli.group()
def health() -> None:
    """Checks for containers, which have no curl."""


@health.command("http")
@click.argument("url", default="http://127.0.0.1:8000/livez")
def health_http(url: str) -> None:
    """Exit 0 when URL answers 200."""
    import requests

    try:
        healthy = requests.get(url, timeout=3).ok
    except requests.RequestException:
        healthy = False
    sys.exit(0 if healthy else 1)


@health.command("worker")
@click.option("--file", "path", envvar="CMP_HEARTBEAT_FILE", required=True)
@click.option("--max-age", default=60.0, show_default=True, help="Seconds.")
def health_worker(path: str, max_age: float) -> None:
    """Exit 0 when the worker's heartbeat is young enough."""
    import time
    from pathlib import Path

    file = Path(path)
    sys.exit(0 if file.exists() and time.time() - file.stat().st_mtime <= max_age else 1)


def main(**options: Any) -> None:
    """Run the command line; a wrong setting is told in one line."""
    from chassis.settings import SettingsError

    try:
        cli(**options)
    except SettingsError as error:
        click.echo(f"cmp-digital: {error}", err=True)
        sys.exit(2)


if __name__ == "__main__":
    main()
