"""Treasury's pages: what they show, what they ask before doing, what they send, and who sees them (issue 4)."""

from io import BytesIO
from typing import Any

import pytest

from portal import messages
from tests.portal.fake_gateway import STAFF, FakeGateway
from tests.portal.fakes_standing import ID, a_certificate
from tests.portal.fakes_treasury import (
    ALL,
    AT,
    ORDER,
    REFUND,
    a_due,
    a_movement,
    a_refund,
    a_ruling,
    an_order,
)
from tests.portal.visitor import Page, Visitor

DESK = "/gestion/tesoreria"
REASON = "El colegiado pagó dos veces"
PAGES = [
    "", "/trabajo/unknown", "/trabajo/integrity", "/trabajo/not-applied", "/pedidos", f"/pedidos/{ORDER}", "/devoluciones",
    f"/devoluciones/{REFUND}", "/liquidacion", "/liquidacion/movimientos", "/liquidacion/movimientos/31", "/cuotas", "/cuotas?cmp=012345",
    "/cuotas/17", "/tarifas", "/reportes", "/constancias", f"/constancias/{ID}",
]  # fmt: skip
ACTS = [
    (f"/pedidos/{ORDER}/devolucion", "payments:refund"), (f"/pedidos/{ORDER}/cobros/9/dictamen", "payments:settle"),
    (f"/pedidos/{ORDER}/dictamenes/5/confirmar", "payments:settle"), (f"/pedidos/{ORDER}/dictamenes/5/descartar", "payments:settle"),
    (f"/devoluciones/{REFUND}/aprobar", "payments:refund"), (f"/devoluciones/{REFUND}/rechazar", "payments:refund"),
    (f"/devoluciones/{REFUND}/reintentar", "payments:refund"), (f"/devoluciones/{REFUND}/dictamen", "payments:settle"),
    ("/liquidacion/movimientos/31/resolver", "payments:settle"), ("/cuotas/17/anular", "payments:dues"), ("/cuotas/17/reabrir", "payments:dues"),
    ("/cuotas/17/monto", "payments:dues"), ("/cuotas/17/pago", "payments:dues"), ("/tarifas/nueva", "payments:dues"),
    ("/tarifas/3/terminar", "payments:dues"), ("/tarifas/3/retirar", "payments:dues"), (f"/constancias/{ID}/revocar", "payments:certificates"),
]  # fmt: skip


@pytest.fixture
def treasurer(visitor: Visitor, world: FakeGateway) -> Visitor:
    """Somebody of staff who may do everything at this desk."""
    world.person, world.permissions = STAFF, list(ALL)
    world.standing.certificates = [a_certificate()]
    return visitor.sign_in()


def sent(world: FakeGateway, path: str) -> Any:
    """The body of the one request made to a path under /v1/staff."""
    [asked] = world.calls("POST", f"payments/v1/staff/{path}")
    return asked.body


def cells(page: Page, table: str) -> list[list[str]]:
    """The cells of a table's body."""
    return [
        [" ".join(cell.text_content().split()) for cell in row] for row in page.all(f"//table[@id='{table}']/tbody/tr")
    ]


# ------------------------------------------------------------------ who sees what


@pytest.mark.parametrize("path", PAGES)
def test_every_page_opens_for_treasury(treasurer: Visitor, path: str) -> None:
    page = treasurer.get(DESK + path)
    assert page.status == 200
    assert page.h1


@pytest.mark.parametrize("path", [*PAGES, *(path for path, _ in ACTS)])
def test_for_physicians_the_desk_does_not_exist(rosa: Visitor, path: str) -> None:
    assert rosa.get(DESK + path).status == 404


@pytest.mark.parametrize(("path", "permission"), ACTS)
def test_an_act_needs_its_own_permission(visitor: Visitor, world: FakeGateway, path: str, permission: str) -> None:
    world.person, world.permissions = STAFF, [name for name in ALL if name != permission]
    world.standing.certificates = [a_certificate()]
    assert visitor.sign_in().get(DESK + path).status == 404


@pytest.mark.parametrize("path", [path for path, _ in ACTS])
def test_every_act_is_asked_once_more_before_it_is_done(treasurer: Visitor, world: FakeGateway, path: str) -> None:
    page = treasurer.get(DESK + path)
    assert page.status == 200
    assert page.all("//a[text()='Regresar sin hacerlo']")
    assert not [asked for asked in world.asked if asked.method == "POST" and "staff" in asked.path]


