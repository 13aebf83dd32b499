"""Conoce a tu médico (PUB-6, REC-18): the search, the page of a physician, and who may find it."""

import pytest

from portal import messages
from tests.portal.fake_gateway import FakeGateway
from tests.portal.fakes_register import a_physician
from tests.portal.visitor import Page, Visitor

SEARCH = "/conoce-a-tu-medico/"


def rows(page: Page) -> dict[str, str]:
    """The summary list as a dictionary."""
    keys = [key.text_content().strip() for key in page.all("//dl[@class='summary-list']//dt")]
    values = [" ".join(value.text_content().split()) for value in page.all("//dl[@class='summary-list']//dd")]
    return dict(zip(keys, values, strict=True))


def test_anybody_can_search_without_a_login(visitor: Visitor) -> None:
    page = visitor.get(SEARCH)
    assert (page.status, page.h1) == (200, "Conoce a tu médico")
    assert "X-Robots-Tag" not in page.response.headers
    assert visitor.get("/").all(f"//main//a[@href='{SEARCH}']")


def test_names_are_found_and_lead_to_their_physician(visitor: Visitor, world: FakeGateway) -> None:
    world.register.physicians = [a_physician(), a_physician(cmp_number="000001", in_good_standing=None)]
    world.register.next = "rengifo.000001"
    page = visitor.get(f"{SEARCH}?q=ren%20jul")
    asked = world.calls("GET", "recert/v1/public/physicians")[0]
    assert asked.query == {"q": "ren jul", "limit": "20"}
    assert "Authorization" not in asked.headers
    assert page.all(f"//tbody//a[@href='{SEARCH}023546']")
    assert "HÁBIL" in page.words and "Sin información" in page.words
    assert "after=rengifo.000001" in page.one("//a[@rel='next']").get("href")
    assert page.response.headers["X-Robots-Tag"] == "noindex, nofollow"


def test_a_number_leads_straight_to_its_physician(visitor: Visitor) -> None:
    answer = visitor.client.get(f"{SEARCH}?q=23546")
    assert (answer.status_code, answer.headers["Location"]) == (303, f"{SEARCH}023546")


def test_nobody_found_explains_the_spelling(visitor: Visitor, world: FakeGateway) -> None:
    world.register.physicians = []
    page = visitor.get(f"{SEARCH}?q=zzzz")
    assert "No encontramos médicos" in page.words
    assert "las tildes" in page.words
    assert page.one("//input[@name='q']").value == "zzzz"


@pytest.mark.parametrize(
    ("typed", "message"),
    [("", messages.REGISTER_SEARCH_MISSING), ("q", messages.REGISTER_SEARCH_SHORT), ("' _", messages.REGISTER_SEARCH_SHORT),
     ("x" * 81, messages.REGISTER_SEARCH_LONG)],
)  # fmt: skip
def test_too_little_is_said_beside_the_field(visitor: Visitor, world: FakeGateway, typed: str, message: str) -> None:
    page = visitor.get(SEARCH, query_string={"q": typed})
    assert (page.status, page.title.startswith("Error: ")) == (422, True)
    assert message in page.one("//p[@id='q-error']").text_content()
    assert world.calls("GET", "recert/v1/public/physicians") == []


def test_specialities_are_browsed(visitor: Visitor, world: FakeGateway) -> None:
    page = visitor.get(f"{SEARCH}especialidades")
    href = page.one("//main//a[text()='Pediatría']").get("href")
    found = visitor.get(href)
    assert world.calls("GET", "recert/v1/public/physicians")[0].query == {"speciality": "Pediatría", "limit": "20"}
    assert found.one("//input[@name='especialidad']").value == "Pediatría"


def test_the_page_of_a_physician_tells_what_anyone_may_know_and_when_it_was_stated(visitor: Visitor) -> None:
    page = visitor.get(f"{SEARCH}023546")
    assert rows(page) == {
        "CMP": "023546",
        "Apellidos": "Rengifo Tuanama",
        "Nombres": "Julio César",
        "Consejo regional": "CONSEJO REGIONAL XV SAN MARTIN",
        "Estado": "ACTIVO",
        "Habilidad": "HÁBILAl 20/11/2026 10:00",
        "Certificado hasta": "01/08/2009 Venció",
        "Recertificado hasta": "19/11/2031",
    }
    assert [" ".join(cell.text_content().split()) for cell in page.all("//tbody/tr/*")] == [
        "Psiquiatría", "014567", "01/03/2023", "29/02/2028", "",
    ]  # fmt: skip
    assert page.response.headers["X-Robots-Tag"] == "noindex, nofollow"


@pytest.mark.parametrize(("good", "told"), [(False, "INHÁBILAl 20/11/2026 10:00"), (None, "Sin información todavía")])
def test_inhabil_is_not_the_same_as_not_known(
    visitor: Visitor, world: FakeGateway, good: bool | None, told: str
) -> None:
    stated = None if good is None else "2026-11-20T15:00:00+00:00"
    world.register.physicians = [a_physician(in_good_standing=good, standing_stated_at=stated, recertified_until=None)]
    page = visitor.get(f"{SEARCH}023546")
    assert (rows(page)["Habilidad"], rows(page)["Recertificado hasta"]) == (told, "")


def test_an_unknown_number_is_not_found(visitor: Visitor) -> None:
    assert visitor.get(f"{SEARCH}999999").status == 404


def test_too_many_questions_are_told_in_spanish(visitor: Visitor, world: FakeGateway) -> None:
    """The gateway limits each address (product 2.6: registers are scraped)."""
    world.refuse("GET", "recert/v1/public/.*", 429, "too-many-requests", headers={"Retry-After": "60"})
    page = visitor.get(f"{SEARCH}?q=rengifo")
    assert (page.status, page.response.headers["Retry-After"]) == (429, "60")
    assert "Espere 1 minuto" in page.words
