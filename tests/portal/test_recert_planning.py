"""Calendar, cockpit and deadlines of recertification: what they show, what they ask before doing, who sees them (issue 6)."""

from typing import Any

import pytest

from portal import messages
from tests.portal.fake_gateway import STAFF, FakeGateway
from tests.portal.fakes_recert_calendar import AT, DOSSIER, KEEPER, a_day, a_deadline
from tests.portal.visitor import Page, Visitor

DESK = "/gestion/recertificacion"
CALENDAR = f"{DESK}/calendario"
CHANGE = {"day": "2026-12-24", "kind": "CLOSURE", "reason": "Asueto por Nochebuena"}
TYPED = {
    "day_dia": "24",
    "day_mes": "diciembre",
    "day_anio": "2026",
    "kind": "CLOSURE",
    "council": "",
    "reason": CHANGE["reason"],
}
CHECK = f"{CALENDAR}/nuevo/revisar?day=2026-12-24&kind=CLOSURE&reason=Asueto+por+Nochebuena"
PAGES = ["/tablero", "/plazos", "/calendario"]
ACTS = ["/calendario/nuevo", CHECK.removeprefix(DESK), "/calendario/5/retirar"]


@pytest.fixture
def keeper(visitor: Visitor, world: FakeGateway) -> Visitor:
    """National staff who keep the calendar."""
    world.person, world.permissions = STAFF | {"council": None}, list(KEEPER)
    return visitor.sign_in()


def cells(page: Page, table: str) -> list[list[str]]:
    """The cells of a table's body."""
    rows = page.all(f"//table[@id='{table}']/tbody/tr")
    return [[" ".join(cell.text_content().split()) for cell in row] for row in rows]


def bodies(world: FakeGateway, path: str) -> list[Any]:
    """What was posted under the calendar."""
    return [asked.body for asked in world.calls("POST", f"recert/v1/staff/calendar/{path}")]


# ------------------------------------------------------------------ who sees what


@pytest.mark.parametrize("path", [*PAGES, *ACTS])
def test_for_physicians_the_desk_does_not_exist(rosa: Visitor, path: str) -> None:
    assert rosa.get(DESK + path).status == 404


@pytest.mark.parametrize("path", ACTS)
def test_who_only_looks_changes_no_calendar(visitor: Visitor, world: FakeGateway, path: str) -> None:
    world.person, world.permissions = STAFF, ["recert:view"]
    visitor.sign_in()
    assert visitor.get(DESK + path).status == 404
    assert "Retirar" not in visitor.get(CALENDAR).words


def test_the_front_page_of_staff_shows_both_desks(keeper: Visitor) -> None:
    links = [link.text for link in keeper.get("/gestion").all("//h2/a")]
    assert {"Tablero de recertificación", "Días hábiles"} <= set(links)


# ------------------------------------------------------------------ the calendar


def test_a_year_shows_closures_holidays_and_what_was_taken_back(keeper: Visitor, world: FakeGateway) -> None:
    taken = {"withdrawn_at": AT, "withdrawn_by_name": "Ana Ríos", "withdrawal_reason": "Se registró por error"}
    world.calendar.withdrawn = [a_day(4, kind="EXTRA", **taken)]
    page = keeper.get(f"{CALENDAR}?anio=2026")
    assert cells(page, "days-table")[0][:4] == ["24/12/2026", "Cierre", "Todos los consejos", "Asueto por Nochebuena"]
    assert ["08/12/2026", "Inmaculada Concepción"] in cells(page, "holidays-table")
    assert cells(page, "withdrawn-table")[0][3:] == ["Se registró por error", "Ana Ríos, 20/11/2026"]


def test_a_year_without_closures_says_so(keeper: Visitor, world: FakeGateway) -> None:
    world.calendar.days = []
    assert "No hay cierres ni días extraordinarios" in keeper.get(CALENDAR).words


def test_a_year_far_away_is_not_asked_for(keeper: Visitor, world: FakeGateway) -> None:
    keeper.get(f"{CALENDAR}?anio=1900")
    assert all(asked.query.get("year") != "1900" for asked in world.calls("GET", "recert/v1/staff/calendar"))


def test_the_effect_is_shown_before_a_day_is_entered(keeper: Visitor, world: FakeGateway) -> None:
    keeper.get(f"{CALENDAR}/nuevo")
    page = keeper.post(f"{CALENDAR}/nuevo", TYPED)
    assert page.h1 == "Revisar antes de registrar"
    assert "Se mueve 1 plazo abierto" in page.words
    assert "2 plazos abiertos conservan la fecha que se prometió" in page.words
    assert cells(page, "moved-table") == [
        ["000001", "RENGIFO TUANAMA, Julio César", "Subsanación de observaciones", "07/01/2027", "08/01/2027"]
    ]
    assert bodies(world, "previews") == [CHANGE | {"council": None}]
    assert not bodies(world, "days")


