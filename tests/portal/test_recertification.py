"""Preparing and sending a request for recertification, without scripts (REC-4 to REC-13, PUB-7)."""

import io

import pytest

from portal.clients import recert
from tests.portal.fake_gateway import PASSWORD
from tests.portal.fakes_recert import DOSSIER, DRAFT, UPLOAD, a_dossier, an_item
from tests.portal.visitor import Page

PLACE = f"/recertificacion/preparacion/{DRAFT}"
PDF = b"%PDF-1.7 " + b"x" * 1_200_000
ITEM = {
    "activity": "CURSO", "title": "Congreso de ejemplo", "done_on_dia": "2", "done_on_mes": "marzo", "done_on_anio": "2026",
    "quantity": "9,5", "page_from": "1", "page_to": "2",
}  # fmt: skip


def send_file(visitor, data=PDF, name="012345-2026.pdf") -> Page:
    token = visitor.csrf()
    form = {"csrf_token": token, "archivo": (io.BytesIO(data), name)} if data is not None else {"csrf_token": token}
    return Page(visitor.client.post(f"{PLACE}/expediente", data=form, follow_redirects=True))


def errors(page: Page) -> list[str]:
    return [
        each.text_content().removeprefix("Error: ") for each in page.all("//p[contains(@class,'field-error')][@id]")
    ]


# ------------------------------------------------------------------ who, and the frame


def test_menu_2_every_page_has_the_strip_and_the_notices_of_pub_7_and_no_payment(rosa, world):
    world.recert.ready()
    world.recert.sent = [a_dossier()]
    pages = ["", "/solicitudes", f"/solicitudes/{DOSSIER}"]
    pages += [
        f"/preparacion/{DRAFT}{step}"
        for step in ("", "/datos", "/expediente", "/puntaje", "/puntaje/nueva", "/revisar")
    ]
    for path in pages:
        page = rosa.get(f"/recertificacion{path}")
        assert page.status == 200, path
        strip = page.one("//nav[@aria-label='SISTCERE']")
        entries = [each.text_content() for each in strip.xpath(".//a | .//button")]
        assert entries == ["Inicio", "Recertificaciones", "Solicitudes", "Cerrar Sesión"]
        assert "Recertificación Médica - Via Virtual" in page.words and "Conectado" in page.words
        assert "Obligatoria según Ley 28740" in page.words and "Trámite gratuito" in page.words
        assert page.all("//main//*[contains(text(),'S/')] | //main//a[contains(@href,'pago')]") == []


def test_who_is_no_physician_does_not_find_it(visitor, rosa, world):
    assert visitor.get("/recertificacion").title.startswith("Inicio de sesión") or "Identifíquese" in visitor.get("/recertificacion").words  # fmt: skip
    world.person = world.person | {"cmp_number": None, "kind": "client"}
    visitor.sign_in()
    assert visitor.get("/recertificacion").status == 404


def test_rec_1_the_sistcere_login_leads_to_inicio(visitor):
    form = {each.name: each.value for each in visitor.get("/sistcere/ingreso").all("//main//input[@type='hidden']")}
    assert form["next"] == "/recertificacion"
    assert visitor.sign_in(**form).get("/sistcere/ingreso").h1 == "Recertificación médica"


# ------------------------------------------------------------------ REC-4


def test_rec_4_inicio_shows_the_register_and_changes_the_contact(rosa, world):
    page = rosa.get("/recertificacion")
    for words in ("012345", "40000001", "Rosa Elvira Quispe Ñaupari", "CR III LIMA", "ACTIVO"):
        assert words in page.words
    assert [each.get("name") for each in page.all("//main//input[@type!='hidden']")] == ["phone", "mobile", "email", "address"]  # fmt: skip
    rosa.post(
        "/recertificacion", {"phone": "", "mobile": "999 000 009", "email": "rosa.quispe@example.pe", "address": ""}
    )
    assert world.calls("PATCH", "identity/v1/profile/contact")[0].body["mobile"] == "999 000 009"


def test_rec_4_without_phone_or_email_there_is_no_button_and_no_way_round_it(rosa, world):
    world.recert.missing = ["email"]
    page = rosa.get("/recertificacion/solicitudes")
    assert "No puede iniciar una solicitud todavía" in page.words
    assert page.all("//button[contains(text(),'Nueva Solicitud')]") == []
    refused = rosa.post("/recertificacion/solicitudes/nueva")
    assert refused.h1 == "Recertificación médica" and "Registre su correo" in refused.words


