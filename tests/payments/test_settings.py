"""What payments may be told, and what it refuses."""

import pytest

from chassis.settings import SettingsError
from services.payments.acquirer import connect_acquirer
from services.payments.settings import Settings


def test_the_defaults_speak_to_the_simulator() -> None:
    """A newcomer sets nothing."""
    settings = Settings()
    assert (settings.niubiz_url, settings.window_months, settings.niubiz_countable) == (
        "http://127.0.0.1:8201",
        36,
        True,
    )
    assert connect_acquirer(settings) is not connect_acquirer(settings)


@pytest.mark.parametrize("minutes", [0, 30])
def test_a_form_cannot_outlive_the_acquirers_session(minutes: int) -> None:
    """Niubiz ends it after 30 minutes."""
    with pytest.raises(SettingsError, match="ATTEMPT_MINUTES"):
        Settings(attempt_minutes=minutes)


def test_a_charge_must_be_answered_before_it_counts_as_doubtful() -> None:
    """The janitor takes over after 60 s."""
    with pytest.raises(SettingsError, match="55 at most"):
        Settings(authorization_timeout_s=55.5)


def test_the_password_is_never_shown() -> None:
    """`config check` prints it masked."""
    shown = {name: value for name, value, _ in Settings(niubiz_password="s3creto").describe()}
    assert shown["CMP_PAYMENTS_NIUBIZ_PASSWORD"] == "********"


def test_a_placeholder_password_stops_the_start() -> None:
    """13.2.3: no default credentials in production."""
    with pytest.raises(SettingsError, match="NIUBIZ_PASSWORD"):
        Settings(niubiz_password="change-me")
