"""What operators do by hand: nothing yet. Demo physicians arrive by event, as all do."""

import click
from flask import Flask

commands = click.Group(help="Certificación y recertificación.")


def load_demo(app: Flask) -> None:
    """Nothing to load: identity's demo physicians are learnt from their events."""
