"""The embedded platform on free ports, and a browser to look at it with; screenshots go to build/screenshots."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager

import pytest
from playwright.sync_api import Browser, Page

from tests.embedded import EmbeddedPlatform
from tests.platform import ROOT

DESKTOP = {"width": 1280, "height": 900}
SCREENSHOTS = ROOT / "build" / "screenshots"


@pytest.fixture(scope="module")
def platform(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedPlatform]:
    """As `make up` starts it, in a folder of its own: what one journey paid, another may not find unpaid."""
    running = EmbeddedPlatform(tmp_path_factory.mktemp("platform"))
    yield running
    running.stop()


@contextmanager
def fresh_profile(browser: Browser, platform: EmbeddedPlatform) -> Iterator[Page]:
    """A browser of its own that may speak only to this machine."""
    context = browser.new_context(viewport=DESKTOP, locale="es-PE", base_url=platform.ports.url("gateway"))
    context.set_default_timeout(15_000)
    page = context.new_page()
    foreign: list[str] = []
    page.on("request", lambda request: foreign.append(request.url) if "//127.0.0.1" not in request.url else None)
    yield page
    context.close()
    assert not [url for url in foreign if url.startswith("http")], "a page asked another host"


@pytest.fixture
def page(browser: Browser, platform: EmbeddedPlatform) -> Iterator[Page]:
    """A fresh profile that may speak only to this machine."""
    with fresh_profile(browser, platform) as page:
        yield page


@pytest.fixture
def another_person(browser: Browser, platform: EmbeddedPlatform) -> Iterator[Callable[[], Page]]:
    """Opens a browser for one more person of the same journey."""
    with ExitStack() as people:
        yield lambda: people.enter_context(fresh_profile(browser, platform))


@pytest.fixture
def shoot(page: Page) -> Callable[..., None]:
    """Keep a picture for people to look at, of the journey's own page or of another person's."""
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)

    def take(name: str, of: Page = page) -> None:
        of.screenshot(path=SCREENSHOTS / f"{name}.png", full_page=True)

    return take


@pytest.fixture
def log_in(platform: EmbeddedPlatform, page: Page) -> Callable[[str], None]:
    """Come in by a one-time link, as `make up` prints it."""

    def enter(cmp_number: str) -> None:
        page.goto(f"/ingresar/{platform.login_token(cmp_number)}")
        page.get_by_role("button", name="Ingresar").click()
        page.get_by_role("heading", name="CMP Digital", level=1).wait_for()

    return enter
