"""Forms with files: only their routes read large bodies, only for who is signed in."""

from collections.abc import Callable
from typing import Any, TypeVar

from flask import Flask, current_app, request, session

View = TypeVar("View", bound=Callable[..., Any])


def takes_files(most_bytes: int) -> Callable[[View], View]:
    """Let a view read a body of this many bytes instead of the site's small limit."""

    def mark(view: View) -> View:
        view.__most_bytes__ = most_bytes  # type: ignore[attr-defined]
        return view

    return mark


def offer(app: Flask) -> None:
    """Widen the limit before anything reads the form, the check of its token included."""

    @app.url_value_preprocessor
    def widen(endpoint: str | None, values: dict[str, Any] | None) -> None:
        most = getattr(current_app.view_functions.get(endpoint or ""), "__most_bytes__", None)
        if most and "account" in session:
            # Werkzeug counts a part of a file that waits in its buffer against the second limit too.
            request.max_content_length = request.max_form_memory_size = most
