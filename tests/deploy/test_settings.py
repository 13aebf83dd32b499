"""Every setting that a container is given is one that the code reads, and every secret the code needs is given as a file."""

import os
from collections.abc import Iterable
from pathlib import Path

import pytest

from tests.deploy.compose import Compose, read_env_file
from tests.deploy.kustomize import Manifest, pod_of, render
from tests.deploy.parts import PROCESSES, ROOT, SERVICES, command_of, known_variables, part_of, secrets_of, settings_of
from tests.deploy.parts import variables_of as variables_read_by

COMPOSE = Compose()
BY_COMMAND = {tuple(COMPOSE.services[name]["command"]): name for name in COMPOSE.ours()}
SYSTEM = {"PROMETHEUS_MULTIPROC_DIR"}


def unread(variables: Iterable[str], known: set[str]) -> set[str]:
    """Those that nobody reads; any may be given as a file instead."""
    return {name for name in variables if name not in known and name.removesuffix("_FILE") not in known} - SYSTEM


def own_environment(manifest: Manifest, maps: dict[str, dict[str, str]]) -> dict[str, str]:
    """The environment of a workload's container, config maps included."""
    pod = pod_of(manifest)
    assert pod is not None
    container = pod["spec"]["containers"][0]
    values: dict[str, str] = {}
    for entry in container.get("envFrom", []):
        values |= maps[entry["configMapRef"]["name"]]
    return values | {entry["name"]: entry["value"] for entry in container.get("env", [])}


def config_maps(manifests: list[Manifest]) -> dict[str, dict[str, str]]:
    return {each["metadata"]["name"]: each["data"] for each in manifests if each["kind"] == "ConfigMap"}


def started(manifests: list[Manifest]) -> dict[tuple[str, ...], Manifest]:
    """Workloads of ours by their command."""
    found = {}
    for manifest in manifests:
        pod = pod_of(manifest)
        if pod and (command := pod["spec"]["containers"][0].get("command")) and part_of(command):
            found[tuple(command)] = manifest
    return found


@pytest.mark.parametrize(("part", "process"), PROCESSES)
def test_what_compose_sets_is_read_by_the_process(part: str, process: str) -> None:
    """A mistyped name would silently leave the default in force."""
    service = COMPOSE.services[BY_COMMAND[tuple(command_of(part, process))]]
    assert unread(service["environment"], variables_read_by(part)) == set()


@pytest.mark.parametrize("file", ["demo.env", "production.env.example"])
def test_what_an_env_file_sets_is_read_by_some_part(file: str) -> None:
    assert unread(read_env_file(ROOT / "deploy" / "compose" / file), known_variables()) == set()


@pytest.mark.parametrize(("part", "process"), PROCESSES)
def test_what_kubernetes_sets_is_read_by_the_process(manifests: list[Manifest], part: str, process: str) -> None:
    pod = pod_of(started(manifests)[tuple(command_of(part, process))])
    assert pod is not None
    names = [entry["name"] for entry in pod["spec"]["containers"][0].get("env", [])]
    assert unread(names, variables_read_by(part)) == set()


def test_what_a_config_map_sets_is_read_by_some_part(manifests: list[Manifest]) -> None:
    maps = config_maps(manifests)
    for name in ("cmp-wiring", "cmp-settings"):
        assert unread(maps[name], known_variables()) == set(), name


@pytest.mark.parametrize(("part", "process"), PROCESSES)
def test_compose_mounts_every_secret_of_the_process(part: str, process: str) -> None:
    name = BY_COMMAND[tuple(command_of(part, process))]
    environment, mounted = COMPOSE.environment(name), COMPOSE.secret_files(name)
    for field, variables in secrets_of(part).items():
        files = [environment[f"{variable}_FILE"] for variable in variables if f"{variable}_FILE" in environment]
        assert files, field
        assert set(files) <= set(mounted), field


@pytest.fixture(scope="module")
def developing(deploy_folder: Path) -> list[Manifest]:
    """The objects of the dev overlay, rendered once."""
    return render(deploy_folder / "k8s" / "overlays" / "dev")


@pytest.mark.parametrize(("part", "process"), PROCESSES)
def test_kubernetes_mounts_every_secret_of_the_process(developing: list[Manifest], part: str, process: str) -> None:
    manifest = started(developing)[tuple(command_of(part, process))]
    environment = own_environment(manifest, config_maps(developing))
    kept = {each["metadata"]["name"]: set(each["data"]) for each in developing if each["kind"] == "Secret"}
    for field, variables in secrets_of(part).items():
        files = [environment[f"{variable}_FILE"] for variable in variables if f"{variable}_FILE" in environment]
        assert files, field
        assert {Path(file).name for file in files} <= kept[f"cmp-{part}"], field


@pytest.mark.parametrize("part", SERVICES)
def test_database_and_broker_urls_are_secrets_too(part: str) -> None:
    """They carry passwords, though they are no secret settings by themselves."""
    environment = COMPOSE.environment(f"{part}-web")
    assert environment["CMP_DATABASE_URL_FILE"] in COMPOSE.secret_files(f"{part}-web")
    assert environment["CMP_BROKER_URL_FILE"] in COMPOSE.secret_files(f"{part}-web")
    assert not {"CMP_DATABASE_URL", "CMP_BROKER_URL"} & set(environment)


@pytest.mark.parametrize(("part", "process"), PROCESSES)
def test_the_settings_of_compose_start_the_process(
    part: str, process: str, secrets_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Loaded as the container would load them, secrets from the files that make_secrets.py made."""
    name = BY_COMMAND[tuple(command_of(part, process))]
    place(COMPOSE.environment(name), COMPOSE.secret_files(name), secrets_folder, monkeypatch)
    settings = settings_of(part).load()
    if part in SERVICES:
        assert settings.database_url.startswith(f"postgresql+psycopg://{part}:")
        assert settings.broker_url.startswith(f"amqp://{part}:")
        assert all(settings.url_of(other).startswith("http://") for other in SERVICES)


@pytest.mark.parametrize(("part", "process"), PROCESSES)
def test_the_sample_settings_of_production_start_the_process(
    part: str, process: str, secrets_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    compose = Compose(CMP_SETTINGS="deploy/compose/production.env.example")
    name = BY_COMMAND[tuple(command_of(part, process))]
    place(compose.environment(name), compose.secret_files(name), secrets_folder, monkeypatch)
    settings_of(part).load()


def place(environment: dict[str, str], mounted: dict[str, str], folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Set the environment of a container, its secrets at the folder's files."""
    for name in [name for name in os.environ if name.startswith("CMP_")]:
        monkeypatch.delenv(name)
    for name, value in environment.items():
        if name.startswith("CMP_"):
            monkeypatch.setenv(
                name, str(folder / mounted[value]) if name.endswith("_FILE") and value in mounted else value
            )


def test_only_web_processes_collect_metrics_in_a_shared_folder() -> None:
    """With it set, worker and jobs would lose the gauges that are read at scrape time, the outbox's age among them."""
    with_folder = {name for name in COMPOSE.ours() if "PROMETHEUS_MULTIPROC_DIR" in COMPOSE.environment(name)}
    assert with_folder == {BY_COMMAND[tuple(command_of(*each))] for each in PROCESSES if each[1] == "web"}
    assert "PROMETHEUS_MULTIPROC_DIR=" not in (ROOT / "Dockerfile").read_text("utf-8")
