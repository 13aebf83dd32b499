"""Settings come from the environment or from secret files; log lines carry the trace and no personal data."""

import io
import json
import logging
from pathlib import Path

import pytest

from chassis.logs import bind_trace, configure_logs, redact
from chassis.settings import SettingsError
from tests.chassis.toy import Settings


def test_a_setting_is_read_from_the_services_own_variable_before_the_shared_one(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("CMP_GREETING", "buenas")
    assert Settings.load().greeting == "buenas"
    monkeypatch.setenv("CMP_TOY_GREETING", "buenos días")
    assert Settings.load().greeting == "buenos días"


def test_a_secret_may_come_from_a_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "key").write_text("s3cret\n")
    monkeypatch.setenv("CMP_TOY_API_KEY_FILE", str(tmp_path / "key"))
    assert Settings.load().api_key == "s3cret"


def test_a_number_that_is_none_is_refused_naming_the_variable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CMP_TOY_WEB_WORKERS", "many")
    with pytest.raises(SettingsError, match="CMP_TOY_WEB_WORKERS"):
        Settings.load()


def test_a_placeholder_secret_keeps_the_service_from_starting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CMP_TOY_API_KEY", "change-me")
    with pytest.raises(SettingsError, match="CMP_TOY_API_KEY"):
        Settings.load()


def test_secrets_are_masked_when_settings_are_shown() -> None:
    shown = {name: value for name, value, _ in Settings(api_key="s3cret").describe()}
    assert shown["CMP_TOY_API_KEY"] == "********"


def test_a_log_line_is_json_with_the_trace_and_the_service() -> None:
    stream = io.StringIO()
    root, kept = logging.getLogger(), logging.getLogger().handlers[:]
    try:
        configure_logs("toy", stream=stream)
        bind_trace("00-" + "e" * 32 + "-" + "f" * 16 + "-01")
        logging.getLogger("x").warning("order %s of %s\nforged", "P-000001", "rosa@example.pe")
    finally:
        root.handlers[:] = kept
    line = json.loads(stream.getvalue())
    assert (line["trace_id"], line["service"], line["level"]) == ("e" * 32, "toy", "warning")
    assert line["event"] == "order P-000001 of [email]\\nforged"


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("mail to rosa.quispe@example.pe", "mail to [email]"),
        ("DNI 40000001", "DNI [document]"),
        ("RUC 20512333797", "RUC [document]"),
        ("card 4474 1183 5563 2240", "card [number]"),
        ("Authorization: Bearer abc.def.ghi", "Authorization: [token]"),
        ("token eyJhbGciOi.eyJzdWIi.c2ln", "token [token]"),
        ("voucher B003-00000001", "voucher B003-00000001"),
        ("2026-11-20T15:00:00Z", "2026-11-20T15:00:00Z"),
    ],
)
def test_what_must_not_be_logged_is_masked(text: str, masked: str) -> None:
    assert redact(text) == masked
