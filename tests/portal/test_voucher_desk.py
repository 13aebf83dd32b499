"""The voucher desk's pages: what they show, what they ask before doing, what they send, and who sees them (issue 5)."""

from typing import Any

import pytest

from portal import messages
from tests.portal.fake_gateway import STAFF, FakeGateway
from tests.portal.fakes_voucher_desk import ACCEPTED, REJECTED, RIGHTS, SUMMARY, a_certificate, an_accepted_page
from tests.portal.visitor import Page, Visitor

DESK = "/gestion/comprobantes"
REASON = "Según el oficio 12"
PAGES = [
    "", "/cola", "/buscar", "/buscar?numero=B003-1", f"/{REJECTED}", f"/{ACCEPTED}", "/resumenes", f"/resumenes/{SUMMARY}", "/series",
    "/reportes", "/reportes?mes=2026-11",
]  # fmt: skip
ACTS = [
    (f"/{REJECTED}/reenviar", "einvoice:operate"), (f"/{REJECTED}/atendido", "einvoice:issue"), (f"/{ACCEPTED}/anular", "einvoice:void"),
    (f"/resumenes/{SUMMARY}/reenviar", "einvoice:operate"),
]  # fmt: skip
TYPED = {
    "voucher_type": "03", "council": "03", "document_type": "1", "document_number": "4000 0001", "name": "Quispe Ñaupari, Rosa",
    "address": "", "linea": "0", "linea-0-description": "Curso de actualización", "linea-0-quantity": "1", "linea-0-amount": "118,00",
    "linea-0-tax_code": "10", "payment": "Contado", "cuota": "0", "email": "rosa@example.pe", "reason": REASON,
    "request_id": "77777777-2222-4333-8444-555555555555",
}  # fmt: skip


@pytest.fixture
def clerk(visitor: Visitor, world: FakeGateway) -> Visitor:
    """Somebody of staff of a council who may do everything at this desk."""
    world.person, world.permissions = STAFF, list(RIGHTS)
    return visitor.sign_in()


def sent(world: FakeGateway, path: str) -> Any:
    """The body of the one request made to a path under /v1/staff."""
    [asked] = world.calls("POST", f"einvoice/v1/staff/{path}")
    return asked.body


def posts(world: FakeGateway) -> list[str]:
    """What was posted to einvoice."""
    return [asked.path for asked in world.asked if asked.method == "POST" and asked.path.startswith("einvoice")]


def hidden(page: Page, form: int = 0) -> dict[str, str]:
    """The hidden fields of one of the page's forms in main, and the csrf token."""
    fields = page.all("//main//form")[form].xpath(".//input[@type='hidden']")
    return {field.get("name"): field.get("value") for field in fields}


# ------------------------------------------------------------------ who sees what


@pytest.mark.parametrize("path", PAGES)
def test_every_page_opens_for_the_desk(clerk: Visitor, path: str) -> None:
    page = clerk.get(DESK + path)
    assert page.status == 200
    assert page.h1


@pytest.mark.parametrize("path", [*PAGES, *(path for path, _ in ACTS), "/emitir", f"/{ACCEPTED}/nota"])
def test_for_physicians_the_desk_does_not_exist(rosa: Visitor, path: str) -> None:
    assert rosa.get(DESK + path).status == 404


@pytest.mark.parametrize(
    ("path", "right"), [*ACTS, ("/emitir", "einvoice:issue"), (f"/{ACCEPTED}/nota", "einvoice:issue")]
)
def test_an_act_needs_its_own_permission(visitor: Visitor, world: FakeGateway, path: str, right: str) -> None:
    world.person, world.permissions = STAFF, [name for name in RIGHTS if name != right]
    assert visitor.sign_in().get(DESK + path).status == 404


def test_another_councils_voucher_is_not_found(clerk: Visitor) -> None:
    assert clerk.get(f"{DESK}/99999999-2222-4333-8444-555555555555").status == 404


# ------------------------------------------------------------------ looking


