"""The SISTCERE page and its desk (PUB-4, PUB-5, PUB-7 to PUB-9)."""

import io
from typing import Any

import pytest

from portal import messages
from tests.portal.fake_gateway import STAFF, FakeGateway
from tests.portal.fakes_register import DIGEST, PDF
from tests.portal.visitor import Visitor

DESK = "/gestion/sistcere"
TYPED = {"title": "Requisitos 2026", "label": "[Ver Pdf]", "position": "1", "shown": "y", "reason": "Nueva directiva",
         "version": "1"}  # fmt: skip


@pytest.fixture
def editor(portal: Any, world: FakeGateway) -> Visitor:
    """Who writes the page."""
    world.person, world.permissions = STAFF, ["recert:content"]
    return Visitor(portal).sign_in()


def test_the_older_address_leads_to_the_present_one(visitor: Visitor) -> None:
    """PUB-4."""
    answer = visitor.client.get("/sistcere/")
    assert (answer.status_code, answer.headers["Location"]) == (301, "/sistcere-2/")
    assert visitor.get("/sistcere").status == 200


def test_the_page_shows_its_entries_notices_office_and_persons(visitor: Visitor, world: FakeGateway) -> None:
    """PUB-5, PUB-7 to PUB-9: links say their label, samples say that they are."""
    world.register.add_file()
    page = visitor.get("/sistcere-2/")
    assert (
        page.one("//section[@aria-labelledby='portfolio-heading']/h2").text == "RECERTIFICACIÓN MÉDICA POR PORTAFOLIO"
    )
    links = {a.get("href"): " ".join(a.text_content().split()) for a in page.all("//ul[@class='entry-list']//a")}
    assert links == {
        "/sistcere-2/documentos/entry-1": "[Ver Pdf] Requisitos (2 KB)",
        "/sistcere/ingreso": "[Iniciar proceso aquí] Solicitar Recertificación Médica Vía Virtual",
    }
    for text in ("SISTCERE a tu servicio…", "Trámite gratuito", "Horario de atención", "Decana Nacional Ejemplo",
                 "recertificacion@cmp.org.pe", "creditaje@cmp.org.pe"):  # fmt: skip
        assert text in page.words


def test_recertification_costs_nothing(visitor: Visitor) -> None:
    """PUB-7: no fee and no payment step."""
    page = visitor.get("/sistcere-2/")
    assert "S/" not in page.words
    assert not page.all("//main//a[contains(@href, 'pago')]")


def test_an_entry_without_a_document_says_so(visitor: Visitor) -> None:
    assert "Todavía no está publicado" in visitor.get("/sistcere-2/").words


def test_the_document_of_an_entry_is_public(visitor: Visitor, world: FakeGateway) -> None:
    assert visitor.get("/sistcere-2/documentos/entry-1").status == 404
    world.register.add_file()
    answer = visitor.client.get("/sistcere-2/documentos/entry-1")
    assert (answer.data, answer.content_type) == (PDF, "application/pdf")
    assert "requisitos.pdf" in answer.headers["Content-Disposition"]


def test_the_desk_lists_the_pieces_and_leads_to_each(editor: Visitor) -> None:
    assert editor.get("/gestion").all(f"//a[@href='{DESK}']")
    page = editor.get(DESK)
    assert page.all(f"//a[@href='{DESK}/entry-1']")
    assert page.all(f"//a[@href='{DESK}/nuevo/NOTICE']")


def test_a_piece_is_saved_with_a_document_and_the_version_it_came_from(editor: Visitor, world: FakeGateway) -> None:
    form = TYPED | {"file": (io.BytesIO(b"%PDF-1.4 x"), "nuevo.pdf"), "is_new": "y"}
    page = editor.post(f"{DESK}/entry-1", form, content_type="multipart/form-data")
    assert messages.SAVED in page.words
    assert world.calls("POST", "recert/v1/content/files")[0].query == {"name": "nuevo.pdf"}
    assert world.calls("PUT", "recert/v1/content/pieces/entry-1")[0].body == {
        "title": "Requisitos 2026", "label": "[Ver Pdf]", "text": "", "is_new": True, "position": 1, "shown": True,
        "sample": False, "reason": "Nueva directiva", "link": None, "file_sha256": DIGEST, "version": 1,
    }  # fmt: skip


def test_the_document_stays_unless_it_is_taken_away(editor: Visitor, world: FakeGateway) -> None:
    world.register.add_file()
    for form in (TYPED, TYPED | {"remove_file": "y"}):
        editor.post(f"{DESK}/entry-1", form)
    saved = [asked.body["file_sha256"] for asked in world.calls("PUT", "recert/v1/content/pieces/entry-1")]
    assert saved == [DIGEST, None]


def test_what_is_wrong_is_said_beside_its_field_and_what_was_typed_stays(editor: Visitor, world: FakeGateway) -> None:
    """The document, too: it was uploaded and need not be chosen again."""
    errors = [{"pointer": "/link", "detail": "Escriba una dirección que empiece con https://."}]
    world.refuse("PUT", "recert/v1/content/pieces/.*", 422, "invalid", errors=errors)
    form = TYPED | {"link": "http://x", "file": (io.BytesIO(b"%PDF-1.4 x"), "nuevo.pdf")}
    page = editor.post(f"{DESK}/entry-1", form, content_type="multipart/form-data")
    assert (page.status, page.one("//input[@name='link']").value) == (422, "http://x")
    assert "empiece con https://" in page.one("//p[@id='link-error']").text_content()
    assert page.one("//input[@name='uploaded']").value == DIGEST
    assert "nuevo.pdf" in page.words


@pytest.mark.parametrize(
    ("changes", "field", "message"),
    [
        ({"title": ""}, "title", messages.TITLE_MISSING),
        ({"position": "0"}, "position", messages.PIECE_POSITION_WRONG),
        ({"reason": ""}, "reason", messages.STAFF_REASON_MISSING),
        ({"file": (io.BytesIO(b"GIF89a"), "x.pdf")}, "file", messages.PDF_WRONG_TYPE),
        ({"file": (io.BytesIO(b""), "x.pdf")}, "file", messages.FILE_EMPTY),
    ],
)
def test_the_form_is_checked_before_anything_is_sent(
    editor: Visitor, world: FakeGateway, changes: dict[str, Any], field: str, message: str
) -> None:
    page = editor.post(f"{DESK}/nuevo/ENTRY", TYPED | changes, content_type="multipart/form-data")
    assert (page.status, message in page.one(f"//p[@id='{field}-error']").text_content()) == (422, True)
    assert not world.calls("POST", "recert/v1/content/.*")


def test_a_piece_that_changed_meanwhile_is_told(editor: Visitor, world: FakeGateway) -> None:
    world.refuse(
        "PUT", "recert/v1/content/pieces/.*", 409, "recert/content-outdated", "Otra persona guardó este contenido."
    )
    page = editor.post(f"{DESK}/entry-1", TYPED)
    assert (page.status, "Otra persona guardó" in page.words) == (422, True)


def test_a_notice_has_a_title_only(editor: Visitor, world: FakeGateway) -> None:
    assert not editor.get(f"{DESK}/notice-1").all("//input[@name='link' or @name='file']")
    editor.post(f"{DESK}/nuevo/NOTICE", TYPED)
    assert world.calls("POST", "recert/v1/content/pieces")[0].body["block"] == "NOTICE"
    assert editor.get(f"{DESK}/nuevo/OTRO").status == 404


def test_nobody_else_knows_the_desk(rosa: Visitor) -> None:
    assert rosa.get(DESK).status == 404
