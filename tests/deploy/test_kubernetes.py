"""The overlays render, are valid for the API, run every process of the code, and hold to the restricted rules."""

import shutil
import subprocess
from pathlib import Path
from typing import Any

import kubernetes_validate
import pytest
import yaml

from tests.deploy.compose import Compose
from tests.deploy.kustomize import Manifest, pod_of, render
from tests.deploy.parts import PROCESSES, ROOT, SERVICES, command_of, part_of

WORKLOADS = {"Deployment", "StatefulSet", "Job"}


def workloads(manifests: list[Manifest]) -> dict[str, Manifest]:
    return {manifest["metadata"]["name"]: manifest for manifest in manifests if manifest["kind"] in WORKLOADS}


def of_kind(manifests: list[Manifest], kind: str) -> dict[str, Manifest]:
    return {manifest["metadata"]["name"]: manifest for manifest in manifests if manifest["kind"] == kind}


def containers(manifest: Manifest) -> list[dict[str, Any]]:
    pod = pod_of(manifest)
    assert pod is not None
    return [*pod["spec"]["containers"], *pod["spec"].get("initContainers", [])]


def command(manifest: Manifest) -> list[str]:
    return list(containers(manifest)[0].get("command", []))


def identity_of(manifest: Manifest) -> tuple[str, str]:
    return manifest["kind"], manifest["metadata"]["name"]


def unwrapped(manifest: Manifest) -> Manifest:
    """kustomize breaks long base64 over lines."""
    if manifest["kind"] == "Secret":
        manifest["data"] = {key: "".join(text.split()) for key, text in manifest["data"].items()}
    return manifest


def test_every_object_is_valid_for_the_api(manifests: list[Manifest]) -> None:
    for manifest in manifests:
        kubernetes_validate.validate(manifest, "1.31", strict=True)


def test_no_object_is_there_twice(manifests: list[Manifest]) -> None:
    names = [identity_of(manifest) for manifest in manifests]
    assert len(names) == len(set(names))


def test_the_rendering_here_is_what_kubectl_prints(overlay: Path, manifests: list[Manifest]) -> None:
    """Where kubectl is not installed, nothing is left to compare with."""
    kubectl = shutil.which("kubectl")
    if kubectl is None:
        return
    printed = subprocess.run([kubectl, "kustomize", str(overlay)], capture_output=True, check=True, text=True).stdout
    theirs = {identity_of(each): unwrapped(each) for each in yaml.safe_load_all(printed)}
    ours = {identity_of(each): each for each in manifests}
    assert ours.keys() == theirs.keys()
    for key, manifest in ours.items():
        assert manifest == theirs[key], key


@pytest.mark.parametrize(("part", "process"), PROCESSES)
def test_every_process_of_the_code_is_a_workload(manifests: list[Manifest], part: str, process: str) -> None:
    matching = [each for each in workloads(manifests).values() if command(each) == command_of(part, process)]
    assert [each["kind"] for each in matching] == ["Job" if process == "migrate" else "Deployment"]


def test_it_runs_what_compose_runs(manifests: list[Manifest]) -> None:
    compose = {tuple(service["command"]) for service in Compose().ours().values()}
    ours = {tuple(command(each)) for each in workloads(manifests).values() if command(each)}
    simulators = {each for each in compose if each[0] == "python"}
    assert ours in (compose, compose - simulators)


def test_production_has_no_simulator_and_no_store_of_its_own(deploy_folder: Path) -> None:
    production = workloads(render(deploy_folder / "k8s" / "overlays" / "prod"))
    assert all(part_of(command(each)) for each in production.values())


