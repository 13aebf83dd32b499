"""A real browser against a portal on a real port."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from lxml import html
from playwright.sync_api import Browser, BrowserContext, Page, Request

from tests.portal.fake_gateway import PASSWORD, FakeGateway

WIDTHS = {"phone": (390, 844), "desktop": (1280, 800)}


@dataclass
class Surfer:
    """A person with a browser; notes requests to hosts that no page may talk to, and errors of scripts."""

    page: Page
    url: str
    world: FakeGateway
    strangers: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    def note(self, request: Request) -> None:
        """Remember requests to anybody but the portal and the acquirer's script; the browser's PDF viewer is its own."""
        if request.url.startswith(("chrome-extension://", "chrome://")):
            return
        port = urlsplit(request.url).port
        if port not in (urlsplit(self.url).port, self.world.port):
            self.strangers.append(request.url)

    def open(self, path: str) -> Page:
        """Go to a page."""
        self.page.goto(self.url + path)
        return self.page

    def log_in(self) -> "Surfer":
        """Log in as Rosa by typing, as people do."""
        page = self.open("/")
        page.get_by_label("Usuario").fill("012345")
        page.get_by_label("Contraseña", exact=True).fill(PASSWORD)
        page.get_by_role("button", name="Identificarse").click()
        return self

    def sign_in(self) -> "Surfer":
        """Log in as Rosa without drawing a page, for journeys that begin behind the login."""
        form = html.fromstring(self.page.request.get(f"{self.url}/ingresar").text())
        token = form.xpath("//input[@name='csrf_token']")[0].value
        fields = {"csrf_token": token, "username": "012345", "password": PASSWORD}
        self.page.request.post(f"{self.url}/ingresar", form=fields, max_redirects=0)
        return self

    def press(self, name: str) -> None:
        """Press a button by its whole name."""
        self.page.get_by_role("button", name=name, exact=True).click()

    def choose_kind_and_boleta(self) -> None:
        """Walk from the first screen of Pago Online to the dues."""
        self.open("/pago-online")
        self.press("Pago")
        self.page.get_by_label("Cuota Colegiado").check()
        self.press("Continuar")
        self.page.get_by_label("Boleta").check()
        self.press("Continuar")

    def walk_to_summary(self) -> None:
        """Choose the two oldest dues."""
        self.choose_kind_and_boleta()
        self.page.get_by_label("Pagar hasta").select_option("2")
        self.press("Continuar")

    def walk_to_card(self) -> None:
        """Accept the terms and press PAGA AQUÍ."""
        self.walk_to_summary()
        self.page.get_by_label("Acepto los términos").check()
        self.press("PAGA AQUÍ")


def a_window(browser: Browser, width: str = "desktop", **options: Any) -> BrowserContext:
    """A window of a width that shares nothing with others."""
    wide, high = WIDTHS[width]
    context = browser.new_context(viewport={"width": wide, "height": high}, locale="es-PE", **options)
    context.set_default_timeout(10_000)
    return context


@contextmanager
def surfing(browser: Browser, url: str, world: FakeGateway, width: str = "desktop", **options: Any) -> Iterator[Surfer]:
    """A person with a fresh window."""
    window = a_window(browser, width, **options)
    with watching(Surfer(window.new_page(), url, world)) as surfer:
        yield surfer
    window.close()


@contextmanager
def surfing_again(page: Page, url: str, world: FakeGateway) -> Iterator[Surfer]:
    """Another person at a window that is kept, because a new one costs a second: the portal keeps cookies only."""
    wide, high = WIDTHS["desktop"]
    page.context.clear_cookies()
    page.set_viewport_size({"width": wide, "height": high})
    with watching(Surfer(page, url, world)) as surfer:
        yield surfer
    page.goto("about:blank")


@contextmanager
def watching(surfer: Surfer) -> Iterator[Surfer]:
    """Notes what the page asks of others and what it complains of."""
    heard: dict[str, Callable[[Any], object]] = {
        "request": surfer.note,
        "pageerror": lambda error: surfer.complaints.append(str(error)),
        "console": lambda line: "Content Security" in line.text and surfer.complaints.append(line.text),
    }
    for name, listener in heard.items():
        surfer.page.on(name, listener)  # type: ignore[call-overload]
    yield surfer
    for name, listener in heard.items():
        surfer.page.remove_listener(name, listener)
