"""The council's cockpit: what waits, what was done, what will be late; and nobody else's council."""

import io
import zipfile
from datetime import date

import pytest

from services.recert import deadlines
from services.recert.cockpit.forecast import breaches
from services.recert.deadlines import DeadlineKind
from services.recert.models import Dossier, DossierStep, Observation
from services.recert.states import DossierAct, DossierState
from tests.recert.calendar_desk import JULIO, OF_SAN_MARTIN, REVISER, a_deadline, deadline, lima

DAYS = "?from=2026-11-01&to=2026-11-30"


@pytest.fixture
def ask(service):
    """Reads the cockpit, as the national reviser unless told otherwise."""

    def get(path="", who=REVISER):
        return service.client(who).get(f"/v1/staff/cockpit{path}").get_json()

    return get


def took_step(service, deadline_id, act, at="2026-11-19 10:00:00"):
    """A step of the dossier that happened then."""
    state = DossierState.EN_EVALUACION
    with service.transaction() as session:
        dossier_id = deadline(service, deadline_id).dossier_id
        session.add(DossierStep(dossier_id=dossier_id, act=act, before=state, after=state, by="staff", at=lima(at)))


def observed(service, deadline_id, reason="Falta el sello", at="2026-11-19 10:00:00", **changes):
    """An observation that was sent then."""
    sent = {
        "dossier_id": deadline(service, deadline_id).dossier_id, "version_number": 1, "page": 1, "rule": "EJEMPLO",
        "reason_code": reason.split()[-1].upper(), "reason": reason, "comment": "…", "made_by": "staff",
        "made_by_name": "X", "made_at": lima(at), "round": 1, "sent_at": lima(at),
    }  # fmt: skip
    with service.transaction() as session:
        session.add(Observation(**sent | changes))


def test_queues_count_dossiers_by_state_and_what_is_late_or_due_soon(service, ask):
    """On Friday 20 November what ends until Wednesday 25 is due in three working days."""
    a_deadline(service, DeadlineKind.RESULT, number=1, on=date(2026, 11, 10))
    a_deadline(service, DeadlineKind.RESULT, number=2, on=date(2026, 11, 16))
    a_deadline(service, DeadlineKind.RESULT, number=3, on=date(2026, 11, 17), state=DossierState.EMITIDO)
    a_deadline(service, DeadlineKind.CORRECTION, number=4, on=date(2026, 10, 9))
    a_deadline(service, DeadlineKind.DIPLOMA, number=5, council="15", pickup="15")

    (row,) = ask()["queues"]

    assert row == {
        "council": "15", "label": "CR XV", "emitido": 1, "en_evaluacion": 2, "observado": 1, "aprobado": 0,
        "diplomas": 1, "overdue": 1, "soon": 1,
    }  # fmt: skip


def test_a_council_sees_itself_and_national_staff_all(service, ask):
    a_deadline(service, DeadlineKind.RESULT, number=1, council="15")
    a_deadline(service, DeadlineKind.RESULT, number=2, council="03")

    assert [row["council"] for row in ask()["queues"]] == ["03", "15"]
    assert [row["council"] for row in ask("?council=03")["queues"]] == ["03"]
    assert [row["council"] for row in ask("?council=03", OF_SAN_MARTIN)["queues"]] == ["15"]
    for path, rows in ((f"/production{DAYS}&council=03", "councils"), ("/deadlines?council=03", "items")):
        assert [row["council"] for row in ask(path, OF_SAN_MARTIN)[rows]] == ["15"]


def test_open_deadlines_come_in_the_order_they_end_a_page_at_a_time(service, ask):
    for number, start in ((1, date(2026, 11, 20)), (2, date(2026, 11, 10)), (3, date(2026, 11, 20))):
        a_deadline(service, DeadlineKind.RESULT, number=number, on=start)

    page = ask("/deadlines?limit=2")
    rest = ask(f"/deadlines?limit=2&after={page['next']}")

    assert [(row["number"], row["overdue"]) for row in page["items"]] == [("000002", True), ("000001", False)]
    assert [(row["number"], row["days_left"]) for row in rest["items"]] == [("000003", 7)]
    assert rest["next"] is None
    assert [row["number"] for row in ask("/deadlines?late=true")["items"]] == ["000002"]


def test_production_counts_what_was_done_on_the_days_asked_for_in_lima(service, ask):
    one = a_deadline(service, DeadlineKind.RESULT, number=1)
    other = a_deadline(service, DeadlineKind.RESULT, number=2, council="03")
    for deadline_id, act, at in (
        (one, DossierAct.OBSERVED, "2026-11-01 00:00:00"),
        (one, DossierAct.APPROVED, "2026-11-30 23:59:59"),
        (one, DossierAct.APPROVED, "2026-12-01 00:00:00"),
        (one, DossierAct.CLAIMED, "2026-11-02 10:00:00"),
        (other, DossierAct.REVISED, "2026-11-02 10:00:00"),
    ):
        took_step(service, deadline_id, act, at)

    body = ask(f"/production{DAYS}")

    counted = {row["council"]: (row["submitted"], row["ruled"], row["revised"]) for row in body["councils"]}
    assert counted == {"03": (1, 0, 1), "15": (1, 2, 0)}
    assert (body["total"]["submitted"], body["total"]["ruled"]) == (2, 2)