def test_the_queue_tells_what_to_do_and_its_filter_stays_in_the_address(clerk: Visitor, world: FakeGateway) -> None:
    page = clerk.get(f"{DESK}/cola?estado=rejected&serie=B003&dias=2")
    assert "2335 El documento ha sido alterado" in page.words
    assert "Emita otro en su lugar" in page.words
    [asked] = world.calls("GET", "einvoice/v1/staff/queue")
    assert {"state": "rejected", "series": "B003", "days_left": "2"}.items() <= asked.query.items()


def test_nothing_is_looked_up_before_something_is_asked(clerk: Visitor, world: FakeGateway) -> None:
    """Each look is written down, so that none is made for nothing."""
    clerk.get(f"{DESK}/buscar")
    assert world.calls("GET", "einvoice/v1/staff/vouchers") == []
    clerk.get(f"{DESK}/buscar?nombre=quispe&importe=1,234.50")
    [asked] = world.calls("GET", "einvoice/v1/staff/vouchers")
    assert {"name": "quispe", "total": "1234.50", "state": "any"}.items() <= asked.query.items()


@pytest.mark.parametrize(
    ("query", "text"),
    [
        ("importe=mucho", messages.AMOUNT_WRONG),
        ("desde=2026-11-02&hasta=2026-11-01", messages.START_AFTER_END),
    ],
)
def test_a_search_that_cannot_be_is_said_beside_its_field(clerk: Visitor, query: str, text: str) -> None:
    page = clerk.get(f"{DESK}/buscar?{query}")
    assert (page.status, page.title.startswith("Error: "), text in page.words) == (422, True, True)


def test_a_voucher_shows_attempts_notes_acts_and_the_absent_email(clerk: Visitor) -> None:
    """VOC-7: the absence is on the page, not silent."""
    page = clerk.get(f"{DESK}/{REJECTED}")
    assert "El cliente no dio un correo de entrega" in page.words
    assert "Envío del comprobante" in page.words
    assert "BC03-00000001" in clerk.get(f"{DESK}/{ACCEPTED}").words


def test_the_clients_address_is_one_link_away_for_who_may_change_it(visitor: Visitor, world: FakeGateway) -> None:
    """VOC-6: the desk of clients; without that permission there is no link."""
    world.person, world.permissions = STAFF, [*RIGHTS, "identity:client-email"]
    page = visitor.sign_in().get(f"{DESK}/{ACCEPTED}")
    assert page.all("//a[@href='/gestion/clientes?documento=40000001']")


def test_files_are_passed_on(clerk: Visitor) -> None:
    page = clerk.client.get(f"{DESK}/{REJECTED}/archivos/pdf")
    assert page.data.startswith(b"%PDF")
    [link] = clerk.get(f"{DESK}/{REJECTED}").all("//table[@id='attempts-table']//a")
    assert clerk.client.get(link.get("href")).data == b"PK cdr"
    assert clerk.get(f"{DESK}/{REJECTED}/archivos/clave").status == 404


@pytest.mark.parametrize(
    ("certificate", "words"),
    [
        (a_certificate("expiring", days_left=12), "El certificado vence en 12 días"),
        (a_certificate("expired", days_left=0), "No hay un certificado vigente"),
    ],
)
def test_the_certificates_end_is_warned_of(
    clerk: Visitor, world: FakeGateway, certificate: dict[str, Any], words: str
) -> None:
    world.voucher_desk.certificate = certificate
    assert words in clerk.get(DESK).words
    assert words in clerk.get(f"{DESK}/series").words


def test_a_pause_and_payments_without_a_voucher_are_on_the_front_page(clerk: Visitor, world: FakeGateway) -> None:
    world.voucher_desk.pause = {"code": "0102", "text": "Clave errada", "paused_at": "2026-11-20T15:00:00+00:00"}
    world.voucher_desk.waiting = [
        {"order_number": "2026-000123", "council": "03", "total": "60.00", "heard_at": "2026-11-20T15:00:00+00:00"}
    ]
    page = clerk.get(DESK)
    assert "El envío a la SUNAT está en pausa" in page.words
    assert "2026-000123" in page.words


# ------------------------------------------------------------------ acting


@pytest.mark.parametrize(("path", "right"), ACTS)
def test_every_act_is_asked_once_more_with_its_reason(
    clerk: Visitor, world: FakeGateway, path: str, right: str
) -> None:
    page = clerk.get(DESK + path)
    assert page.all("//a[text()='Regresar sin hacerlo']")
    assert clerk.post(DESK + path, {"reason": " "}).status == 422
    assert posts(world) == []


