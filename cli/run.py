"""The processes of a part: `web`, `worker`, `jobs`, `migrate`."""

import functools
from typing import Any

import click

from cli import names


def bound(process: Any, part: str) -> click.Command:
    """A command that runs one process of one part."""
    return click.Command(
        process.__name__.replace("_", "-"), callback=functools.partial(process, part), help=process.__doc__
    )


def in_context(command: click.Command, part: str) -> click.Command:
    """A service's own command, run inside its application's context (groups: each of their commands)."""
    if isinstance(command, click.Group):
        return click.Group(
            command.name,
            commands={name: in_context(inner, part) for name, inner in command.commands.items()},
            help=command.help,
        )
    inner_callback = command.callback
    assert inner_callback is not None  # noqa: S101 - click commands have one

    @functools.wraps(inner_callback)
    def run(*args: Any, **kwargs: Any) -> Any:
        with names.make_app(part).app_context():
            return inner_callback(*args, **kwargs)

    return click.Command(command.name, callback=run, params=command.params, help=command.help)


def web(part: str) -> None:
    """Serve HTTP with gunicorn until SIGTERM."""
    from chassis.logs import configure_logs
    from chassis.processes import run_web, use_metrics_folder

    use_metrics_folder()
    # Imported before the fork, so that gunicorn's workers share the code; applications are made after it.
    names.module(part, "app")
    settings = names.settings_of(part)
    configure_logs(part, settings.log_level)
    run_web(
        lambda: names.make_app(part), bind=settings.bind, workers=settings.web_workers, threads=settings.web_threads
    )


def worker(part: str) -> None:
    """Send the outbox and handle incoming events until SIGTERM."""
    from chassis.processes import run_worker, serve_metrics, until_signalled

    app = _process(part)
    serve_metrics(app)
    until_signalled(lambda stop: run_worker(app, stop))


def jobs(part: str) -> None:
    """Run the periodic functions until SIGTERM; one replica leads, the others stand by."""
    from chassis.processes import run_jobs, serve_metrics, until_signalled

    app = _process(part)
    serve_metrics(app)
    until_signalled(lambda stop: run_jobs(app, stop))


def migrate(part: str) -> None:
    """Bring the database to the newest migration and declare the queue; safe to repeat."""
    from chassis.processes import prepare

    prepare(_process(part))


def load_demo(part: str) -> None:
    """Load invented demo data; what is there already stays."""
    names.module(part, "cli").load_demo(_process(part))


def _process(part: str) -> Any:
    from chassis.logs import configure_logs

    app = names.make_app(part)
    configure_logs(part, app.extensions["cmp"].settings.log_level)
    return app
