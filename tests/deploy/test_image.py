"""The image: built from the lock file, run by nobody in particular, without what it does not need."""

import re
import tomllib

from tests.deploy.parts import ROOT

DOCKERFILE = (ROOT / "Dockerfile").read_text("utf-8")
STAGES = re.split(r"^FROM ", DOCKERFILE, flags=re.MULTILINE)[1:]


def test_what_is_installed_is_what_the_lock_says() -> None:
    syncs = re.findall(r"uv sync [^\n]*", DOCKERFILE)
    assert syncs
    assert all("--frozen" in sync and "--no-dev" in sync for sync in syncs)


def test_every_package_of_ours_is_copied_and_nothing_else() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    packages = {name.rstrip("*") for name in project["tool"]["setuptools"]["packages"]["find"]["include"]}
    assert set(re.findall(r"^COPY (\w+) \w+$", STAGES[0], flags=re.MULTILINE)) == packages
    ignored = (ROOT / ".dockerignore").read_text("utf-8").splitlines()
    assert "*" in ignored
    assert packages <= {line.removeprefix("!") for line in ignored}


def test_the_build_tools_stay_behind() -> None:
    assert len(STAGES) == 2
    assert "uv" not in STAGES[1]
    assert re.findall(r"COPY [^\n]*", STAGES[1]) == ["COPY --from=build /opt/cmp-digital /opt/cmp-digital"]


def test_it_runs_as_a_numbered_user_that_is_not_root() -> None:
    """A number, so that Kubernetes can check runAsNonRoot."""
    assert re.findall(r"^USER (.+)$", STAGES[1], flags=re.MULTILINE) == ["10001:10001"]


def test_its_base_is_pinned() -> None:
    assert re.search(r"^ARG PYTHON_IMAGE=python:3\.11\.\d+-slim-bookworm$", DOCKERFILE, flags=re.MULTILINE)
    assert "pip install --no-cache-dir uv==" in DOCKERFILE


def test_it_writes_no_bytecode_at_run_time() -> None:
    assert "PYTHONDONTWRITEBYTECODE=1" in STAGES[1]
    assert "UV_COMPILE_BYTECODE=1" in STAGES[0]


def test_no_secret_is_built_in() -> None:
    assert not re.search(r"(PASSWORD|SECRET|TOKEN|_KEY)=", DOCKERFILE)