@pytest.mark.parametrize(
    ("path", "target"),
    [
        (f"/{REJECTED}/reenviar", f"vouchers/{REJECTED}/resend"), (f"/{REJECTED}/atendido", f"vouchers/{REJECTED}/settlement"),
        (f"/{ACCEPTED}/anular", f"vouchers/{ACCEPTED}/void"), (f"/resumenes/{SUMMARY}/reenviar", f"summaries/{SUMMARY}/resend"),
    ],
)  # fmt: skip
def test_an_act_is_sent_with_the_id_of_its_page(clerk: Visitor, world: FakeGateway, path: str, target: str) -> None:
    """So that a page sent twice acts once."""
    request_id = hidden(clerk.get(DESK + path))["request_id"]
    page = clerk.post(DESK + path, {"reason": REASON, "request_id": request_id})
    assert page.status == 200
    assert sent(world, target) == {"request_id": request_id, "reason": REASON}


def test_a_refusal_is_said_on_the_page_and_the_reason_is_kept(clerk: Visitor, world: FakeGateway) -> None:
    world.refuse("POST", "einvoice/.*/void", 409, "einvoice/not-voidable", "El plazo para anularlo venció.")
    page = clerk.post(f"{DESK}/{ACCEPTED}/anular", {"reason": REASON, "request_id": "x"})
    assert (page.status, "El plazo para anularlo venció." in page.words) == (422, True)
    assert page.one("//textarea").text.strip() == REASON


def test_sending_again_goes_to_the_registered_address_only(clerk: Visitor, world: FakeGateway) -> None:
    """VOC-6, VOU-10: no field names an address."""
    page = clerk.get(f"{DESK}/{ACCEPTED}")
    assert not page.all(f"//form[contains(@action, '{ACCEPTED}/correo')]//input[@type!='hidden']")
    clerk.post(f"{DESK}/{ACCEPTED}/correo", {"request_id": "77777777-2222-4333-8444-555555555555"})
    assert set(sent(world, f"vouchers/{ACCEPTED}/mail")) == {"request_id"}


# ------------------------------------------------------------------ issuing


def test_a_voucher_is_checked_before_it_is_issued_and_what_was_typed_travels_along(
    clerk: Visitor, world: FakeGateway
) -> None:
    """The summary first: no voucher is issued by it; then the act, with the same request id."""
    page = clerk.post(f"{DESK}/emitir", TYPED | {"hacer": "revisar"})
    assert page.h1 == "Revisar antes de emitir"
    assert posts(world) == ["einvoice/v1/staff/vouchers/check"]
    assert "Emitir la boleta (S/ 118.00)" in page.words
    carried = hidden(page, form=0)
    assert carried["hacer"] == "emitir"
    clerk.post(f"{DESK}/emitir", carried)
    body = sent(world, "vouchers")
    assert body["request_id"] == TYPED["request_id"]
    assert body["customer"] == {
        "document_type": "1", "document_number": "40000001", "name": "Quispe Ñaupari, Rosa", "address": None,
    }  # fmt: skip
    assert body["lines"] == [
        {"description": "Curso de actualización", "quantity": "1", "amount": "118.00", "tax_code": "10"}
    ]
    assert (body["delivery_email"], body["email_absent"], body["replaces"]) == ("rosa@example.pe", False, None)


def test_from_the_summary_one_goes_back_with_everything_typed(clerk: Visitor) -> None:
    carried = hidden(clerk.post(f"{DESK}/emitir", TYPED), form=1)
    page = clerk.post(f"{DESK}/emitir", carried)
    assert page.h1 == "Emitir un comprobante"
    assert page.one("//input[@name='linea-0-description']").value == "Curso de actualización"
    assert page.one("//input[@name='email']").value == "rosa@example.pe"


