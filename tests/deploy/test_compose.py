"""docker-compose.yml runs every process of the code, in an order that loses nothing, with as few rights as can be."""

import re
from pathlib import Path

import pytest

from tests.deploy.compose import Compose
from tests.deploy.parts import PROCESSES, ROOT, SERVICES, command_of

COMPOSE = Compose()
OURS = sorted(COMPOSE.ours())
ALL = sorted(COMPOSE.services)
RUNNING = sorted(name for name in ALL if not name.endswith("-migrate"))
SERVICE_KEYS = {
    *("image", "build", "command", "environment", "env_file", "secrets", "volumes", "tmpfs", "networks", "ports"),
    *("depends_on", "healthcheck", "profiles", "user", "hostname", "shm_size", "logging", "restart"),
    *("read_only", "cap_drop", "security_opt", "pids_limit", "stop_grace_period"),
}
TOP_KEYS = {"name", "services", "networks", "volumes", "secrets"}
CONDITIONS = {"service_healthy", "service_completed_successfully", "service_started"}


def dependencies(name: str) -> dict[str, str]:
    wanted = COMPOSE.services[name].get("depends_on", {})
    if isinstance(wanted, list):
        return dict.fromkeys(wanted, "service_started")
    return {other: entry["condition"] for other, entry in wanted.items()}


def started_before(name: str) -> set[str]:
    direct = set(dependencies(name))
    return direct.union(*(started_before(other) for other in direct))


@pytest.mark.parametrize(("part", "process"), PROCESSES)
def test_every_process_of_the_code_is_a_container(part: str, process: str) -> None:
    matching = [name for name in ALL if COMPOSE.services[name].get("command") == command_of(part, process)]
    assert len(matching) == 1


def test_no_container_starts_a_process_that_the_code_does_not_have() -> None:
    wanted = {tuple(command_of(*each)) for each in PROCESSES}
    commands = {tuple(COMPOSE.services[name]["command"]) for name in OURS}
    assert {command for command in commands - wanted if command[:3:2] != ("python", "simulators")} == {
        command for command in commands if command[0] == "python"
    }


def test_the_simulators_start_only_for_a_demo() -> None:
    simulators = [name for name in OURS if COMPOSE.services[name]["command"][0] == "python"]
    assert sorted(COMPOSE.services[name]["command"][2] for name in simulators) == [
        "simulators.acquirer",
        "simulators.mailbox",
        "simulators.tax_authority",
    ]
    assert all(COMPOSE.services[name]["profiles"] == ["demo"] for name in simulators)


@pytest.mark.parametrize("name", ALL)
def test_only_known_keys_are_used(name: str) -> None:
    """A mistyped key would be ignored or refused only where Docker runs."""
    assert set(COMPOSE.services[name]) <= SERVICE_KEYS


def test_everything_named_is_defined() -> None:
    document = COMPOSE.document
    assert {key for key in document if not key.startswith("x-")} == TOP_KEYS
    for name, service in COMPOSE.services.items():
        assert set(service["networks"]) <= set(document["networks"]), name
        assert set(COMPOSE.secret_files(name).values()) <= set(document["secrets"]), name
        named = {volume.split(":")[0] for volume in service.get("volumes", []) if not volume.startswith(".")}
        assert named <= set(document["volumes"]), name
        assert set(dependencies(name)) <= set(COMPOSE.services), name
        assert set(dependencies(name).values()) <= CONDITIONS, name


def test_everything_defined_is_used() -> None:
    used = {secret for name in ALL for secret in COMPOSE.secret_files(name).values()}
    assert set(COMPOSE.document["secrets"]) == used


def test_mounted_files_of_the_repository_exist() -> None:
    for service in COMPOSE.services.values():
        for volume in service.get("volumes", []):
            if volume.startswith("."):
                assert (ROOT / volume.split(":")[0]).exists(), volume
                assert volume.endswith(":ro"), volume


@pytest.mark.parametrize("name", ALL)
def test_a_container_has_no_right_it_does_not_need(name: str) -> None:
    service = COMPOSE.services[name]
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert service["pids_limit"] > 0
    assert "privileged" not in service


@pytest.mark.parametrize("name", ALL)
def test_an_image_is_pinned_by_a_tag_that_does_not_move(name: str) -> None:
    assert re.search(r":v?\d+\.\d+", COMPOSE.services[name]["image"])


@pytest.mark.parametrize("name", sorted(set(ALL) - set(OURS)))
def test_a_foreign_image_does_not_run_as_root(name: str) -> None:
    assert not COMPOSE.services[name]["user"].startswith("0")


@pytest.mark.parametrize("name", sorted(set(RUNNING) - {"acquirer", "tax-authority", "mailbox"}))
def test_a_container_tells_whether_it_is_healthy(name: str) -> None:
    assert COMPOSE.services[name]["healthcheck"]["test"][0] == "CMD"


