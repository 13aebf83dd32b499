"""`cmp-digital recert observation-reasons`: the ready-made observations by hand."""

from pathlib import Path

import click

from chassis.db import transaction
from services.recert.evaluation.reasons import UnusableReasons, enter_reasons, read_reasons

reason_commands = click.Group("observation-reasons", help="Motivos de observación.")


@reason_commands.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def import_reasons(file: Path) -> None:
    """Put the ready-made observations of a CSV file in force; what was observed before keeps its words."""
    try:
        with file.open(encoding="utf-8-sig", newline="") as lines:
            rows = read_reasons(lines)
    except (UnusableReasons, UnicodeDecodeError) as error:
        raise click.ClickException(str(error)) from error
    with transaction() as session:
        enter_reasons(session, rows)
    click.echo(f"{len(rows)} motivos", err=True)