WRONG: list[tuple[dict[str, str], str]] = [
    ({"email": ""}, messages.DELIVERY_EMAIL_OR_NONE),
    ({"sin_correo": "y"}, messages.DELIVERY_EMAIL_OR_NONE),
    ({"email": "rosa"}, messages.EMAIL_WRONG),
    ({"voucher_type": ""}, messages.VOUCHER_TYPE_MISSING),
    ({"voucher_type": "01"}, messages.FACTURA_NEEDS_RUC),
    ({"document_number": "123"}, messages.DNI_WRONG),
    ({"document_type": "6", "document_number": "20123456787"}, messages.RUC_WRONG),
    ({"linea-0-amount": "0"}, messages.AMOUNT_WRONG),
    ({"linea-0-description": "", "linea-0-amount": ""}, messages.LINES_MISSING),
    ({"payment": "Credito"}, messages.BOLETA_IS_PAID_AT_ONCE),
    ({"payment": "Credito"}, messages.INSTALMENTS_MISSING),
    ({"reason": ""}, messages.REASON_MISSING),
]


@pytest.mark.parametrize(("changes", "text"), WRONG)
def test_what_is_wrong_is_said_beside_its_field_and_nothing_is_asked(
    clerk: Visitor, world: FakeGateway, changes: dict[str, str], text: str
) -> None:
    """VOC-7 among them: an e-mail, or the statement that there is none."""
    page = clerk.post(f"{DESK}/emitir", TYPED | changes)
    assert (page.status, page.title.startswith("Error: ")) == (422, True)
    assert text in page.words
    assert all(page.all(f"//*[@id='{link.get('href')[1:]}']") for link in page.all("//div[@id='error-summary']//a"))
    assert posts(world) == []


def test_a_client_without_an_email_is_recorded_not_silent(clerk: Visitor, world: FakeGateway) -> None:
    """VOC-7."""
    clerk.post(f"{DESK}/emitir", TYPED | {"email": "", "sin_correo": "y", "hacer": "emitir"})
    body = sent(world, "vouchers")
    assert (body["delivery_email"], body["email_absent"]) == (None, True)


def test_rows_are_added_and_taken_away_without_scripts(clerk: Visitor, world: FakeGateway) -> None:
    page = clerk.post(f"{DESK}/emitir", TYPED | {"hacer": "agregar-linea"})
    assert [row.value for row in page.all("//input[@name='linea']")] == ["0", "1"]
    assert page.one("//input[@name='linea-0-description']").value == "Curso de actualización"
    page = clerk.post(f"{DESK}/emitir", TYPED | {"linea": ["0", "1"], "hacer": "quitar-linea-0"})
    assert [row.value for row in page.all("//input[@name='linea']")] == ["1"]
    assert posts(world) == []


def test_a_factura_on_credit_says_its_instalments(clerk: Visitor, world: FakeGateway) -> None:
    """FormaPago Credito."""
    factura = {
        "voucher_type": "01", "document_type": "6", "document_number": "20123456786", "name": "Clínica de Ejemplo S.A.C.",
        "payment": "Credito", "cuota-0-due_date_dia": "20", "cuota-0-due_date_mes": "diciembre", "cuota-0-due_date_anio": "2026",
        "cuota-0-amount": "118.00", "hacer": "emitir",
    }  # fmt: skip
    clerk.post(f"{DESK}/emitir", TYPED | factura)
    assert sent(world, "vouchers")["instalments"] == [{"due_date": "2026-12-20", "amount": "118.00"}]


def test_what_sunat_would_reject_is_said_before_the_number_is_spent(clerk: Visitor, world: FakeGateway) -> None:
    error = {"pointer": "/lines/0/description", "detail": "Escriba entre 1 y 500 caracteres."}
    world.refuse("POST", "einvoice/.*/check", 422, "invalid", "Revise.", errors=[error])
    page = clerk.post(f"{DESK}/emitir", TYPED)
    assert (page.status, "Escriba entre 1 y 500 caracteres" in page.words) == (422, True)
    world.refuse("POST", "einvoice/.*/check", 422, "einvoice/invalid-voucher", "Sobre S/ 700 la boleta identifica.")
    assert "Sobre S/ 700 la boleta identifica." in clerk.post(f"{DESK}/emitir", TYPED).words


