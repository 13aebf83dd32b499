"""Links in mails outlive deployments: each must lead to a page that the portal has."""

import re
from pathlib import Path

import pytest

import services.notifier
from portal.app import create_app

TEMPLATES = Path(services.notifier.__path__[0]) / "templates"
LINKED = {path for file in TEMPLATES.iterdir() for path in re.findall(r'page\("([^"]+)"\)', file.read_text())}


@pytest.mark.parametrize("path", sorted(LINKED))
def test_every_linked_page_is_one_of_the_portal(path: str) -> None:
    pages = {rule.rule for rule in create_app().url_map.iter_rules() if "GET" in (rule.methods or ())}
    assert f"/{path}" in pages


def test_letters_link_to_something() -> None:
    assert {"comprobantes/documentos", "pago-online", "recordar-contrasena"} <= LINKED
