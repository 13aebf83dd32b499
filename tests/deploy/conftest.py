"""Secrets made for these tests, and the overlays rendered with them."""

import importlib.util
import shutil
import sys
from pathlib import Path
from types import ModuleType

import pytest

from tests.deploy.kustomize import Manifest, render
from tests.deploy.parts import ROOT


def script(name: str) -> ModuleType:
    """A script of deploy/, which is no package."""
    spec = importlib.util.spec_from_file_location(name, ROOT / "deploy" / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="session")
def broker_definitions() -> ModuleType:
    """deploy/broker_definitions.py."""
    return script("broker_definitions")


@pytest.fixture(scope="session")
def make_secrets(broker_definitions: ModuleType) -> ModuleType:
    """deploy/make_secrets.py."""
    return script("make_secrets")


@pytest.fixture(scope="session")
def secrets_folder(make_secrets: ModuleType, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of secrets as an operator gets it."""
    folder = tmp_path_factory.mktemp("installation") / "secrets"
    make_secrets.make(folder)
    return folder


@pytest.fixture(scope="session")
def deploy_folder(make_secrets: ModuleType, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of deploy/ with the secrets of the dev overlay made."""
    folder = tmp_path_factory.mktemp("deploy") / "deploy"
    shutil.copytree(ROOT / "deploy", folder, ignore=shutil.ignore_patterns("secrets", "__pycache__"))
    make_secrets.make(folder / "k8s" / "overlays" / "dev" / "secrets")
    return folder


@pytest.fixture(scope="session", params=["dev", "prod"])
def overlay(request: pytest.FixtureRequest, deploy_folder: Path) -> Path:
    """The folder of each overlay in turn."""
    return deploy_folder / "k8s" / "overlays" / str(request.param)


@pytest.fixture(scope="session")
def manifests(overlay: Path) -> list[Manifest]:
    """All objects of an overlay."""
    return render(overlay)
