"""Facturación electrónica, option 1 (VOU-2 to VOU-13)."""

from collections.abc import Callable

import pytest
from flask import Flask

from portal import messages
from tests.portal.fake_gateway import PDF, FakeGateway, voucher
from tests.portal.fakes_vouchers import ZIP
from tests.portal.visitor import Visitor

LIST = "/comprobantes/documentos"


def searches(world: FakeGateway) -> list[dict[str, str]]:
    return [asked.query for asked in world.calls("GET", "einvoice/v1/vouchers")]


def test_the_greeting_leads_to_the_list_vou_4(rosa: Visitor) -> None:
    page = rosa.get("/comprobantes")
    assert "Rosa Elvira, podrá consultar todos sus comprobantes emitidos a la SUNAT (desde el CMP)" in page.words
    assert page.one("//main//a[text()='Consulta']").get("href") == LIST


def test_the_list_has_the_columns_of_vou_8(rosa: Visitor) -> None:
    page = rosa.get(LIST)
    assert page.h1 == "DOCUMENTOS"
    headings = [cell.text_content() for cell in page.all("//thead//th")]
    assert headings == ["Seleccionar", "DOCUMENTO", "TIPO", "FECHA", "CLIENTE", "NOMBRE"]
    row = [cell.text_content().strip() for cell in page.all("(//tbody/tr)[1]/*")]
    assert row == ["", "B001-00000003 (PDF)", "03", "11/07/2019", "04000001", "QUISPE ÑAUPARI ROSA ELVIRA"]


def test_the_four_buttons_are_green_vou_6(rosa: Visitor) -> None:
    buttons = rosa.get(LIST).all("//main//button[contains(@class, 'btn-success')]")
    assert [b.text_content().strip() for b in buttons] == ["Buscar", "Imprimir", "Enviar por correo", "Exportar"]


def test_the_filters_are_those_of_vou_7(rosa: Visitor) -> None:
    page = rosa.get(LIST)
    labels = [label.text_content() for label in page.all("//form[@id='filtros']//label[contains(@class,'form-label')]")]
    legends = [legend.text_content() for legend in page.all("//form[@id='filtros']//legend")]
    assert legends == ["Fecha Inicio", "Fecha Fin"]
    assert labels == ["Documento", "Documento del cliente", "Nombre", "Estado", "Tipo Documento", "Importe"]
    assert page.one("//select[@id='estado']/option[@selected]").text == "Aceptado"


def test_the_default_state_is_aceptado_vou_7(rosa: Visitor, world: FakeGateway) -> None:
    rosa.get(LIST)
    assert searches(world)[-1]["state"] == "accepted"


def test_option_1_offers_only_boletas_and_credit_notes_vou_2(rosa: Visitor) -> None:
    assert [o.get("value") for o in rosa.get(LIST).all("//select[@id='tipo']/option")] == ["", "03", "07"]
    assert rosa.get(f"{LIST}?tipo=01").status == 422


def test_every_filter_reaches_the_service(rosa: Visitor, world: FakeGateway) -> None:
    rosa.get(
        f"{LIST}?fecha_inicio_dia=1&fecha_inicio_mes=julio&fecha_inicio_anio=2019&fecha_fin=2019-07-31"
        "&documento=b001%20-%2012&documento_cliente=0400%200001&estado=any&tipo=07&nombre=%20Ñaupari%20%20rosa&importe=S/%201,240.50"
    )
    assert searches(world)[-1] == {
        "from": "2019-07-01", "to": "2019-07-31", "number": "B001-12", "client_document": "04000001", "state": "any",
        "type": "07", "name": "Ñaupari rosa", "total": "1240.50", "limit": "20",
    }  # fmt: skip


def test_what_was_filtered_stays_in_the_form(rosa: Visitor) -> None:
    page = rosa.get(f"{LIST}?fecha_inicio=2019-07-01&estado=any")
    assert page.one("//input[@id='fecha_inicio_dia']").value == "01"
    assert page.one("//input[@id='fecha_inicio_anio']").value == "2019"
    assert page.one("//select[@id='estado']/option[@selected]").get("value") == "any"


def test_a_range_of_one_day_is_right_vou_12(rosa: Visitor, world: FakeGateway) -> None:
    assert rosa.get(f"{LIST}?fecha_inicio=2019-07-11&fecha_fin=2019-07-11").status == 200
    assert searches(world)[-1]["from"] == searches(world)[-1]["to"] == "2019-07-11"


