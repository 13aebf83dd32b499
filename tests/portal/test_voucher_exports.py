"""Exportar (VOU-13): a short list at once, a long one prepared meanwhile."""

import pytest

from portal import messages
from tests.portal.fake_gateway import FakeGateway
from tests.portal.fakes_vouchers import CSV, an_export
from tests.portal.visitor import Visitor

LIST = "/comprobantes/documentos"
FILES = f"{LIST}/exportaciones"


@pytest.mark.parametrize(("query", "format"), [("", "csv"), ("&formato=xlsx", "xlsx"), ("&formato=exe", "csv")])
def test_the_filtered_list_is_exported_in_either_format(
    rosa: Visitor, world: FakeGateway, query: str, format: str
) -> None:
    response = rosa.client.get(f"{LIST}/exportar?estado=any{query}")
    assert response.data == CSV
    assert response.headers["Content-Disposition"] == f'attachment; filename="comprobantes.{format}"'
    assert world.calls("GET", "einvoice/v1/vouchers/export")[-1].query == {"state": "any", "format": format}


def test_wrong_filters_export_nothing(rosa: Visitor, world: FakeGateway) -> None:
    page = rosa.get(f"{LIST}/exportar?fecha_inicio=2019-07-12&fecha_fin=2019-07-11")
    assert messages.START_AFTER_END in page.words
    assert not world.calls("GET", "einvoice/v1/vouchers/export")


def test_a_long_list_is_offered_as_a_job_and_its_page_shows_how_far_it_is(rosa: Visitor, world: FakeGateway) -> None:
    world.exports.long = True
    offer = rosa.get(f"{LIST}/exportar?estado=any&formato=xlsx")
    assert "más de 1000 comprobantes" in offer.words
    assert not world.calls("POST", "einvoice/.*"), "asking is a step of its own"
    address = offer.one("//main//form").get("action")
    page = rosa.post(address)
    assert world.calls("POST", "einvoice/v1/vouchers/exports")[0].body == {"state": "any", "format": "xlsx"}
    assert "Van 1000 de 1234 comprobantes" in page.words
    assert rosa.client.get(f"{FILES}/e1").headers["Refresh"] == "10"
    assert "Refresh" not in rosa.client.get(f"{FILES}/e1?quieto=1").headers


def test_the_finished_file_is_fetched_from_its_page(rosa: Visitor, world: FakeGateway) -> None:
    world.exports.kept["e1"] = an_export("ready")
    page = rosa.get(f"{FILES}/e1")
    assert "hasta el 23/11/2026 10:00" in page.words
    response = rosa.client.get(page.one("//main//a[contains(@class,'btn-success')]").get("href"))
    assert (response.data, response.headers["Content-Disposition"]) == (
        CSV, 'attachment; filename="comprobantes-20261120.xlsx"',
    )  # fmt: skip


def test_a_file_before_or_after_its_time_leads_to_its_page(rosa: Visitor, world: FakeGateway) -> None:
    world.exports.kept["e1"] = an_export("expired")
    assert rosa.get(f"{FILES}/e1/archivo").h1 == "El archivo ya venció"


def test_somebody_elses_export_is_not_found(rosa: Visitor) -> None:
    assert rosa.get(f"{FILES}/ajena").status == 404


def test_too_many_under_way_are_told_on_their_list(rosa: Visitor, world: FakeGateway) -> None:
    world.exports.kept["e1"] = an_export()
    detail = "Espere a que terminen los archivos que ya pidió."
    world.refuse("POST", "einvoice/v1/vouchers/exports", 409, "einvoice/exports-under-way", detail)
    page = rosa.post(FILES)
    assert (page.h1, detail in page.words) == ("Mis exportaciones", True)


def test_a_list_longer_than_a_file_may_be_is_told_on_the_list(rosa: Visitor, world: FakeGateway) -> None:
    errors = [{"pointer": "/from", "detail": "Elija un rango de fechas más corto."}]
    world.refuse("POST", "einvoice/v1/vouchers/exports", 422, "einvoice/invalid-filter", "", errors=errors)
    page = rosa.post(FILES)
    assert (page.h1, "Elija un rango de fechas más corto." in page.words) == ("DOCUMENTOS", True)


def test_no_exports_yet_explains_itself(rosa: Visitor) -> None:
    assert "No hay exportaciones" in rosa.get(FILES).words
