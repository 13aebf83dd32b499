"""Recertification in browsers, from "Solicitar ingreso" to the public page: observed, corrected, approved by two (issue 6)."""

import io
import re
from collections.abc import Callable
from datetime import datetime

import pytest
import requests
from playwright.sync_api import Page, expect
from pypdf import PdfWriter

from chassis.clock import LIMA
from tests.e2e.test_main_job import eventually, mails_to
from tests.e2e.test_staff import PASSWORD, code, command
from tests.embedded import EmbeddedPlatform

pytestmark = [pytest.mark.e2e, pytest.mark.xdist_group("browser")]

CMP, COUNCIL, MAIL = "034567", "05", "maria.ibanez@example.pe"
PAPERS = [
    ("Maestría", "Maestría en salud pública"),
    ("Doctorado", "Doctorado en medicina"),
    ("Autoría de libro", "Libro de casos"),
]
COMMENT = "Falta la carátula del libro."


def test_a_physician_is_recertified_by_two_people_after_a_correction(
    platform: EmbeddedPlatform, page: Page, another_person: Callable[[], Page], shoot: Callable[..., None]
) -> None:
    """REC-1 to REC-18, REC-20, ST-2, MAIL-5 to MAIL-7, PUB-6, PUB-7."""
    ask_for_access(platform, page)
    give_a_telephone(page)
    shoot("90-recertificacion-inicio")
    number = send_request(page, lambda: shoot("91-recertificacion-revisar"))
    shoot("92-recertificacion-enviada")

    evaluator = another_person()
    join_staff(platform, evaluator, "elsa.evalua@cmp.example", "Elsa", "evaluator", COUNCIL)
    claim(evaluator, number)
    observe_the_book(evaluator, lambda: shoot("93-mesa-de-evaluacion", evaluator))

    assert eventually(page, lambda: mails_to(platform, MAIL, f"{number}: observada"))
    answer(page, number, lambda: shoot("94-observaciones", page))
    shoot("95-subsanada")

    approve(evaluator, lambda: shoot("96-aprobar", evaluator))
    expect(evaluator.get_by_role("link", name="Aprobar la revisión")).to_have_count(0)

    reviser = another_person()
    join_staff(platform, reviser, "rita.revisa@cmp.example", "Rita", "reviser")
    revise(reviser, number, lambda: shoot("97-revision", reviser))

    assert eventually(page, lambda: mails_to(platform, MAIL, f"{number}: aprobada y revisada"))
    (constancia,) = eventually(page, lambda: mails_to(platform, MAIL, "Su Constancia de Recertificación"), tries=300)
    assert [attachment["media_type"] for attachment in constancia["attachments"]] == ["application/pdf"]
    page.goto("/recertificacion/recertificaciones")
    page.get_by_role("cell", name="APROBADO Y REVISADO").wait_for()
    shoot("98-recertificados")

    anybody = another_person()
    last_day = look_up_in_public(anybody)
    shoot("99-conoce-a-tu-medico", anybody)
    assert last_day.endswith(str(datetime.now(LIMA).year + 5))


