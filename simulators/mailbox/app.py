"""Puts the two sides together: one Mailbox catches by SMTP and shows by HTTP."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from flask import Flask
from waitress.server import create_server

from .pages import api_routes, control_routes, guard, page_routes
from .server import Catcher, make_controller
from .store import KEPT, Store
from .switches import Switches

THREADS = 8


def now_utc() -> datetime:
    """Tell the time unless a test brings its own clock."""
    return datetime.now(UTC)


@dataclass(frozen=True)
class Config:
    """Where to listen and how; port 0 takes a free one, told by `Mailbox.smtp_port` and `web_port` after start."""

    host: str = "127.0.0.1"
    smtp_port: int = 0
    web_port: int = 0
    folder: str | Path | None = None
    kept: int = KEPT
    starttls: bool = False
    auth_user: str = ""
    auth_password: str = ""
    clock: Callable[[], datetime] = now_utc


class Mailbox:
    """A mailbox of its own; nothing is shared with another one in the same process."""

    def __init__(self, config: Config) -> None:
        self.config = config
        self.store = Store(config.folder, config.kept)
        self.switches = Switches()
        self.app = self._make_app()
        auth = (config.auth_user, config.auth_password) if config.auth_user else None
        catcher = Catcher(self.store, self.switches, config.clock)
        self._smtp = make_controller(catcher, config.host, config.smtp_port, config.starttls, auth)
        self._web: Any = None
        self._web_thread: threading.Thread | None = None

    def _make_app(self) -> Flask:
        app = Flask(__name__)
        for routes in (page_routes(self.store), api_routes(self.store), control_routes(self.switches)):
            app.register_blueprint(routes)
        app.after_request(guard)
        return app

    @property
    def smtp_port(self) -> int:
        """The port that SMTP really listens on; known after start."""
        server: Any = self._smtp.server
        return int(server.sockets[0].getsockname()[1]) if server else self.config.smtp_port

    @property
    def web_port(self) -> int:
        """The port that HTTP really listens on; known after start."""
        return int(self._web.effective_port) if self._web else self.config.web_port

    @property
    def url(self) -> str:
        """Where the page is."""
        return f"http://{self.config.host}:{self.web_port}"

    def start(self) -> Mailbox:
        """Start both sides in threads; OSError if a port is taken."""
        self._web = create_server(self.app, host=self.config.host, port=self.config.web_port, threads=THREADS)
        try:
            self._smtp.start()
        except BaseException:
            self._web.close()
            raise
        self._web_thread = threading.Thread(target=self._web.run, name="mailbox-web", daemon=True)
        self._web_thread.start()
        return self

    def stop(self) -> None:
        """Stop both sides; caught mails stay in the folder, if there is one."""
        if self._smtp.server:
            self._smtp.stop()
        if self._web and self._web_thread:
            self._web.trigger.pull_trigger(self._end_web)
            self._web_thread.join(timeout=5)
            self._web.task_dispatcher.shutdown(timeout=1)
            self._web = None

    def _end_web(self) -> None:
        """Runs in the web thread, because only there waitress may be closed: listener first, then idle connections."""
        channels = list(self._web.active_channels.values())
        self._web.close()
        for channel in channels:
            channel.handle_close()


def create_mailbox(config: Mapping[str, Any] | None = None) -> Mailbox:
    """Make a mailbox, not yet started. An unknown configuration key is a ValueError."""
    given = dict(config or {})
    unknown = set(given) - {field.name for field in fields(Config)}
    if unknown:
        raise ValueError(f"unknown configuration: {', '.join(sorted(unknown))}")
    return Mailbox(Config(**given))