def test_a_date_may_be_written_as_the_list_shows_it(rosa: Visitor, world: FakeGateway) -> None:
    """VOU-8, VOU-12: dd/mm/aaaa in a shared link."""
    rosa.get(f"{LIST}?fecha_inicio=11/07/2019&fecha_fin=12/07/2019")
    assert (searches(world)[-1]["from"], searches(world)[-1]["to"]) == ("2019-07-11", "2019-07-12")


def test_a_range_that_ends_before_it_starts_is_an_error_and_no_call_vou_12(rosa: Visitor, world: FakeGateway) -> None:
    page = rosa.get(f"{LIST}?fecha_inicio=2019-07-12&fecha_fin=2019-07-11")
    assert page.status == 422
    assert messages.START_AFTER_END in page.words
    assert searches(world) == []


@pytest.mark.parametrize("query", ["fecha_inicio=2019-02-30", "fecha_fin_dia=5", "fecha_fin=ayer", "estado=x",
                                   "documento=%3Cb%3E", "documento_cliente=12",
                                   "importe=mucho", "importe=1.234"])  # fmt: skip
def test_a_wrong_filter_is_told_beside_its_field(rosa: Visitor, world: FakeGateway, query: str) -> None:
    page = rosa.get(f"{LIST}?{query}")
    assert page.status == 422
    assert page.all("//*[@aria-invalid='true']")
    assert searches(world) == []


def test_an_empty_list_explains_itself(rosa: Visitor, world: FakeGateway) -> None:
    world.vouchers = []
    assert "No hay comprobantes con estos filtros" in rosa.get(LIST).words


def test_another_state_than_aceptado_is_told_in_words(rosa: Visitor, world: FakeGateway) -> None:
    world.vouchers = [voucher(1, state_label="Anulado")]
    assert "Anulado" in rosa.get(f"{LIST}?estado=any").one("//tbody/tr").text_content()


def test_pages_go_forward_and_back_with_the_filters(rosa: Visitor, world: FakeGateway) -> None:
    world.vouchers = [voucher(n) for n in range(45, 0, -1)]
    first = rosa.get(f"{LIST}?estado=any")
    second = rosa.get(first.one("//a[@rel='next']").get("href"))
    third = rosa.get(second.one("//a[@rel='next']").get("href"))
    assert [len(page.all("//tbody/tr")) for page in (first, second, third)] == [20, 20, 5]
    assert third.one("//*[@aria-current='page' and contains(@class,'page-link')]").text == "Página 3"
    assert not third.all("//a[@rel='next']")
    back = rosa.get(third.one("//a[@rel='prev']").get("href"))
    assert back.one("//*[@aria-current='page' and contains(@class,'page-link')]").text == "Página 2"
    rosa.get(back.one("//a[@rel='prev']").get("href"))
    assert "after" not in searches(world)[-1]
    assert searches(world)[-1]["state"] == "any"


ACTIONS = {"imprimir": "print", "enviar": "mail", "zip": "zip"}


@pytest.mark.parametrize("action", ACTIONS)
def test_nothing_selected_is_a_message_and_no_call_vou_9(rosa: Visitor, world: FakeGateway, action: str) -> None:
    page = rosa.post(f"{LIST}/{action}")
    assert page.status == 422
    assert messages.NOTHING_SELECTED in page.words
    assert page.title.startswith("Error: ")
    assert not [asked for asked in world.asked if asked.method == "POST" and asked.path.startswith("einvoice")]


def test_the_selected_vouchers_are_printed_as_one_pdf_vou_9(rosa: Visitor, world: FakeGateway) -> None:
    response = rosa.client.post(f"{LIST}/imprimir", data={"csrf_token": rosa.csrf(), "seleccion": ["v3", "v1"]})
    assert response.data == PDF
    assert response.content_type == "application/pdf"
    assert response.headers["Content-Disposition"] == 'inline; filename="comprobantes.pdf"'
    assert world.calls("POST", "einvoice/v1/vouchers/print")[0].body == {"ids": ["v3", "v1"]}


def test_more_than_fifty_are_not_printed_at_once(rosa: Visitor, world: FakeGateway) -> None:
    page = rosa.post(f"{LIST}/imprimir", {"seleccion": [f"v{n}" for n in range(51)]})
    assert messages.TOO_MANY_SELECTED in page.words
    assert not world.calls("POST", "einvoice/v1/vouchers/print")


