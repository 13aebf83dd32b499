"""A visitor without scripts, and the pages that come back."""

import re
from typing import Any

from flask import Flask
from lxml import html
from werkzeug.test import TestResponse

from tests.portal.fake_gateway import PASSWORD


class Page:
    """A response as a person sees it."""

    def __init__(self, response: TestResponse) -> None:
        """Parse the HTML."""
        self.response, self.status = response, response.status_code
        self.location = response.headers.get("Location", "")
        self.text = response.get_data(as_text=True)
        self.tree = html.fromstring(self.text or "<html></html>")

    @property
    def words(self) -> str:
        """The visible text on one line."""
        return re.sub(r"\s+", " ", self.tree.text_content()).strip()

    def all(self, path: str) -> list[Any]:
        """Elements of an XPath."""
        return list(self.tree.xpath(path))

    def one(self, path: str) -> Any:
        """The only element of an XPath."""
        found = self.all(path)
        assert len(found) == 1, f"{len(found)} x {path}"
        return found[0]

    @property
    def title(self) -> str:
        """The document's title."""
        return str(self.one("//title").text)

    @property
    def h1(self) -> str:
        """The only h1."""
        return str(self.one("//h1").text_content().strip())


class Visitor:
    """A browser without scripts: follows redirects when told and sends the hidden fields of the page's form."""

    def __init__(self, app: Flask) -> None:
        """Start without cookies."""
        self.app, self.client = app, app.test_client()

    def get(self, path: str, **options: Any) -> Page:
        """Open a page, following redirects."""
        return Page(self.client.get(path, follow_redirects=True, **options))

    def csrf(self) -> str:
        """The session's token, from a page that has a form."""
        tokens = "//input[@name='csrf_token']"
        return str((self.get("/ayuda").all(tokens) or self.get("/ingresar").all(tokens))[0].value)

    @property
    def signed_in(self) -> bool:
        """Whether pages say so."""
        return "Desconectar" in self.get("/ayuda").words

    def post(self, path: str, data: dict[str, Any] | None = None, follow: bool = True, **options: Any) -> Page:
        """Send a form with the session's token."""
        form = {"csrf_token": self.csrf()} | (data or {})
        return Page(self.client.post(path, data=form, follow_redirects=follow, **options))

    def sign_in(self, **extra: Any) -> "Visitor":
        """Log in as Rosa."""
        self.post("/ingresar", {"username": "012345", "password": PASSWORD} | extra)
        return self

    def choose_two_dues(self) -> Page:
        """Walk to the summary with the two oldest dues and a boleta."""
        self.post("/pago-online")
        self.post("/pago-online/tipo", {"kind": "COLEGIADO"})
        self.post("/pago-online/comprobante", {"voucher_type": "03", "email": "rosa.quispe@example.pe"})
        return self.post("/pago-online/cuotas", {"until": "2"})

    def pay_summary(self, page: Page, **changes: Any) -> Page:
        """Accept the terms on the summary page and press PAGA AQUÍ."""
        hidden = {i.name: i.value for i in page.all("//form[@action='/pago-online/resumen']//input[@type='hidden']")}
        return Page(
            self.client.post("/pago-online/resumen", data=hidden | {"terms": "y"} | changes, follow_redirects=True)
        )
