"""JSON log lines on stdout that carry the trace and never personal data."""

import logging
import re
import secrets
import sys
from contextvars import ContextVar
from typing import Any

import structlog

_traceparent: ContextVar[str | None] = ContextVar("traceparent", default=None)
_TRACEPARENT = re.compile(r"00-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}")

_EMAIL = re.compile(r"[\w.+-]+@[\w-]+\.[\w.-]+")
_LONG_NUMBER = re.compile(r"(?<![\w-])\d(?:[ -]?\d){12,18}(?![\w-])")
_IDENTITY_NUMBER = re.compile(r"(?<![\w.:/-])\d{8}(?:\d{3})?(?![\w.:/-])")
_BEARER = re.compile(r"(?i)\b(bearer|basic)\s+[\w.~+/=-]+|\beyJ[\w-]+\.[\w-]+\.[\w-]+")
_SECRET_KEYS = re.compile(r"(?i)password|secret|token|authorization|cookie|cvv|card_?number|session_?key")


def traceparent_from(header: str | None) -> str:
    """A W3C traceparent: the caller's trace with a new span, or a new trace when there is none."""
    trace = header[3:35] if header and _TRACEPARENT.fullmatch(header) else secrets.token_hex(16)
    return f"00-{trace}-{secrets.token_hex(8)}-01"


def bind_trace(header: str | None, **context: Any) -> str:
    """Make this thread's log lines, events and calls part of a trace; return the traceparent."""
    value = traceparent_from(header)
    _traceparent.set(value)
    structlog.contextvars.clear_contextvars()
    structlog.contextvars.bind_contextvars(trace_id=value[3:35], **context)
    return value


def current_traceparent() -> str | None:
    """The traceparent of the request, event or job being worked on."""
    return _traceparent.get()


def current_trace_id() -> str | None:
    """The 32 hex digits that log lines and error pages show."""
    value = _traceparent.get()
    return value[3:35] if value else None


def redact(value: Any) -> Any:
    """Mask what must not be logged: e-mails, DNI and RUC, card numbers, tokens."""
    if not isinstance(value, str):
        return value
    value = _BEARER.sub("[token]", value)
    value = _EMAIL.sub("[email]", value)
    value = _LONG_NUMBER.sub("[number]", value)
    return _IDENTITY_NUMBER.sub("[document]", value).replace("\r", "\\r").replace("\n", "\\n")


def _redact_event(logger: Any, method: str, entry: dict[str, Any]) -> dict[str, Any]:
    kept = {"ts", "level", "trace_id", "request_id", "event_id", "exception"}
    return {
        key: value
        if key in kept - {"exception"}
        else "[hidden]"
        if _SECRET_KEYS.search(key)
        else _redact_text(key, value)
        for key, value in entry.items()
    }


def _redact_text(key: str, value: Any) -> Any:
    # A traceback keeps its line breaks so that people can read it; everything else stays on one line.
    return redact(value).replace("\\n", "\n") if key == "exception" else redact(value)


def configure_logs(service: str, level: str = "INFO", stream: Any = None) -> None:
    """Send every log record of the process to stdout as one JSON line; call once per process."""
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        lambda logger, method, entry: {"service": service, **entry},
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True, key="ts"),
        structlog.processors.format_exc_info,
        _redact_event,
    ]
    formatter = structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=[structlog.stdlib.PositionalArgumentsFormatter(), *shared],
        processors=[
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
    )
    handler = logging.StreamHandler(stream or sys.stdout)
    handler.setFormatter(formatter)
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    for noisy in ("amqp", "kombu", "urllib3", "waitress.queue", "alembic", "fontTools"):
        logging.getLogger(noisy).setLevel(logging.WARNING)
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
