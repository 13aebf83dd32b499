"""The part of kustomize that our overlays use, so that they can be checked where kubectl is not installed.

Fields: resources, components, namespace, labels (not selectors), images, replicas, configMapGenerator, secretGenerator. Any
other field is an error here, so that the overlays stay as simple as this. Where kubectl is installed, a test compares.
"""

import base64
import re
from pathlib import Path
from typing import Any

import yaml

KNOWN = {
    "apiVersion",
    "kind",
    "resources",
    "components",
    "namespace",
    "labels",
    "images",
    "replicas",
    "configMapGenerator",
    "secretGenerator",
    "generatorOptions",
}
CLUSTER_WIDE = {"Namespace"}
Manifest = dict[str, Any]


def load(path: Path) -> list[Manifest]:
    """All objects of a YAML file."""
    return [document for document in yaml.load_all(path.read_text("utf-8"), yaml.CSafeLoader) if document]


def render(folder: Path) -> list[Manifest]:
    """The objects that `kubectl kustomize folder` would print, in no particular order."""
    plan = yaml.safe_load((folder / "kustomization.yaml").read_text("utf-8"))
    unknown = set(plan) - KNOWN
    if unknown:
        raise ValueError(f"{folder}: these tests do not know {sorted(unknown)}")
    manifests = [manifest for name in plan.get("resources", []) for manifest in _resource(folder / name)]
    manifests += [_config_map(folder, entry) for entry in plan.get("configMapGenerator", [])]
    manifests += [_secret(folder, entry) for entry in plan.get("secretGenerator", [])]
    manifests += [manifest for name in plan.get("components", []) for manifest in render(folder / name)]
    for manifest in manifests:
        _adapt(manifest, plan)
    return manifests


def pod_of(manifest: Manifest) -> Manifest | None:
    """The pod template of a workload; None for anything else."""
    template = manifest.get("spec", {}).get("template") if isinstance(manifest.get("spec"), dict) else None
    return template if isinstance(template, dict) else None


def _resource(path: Path) -> list[Manifest]:
    return render(path) if path.is_dir() else load(path)


def _adapt(manifest: Manifest, plan: dict[str, Any]) -> None:
    metadata, pod = manifest["metadata"], pod_of(manifest)
    if "namespace" in plan and manifest["kind"] not in CLUSTER_WIDE:
        metadata["namespace"] = plan["namespace"]
    for entry in plan.get("labels", []):
        metadata.setdefault("labels", {}).update(entry["pairs"])
        if pod and entry.get("includeTemplates"):
            pod["metadata"].setdefault("labels", {}).update(entry["pairs"])
    for entry in plan.get("replicas", []):
        if metadata["name"] == entry["name"] and manifest["kind"] in {"Deployment", "StatefulSet"}:
            manifest["spec"]["replicas"] = entry["count"]
    for entry in plan.get("images", []) if pod else []:
        _retag(pod, entry)


def _retag(pod: Any, entry: dict[str, str]) -> None:
    for container in [*pod["spec"]["containers"], *pod["spec"].get("initContainers", [])]:
        name, _, tag = container["image"].partition(":")
        if name == entry["name"]:
            container["image"] = f"{entry.get('newName', name)}:{entry.get('newTag', tag)}"


def _files(folder: Path, entry: dict[str, Any]) -> dict[str, str]:
    pairs = (re.fullmatch(r"(?:(.+)=)?(.+)", file) for file in entry["files"])
    return {(pair[1] or Path(pair[2]).name): (folder / pair[2]).read_text("utf-8") for pair in pairs if pair}


def _config_map(folder: Path, entry: dict[str, Any]) -> Manifest:
    return {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": entry["name"]}, "data": _files(folder, entry)}


def _secret(folder: Path, entry: dict[str, Any]) -> Manifest:
    data = {key: base64.b64encode(text.encode()).decode() for key, text in _files(folder, entry).items()}
    return {"apiVersion": "v1", "kind": "Secret", "type": "Opaque", "metadata": {"name": entry["name"]}, "data": data}
