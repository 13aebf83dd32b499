"""Conventions of the house, as tests: each failure says what to do."""

import ast
import re
import subprocess
import tokenize
from pathlib import Path

import pytest

from tests.platform import ROOT

CHASSIS_BUDGET = 2300
FOREIGN_WORDS = ("voucher", "payment", "dossier", "physician")


def tracked(*patterns: str) -> list[Path]:
    listed = subprocess.run(["git", "ls-files", *patterns], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    return [ROOT / name for name in listed.split() if (ROOT / name).exists()]


def code_lines(path: Path) -> int:
    """Lines that hold code: no blanks, no comments, no docstrings."""
    documented: set[int] = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str):
            documented |= set(range(node.lineno, (node.end_lineno or node.lineno) + 1))
    with path.open("rb") as file:
        skip = {
            tokenize.COMMENT,
            tokenize.NL,
            tokenize.NEWLINE,
            tokenize.INDENT,
            tokenize.DEDENT,
            tokenize.ENCODING,
            tokenize.ENDMARKER,
        }
        lines = {
            line
            for token in tokenize.tokenize(file.readline)
            if token.type not in skip
            for line in range(token.start[0], token.end[0] + 1)
        }
    return len(lines - documented)


def test_the_chassis_stays_within_its_budget_of_code_lines() -> None:
    total = sum(code_lines(path) for path in (ROOT / "chassis").glob("*.py"))
    assert total <= CHASSIS_BUDGET, f"chassis has {total} lines of code: let a library or a service do it"


@pytest.mark.parametrize("word", FOREIGN_WORDS)
def test_the_chassis_knows_nothing_of_the_trade(word: str) -> None:
    knowing = [path.name for path in (ROOT / "chassis").rglob("*.py") if word in path.read_text().lower()]
    assert not knowing, f"'{word}' belongs into a service, not into chassis: {knowing}"


def test_no_test_sleeps() -> None:
    sleeping = [
        str(path) for path in tracked("tests/*.py") if re.search(r"\btime\.sleep\(|\bsleep\(\d", path.read_text())
    ]
    sleeping = [path for path in sleeping if not path.endswith("guards/test_code.py")]
    assert not sleeping, f"inject the clock, or wait for a condition: {sleeping}"


def test_no_test_is_skipped() -> None:
    marks = re.compile(r"pytest\.skip\(|mark\.(skip|xfail)")
    skipping = [str(path) for path in tracked("tests/*.py") if marks.search(path.read_text())]
    skipping = [path for path in skipping if not path.endswith("guards/test_code.py")]
    assert not skipping, f"a skip hides a missing part: {skipping}"


def test_no_file_is_longer_than_400_lines() -> None:
    folders = ("chassis", "contracts", "services", "gateway", "portal", "cli", "simulators")
    long = [
        str(path.relative_to(ROOT))
        for folder in folders
        for path in tracked(f"{folder}/*.py")
        if "/migrations/" not in str(path) and len(path.read_text().splitlines()) > 440
    ]
    assert not long, f"make a folder of the same name, split by subject: {long}"


def test_no_module_has_a_name_that_says_nothing() -> None:
    nameless = {"utils.py", "helpers.py", "common.py", "misc.py"}
    found = [str(path) for path in tracked("*.py") if path.name in nameless]
    assert not found, f"name the thing it is about: {found}"


def test_every_function_and_module_of_the_shared_parts_has_a_docstring() -> None:
    missing = []
    for path in tracked("chassis/*.py", "contracts/*.py", "services/*.py"):
        if "/migrations/" in str(path):
            continue
        tree = ast.parse(path.read_text())
        if path.name != "__init__.py" and not ast.get_docstring(tree):
            missing.append(str(path.relative_to(ROOT)))
        for node in tree.body:
            if (
                isinstance(node, ast.FunctionDef | ast.ClassDef)
                and not node.name.startswith("_")
                and not ast.get_docstring(node)
            ):
                missing.append(f"{path.relative_to(ROOT)}:{node.lineno} {node.name}")
    assert not missing, f"one sentence with why or when: {missing}"


def test_no_secret_stands_in_the_repository() -> None:
    scan = subprocess.run(
        [ROOT / ".venv/bin/detect-secrets", "scan", "--no-verify", "--exclude-files", r"uv\.lock|tests/.*|simulators/.*|contracts/schemas/.*|docs/.*|.*\.ttf",
         "--disable-plugin", "KeywordDetector", "--disable-plugin", "HexHighEntropyString", "--disable-plugin", "Base64HighEntropyString"],
        cwd=ROOT, capture_output=True, text=True, check=True,
    )  # fmt: skip
    import json

    found = json.loads(scan.stdout)["results"]
    assert not found, f"secrets come from the environment: {found}"


def test_no_message_of_the_portal_is_defined_twice() -> None:
    names = [
        target.id
        for node in ast.parse((ROOT / "portal/messages.py").read_text()).body
        if isinstance(node, ast.Assign)
        for target in node.targets
        if isinstance(target, ast.Name)
    ]
    twice = {name for name in names if names.count(name) > 1}
    assert not twice, f"the later one wins without a word: give each its own name: {twice}"
