"""Settings that could never work are refused at the start."""

import dataclasses
from datetime import timedelta
from pathlib import Path

import pytest

import services.notifier
from chassis.settings import ServiceSettings, SettingsError
from services.notifier.settings import Settings


def test_the_waits_are_read_in_minutes() -> None:
    assert Settings(retry_seconds="60, 300,900").pauses == (
        timedelta(minutes=1),
        timedelta(minutes=5),
        timedelta(minutes=15),
    )


@pytest.mark.parametrize(
    "bad",
    [
        {"smtp_tls": "ssl"},
        {"retry_seconds": "soon"},
        {"smtp_password": "change-me", "smtp_tls": "starttls"},
        {"smtp_password": "secret", "smtp_tls": "none"},
        {"mail_from": "CMP <no-responder@example.pe>"},
        {"mail_reply_to": "a@example.pe, b@example.pe"},
        {"portal_url": "digital.example.pe"},
        {"mail_domain": "example.pe> Bcc: x"},
    ],
)
def test_a_setting_that_cannot_work_stops_the_start(bad: dict[str, str]) -> None:
    with pytest.raises(SettingsError):
        Settings(**bad)  # type: ignore[arg-type]


def test_the_password_is_never_shown() -> None:
    shown = {name: value for name, value, _ in Settings(smtp_password="secret", smtp_tls="starttls").describe()}
    assert shown["CMP_NOTIFIER_SMTP_PASSWORD"] == "********"


def test_a_setting_comes_from_the_environment_or_a_file(
    monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> None:
    secret = tmp_path_factory.mktemp("secret") / "password"
    secret.write_text("from a file")
    monkeypatch.setenv("CMP_NOTIFIER_SMTP_PASSWORD_FILE", str(secret))
    monkeypatch.setenv("CMP_NOTIFIER_SMTP_TLS", "implicit")
    assert Settings.load().smtp_password == "from a file"


def test_the_readme_names_every_setting() -> None:
    readme = (Path(services.notifier.__path__[0]) / "README.md").read_text("utf-8")
    own = {field.name for field in dataclasses.fields(Settings)} - {
        field.name for field in dataclasses.fields(ServiceSettings)
    }
    assert [name for name in sorted(own) if f"`CMP_NOTIFIER_{name.upper()}`" not in readme] == []