@pytest.mark.parametrize("path", [path for path, _ in ACTS if "aprobar" not in path and "confirmar" not in path])
def test_no_act_without_a_reason(treasurer: Visitor, world: FakeGateway, path: str) -> None:
    page = treasurer.post(DESK + path, {"reason": "  "})
    assert page.status == 422
    assert page.title.startswith("Error: ")
    assert messages.REASON_MISSING in page.words
    assert not [asked for asked in world.asked if asked.method == "POST" and "staff" in asked.path]


def test_the_front_page_of_staff_shows_the_desk(treasurer: Visitor) -> None:
    assert [link.text for link in treasurer.get("/gestion").all("//h2/a")][:2] == [
        "Tesorería",
        "Constancias de habilidad",
    ]


# ------------------------------------------------------------------ orders and charges


def test_the_front_page_counts_what_waits(treasurer: Visitor, world: FakeGateway) -> None:
    world.treasury.work = [{}, {}]
    counted = dict(cells(treasurer.get(DESK), "work-table"))
    assert (counted["Cobros: por confirmar"], counted["Devoluciones: por aprobar"]) == ("2", "1")


def test_a_search_stands_in_the_address_and_asks_in_the_services_words(treasurer: Visitor, world: FakeGateway) -> None:
    treasurer.get(f"{DESK}/pedidos?cmp=12345&tarjeta=2240&estado=PAID&desde=2026-11-01")
    [asked] = world.calls("GET", "payments/v1/staff/orders")
    assert asked.query == {"owner_cmp": "012345", "card": "2240", "state": "PAID", "start": "2026-11-01", "limit": "20"}


def test_what_the_service_refuses_is_said_beside_its_field(treasurer: Visitor, world: FakeGateway) -> None:
    errors = [{"pointer": "/card", "detail": "Escriba los últimos 4 dígitos."}]
    world.refuse("GET", "payments/v1/staff/orders", 422, "invalid", errors=errors)
    page = treasurer.get(f"{DESK}/pedidos?tarjeta=12")
    assert (page.status, page.one("//p[@id='tarjeta-error']").text_content()) == (
        422,
        "Error: Escriba los últimos 4 dígitos",
    )


def test_an_order_shows_its_conversation_with_the_acquirer(treasurer: Visitor) -> None:
    page = treasurer.get(f"{DESK}/pedidos/{ORDER}")
    assert "POST /api.authorization/v3/authorization/ecommerce/456879852" in page.words
    assert '"purchaseNumber": "100000001"' in page.one("//pre").text_content()
    assert "447411****2240" in page.words and "Preguntó a Niubiz" in page.words


def test_the_history_of_a_charge_names_who_moved_it(treasurer: Visitor, world: FakeGateway) -> None:
    [attempt] = world.treasury.order["attempts"]
    [event] = attempt["events"]
    attempt["events"] = [event | {"actor": actor} for actor in ("payer", "staff-2", "janitor", "somebody")]
    rows = cells(treasurer.get(f"{DESK}/pedidos/{ORDER}"), "events-9")
    assert [row[2] for row in rows] == ["Rosa Elvira Quispe Ñaupari", "Otra persona", "Proceso automático", "somebody"]


def test_the_receipt_is_drawn_again(treasurer: Visitor) -> None:
    assert treasurer.client.get(f"{DESK}/pedidos/{ORDER}/constancia.pdf").data.startswith(b"%PDF")


def test_a_charge_in_doubt_can_be_asked_about_and_ruled(treasurer: Visitor, world: FakeGateway) -> None:
    world.treasury.order = an_order("PAYING", "en confirmación", "UNKNOWN")
    page = treasurer.get(f"{DESK}/pedidos/{ORDER}")
    assert page.all("//button[text()='Preguntar a Niubiz ahora']")
    asked = treasurer.post(f"{DESK}/pedidos/{ORDER}/cobros/9/consulta")
    assert "Niubiz todavía no lo aclara." in asked.words
    ruling = {"outcome": "CHARGED", "evidence": "Reporte de Niubiz", "reason": REASON, "transaction_id": "99321", "charged_on": "2026-11-20",
              "charged_time": "16:05"}  # fmt: skip
    treasurer.post(f"{DESK}/pedidos/{ORDER}/cobros/9/dictamen", ruling)
    body = sent(world, "attempts/9/rulings")
    assert (body["outcome"], body["charged_at"], body["authorization_code"]) == (
        "CHARGED",
        "2026-11-20T16:05:00-05:00",
        None,
    )


def test_a_settled_charge_offers_neither(treasurer: Visitor) -> None:
    page = treasurer.get(f"{DESK}/pedidos/{ORDER}")
    assert not page.all("//button[text()='Preguntar a Niubiz ahora']")