def test_a_confirmed_day_is_entered_and_tells_how_many_moved(keeper: Visitor, world: FakeGateway) -> None:
    keeper.get(CHECK)
    page = keeper.post(CHECK, {})
    assert bodies(world, "days") == [CHANGE | {"council": None}]
    assert "Día registrado. Se movió 1 plazo y se avisó a su médico." in page.words


def test_a_day_without_anything_is_refused_beside_each_field_and_keeps_what_was_typed(
    keeper: Visitor, world: FakeGateway
) -> None:
    keeper.get(f"{CALENDAR}/nuevo")
    page = keeper.post(f"{CALENDAR}/nuevo", {"day_dia": "31", "day_mes": "2", "day_anio": "2026", "reason": "Corto"})
    assert page.status == 422 and page.title.startswith("Error: ")
    for text in (messages.DATE_WRONG, messages.DAY_KIND_MISSING, messages.CALENDAR_REASON_LENGTH):
        assert text in page.words
    assert page.one("//textarea[@name='reason']").text == "Corto"
    assert page.one("//input[@name='day_dia']").get("value") == "31"
    assert not bodies(world, "previews")


def test_what_recert_refuses_is_said_beside_its_field(keeper: Visitor, world: FakeGateway) -> None:
    errors = [{"pointer": "/day", "detail": "Ese día ya no cuenta: Navidad del Señor."}]
    world.refuse("POST", "recert/v1/staff/calendar/previews", 422, "invalid", errors=errors)
    page = keeper.get(CHECK)
    assert page.status == 422
    assert page.one("//p[@id='day-error']").text_content().endswith("Navidad del Señor")


def test_a_day_that_is_ruled_already_is_told_on_top(keeper: Visitor, world: FakeGateway) -> None:
    world.refuse("POST", "recert/v1/staff/calendar/previews", 409, "recert/day-already-ruled", "Ese día ya está.")
    page = keeper.get(CHECK)
    assert page.status == 422
    assert "Ese día ya está." in page.one("//*[@id='error-summary']").text_content()


def test_a_check_page_without_its_day_leads_back_to_the_form(keeper: Visitor, world: FakeGateway) -> None:
    errors = [{"pointer": name, "detail": "Este dato es obligatorio."} for name in ("/day", "/kind", "/reason")]
    world.refuse("POST", "recert/v1/staff/calendar/previews", 422, "invalid", errors=errors)
    assert keeper.get(f"{CALENDAR}/nuevo/revisar").all("//form[@id='day-form']")


def test_withdrawing_shows_its_effect_and_needs_a_reason(keeper: Visitor, world: FakeGateway) -> None:
    world.calendar.moved = []
    page = keeper.get(f"{CALENDAR}/5/retirar")
    assert "Ningún plazo abierto se mueve" in page.words
    assert keeper.post(f"{CALENDAR}/5/retirar", {"reason": ""}).status == 422
    page = keeper.post(f"{CALENDAR}/5/retirar", {"reason": "Se registró por error"})
    assert bodies(world, "days/5/withdrawal") == [{"reason": "Se registró por error"}]
    assert "Día retirado. Ningún plazo abierto se movió." in page.words


def test_a_day_that_does_not_exist_is_not_found(keeper: Visitor) -> None:
    assert keeper.get(f"{CALENDAR}/99/retirar").status == 404


def test_staff_of_one_council_enter_days_for_it_only(visitor: Visitor, world: FakeGateway) -> None:
    world.person, world.permissions = STAFF | {"council": "15"}, list(KEEPER)
    page = visitor.sign_in().get(f"{CALENDAR}/nuevo")
    assert [option.get("value") for option in page.all("//select[@name='council']/option")] == ["15"]


# ------------------------------------------------------------------ the cockpit


def test_the_cockpit_shows_queues_forecast_production_and_reasons(keeper: Visitor) -> None:
    page = keeper.get(f"{DESK}/tablero?desde=2026-11-01&hasta=2026-11-30")
    assert cells(page, "queues-table")[0] == ["CR III LIMA", "4", "3", "2", "1", "1", "2 vencidos de CR III LIMA", "3"]
    assert cells(page, "forecast-table")[1] == ["CR XV", "7", "2", "0.45", "4", "01/12/2026"]
    assert cells(page, "output-table")[0] == ["CR III LIMA", "9", "3", "5", "20", "1", "4", "1", "7", "1"]
    assert cells(page, "reasons-table")[0][1:] == ["3", "CR III LIMA: 2; CR XV: 1"]
    assert len(page.all("//*[local-name()='svg' and @role='img']")) == 2
    assert "El calendario movió 2 plazos" in page.words


