"""Biblioteca Virtual: configured links, open to whom the settings say (MENU-1)."""

from collections.abc import Callable
from pathlib import Path

import pytest

from chassis.settings import SettingsError
from services.identity.library import read_links
from services.identity.models import Physician
from services.identity.settings import Settings
from tests.identity.conftest import House
from tests.identity.owner import own
from tests.identity.test_sinadef import standing


def answer(house: House) -> tuple[int, str]:
    """Status, and the problem's type when there is one."""
    found = own(house).client.get("/v1/library/links")
    return found.status_code, str(found.get_json().get("type", "")).rpartition("/")[2]


def test_without_a_file_the_links_are_marked_samples(house: House) -> None:
    items = own(house).client.get("/v1/library/links").get_json()["items"]
    assert items
    assert all(item["sample"] and "ejemplo" in item["title"] and item["host"].endswith("example.org") for item in items)


def test_a_configured_file_replaces_them(settle: Callable[..., House], tmp_path: Path) -> None:
    file = tmp_path / "biblioteca.csv"
    file.write_text("titulo,url,descripcion\nRevistas,https://revistas.example.net/cmp,Todas\n", "utf-8-sig")
    (item,) = own(settle(library_file=str(file))).client.get("/v1/library/links").get_json()["items"]
    assert item == {
        "id": "1",
        "title": "Revistas",
        "url": "https://revistas.example.net/cmp",
        "host": "revistas.example.net",
        "description": "Todas",
        "sample": False,
    }


@pytest.mark.parametrize(
    "row",
    [
        ",https://a.example.net,x",
        "A,http://a.example.net,x",
        "A,javascript:alert(1),x",
        "A,https://u:p@a.example.net,x",
    ],
)
def test_a_link_that_is_not_a_titled_https_address_stops_the_start(tmp_path: Path, row: str) -> None:
    file = tmp_path / "biblioteca.csv"
    file.write_text(f"titulo,url,descripcion\n{row}\n", "utf-8")
    with pytest.raises(SettingsError, match="row 1"):
        read_links(Settings(library_file=str(file)))


def test_a_file_that_is_not_there_stops_the_start(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="LIBRARY_FILE"):
        read_links(Settings(library_file=str(tmp_path / "no.csv")))


@pytest.mark.parametrize(("state", "expected"), [("ACTIVO", (200, "")), ("SUSPENDIDO", (403, "library-closed"))])
def test_it_is_open_to_the_states_of_the_setting(house: House, state: str, expected: tuple[int, str]) -> None:
    with house.service.transaction() as session:
        session.get_one(Physician, "012345").state = state
    assert answer(house) == expected


@pytest.mark.parametrize(
    ("good", "expected"),
    [(None, (403, "library-needs-standing")), (False, (403, "library-needs-standing")), (True, (200, ""))],
)
def test_it_can_be_kept_for_the_habil(
    settle: Callable[..., House], good: bool | None, expected: tuple[int, str]
) -> None:
    house = settle(library_good_standing=True)
    if good is not None:
        house.service.deliver(standing(good))
    assert answer(house) == expected