def test_mail_goes_to_the_registered_address_only_vou_10(rosa: Visitor, world: FakeGateway) -> None:
    page = rosa.post(f"{LIST}/enviar?estado=any", {"seleccion": ["v3", "v1"], "email": "intruso@example.org"})
    assert world.calls("POST", "einvoice/v1/vouchers/mail")[0].body == {"ids": ["v3", "v1"]}
    assert "Enviaremos los 2 comprobantes a su correo registrado (r***@example.pe)" in page.words
    assert "rosa.quispe" not in page.text
    assert page.one("//select[@id='estado']/option[@selected]").get("value") == "any"


def test_who_has_no_registered_address_is_told_whom_to_ask_voc_6(
    make_portal: Callable[..., Flask], world: FakeGateway
) -> None:
    world.person = world.person | {"kind": "client", "email": None}
    page = Visitor(make_portal()).sign_in().post(f"{LIST}/enviar", {"seleccion": ["v3"]})
    assert "pídale que lo registre y vuelva a enviar" in page.words


def test_no_field_of_the_page_takes_a_recipient_vou_10(rosa: Visitor) -> None:
    assert not rosa.get(LIST).all("//input[@type='email']")


def test_one_voucher_opens_as_pdf(rosa: Visitor) -> None:
    response = rosa.client.get(f"{LIST}/v2.pdf")
    assert response.data == PDF
    assert response.headers["Content-Disposition"] == 'inline; filename="v2.pdf"'
    assert response.headers["Cache-Control"] == "no-store"
    assert "object-src 'self'" in response.headers["Content-Security-Policy"]


def test_somebody_elses_voucher_is_not_found(rosa: Visitor) -> None:
    assert rosa.get(f"{LIST}/ajeno.pdf").status == 404


@pytest.mark.parametrize("action", ACTIONS)
def test_all_results_are_chosen_from_every_page(rosa: Visitor, world: FakeGateway, action: str) -> None:
    """ux.md: select page, or all results; without JavaScript too."""
    world.vouchers = [voucher(n) for n in range(50, 0, -1)]
    rosa.client.post(f"{LIST}/{action}?estado=any", data={"csrf_token": rosa.csrf(), "todos": "si"})
    asked = world.calls("POST", f"einvoice/v1/vouchers/{ACTIONS[action]}")[0].body
    assert asked == {"ids": [f"v{n}" for n in range(50, 0, -1)]}
    assert (searches(world)[-1]["state"], searches(world)[-1]["limit"]) == ("any", "50")


@pytest.mark.parametrize("action", ACTIONS)
def test_more_results_than_fifty_are_told_plainly(rosa: Visitor, world: FakeGateway, action: str) -> None:
    world.vouchers = [voucher(n) for n in range(51, 0, -1)]
    page = rosa.post(f"{LIST}/{action}", {"todos": "si"})
    assert (page.status, messages.TOO_MANY_RESULTS in page.words) == (422, True)
    assert not world.calls("POST", "einvoice/v1/vouchers/.*")


def test_a_selection_is_downloaded_as_one_zip(rosa: Visitor, world: FakeGateway) -> None:
    response = rosa.client.post(f"{LIST}/zip", data={"csrf_token": rosa.csrf(), "seleccion": ["v3", "v1"]})
    assert (response.data, response.content_type) == (ZIP, "application/zip")
    assert response.headers["Content-Disposition"] == 'attachment; filename="comprobantes.zip"'
    assert world.calls("POST", "einvoice/v1/vouchers/zip")[0].body == {"ids": ["v3", "v1"]}


@pytest.mark.parametrize("what", ["pdf", "print", "mail"])
def test_a_pdf_still_being_drawn_is_told_on_the_list(rosa: Visitor, world: FakeGateway, what: str) -> None:
    for method in ("GET", "POST"):
        detail = "El PDF estará listo en unos segundos."
        world.refuse(method, f"einvoice/v1/vouchers/(v1/pdf|{what})", 409, "einvoice/file-not-ready", detail)
    actions = {
        "pdf": lambda: rosa.get(f"{LIST}/v1.pdf"),
        "print": lambda: rosa.post(f"{LIST}/imprimir", {"seleccion": ["v1"]}),
        "mail": lambda: rosa.post(f"{LIST}/enviar", {"seleccion": ["v1"]}),
    }
    page = actions[what]()
    assert (page.status, page.h1) == (200, "DOCUMENTOS")
    assert "El PDF estará listo en unos segundos." in page.words
