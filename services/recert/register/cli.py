"""What operators do about the public register."""

import click

from services.recert.register.rebuilding import rebuild

register_commands = click.Group("register", help="Registro público: Conoce a tu médico.")


@register_commands.command("rebuild")
def rebuild_register() -> None:
    """Write the public register anew from the local copies; the page stays open meanwhile."""
    click.echo(f"{rebuild()} physicians written")