def test_results_are_counted_in_time_or_late(service, ask):
    ends = {1: "2026-11-19 23:59:59", 2: "2026-11-20 00:00:00"}
    for number, at in ends.items():
        found = deadline(service, a_deadline(service, DeadlineKind.RESULT, number=number, on=date(2026, 11, 10)))
        with service.transaction() as session:
            deadlines.stop(session, found.dossier_id, DeadlineKind.RESULT, at=lima(at))

    (row,) = ask(f"/production{DAYS}")["councils"]
    assert (row["in_time"], row["late"]) == (1, 1)


def test_reasons_of_observations_are_counted_by_council_the_most_frequent_first(service, ask):
    one = a_deadline(service, number=1)
    other = a_deadline(service, number=2, council="03")
    observed(service, one)
    observed(service, other)
    observed(service, other, "Documento sin fecha")
    observed(service, other, "Documento sin fecha", sent_at=None, round=None)

    reasons = ask(f"/production{DAYS}")["reasons"]

    assert [(each["reason"], each["count"]) for each in reasons] == [("Falta el sello", 2), ("Documento sin fecha", 1)]
    assert [(each["label"], each["count"]) for each in reasons[0]["councils"]] == [("CR III", 1), ("CR XV", 1)]


@pytest.mark.parametrize(
    ("load", "ruled", "expected"),
    [
        ([(1, 2)], 40, [0]),
        ([(1, 3)], 40, [1]),
        ([(2, 1)], 9, [1]),
        ([(2, 1)], 10, [0]),
        ([(1, 3), (3, 3)], 40, [1, 0]),
        ([(-1, 4), (1, 2)], 40, [0, 2]),
        ([(5, 3)], 0, [3]),
        ([], 20, []),
    ],
)
def test_the_forecast_takes_results_in_the_order_of_their_last_days_at_the_recent_pace(load, ruled, expected):
    """Rulings of 20 working days; groups of (working days left, how many); what has ended is taken first."""
    assert breaches(load, ruled) == expected


def test_the_forecast_names_the_first_day_that_will_not_hold(service, ask):
    for number in (1, 2, 3):
        found = a_deadline(service, DeadlineKind.RESULT, number=number)
    for _ in range(4):
        took_step(service, found, DossierAct.OBSERVED)
    took_step(service, found, DossierAct.OBSERVED, at="2026-10-01 10:00:00")

    (row,) = ask()["forecast"]
    assert (row["open"], row["ruled"], row["pace"], row["breaches"]) == (3, 4, 0.2, 2)
    assert row["first_breach_on"] == "2026-12-01"


def test_what_the_calendar_moved_is_a_notice_for_staff(service, ask):
    a_deadline(service, number=1)
    a_deadline(service, number=2, council="03")
    closure = {"day": "2026-12-24", "kind": "CLOSURE", "reason": "Asueto por Nochebuena", "council": None}
    service.client(REVISER).post("/v1/staff/calendar/days", json=closure)

    assert [(each["moved"], each["reason"][:13]) for each in ask()["moves"]] == [(2, "El 24/12/2026")]
    assert [each["moved"] for each in ask("", OF_SAN_MARTIN)["moves"]] == [1]


def test_the_workbook_holds_the_four_sheets_with_the_councils_figures(service):
    found = a_deadline(service, DeadlineKind.RESULT)
    took_step(service, found, DossierAct.OBSERVED)
    observed(service, found, "=1+1 no es una fórmula")

    answer = service.client(REVISER).get(f"/v1/staff/cockpit/workbook.xlsx{DAYS}")
    with zipfile.ZipFile(io.BytesIO(answer.data)) as book:
        names, words = book.read("xl/workbook.xml").decode(), book.read("xl/sharedStrings.xml").decode()
        sheets = "".join(
            book.read(name).decode() for name in book.namelist() if "sheets/" in name and "rels" not in name
        )

    assert [name in names for name in ("Colas", "Producción", "Motivos", "Pronóstico")] == [True] * 4
    assert "CR XV" in words
    assert "=1+1 no es una fórmula" in words and "<f>" not in sheets
    assert "recertificacion-nacional-20261120.xlsx" in answer.headers["Content-Disposition"]


@pytest.mark.parametrize(
    "days", ["?from=2026-11-30&to=2026-11-01", "?from=2026-01-01&to=2027-01-02", "?from=ayer&to=hoy"]
)
def test_days_that_make_no_period_are_refused(service, days):
    assert service.client(REVISER).get(f"/v1/staff/cockpit/production{days}").status_code == 422


def test_physicians_have_no_cockpit(service):
    assert service.client(JULIO).get("/v1/staff/cockpit").status_code == 403


def test_an_empty_council_has_an_empty_cockpit(ask):
    body = ask()
    assert (body["queues"], body["forecast"], body["moves"], body["total"]["overdue"]) == ([], [], [], 0)


def test_a_discarded_dossier_waits_no_longer(service, ask):
    found = deadline(service, a_deadline(service))
    with service.transaction() as session:
        session.get_one(Dossier, found.dossier_id).state = DossierState.DESCARTADO

    assert ask()["queues"] == []