def test_a_proposed_ruling_is_confirmed_on_a_page_that_shows_its_evidence(
    treasurer: Visitor, world: FakeGateway
) -> None:
    world.treasury.order["attempts"][0]["rulings"] = [a_ruling()]
    page = treasurer.get(f"{DESK}/pedidos/{ORDER}/dictamenes/5/confirmar")
    assert "Reporte de Niubiz del 20/11" in page.words and "Otra persona" in page.words
    treasurer.post(f"{DESK}/pedidos/{ORDER}/dictamenes/5/confirmar")
    assert sent(world, "rulings/5/confirmation") == {}


def test_a_work_list_leads_to_its_orders(treasurer: Visitor, world: FakeGateway) -> None:
    world.treasury.work = [an_order()["attempts"][0] | {"order_number": "000000012", "owner_name": "Rosa", "owner_cmp": "012345",
                                                        "council": "03", "doubt_since": None, "next_check_at": None}]  # fmt: skip
    page = treasurer.get(f"{DESK}/trabajo/unknown")
    assert page.one("//table//th/a").get("href") == f"{DESK}/pedidos/{ORDER}"


# ------------------------------------------------------------------ refunds


@pytest.mark.parametrize(("count", "due_ids"), [("3", []), ("1", ["3"]), ("2", ["2", "3"])])
def test_a_refund_takes_the_latest_dues_or_all(
    treasurer: Visitor, world: FakeGateway, count: str, due_ids: list[str]
) -> None:
    page = treasurer.post(f"{DESK}/pedidos/{ORDER}/devolucion", {"count": count, "reason": REASON})
    assert sent(world, f"orders/{ORDER}/refunds") == {"due_ids": due_ids, "reason": REASON}
    assert "Otra persona debe aprobarla" in page.words


def test_the_choices_of_a_refund_say_months_and_sums(treasurer: Visitor) -> None:
    page = treasurer.get(f"{DESK}/pedidos/{ORDER}/devolucion")
    assert [option.text for option in page.all("//select/option")] == [
        "Todo lo que queda: agosto 2026, setiembre 2026, octubre 2026 (S/ 180.00)",
        "Las 2 últimas: setiembre 2026, octubre 2026 (S/ 120.00)", "La última: octubre 2026 (S/ 60.00)",
    ]  # fmt: skip


def test_who_asked_for_a_refund_is_not_offered_to_approve_it(treasurer: Visitor, world: FakeGateway) -> None:
    world.treasury.refund = a_refund(by="staff-1")
    page = treasurer.get(f"{DESK}/devoluciones/{REFUND}")
    assert "otra persona debe aprobarla" in page.words
    assert not page.all("//a[text()='Aprobar']")


def test_the_services_refusal_is_said_on_the_page_that_asked(treasurer: Visitor, world: FakeGateway) -> None:
    world.refuse("POST", ".*/approval", 409, "payments/same-person", "Debe aprobarla otra persona.")
    page = treasurer.post(f"{DESK}/devoluciones/{REFUND}/aprobar")
    assert (page.status, "Debe aprobarla otra persona." in page.words) == (422, True)


def test_another_person_approves_it(treasurer: Visitor, world: FakeGateway) -> None:
    page = treasurer.post(f"{DESK}/devoluciones/{REFUND}/aprobar")
    assert "Devolución aprobada." in page.words
    assert sent(world, f"refunds/{REFUND}/approval") == {}


def test_a_refund_that_is_done_tells_how(treasurer: Visitor, world: FakeGateway) -> None:
    world.treasury.refund = a_refund("RETURNED", method="VOID", tries=1, returned_at=AT)
    page = treasurer.get(f"{DESK}/devoluciones/{REFUND}")
    assert "Por anulación del cobro" in page.words and "1 intento " in page.words


def test_a_refund_in_doubt_ends_by_evidence(treasurer: Visitor, world: FakeGateway) -> None:
    treasurer.post(f"{DESK}/devoluciones/{REFUND}/dictamen", {"returned": "no", "reason": REASON})
    assert sent(world, f"refunds/{REFUND}/ruling") == {"returned": False, "reason": REASON}


@pytest.mark.parametrize(
    ("owed", "offered"), [(["60.00", "60.00", "60.00", "60.00"], "17,17,17"), (["100.00", "100.00"], None)]
)
def test_a_charge_without_a_use_pays_only_what_adds_up(
    treasurer: Visitor, world: FakeGateway, owed: list[str], offered: str | None
) -> None:
    world.treasury.order = an_order("PAID_NOT_APPLIED", "en confirmación", "PAID_NOT_APPLIED")
    world.treasury.owed = [a_due(amount=amount) for amount in owed]
    page = treasurer.get(f"{DESK}/pedidos/{ORDER}/aplicar")
    assert [option.get("value") for option in page.all("//select/option")] == ([offered] if offered else [])
    assert ("suma exactamente" in page.words) is (offered is None)