def test_every_pod_is_restricted(manifests: list[Manifest]) -> None:
    """Pod Security Standards, level restricted; and a root file system that nobody can write."""
    for name, manifest in workloads(manifests).items():
        pod = pod_of(manifest)
        assert pod is not None
        spec = pod["spec"]
        assert spec["automountServiceAccountToken"] is False, name
        assert spec["securityContext"]["runAsNonRoot"] is True, name
        assert spec["securityContext"]["runAsUser"] > 0, name
        assert spec["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}, name
        for container in containers(manifest):
            assert container["securityContext"] == {
                "allowPrivilegeEscalation": False,
                "readOnlyRootFilesystem": True,
                "capabilities": {"drop": ["ALL"]},
            }, name


def test_namespaces_enforce_what_the_pods_promise(manifests: list[Manifest]) -> None:
    [namespace] = of_kind(manifests, "Namespace").values()
    assert namespace["metadata"]["labels"]["pod-security.kubernetes.io/enforce"] == "restricted"
    others = [manifest for manifest in manifests if manifest["kind"] != "Namespace"]
    assert {manifest["metadata"]["namespace"] for manifest in others} == {namespace["metadata"]["name"]}


def test_every_container_has_resources_and_a_pinned_image(manifests: list[Manifest]) -> None:
    for name, manifest in workloads(manifests).items():
        for container in containers(manifest):
            assert {"cpu", "memory"} <= set(container["resources"]["requests"]), name
            assert "memory" in container["resources"]["limits"], name
            assert container["image"].partition(":")[2] not in {"", "latest"}, name


def test_web_processes_answer_three_probes(manifests: list[Manifest]) -> None:
    for name, manifest in workloads(manifests).items():
        if part_of(command(manifest)) and command(manifest)[2] == "web":
            [container] = containers(manifest)
            paths = {kind: container[kind]["httpGet"]["path"] for kind in PROBES}
            assert paths == PROBES, name
            assert container["lifecycle"]["preStop"]["exec"]["command"] == ["sleep", "5"], name


PROBES = {"startupProbe": "/readyz", "readinessProbe": "/readyz", "livenessProbe": "/livez"}


def test_worker_and_jobs_are_alive_while_their_heartbeat_is_young(manifests: list[Manifest]) -> None:
    for name, manifest in workloads(manifests).items():
        if command(manifest)[2:] in (["worker"], ["jobs"]):
            [container] = containers(manifest)
            assert container["livenessProbe"]["exec"]["command"] == ["cmp-digital", "health", "worker"], name
            assert "CMP_HEARTBEAT_FILE" in {entry["name"] for entry in container["env"]}, name


def test_there_is_time_to_finish_before_a_pod_is_killed(manifests: list[Manifest]) -> None:
    """preStop 5 s and gunicorn's graceful 25 s fit in."""
    for name, manifest in of_kind(manifests, "Deployment").items():
        pod = pod_of(manifest)
        assert pod is not None
        if part_of(command(manifest)):
            assert pod["spec"]["terminationGracePeriodSeconds"] >= 40, name


def test_a_port_that_is_bound_is_the_port_that_is_served(manifests: list[Manifest]) -> None:
    services = of_kind(manifests, "Service")
    for part in [*SERVICES, "gateway", "portal"]:
        [workload] = [each for each in workloads(manifests).values() if command(each) == command_of(part, "web")]
        [container] = containers(workload)
        bound = next(entry["value"] for entry in container["env"] if entry["name"].endswith("_BIND"))
        port = container["ports"][0]["containerPort"]
        assert bound == f"0.0.0.0:{port}"
        assert services[part]["spec"]["ports"][0]["port"] == port
        assert selects(services[part]["spec"]["selector"], workload)


def test_voluntary_disruptions_leave_somebody_at_work(manifests: list[Manifest]) -> None:
    budgets = of_kind(manifests, "PodDisruptionBudget")
    for part in [*SERVICES, "gateway", "portal"]:
        for process in ("web", "worker") if part in SERVICES else ("web",):
            [workload] = [each for each in workloads(manifests).values() if command(each) == command_of(part, process)]
            guarding = [b for b in budgets.values() if selects(b["spec"]["selector"]["matchLabels"], workload)]
            assert len(guarding) == 1, (part, process)


def test_selectors_find_exactly_their_own_pods(manifests: list[Manifest]) -> None:
    deployed = of_kind(manifests, "Deployment") | of_kind(manifests, "StatefulSet")
    for name, manifest in deployed.items():
        labels = manifest["spec"]["selector"]["matchLabels"]
        assert [other for other, each in deployed.items() if selects(labels, each)] == [name]


def test_everything_mounted_exists_or_is_expected_from_the_operator(overlay: Path, manifests: list[Manifest]) -> None:
    maps, secrets, claims = (set(of_kind(manifests, kind)) for kind in ("ConfigMap", "Secret", "PersistentVolumeClaim"))
    if overlay.name == "prod":
        secrets = set(EXPECTED_SECRETS)
    for manifest in workloads(manifests).values():
        pod = pod_of(manifest)
        assert pod is not None
        for volume in pod["spec"].get("volumes", []):
            assert volume.get("secret", {}).get("secretName") in secrets | {None}
            assert volume.get("configMap", {}).get("name") in maps | {None}
            assert volume.get("persistentVolumeClaim", {}).get("claimName") in claims | {None}
        for container in containers(manifest):
            assert {entry["configMapRef"]["name"] for entry in container.get("envFrom", [])} <= maps


EXPECTED_SECRETS = {f"cmp-{service}" for service in SERVICES} | {"cmp-portal"}


def test_the_readme_lists_the_secrets_that_production_expects(deploy_folder: Path) -> None:
    readme = (ROOT / "deploy" / "k8s" / "README.md").read_text("utf-8")
    dev = of_kind(render(deploy_folder / "k8s" / "overlays" / "dev"), "Secret")
    for name in EXPECTED_SECRETS:
        row = next(line for line in readme.splitlines() if line.startswith(f"| `{name}` "))
        assert [key for key in dev[name]["data"] if f"`{key}`" not in row] == []


def test_nothing_may_talk_unless_it_is_allowed(manifests: list[Manifest]) -> None:
    policies = of_kind(manifests, "NetworkPolicy")
    assert policies["default-deny"]["spec"] == {"podSelector": {}, "policyTypes": ["Ingress", "Egress"]}


def test_the_same_processes_reach_outside_as_in_compose(manifests: list[Manifest]) -> None:
    compose = Compose()
    theirs = {
        tuple(service["command"])
        for service in compose.ours().values()
        if "outside" in service["networks"] and part_of(service["command"]) in SERVICES
    }
    ours = set()
    for manifest in workloads(manifests).values():
        pod = pod_of(manifest)
        assert pod is not None
        if pod["metadata"]["labels"].get("cmp.org.pe/reaches") == "outside":
            ours.add(tuple(command(manifest)))
    assert ours == theirs


def test_calls_to_the_world_exclude_private_networks(manifests: list[Manifest]) -> None:
    [rule] = of_kind(manifests, "NetworkPolicy")["to-outside"]["spec"]["egress"]
    [block] = rule["to"]
    assert {"10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "169.254.0.0/16"} <= set(block["ipBlock"]["except"])


@pytest.mark.parametrize("part", [*SERVICES, "gateway", "portal"])
def test_every_port_of_ours_is_open_to_the_monitoring(manifests: list[Manifest], part: str) -> None:
    [rule] = of_kind(manifests, "NetworkPolicy")["metrics"]["spec"]["ingress"]
    allowed = {entry["port"] for entry in rule["ports"]}
    for manifest in workloads(manifests).values():
        if part_of(command(manifest)) == part:
            for port in containers(manifest)[0].get("ports", []):
                assert port["containerPort"] in allowed


def selects(labels: dict[str, str], manifest: Manifest) -> bool:
    pod = pod_of(manifest)
    assert pod is not None
    return labels.items() <= pod["metadata"]["labels"].items()
