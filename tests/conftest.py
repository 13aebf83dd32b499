"""What all tests share: how they are named, and one browser for a run (Playwright allows one per process)."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, sync_playwright

CHROMIUM = "/usr/bin/chromium"
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


LONGEST_NAME = 80


def pytest_make_parametrize_id(val: object, argname: str) -> str | None:
    """Bytes and long texts name no test: some hold the time, and every worker must collect the same names."""
    return argname if isinstance(val, bytes) or (isinstance(val, str) and len(val) > LONGEST_NAME) else None


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Debian's Chromium without anything that calls home."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield browser
        browser.close()