def ask_for_access(platform: EmbeddedPlatform, page: Page) -> None:
    """From the SISTCERE page to the physician's home there, by the link of the mail."""
    page.goto("/sistcere/")
    page.get_by_role("link", name=re.compile("Iniciar proceso aquí")).click()
    page.get_by_role("link", name="Solicitar ingreso").click()
    page.get_by_label("Número de colegiatura").fill(CMP)
    page.get_by_role("button", name="Enviar").click()
    (mail,) = eventually(page, lambda: mails_to(platform, MAIL, "Su ingreso a SISTCERE"))
    whole = requests.get(f"{platform.ports.url('mailbox')}/api/messages/{mail['id']}", timeout=5).json()
    link = re.search(re.escape(platform.ports.url("gateway")) + r"(/\S+/[\w-]{40,})", whole["text"])
    assert link is not None
    page.goto(link[1])
    page.get_by_label("Contraseña nueva").fill(PASSWORD)
    page.get_by_role("button").filter(has_text=re.compile("contraseña", re.I)).last.click()
    page.goto("/sistcere/ingreso")
    page.get_by_label("Usuario").fill(CMP)
    page.get_by_label("Contraseña", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Ingresar").click()
    page.get_by_role("heading", name="Recertificación médica", level=1).wait_for()


def give_a_telephone(page: Page) -> None:
    """Nothing can be requested before (REC-4)."""
    page.get_by_label("Celular").fill("999000003")
    page.get_by_role("button", name="Actualizar").click()
    page.get_by_role("status").first.wait_for()


def send_request(page: Page, look: Callable[[], None]) -> str:
    """The four tasks, then the number of the request."""
    page.get_by_role("link", name="Solicitudes", exact=True).click()
    new = page.get_by_role("button", name="+ Nueva Solicitud")

    def known() -> bool:
        page.reload()
        return new.count() == 1

    eventually(page, known)
    new.click()
    page.get_by_role("link", name="Datos de la solicitud").click()
    page.get_by_label("Tipo de recertificación").select_option(label="Médico Cirujano")
    page.get_by_role("button", name="Guardar").click()
    page.get_by_role("link", name="Expediente", exact=True).click()
    page.get_by_label("Expediente", exact=True).set_input_files(
        {"name": f"{CMP}-{datetime.now(LIMA).year}.pdf", "mimeType": "application/pdf", "buffer": a_pdf(6)}
    )  # fmt: skip
    page.get_by_role("button", name="Subir expediente").click()
    page.get_by_text("Archivo actual").wait_for()
    page.get_by_role("link", name="Preparar la solicitud").click()
    page.get_by_role("link", name="Puntaje", exact=True).click()
    for place, (activity, title) in enumerate(PAPERS, 1):
        enter_paper(page, activity, title, place)
    page.get_by_role("link", name="Preparar la solicitud").click()
    page.get_by_role("link", name="Revisar y enviar").click()
    page.get_by_text("23 puntos").wait_for()
    look()
    page.get_by_role("button", name="Solicitar").click()
    page.get_by_role("heading", name="Recibimos su solicitud").wait_for()
    return page.locator(".panel-number strong").inner_text()


def enter_paper(page: Page, activity: str, title: str, place: int) -> None:
    """One activity on one page of the PDF, of last year."""
    page.get_by_role("link", name="Agregar actividad").click()
    choices = page.get_by_label("Actividad").locator("option")
    page.get_by_label("Actividad").select_option(label=choices.filter(has_text=activity).first.inner_text())
    page.get_by_label("Documento").fill(title)
    for label, value in (("Día", "2"), ("Mes", "marzo"), ("Año", str(datetime.now(LIMA).year - 1)), ("Cantidad", "1")):
        page.get_by_label(label, exact=True).fill(value)
    page.get_by_label("Desde la página").fill(str(place))
    page.get_by_label("Hasta la página").fill(str(place))
    page.get_by_role("button", name="Guardar").click()
    page.get_by_text(title).first.wait_for()


def a_pdf(pages: int) -> bytes:
    """A PDF of empty pages."""
    writer, held = PdfWriter(), io.BytesIO()
    for _ in range(pages):
        writer.add_blank_page(width=595, height=842)
    writer.write(held)
    return held.getvalue()


def join_staff(
    platform: EmbeddedPlatform, page: Page, email: str, names: str, role: str, council: str | None = None
) -> None:
    """Invited, with a second factor."""
    words = ["--email", email, "--names", names, "--surnames", "Prueba Mesa", "--roles", role]
    page.goto(command(platform, "staff", "invite", *words, *(["--council", council] if council else [])))
    page.get_by_label("Contraseña", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Continuar").click()
    page.get_by_role("heading", name="Enlazar su aplicación de códigos").wait_for()
    secret = page.locator(".secret code").inner_text().replace(" ", "")
    page.get_by_label("Código de 6 dígitos").fill(code(secret, -1))
    page.get_by_role("button", name="Activar mi cuenta").click()
    page.get_by_role("button", name="Ya los guardé").click()
    page.get_by_role("heading", name="Gestión", level=1).wait_for()


def claim(page: Page, number: str) -> None:
    """From the list of what nobody has, with the declaration."""
    page.get_by_role("link", name="Mesa de evaluación").click()
    page.get_by_role("link", name=number).click()
    page.get_by_role("button", name="Tomar el expediente").click()
    page.get_by_role("alert").get_by_text("Marque la declaración").wait_for()
    page.get_by_label("Declaro que no tengo conflicto de interés").check()
    page.get_by_role("button", name="Tomar el expediente").click()
    page.get_by_text("El expediente está a su cargo.").wait_for()


def observe_the_book(page: Page, look: Callable[[], None]) -> None:
    """The third item, on its page."""
    page.get_by_role("link", name="3. Libro de casos").click()
    page.get_by_label("Motivo de la observación").select_option(value="ilegible")
    page.get_by_label("Comentario para el médico").fill(COMMENT)
    page.get_by_role("button", name="Agregar la observación").click()
    page.get_by_text("Observación agregada.").wait_for()
    look()
    page.get_by_role("link", name="Enviar las observaciones").click()
    page.get_by_role("button", name="Enviar las observaciones al médico").click()
    page.get_by_text("Observaciones enviadas.").wait_for()


def answer(page: Page, number: str, look: Callable[[], None]) -> None:
    """In words and by another page of the PDF; then sent again."""
    page.goto("/recertificacion/solicitudes")
    page.get_by_role("link", name=number, exact=True).click()
    page.get_by_role("link", name="Ver y responder las observaciones").click()
    page.get_by_text(COMMENT).wait_for()
    page.get_by_text("quedan 30 días hábiles").wait_for()
    look()
    page.get_by_role("link", name=re.compile("^Responder")).click()
    page.get_by_label("Su respuesta").fill("La carátula está en la página 4.")
    page.get_by_label("Corrijo el ítem").check()
    page.get_by_label("Desde la página").fill("4")
    page.get_by_label("Hasta la página").fill("4")
    page.get_by_role("button", name="Guardar la respuesta").click()
    page.get_by_role("link", name="Enviar la subsanación").click()
    page.get_by_role("button", name="Enviar la subsanación").click()
    page.get_by_text("Enviamos su subsanación.").wait_for()


def approve(page: Page, look: Callable[[], None]) -> None:
    """Every item confirmed, then the dictamen."""
    page.reload()
    page.get_by_text("La carátula está en la página 4.").wait_for()
    for item in (1, 2, 3):
        page.get_by_role("heading", name=f"Calificar el ítem {item}").wait_for()
        page.get_by_role("button", name="Registrar el puntaje").click()
        page.get_by_text(f"Puntaje del ítem {item} registrado.").wait_for()
    page.get_by_role("link", name="Aprobar", exact=True).click()
    page.get_by_label("Dictamen").fill("Cumple con el puntaje requerido.")
    look()
    page.get_by_role("button", name="Aprobar el expediente").click()
    page.get_by_text("Espera la revisión del Consejo Nacional").first.wait_for()


def revise(page: Page, number: str, look: Callable[[], None]) -> None:
    """Another person, of the national council."""
    page.get_by_role("link", name="Mesa de revisión").click()
    page.get_by_role("link", name=number).click()
    look()
    page.get_by_role("link", name="Aprobar la revisión").click()
    page.get_by_label("Declaro que no tengo conflicto de interés").check()
    page.get_by_role("button", name="Aprobar la revisión y recertificar").click()
    page.get_by_text("El médico quedó recertificado.").wait_for()


def look_up_in_public(page: Page) -> str:
    """Without login, by the CMP number; the last day of the recertification."""
    page.goto("/conoce-a-tu-medico/")
    page.get_by_role("textbox").first.fill(CMP)
    page.get_by_role("button", name="Buscar").click()
    row = page.locator(".summary-row").filter(has_text="Recertificado hasta")
    day = re.search(r"\d{2}/\d{2}/\d{4}", row.inner_text())
    assert day is not None
    assert MAIL not in page.content()
    return day[0]