# ------------------------------------------------------------------ the draft


def test_rec_5_nueva_solicitud_opens_the_tasks_and_they_are_found_again(rosa):
    page = rosa.post("/recertificacion/solicitudes/nueva")
    assert page.h1 == "Preparar la solicitud"
    tasks = [each.text_content() for each in page.all("//ol[@class='task-list']/li//span[starts-with(@id,'task-')]")]
    assert tasks == ["Incompleto", "Incompleto", "Aún no disponible", "Aún no disponible"]
    assert "Continuar mi solicitud" in rosa.get("/recertificacion/solicitudes").words


def test_rec_10_seleccione_is_no_value_and_what_was_typed_stays(rosa, world):
    world.recert.begin()
    page = rosa.post(f"{PLACE}/datos", {"type": "", "pickup_council": "15", "description": "Diez años"})
    assert page.status == 422 and page.title.startswith("Error: ")
    assert errors(page) == ["Seleccione el tipo de recertificación"]
    assert page.one("//select[@id='type']/option[1]").text_content() == "Seleccione"
    assert page.one("//select[@id='pickup_council']/option[@selected]").get("value") == "15"
    assert page.one("//textarea").text.strip() == "Diez años"
    rosa.post(f"{PLACE}/datos", {"type": "008123", "pickup_council": "15", "description": ""})
    assert world.calls("PUT", f"recert/v1/drafts/{DRAFT}/data")[0].body["type"] == "008123"


def test_what_was_typed_is_still_there_after_the_session_ended(rosa, world, clock):
    world.recert.begin()
    token = rosa.csrf()
    clock.advance(minutes=31)
    rosa.client.post(f"{PLACE}/puntaje/nueva", data=ITEM | {"csrf_token": token})
    page = rosa.post("/ingresar", {"username": "012345", "password": PASSWORD, "next": f"{PLACE}/puntaje/nueva"})
    assert page.one("//input[@id='title']").get("value") == "Congreso de ejemplo"
    assert page.one("//input[@id='done_on_mes']").get("value") == "marzo"


def test_a_draft_that_was_sent_meanwhile_leads_to_the_list(rosa, world):
    page = rosa.get(f"{PLACE}/puntaje")
    assert page.h1 == "Solicitudes Listado" and "ya se envió o se borró" in page.words


# ------------------------------------------------------------------ the file


def test_rec_11_a_file_goes_on_in_pieces_however_often_the_line_drops(rosa, world):
    world.recert.begin()
    world.recert.drops = 2
    page = send_file(rosa)
    assert page.h1 == "Expediente" and "Revisamos y guardamos su expediente" in page.words
    assert world.recert.received == PDF
    sizes = [int(asked.headers["Content-Length"]) for asked in world.calls("PATCH", f"recert/v1/uploads/{UPLOAD}")]
    assert max(sizes) <= recert.PIECE


def test_a_line_that_never_holds_is_told_in_plain_words(rosa, world):
    world.recert.begin()
    world.recert.drops = 9
    assert errors(send_file(rosa)) == ["No se pudo subir el archivo. Intente de nuevo"]


@pytest.mark.parametrize(
    ("data", "name", "words"),
    [
        (None, "", "Seleccione un archivo PDF"),
        (b"", "vacio.pdf", "El archivo está vacío"),
        (b"\x89PNG\r\n\x1a\n", "foto.png", "El archivo debe ser PDF"),
        (b"%PDF-" + b"x" * (5_242_880 - 4), "grande.pdf", "El archivo debe pesar 5 MB o menos"),
    ],
    ids=["none", "empty", "an image", "one byte more"],
)
def test_a_file_that_cannot_be_right_never_leaves_the_portal(rosa, world, data, name, words):
    world.recert.begin()
    page = send_file(rosa, data, name)
    assert page.status == 422 and errors(page) == [words]
    assert world.calls("PATCH", ".*") == []


def test_what_the_checks_found_stands_beside_the_file(rosa, world):
    world.recert.begin()
    world.recert.fault = ("password", "El archivo tiene contraseña. Guarde una copia sin contraseña y vuelva a subirla")
    page = send_file(rosa)
    assert page.status == 422 and errors(page) == [world.recert.fault[1]]


