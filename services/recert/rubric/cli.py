"""`cmp-digital recert rubric`: the table of qualification by hand."""

from pathlib import Path

import click

from chassis.db import transaction
from services.recert.rubric.entering import UnusableRubric, enter_rubric, read_rubric

rubric_commands = click.Group("rubric", help="Tabla de calificación.")


@rubric_commands.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--name", required=True, help="Nombre de la tabla, por ejemplo con su resolución.")
@click.option("--sample", is_flag=True, help="Los valores son de ejemplo: las páginas lo dirán.")
def import_rubric(file: Path, name: str, sample: bool) -> None:
    """Put a new version of the table in force from a CSV file; requests sent before keep theirs."""
    try:
        with file.open(encoding="utf-8-sig", newline="") as lines:
            activities = read_rubric(lines)
    except (UnusableRubric, UnicodeDecodeError) as error:
        raise click.ClickException(str(error)) from error
    with transaction() as session:
        rubric = enter_rubric(session, name, activities, sample=sample)
    click.echo(f"versión {rubric.version}: {len(activities)} actividades", err=True)