def test_without_days_the_last_month_is_shown(keeper: Visitor, world: FakeGateway) -> None:
    keeper.get(f"{DESK}/tablero?consejo=15")
    [asked] = world.calls("GET", "recert/v1/staff/cockpit/production")
    assert asked.query["council"] == "15"
    assert asked.query["from"] < asked.query["to"]


def test_days_that_make_no_period_are_said_beside_the_field(keeper: Visitor, world: FakeGateway) -> None:
    page = keeper.get(f"{DESK}/tablero?desde=2026-11-30&hasta=2026-11-01")
    assert page.status == 422 and messages.DAYS_BACKWARDS in page.words
    assert not world.calls("GET", "recert/v1/staff/cockpit/production")


def test_an_empty_cockpit_says_so(keeper: Visitor, world: FakeGateway) -> None:
    world.calendar.queues, world.calendar.outputs, world.calendar.reasons, world.calendar.moves = [], [], [], []
    words = keeper.get(f"{DESK}/tablero").words
    for text in ("No hay expedientes abiertos", "No hay resultados por dictaminar", "No se enviaron observaciones"):
        assert text in words


def test_the_workbook_is_passed_on(keeper: Visitor, world: FakeGateway) -> None:
    page = keeper.get(f"{DESK}/tablero.xlsx?desde=2026-11-01&hasta=2026-11-30&consejo=15")
    assert page.response.data == b"PK xlsx"
    assert "recertificacion.xlsx" in page.response.headers["Content-Disposition"]
    [asked] = world.calls("GET", "recert/v1/staff/cockpit/workbook.xlsx")
    assert asked.query == {"from": "2026-11-01", "to": "2026-11-30", "council": "15"}


def test_open_deadlines_say_in_words_what_is_left(keeper: Visitor, world: FakeGateway) -> None:
    page = keeper.get(f"{DESK}/plazos?tipo=RESULT&vencidos=1")
    assert [row[-1] for row in cells(page, "deadlines-table")] == [
        "Vencido",
        "Vence hoy",
        "1 día hábil",
        "7 días hábiles",
    ]
    [asked] = world.calls("GET", "recert/v1/staff/cockpit/deadlines")
    assert asked.query == {"kind": "RESULT", "late": "true", "limit": "20"}


# ------------------------------------------------------------------ the physician's deadlines


def test_a_physician_reads_the_last_day_what_is_left_and_why_days_were_skipped(rosa: Visitor) -> None:
    """REC-20, ux.md: "quedan N días hábiles"."""
    page = rosa.get(f"/recertificacion/solicitudes/{DOSSIER}/plazos")
    assert "Usted tiene hasta el 8 de enero de 2027 a las 23:59:59, hora de Lima (quedan 3 días hábiles)" in page.words
    assert "08/12/2026: Inmaculada Concepción" in page.words
    assert "La fecha cambió del 07/01/2027 al 08/01/2027" in page.words
    assert "Guardar en mi agenda" in page.words


@pytest.mark.parametrize(
    ("changes", "text"),
    [
        ({"days_left": 0}, "vence hoy"),
        ({"days_left": 1}, "queda 1 día hábil"),
        ({"over": True}, "Venció el 8 de enero de 2027"),
        ({"running": False}, "Terminado a tiempo"),
        ({"running": False, "over": True}, "Terminado después del plazo"),
        ({"kind": "RESULT"}, "El Colegio tiene hasta el"),
        ({"kept": True}, "Se mantiene la que ya se le había comunicado"),
    ],
)
def test_each_state_of_a_deadline_has_its_words(
    rosa: Visitor, world: FakeGateway, changes: dict[str, Any], text: str
) -> None:
    world.calendar.own = [a_deadline(**changes)]
    assert text in rosa.get(f"/recertificacion/solicitudes/{DOSSIER}/plazos").words


def test_a_dossier_without_deadlines_says_so(rosa: Visitor, world: FakeGateway) -> None:
    world.calendar.own = []
    assert "no tiene plazos" in rosa.get(f"/recertificacion/solicitudes/{DOSSIER}/plazos").words


def test_the_agenda_file_is_passed_on(rosa: Visitor) -> None:
    page = rosa.get(f"/recertificacion/solicitudes/{DOSSIER}/plazos/correction.ics")
    assert page.response.content_type.startswith("text/calendar")
    assert page.response.data == b"BEGIN:VCALENDAR"


def test_another_persons_dossier_is_not_found(rosa: Visitor) -> None:
    assert rosa.get(f"/recertificacion/solicitudes/{DOSSIER[:-1]}0/plazos").status == 404
