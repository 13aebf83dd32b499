"""Settings that would weaken the house are refused at the start (ASVS 13.3.1)."""

import pytest

from chassis.settings import SettingsError
from services.identity.settings import Settings


@pytest.mark.parametrize("seconds", [0, -1, 601])
def test_an_access_token_lives_ten_minutes_at_most(seconds):
    with pytest.raises(SettingsError, match="ACCESS_TOKEN_SECONDS"):
        Settings(access_token_seconds=seconds)


def test_on_postgresql_the_passphrase_of_the_keys_must_be_given(monkeypatch):
    monkeypatch.delenv("CMP_IDENTITY_KEY_SECRET", raising=False)
    with pytest.raises(SettingsError, match="KEY_SECRET"):
        Settings.load(database_url="postgresql+psycopg://identity@db/identity")


@pytest.mark.parametrize("name", ["key_secret", "service_secrets", "client_secret"])
def test_a_placeholder_is_no_secret(name):
    with pytest.raises(SettingsError, match="still is"):
        Settings(**{name: "change-me"})


def test_a_passphrase_is_made_once_and_readable_by_its_owner_only(tmp_path):
    first, second = Settings(data_dir=str(tmp_path)), Settings(data_dir=str(tmp_path))

    assert first.key_passphrase() == second.key_passphrase()
    assert len(first.key_passphrase()) >= 43
    (file,) = (tmp_path / "identity").iterdir()
    assert file.stat().st_mode & 0o777 == 0o600


def test_secrets_are_masked_when_settings_are_shown():
    shown = {name: value for name, value, _ in Settings(key_secret="abc", service_secrets="a=b").describe()}

    assert shown["CMP_IDENTITY_KEY_SECRET"] == shown["CMP_IDENTITY_SERVICE_SECRETS"] == "********"


def test_services_and_their_secrets_are_read_from_one_line():
    assert Settings(service_secrets="einvoice=a=b, notifier=c").known_services == {"einvoice": "a=b", "notifier": "c"}