def test_rec_9_a_wrong_name_is_corrected_with_one_click(rosa, world):
    world.recert.begin()
    page = send_file(rosa, name="escaneo final.pdf")
    assert "El archivo debe llamarse 012345-2026.pdf" in page.words
    button = page.one("//button[contains(text(),'Usar el nombre 012345-2026.pdf')]")
    after = rosa.post(button.getparent().getparent().getparent().get("action"))
    assert "debe llamarse" not in after.words and world.recert.draft["file"]["name"] == "012345-2026.pdf"


def test_the_file_is_shown_to_its_owner_and_can_be_taken_back(rosa, world):
    world.recert.ready()
    assert rosa.client.get(f"{PLACE}/expediente/actual").content_type == "application/pdf"
    rosa.post(f"{PLACE}/expediente/quitar")
    assert world.recert.draft["file"] is None


def test_the_script_is_told_offset_fault_and_where_to_go(rosa, world):
    world.recert.begin()
    headers = {"X-CSRFToken": rosa.csrf()}
    wish = {"name": "012345-2026.pdf", "size": 4, "fingerprint": "f"}
    begun = rosa.client.post(f"{PLACE}/expediente/subida", json=wish, headers=headers).get_json()
    place = f"/recertificacion/subidas/{begun['id']}"
    wrong = rosa.client.patch(place, data=b"x", headers=headers | {"Upload-Offset": "2"})
    assert (wrong.status_code, wrong.get_json()["offset"]) == (409, 0)
    assert rosa.client.patch(place, data=b"%PDF", headers=headers | {"Upload-Offset": "0"}).get_json() == {
        "received": 4
    }
    assert rosa.client.get(place).get_json()["received"] == 4
    assert rosa.client.post(f"{place}/fin", headers=headers).get_json() == {"next": f"{PLACE}/expediente"}
    big = rosa.client.post(f"{PLACE}/expediente/subida", json=wish | {"size": 5_242_881}, headers=headers)
    assert (big.status_code, big.get_json()["fault"]) == (422, "too-big")
    assert rosa.client.patch(place, data=b"x", headers={"Upload-Offset": "4"}).status_code == 400


# ------------------------------------------------------------------ points


def test_the_meter_the_age_rules_and_the_reasons_are_seen_before_sending(rosa, world):
    world.recert.ready()
    old = an_item(3, points="0", full="10", reason="Tiene más de 5 años: ya no cuenta.")
    world.recert.begin(
        items=[old], score={"total": "19.5", "minimum": "20", "missing": "0.5", "enough": False, "percent": 97}
    )
    page = rosa.get(f"{PLACE}/puntaje")
    assert "19.5 de 20 puntos" in page.words and "Faltan 0.5" in page.words
    assert "Tiene más de 5 años" in page.words and "contados al mes y día" in page.words
    assert "Los puntajes son de ejemplo" in page.words


def test_an_activity_is_entered_changed_and_left_out(rosa, world):
    world.recert.begin(file={"name": "012345-2026.pdf", "size": 9, "pages": 12, "name_right": True})
    rosa.post(f"{PLACE}/puntaje/nueva", ITEM)
    sent = world.calls("POST", f"recert/v1/drafts/{DRAFT}/items")[0].body
    assert (sent["done_on"], sent["quantity"], sent["page_to"]) == ("2026-03-02", "9.5", 2)
    form = rosa.get(f"{PLACE}/puntaje/1")
    assert form.one("//input[@id='done_on_mes']").get("value") == "03"
    assert form.one("//select[@id='activity']/option[@selected]").get("value") == "CURSO"
    rosa.post(f"{PLACE}/puntaje/1", ITEM | {"title": "Otro congreso"})
    assert world.recert.draft["items"][0]["title"] == "Otro congreso"
    rosa.post(f"{PLACE}/puntaje/1/quitar")
    assert world.recert.draft["items"] == []


def test_what_is_wrong_with_an_activity_stands_beside_its_field(rosa, world):
    world.recert.begin()
    page = rosa.post(f"{PLACE}/puntaje/nueva", {"quantity": "muchos", "page_from": "0", "page_to": "x", "title": "ab"})
    assert errors(page) == [
        "Seleccione la actividad", "Escriba de 3 a 200 caracteres", "Ingrese una fecha como 11/07/2019",
        "Ingrese una cantidad como 2 o 1.5", "Ingrese un número de página", "Ingrese un número de página",
    ]  # fmt: skip
    world.refuse("POST", ".*/items", 422, errors=[{"pointer": "/page_to", "detail": "El expediente tiene 12 páginas"}])
    page = rosa.post(f"{PLACE}/puntaje/nueva", ITEM | {"page_to": "13"})
    assert errors(page) == ["El expediente tiene 12 páginas"]
    assert page.one("//input[@id='page_to']").get("value") == "13"