def test_another_takes_a_rejected_ones_place_with_its_data_to_put_right(clerk: Visitor, world: FakeGateway) -> None:
    page = clerk.get(f"{DESK}/emitir?reemplaza={REJECTED}")
    assert "En lugar de B003-00000001" in page.words
    assert page.one("//input[@name='name']").value == "QUISPE ÑAUPARI ROSA ELVIRA"
    assert page.one("//input[@name='linea-0-amount']").value == "118.00"
    clerk.post(f"{DESK}/emitir", TYPED | {"replaces": REJECTED, "hacer": "emitir"})
    assert sent(world, "vouchers")["replaces"] == REJECTED
    assert clerk.get(f"{DESK}/emitir?reemplaza=../desk").status == 404


def test_national_staff_choose_the_council(visitor: Visitor, world: FakeGateway) -> None:
    world.person, world.permissions = STAFF | {"council": None}, list(RIGHTS)
    page = visitor.sign_in().get(f"{DESK}/emitir")
    assert page.one("//select[@name='council']/option[1]").text == "Consejo Nacional"
    assert len(page.all("//select[@name='council']/option")) > 1


NOTE = {"kind": "07-01", "reason": REASON, "linea": "0", "linea-0-quantity": "1", "cuota": "0", "email": "rosa@example.pe",
        "request_id": "77777777-2222-4333-8444-555555555555"}  # fmt: skip


def test_a_note_is_checked_and_then_issued(clerk: Visitor, world: FakeGateway) -> None:
    """Without lines a note of credit gives all of it back."""
    page = clerk.post(f"{DESK}/{ACCEPTED}/nota", NOTE)
    assert page.h1 == "Revisar la nota"
    assert posts(world) == []
    clerk.post(f"{DESK}/{ACCEPTED}/nota", hidden(page))
    body = sent(world, f"vouchers/{ACCEPTED}/notes")
    assert (body["voucher_type"], body["reason_code"], body["lines"]) == ("07", "01", [])


@pytest.mark.parametrize(
    ("kind", "text"), [("08-01", messages.NOTE_LINES_MISSING), ("07-13", messages.INSTALMENTS_MISSING)]
)
def test_a_note_that_lacks_what_its_reason_needs_is_refused(clerk: Visitor, kind: str, text: str) -> None:
    page = clerk.post(f"{DESK}/{ACCEPTED}/nota", NOTE | {"kind": kind})
    assert (page.status, text in page.words) == (422, True)


# ------------------------------------------------------------------ reports


def test_the_report_is_a_table_a_chart_and_two_files(visitor: Visitor, world: FakeGateway) -> None:
    world.person, world.permissions = STAFF | {"council": None}, list(RIGHTS)
    clerk = visitor.sign_in()
    page = clerk.get(f"{DESK}/reportes?mes=2026-11")
    assert len(page.all("//*[@class='chart-bar']")) == 2
    assert "B003" in page.words
    for link in page.all("//p[contains(@class, 'button-row')]/a"):
        assert clerk.client.get(link.get("href")).status_code == 200
    assert clerk.get(f"{DESK}/reportes?mes=noviembre").status == 422


def test_the_register_of_sales_is_offered_to_national_staff_only(clerk: Visitor) -> None:
    page = clerk.get(f"{DESK}/reportes?mes=2026-11")
    assert not page.all("//a[contains(@href, 'registro-de-ventas')]")


def test_a_month_without_vouchers_says_so(clerk: Visitor, world: FakeGateway) -> None:
    world.voucher_desk.report |= {"items": [], "days": [], "origins": []}
    assert "No hay comprobantes en ese mes" in clerk.get(f"{DESK}/reportes?mes=2026-10").words


def test_an_accepted_voucher_offers_what_its_state_allows(clerk: Visitor, world: FakeGateway) -> None:
    assert clerk.get(f"{DESK}/{ACCEPTED}").all("//a[contains(@href, 'anular')]")
    refusal = "El plazo para anularlo venció. Emita una nota de crédito."
    world.voucher_desk.pages[ACCEPTED] = an_accepted_page(
        may=an_accepted_page()["may"] | {"void": False, "void_refusal": refusal}
    )
    page = clerk.get(f"{DESK}/{ACCEPTED}")
    assert not page.all("//a[contains(@href, 'anular')]")
    assert refusal in page.words