# ------------------------------------------------------------------ settlement


def upload(treasurer: Visitor, content: bytes) -> Page:
    """Choose a file and send the form."""
    form = {"csrf_token": treasurer.csrf(), "archivo": (BytesIO(content), "liquidacion.csv")}
    return Page(treasurer.client.post(f"{DESK}/liquidacion", data=form, follow_redirects=True))


def test_a_file_is_passed_on_whole_and_its_result_told(treasurer: Visitor, world: FakeGateway) -> None:
    page = upload(treasurer, b"a;b\r\n" * 40_000)
    assert "12 movimientos, 1 por revisar" in page.words
    [asked] = world.calls("POST", "payments/v1/staff/settlement/files")
    assert (asked.query["name"], asked.headers["Content-Length"]) == ("liquidacion.csv", "200000")


def test_a_known_file_is_said_to_change_nothing(treasurer: Visitor, world: FakeGateway) -> None:
    world.treasury.known_file = True
    assert "No cambió nada" in upload(treasurer, b"a;b").words


@pytest.mark.parametrize(("content", "message"), [(b"", messages.FILE_EMPTY)])
def test_an_empty_file_is_not_sent(treasurer: Visitor, world: FakeGateway, content: bytes, message: str) -> None:
    page = upload(treasurer, content)
    assert (page.status, message in page.words) == (422, True)
    assert not world.calls("POST", "payments/.*")


def test_a_file_nobody_can_read_says_what_is_wrong(treasurer: Visitor, world: FakeGateway) -> None:
    world.refuse("POST", ".*settlement/files", 422, "payments/file-not-readable", "No pudimos leer el archivo.",
                 errors=[{"pointer": "/file", "detail": "Línea 3: falta el monto"}])  # fmt: skip
    assert "No pudimos leer el archivo." in upload(treasurer, b"x").words


def test_a_misfit_is_settled_in_one_of_its_ways(treasurer: Visitor, world: FakeGateway) -> None:
    page = treasurer.get(f"{DESK}/liquidacion/movimientos/31/resolver")
    assert [radio.get("value") for radio in page.all("//input[@type='radio']")] == ["OWE", "WRITE_OFF"]
    treasurer.post(f"{DESK}/liquidacion/movimientos/31/resolver", {"resolution": "OWE", "reason": REASON})
    assert sent(world, "settlement/rows/31/resolution") == {"resolution": "OWE", "reason": REASON}


def test_what_fits_offers_no_way(treasurer: Visitor, world: FakeGateway) -> None:
    world.treasury.movement = a_movement("MATCHED", open=False, ways=[])
    assert not treasurer.get(f"{DESK}/liquidacion/movimientos/31").all("//a[text()='Resolver']")


# ------------------------------------------------------------------ dues and tariffs


def test_dues_are_shown_with_the_standing_they_make(treasurer: Visitor, world: FakeGateway) -> None:
    world.standing.own_two_too_many()
    page = treasurer.get(f"{DESK}/cuotas?cmp=12345")
    assert "No hábil" in page.words and "debe 5 de 3 meses" in page.words
    assert cells(page, "owed-table") == [
        ["Octubre 2026 Cuota Colegiado octubre 2026", "Cuota Colegiado octubre 2026", "Pendiente", "S/ 60.00"]
    ]


@pytest.mark.parametrize(("cmp_number", "status"), [("999999", 404), ("12a", 422), ("", 422)])
def test_a_physician_who_is_not_there_is_said_beside_the_field(
    treasurer: Visitor, cmp_number: str, status: int
) -> None:
    page = treasurer.get(f"{DESK}/cuotas?cmp={cmp_number}")
    assert (page.status, bool(page.all("//p[@id='cmp-error']"))) == (status, True)


@pytest.mark.parametrize(
    ("step", "form", "path", "body"),
    [
        ("anular", {}, "annulment", {}),
        ("reabrir", {}, "reopening", {}),
        ("monto", {"amount": "75.5"}, "amount", {"amount": "75.50"}),
        ("pago", {"amount": "60", "channel": "BANCO", "reference": "OP-1", "paid_on": "2026-11-02"}, "outside-payments",
         {"amount": "60.00", "channel": "BANCO", "reference": "OP-1", "paid_on": "2026-11-02"}),
    ],
)  # fmt: skip
def test_a_correction_is_sent_with_its_reason(
    treasurer: Visitor, world: FakeGateway, step: str, form: dict[str, str], path: str, body: dict[str, str]
) -> None:
    treasurer.post(f"{DESK}/cuotas/17/{step}", form | {"reason": REASON})
    assert sent(world, f"dues/17/{path}") == body | {"reason": REASON}


