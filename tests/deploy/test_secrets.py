"""The secrets of an installation, and what RabbitMQ and PostgreSQL make of them."""

import base64
import hashlib
import json
import re
import subprocess
from pathlib import Path
from types import ModuleType

import pytest

from chassis.broker import Topology
from chassis.events import EXCHANGE
from tests.deploy.compose import Compose
from tests.deploy.parts import ROOT, SERVICES


def test_every_secret_that_compose_names_is_made(secrets_folder: Path) -> None:
    named = Compose().document["secrets"]
    assert {file.name for file in secrets_folder.iterdir()} == set(named)
    assert all(entry["file"] == f"deploy/compose/secrets/{name}" for name, entry in named.items())


def test_random_secrets_differ_and_are_long(secrets_folder: Path) -> None:
    made = [(secrets_folder / f"{service}_client_secret").read_text() for service in SERVICES]
    made += [(secrets_folder / name).read_text() for name in ("postgres_password", "identity_key_secret")]
    assert len(set(made)) == len(made)
    assert all(len(text) == 64 for text in made)


def test_making_secrets_again_changes_none(make_secrets: ModuleType, tmp_path: Path) -> None:
    make_secrets.make(tmp_path / "s")
    before = {file.name: file.read_text() for file in (tmp_path / "s").iterdir()}
    assert make_secrets.make(tmp_path / "s") == []
    after = {file.name: file.read_text() for file in (tmp_path / "s").iterdir()}
    del before["rabbitmq_definitions"], after["rabbitmq_definitions"]
    assert before == after


def test_what_follows_from_a_secret_follows_its_change(make_secrets: ModuleType, tmp_path: Path) -> None:
    make_secrets.make(tmp_path)
    file = tmp_path / "notifier_client_secret"
    file.unlink()
    file.write_text("a new one\n")
    make_secrets.make(tmp_path)
    assert "notifier=a new one" in (tmp_path / "identity_service_secrets").read_text()


def test_the_folder_is_its_owners_and_the_files_can_be_mounted(secrets_folder: Path) -> None:
    assert secrets_folder.stat().st_mode & 0o777 == 0o700
    assert {file.stat().st_mode & 0o777 for file in secrets_folder.iterdir()} == {0o444}


def test_secrets_are_never_committed() -> None:
    for folder in ("deploy/compose/secrets", "deploy/k8s/overlays/dev/secrets"):
        ignored = subprocess.run(["git", "check-ignore", "-q", f"{folder}/postgres_password"], cwd=ROOT, check=False)
        assert ignored.returncode == 0, folder


def test_the_scripts_know_every_service(make_secrets: ModuleType) -> None:
    assert sorted(make_secrets.SERVICES) == SERVICES
    script = (ROOT / "deploy" / "postgres" / "create-databases.sh").read_text("utf-8")
    found = re.search(r"for service in (.+); do", script)
    assert found is not None
    assert sorted(found[1].split()) == SERVICES


def test_database_passwords_need_no_quoting(secrets_folder: Path) -> None:
    """The init script cuts them out of the URLs."""
    for service in SERVICES:
        url = (secrets_folder / f"{service}_database_url").read_text()
        assert re.fullmatch(rf"postgresql\+psycopg://{service}:[0-9a-f]{{64}}@postgres:5432/{service}", url)


def test_the_init_script_is_sound_bash() -> None:
    subprocess.run(["bash", "-n", str(ROOT / "deploy" / "postgres" / "create-databases.sh")], check=True)


@pytest.fixture
def definitions(secrets_folder: Path) -> dict[str, list[dict[str, str]]]:
    """What RabbitMQ imports at start."""
    return dict(json.loads((secrets_folder / "rabbitmq_definitions").read_text()))


def test_each_service_has_its_own_broker_user_and_there_is_no_guest(
    definitions: dict[str, list[dict[str, str]]],
) -> None:
    assert sorted(user["name"] for user in definitions["users"]) == SERVICES
    assert all(user["tags"] == [] for user in definitions["users"])
    assert definitions["vhosts"] == [{"name": "cmp"}]


def test_the_broker_knows_the_hash_of_each_password(
    definitions: dict[str, list[dict[str, str]]], secrets_folder: Path
) -> None:
    for user in definitions["users"]:
        url = (secrets_folder / f"{user['name']}_broker_url").read_text()
        password = url.split("@")[0].rsplit(":", 1)[1]
        raw = base64.b64decode(user["password_hash"])
        assert raw[4:] == hashlib.sha256(raw[:4] + password.encode()).digest()


@pytest.mark.parametrize("service", SERVICES)
def test_a_broker_user_may_do_what_its_topology_needs_and_touch_no_other_queue(
    definitions: dict[str, list[dict[str, str]]], service: str
) -> None:
    [rights] = [entry for entry in definitions["permissions"] if entry["user"] == service]
    topology = Topology(service, ())
    own = [f"{topology.service}.events", f"{topology.service}.unreadable"]
    for right in ("configure", "write", "read"):
        assert all(re.search(rights[right], name) for name in [EXCHANGE, *own])
        for other in set(SERVICES) - {service}:
            assert not re.search(rights[right], f"{other}.events")
            assert not re.search(rights[right], f"{other}.unreadable")
        assert not re.search(rights[right], f"{service}.events.more")
        assert not re.search(rights[right], "cmpxevents")


@pytest.mark.parametrize("service", SERVICES)
def test_nobody_publishes_facts_in_anothers_name(definitions: dict[str, list[dict[str, str]]], service: str) -> None:
    [rights] = [entry for entry in definitions["topic_permissions"] if entry["user"] == service]
    assert rights["exchange"] == EXCHANGE
    assert re.search(rights["write"], f"{service}.something_happened.v1")
    for other in set(SERVICES) - {service}:
        assert not re.search(rights["write"], f"{other}.something_happened.v1")


@pytest.mark.parametrize("url", ["amqp://guest:guest@rabbitmq:5672/cmp", "amqp://payments@rabbitmq:5672/cmp"])
def test_a_url_with_another_user_or_no_password_is_refused(broker_definitions: ModuleType, url: str) -> None:
    with pytest.raises(ValueError, match="payments_broker_url"):
        broker_definitions.definitions({"payments": url})
