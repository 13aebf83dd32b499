"""Every service's application, made with default settings in a folder of its own, for tests that look at all of them."""

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path
from unittest import mock

from flask import Flask

from cli import names
from cli.environment import Ports, environment

ROOT = Path(__file__).resolve().parent.parent


@contextlib.contextmanager
def platform_environment(folder: Path) -> Iterator[None]:
    """The environment of a platform on one machine, for the duration."""
    with mock.patch.dict(os.environ, environment(folder, Ports())):
        yield


def make_app(part: str, folder: Path) -> Flask:
    """A part's application, connected to nothing."""
    with platform_environment(folder):
        app: Flask = names.make_app(part)
    return app