@pytest.mark.parametrize("name", [name for name in OURS if name.endswith("-web") or name in {"gateway", "portal"}])
def test_the_health_check_asks_the_port_that_is_bound(name: str) -> None:
    environment = COMPOSE.environment(name)
    [bound] = [value for key, value in environment.items() if key.endswith("_BIND")]
    url = COMPOSE.services[name]["healthcheck"]["test"][-1]
    assert url == f"http://127.0.0.1:{bound.split(':')[1]}/readyz"


@pytest.mark.parametrize("name", [name for name in OURS if name.endswith(("-worker", "-jobs"))])
def test_worker_and_jobs_show_a_heartbeat_where_they_may_write(name: str) -> None:
    assert COMPOSE.services[name]["healthcheck"]["test"] == ["CMD", "cmp-digital", "health", "worker"]
    assert COMPOSE.environment(name)["CMP_HEARTBEAT_FILE"].startswith("/tmp/")
    assert any(mount.startswith("/tmp") for mount in COMPOSE.services[name]["tmpfs"])


@pytest.mark.parametrize("service", SERVICES)
@pytest.mark.parametrize("process", ["web", "worker", "jobs"])
def test_nothing_starts_before_every_queue_and_table_is_there(service: str, process: str) -> None:
    """An event told before its consumer's queue is declared would reach no queue."""
    first = dependencies(f"{service}-{process}")
    assert all(first[f"{other}-migrate"] == "service_completed_successfully" for other in SERVICES)


@pytest.mark.parametrize("service", SERVICES)
def test_migrations_wait_for_database_and_broker(service: str) -> None:
    assert dependencies(f"{service}-migrate") == {"postgres": "service_healthy", "rabbitmq": "service_healthy"}


def test_the_gateway_opens_when_everything_behind_it_is_ready() -> None:
    first = dependencies("gateway")
    assert first == {f"{service}-web": "service_healthy" for service in SERVICES} | {"portal": "service_healthy"}


@pytest.mark.parametrize("name", ALL)
def test_no_container_waits_for_itself(name: str) -> None:
    assert name not in started_before(name)


def test_database_and_broker_are_reached_from_inside_only() -> None:
    assert COMPOSE.document["networks"]["data"]["internal"] is True
    assert COMPOSE.document["networks"]["inside"]["internal"] is True
    for store in ("postgres", "rabbitmq"):
        assert "ports" not in COMPOSE.services[store]
        assert "outside" not in COMPOSE.services[store]["networks"]


def test_only_processes_that_call_somebody_outside_are_on_the_outside_network() -> None:
    reaching = {name for name in OURS if "outside" in COMPOSE.services[name]["networks"]}
    assert reaching == {
        "einvoice-jobs",
        "payments-web",
        "payments-jobs",
        "notifier-jobs",
        "gateway",
        "acquirer",
        "tax-authority",
        "mailbox",
    }


def test_only_the_gateway_listens_for_people_and_only_on_this_machine_by_default() -> None:
    ports = {name: COMPOSE.services[name]["ports"] for name in ALL if "ports" in COMPOSE.services[name]}
    assert all(port.startswith("127.0.0.1:") for each in ports.values() for port in each)
    always = {name for name in ports if "profiles" not in COMPOSE.services[name]}
    assert always == {"gateway"}


def test_the_gateway_believes_the_portal_and_nobody_else() -> None:
    portal = COMPOSE.services["portal"]["networks"]["inside"]["ipv4_address"]
    assert COMPOSE.environment("gateway")["CMP_GATEWAY_TRUSTED_NETWORKS"] == f"{portal}/32"
    assert "outside" not in COMPOSE.services["portal"]["networks"]


@pytest.mark.parametrize("service", SERVICES)
def test_a_service_sees_its_own_secrets_only(service: str) -> None:
    for process in ("web", "worker", "jobs", "migrate"):
        sources = COMPOSE.secret_files(f"{service}-{process}").values()
        assert all(source.startswith(f"{service}_") for source in sources)


def test_no_default_password_of_a_store_is_left() -> None:
    text = (ROOT / "docker-compose.yml").read_text("utf-8") + "".join(
        path.read_text("utf-8") for path in sorted((ROOT / "deploy").rglob("*")) if path.is_file() and _is_text(path)
    )
    assert "guest:guest" not in text
    assert not re.search(r"RABBITMQ_DEFAULT_|POSTGRES_PASSWORD:|GF_SECURITY_ADMIN_PASSWORD:", text)


@pytest.mark.parametrize("service", ["einvoice", "payments", "recert"])
def test_processes_that_share_files_share_their_volume(service: str) -> None:
    """A service's web serves the files that its worker and jobs store."""
    mounts = {process: COMPOSE.services[f"{service}-{process}"].get("volumes") for process in ("web", "worker", "jobs")}
    assert set(map(str, mounts.values())) == {f"['{service}-data:/var/lib/cmp-digital']"}


def _is_text(path: Path) -> bool:
    return path.suffix in {".yml", ".yaml", ".env", ".conf", ".sh", ".py", ".example", ""}