# ------------------------------------------------------------------ sending and after


def test_rec_11_after_a_last_look_it_is_sent_and_the_page_says_number_and_day(rosa, world):
    world.recert.ready()
    page = rosa.get(f"{PLACE}/revisar")
    changes = {each.get("href") for each in page.all("//dd[@class='summary-change']/a")}
    assert {f"{PLACE}/datos", f"{PLACE}/expediente", f"{PLACE}/puntaje", "/recertificacion"} == changes
    sent = rosa.post(f"{PLACE}/revisar")
    assert sent.h1 == "Recibimos su solicitud"
    assert "000123" in sent.words and "hasta el 1 de diciembre de 2026" in sent.words
    assert rosa.get(f"/recertificacion/solicitudes/{DOSSIER}").h1 == sent.h1


def test_what_the_service_misses_is_said_and_nothing_is_lost(rosa, world):
    world.recert.ready()
    detail = "Sus actividades suman 19.5 puntos y se necesitan 20"
    world.refuse("POST", ".*/submission", 422, "recert/not-ready", errors=[{"pointer": "/points", "detail": detail}])
    page = rosa.post(f"{PLACE}/revisar")
    assert page.status == 422 and page.title.startswith("Error: ")
    assert page.one("//div[@id='error-summary']//li").text_content() == detail


def test_an_unfinished_request_cannot_be_sent_from_the_page(rosa, world):
    world.recert.begin(faults=[{"pointer": "/file", "detail": "Suba el expediente en un solo archivo PDF"}])
    page = rosa.get(f"{PLACE}/revisar")
    assert "Suba el expediente" in page.words and page.all("//button[text()='Solicitar']") == []


def test_rec_13_the_list_has_the_columns_of_the_manual_and_prints_the_ficha(rosa, world):
    world.recert.sent = [a_dossier()]
    page = rosa.get("/recertificacion/solicitudes")
    assert [each.text_content() for each in page.all("//thead//th")] == [
        "Nro", "Tipo de recertificación", "Fecha", "Estado", "Recojo de Diploma", "Descripción", "Acciones",
    ]  # fmt: skip
    assert {"Inicio", "Solicitud"} <= {each.text_content().strip() for each in page.all("//nav[@class='trail']//li")}
    row = page.one("//tbody/tr").text_content()
    for words in ("000123", "Especialidad: PEDIATRÍA", "20/11/2026", "Emitido", "CR III LIMA"):
        assert words in row
    assert rosa.client.get(page.one("//tbody//a[contains(@href,'ficha')]").get("href")).data.startswith(b"%PDF")


@pytest.mark.parametrize(
    ("state", "text", "heading"),
    [
        ("EN_EVALUACION", "En evaluación", "Su solicitud está en evaluación"),
        ("OBSERVADO", "Observado", "Su solicitud tiene observaciones"),
        ("APROBADO", "Aprobado", "Su solicitud fue aprobada"),
        ("APROBADO_Y_REVISADO", "Aprobado y revisado", "Su recertificación fue aprobada y revisada"),
        ("DESCARTADO", "Descartado", "Su solicitud fue descartada"),
    ],
)
def test_each_state_has_its_own_words(rosa, world, state, text, heading):
    world.recert.sent = [a_dossier(state, text, deadlines=[])]
    assert rosa.get(f"/recertificacion/solicitudes/{DOSSIER}").h1 == heading


def test_another_pdf_for_an_observed_dossier_is_uploaded_on_a_page_of_its_own(rosa, world):
    world.recert.sent = [a_dossier("OBSERVADO", "Observado")]
    page = rosa.post(f"/recertificacion/solicitudes/{DOSSIER}/expediente-corregido")
    assert page.h1 == "Corregir el expediente"


def test_a_request_in_preparation_can_be_given_up(rosa, world):
    world.recert.begin()
    rosa.post(f"{PLACE}/borrar")
    assert world.recert.draft is None
