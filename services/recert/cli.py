"""What operators do by hand. Demo physicians arrive by event, as all do."""

import click
from flask import Flask

from services.recert.evaluation.cli import reason_commands
from services.recert.outcome.keys import ring
from services.recert.register.cli import register_commands
from services.recert.rubric.cli import rubric_commands

commands = click.Group(help="Certificación y recertificación.")
commands.add_command(register_commands)
commands.add_command(rubric_commands)
commands.add_command(reason_commands)


@commands.command("replace-constancia-key")
def replace_constancia_key() -> None:
    """Seal constancias with a fresh key; what the old one sealed stays verifiable."""
    click.echo(ring.replace())


def load_demo(app: Flask) -> None:
    """Nothing to load: identity's demo physicians are learnt from their events."""