def test_a_tariff_is_sent_without_what_was_left_empty(treasurer: Visitor, world: FakeGateway) -> None:
    form = {"kind": "COLEGIADO", "amount": "70", "tax_code": "30", "valid_from": "202701", "concept": "ORDINARIA", "age_from": "0",
            "age_to": "150", "relation": "", "valid_until": "", "reason": REASON}  # fmt: skip
    treasurer.post(f"{DESK}/tarifas/nueva", form)
    assert sent(world, "tariffs") == {
        "kind": "COLEGIADO", "amount": "70.00", "tax_code": "30", "valid_from": "202701", "concept": "ORDINARIA", "age_from": 0,
        "age_to": 150, "reason": REASON,
    }  # fmt: skip


def test_a_tariff_that_overlaps_is_refused_on_the_same_page(treasurer: Visitor, world: FakeGateway) -> None:
    world.refuse("POST", ".*/tariffs", 409, "payments/tariff-overlaps", "Otra tarifa ya fija ese mes.")
    form = {"kind": "COLEGIADO", "amount": "70", "tax_code": "30", "valid_from": "202701", "reason": REASON}
    page = treasurer.post(f"{DESK}/tarifas/nueva", form)
    assert (page.status, "Otra tarifa ya fija ese mes." in page.words) == (422, True)
    assert page.one("//input[@name='amount']").value == "70"


@pytest.mark.parametrize("month", ["202613", "2026", "marzo"])
def test_a_month_must_be_one(treasurer: Visitor, world: FakeGateway, month: str) -> None:
    page = treasurer.post(f"{DESK}/tarifas/3/terminar", {"valid_until": month, "reason": REASON})
    assert (page.status, messages.PERIOD_WRONG in page.words) == (422, True)


# ------------------------------------------------------------------ reports


def test_a_report_shows_the_same_figures_in_table_chart_and_file(treasurer: Visitor, world: FakeGateway) -> None:
    page = treasurer.get(f"{DESK}/reportes?desde=2026-11-01&hasta=2026-11-30&por=day")
    assert cells(page, "report-table")[0] == ["19/11/2026", "2", "3", "S/ 120.00", "S/ 0.00", "S/ 120.00"]
    assert "Total" in page.one("//tfoot").text_content() and "S/ 180.00" in page.one("//tfoot").text_content()
    assert len(page.all("//rect[@class='chart-bar']")) == 2
    link = page.one("//a[contains(., 'Descargar XLSX')]").get("href")
    answer = treasurer.client.get(link)
    assert (answer.data, answer.headers["Content-Disposition"]) == (
        b"PK xlsx",
        'attachment; filename="recaudacion.xlsx"',
    )
    assert world.calls("GET", ".*collected.xlsx")[0].query == {"from": "2026-11-01", "to": "2026-11-30", "by": "day"}


@pytest.mark.parametrize(
    ("query", "message"),
    [("desde=2026-11-02&hasta=2026-11-01", messages.DAYS_BACKWARDS), ("desde=2025-01-01&hasta=2026-11-01", messages.DAYS_TOO_MANY),
     ("desde=2026-11-02&hasta=", messages.DAYS_MISSING)],
)  # fmt: skip
def test_days_that_make_no_sense_are_not_asked(
    treasurer: Visitor, world: FakeGateway, query: str, message: str
) -> None:
    page = treasurer.get(f"{DESK}/reportes?{query}&por=day")
    assert (page.status, message in page.words) == (422, True)
    assert not world.calls("GET", ".*collected")


# ------------------------------------------------------------------ constancias


def test_a_constancia_is_revoked_with_a_reason(treasurer: Visitor, world: FakeGateway) -> None:
    page = treasurer.post(f"{DESK}/constancias/{ID}/revocar", {"reason": REASON})
    assert "Constancia revocada." in page.words
    assert sent(world, f"certificates/{ID}/revocation") == {"reason": REASON}


def test_a_revoked_one_is_not_offered_again(treasurer: Visitor, world: FakeGateway) -> None:
    world.standing.certificates = [a_certificate("REVOCADA")]
    page = treasurer.get(f"{DESK}/constancias/{ID}")
    assert not page.all("//a[text()='Revocar la constancia']")
    assert "Emitida por error de datos" in page.words
