"""Staff closing days and opening them: shown first, done with a reason, told to both sides, never earlier."""

from datetime import date

import pytest
from sqlalchemy import select

from contracts.recert import CalendarDayAdded, CalendarDayWithdrawn, DeadlineMoved
from services.recert.deadlines import DeadlineKind
from services.recert.models import DeadlineMove, StaffAct
from tests.recert.calendar_desk import JULIO, KEEPER_OF_SAN_MARTIN, OF_SAN_MARTIN, REVISER, a_deadline, deadline

CALENDAR = "/v1/staff/calendar"
CLOSURE = {"day": "2026-12-24", "kind": "CLOSURE", "reason": "Asueto por Nochebuena"}
EXTRA = {"day": "2026-12-12", "kind": "EXTRA", "reason": "Recuperación del 24 de diciembre"}


@pytest.fixture
def ask(service):
    """Sends a change, as the national reviser unless told otherwise; returns (status, body)."""

    def send(path, body=None, who=REVISER):
        client = service.client(who)
        answer = client.get(f"{CALENDAR}{path}") if body is None else client.post(f"{CALENDAR}{path}", json=body)
        return answer.status_code, answer.get_json()

    return send


def test_a_closure_moves_the_open_deadlines_it_lies_in_and_tells_both_sides(service, ask):
    correction = a_deadline(service, number=1)
    result = a_deadline(service, DeadlineKind.RESULT, number=2)

    status, body = ask("/days", CLOSURE)

    assert (status, body["moved"]) == (201, 1)
    moved = deadline(service, correction)
    assert (moved.promised_on, moved.due_on) == (date(2027, 1, 7), date(2027, 1, 8))
    assert deadline(service, result).due_on == date(2026, 12, 1)
    (told,) = service.events(DeadlineMoved)
    assert (told.due_before, told.due_on, told.account_id) == (date(2027, 1, 7), moved.due_on, "account-julio")
    assert told.reason == "El 24/12/2026 es día no laborable: Asueto por Nochebuena"
    assert [(event.day, event.council, event.moved_deadlines) for event in service.events(CalendarDayAdded)] == [
        (date(2026, 12, 24), None, 1)
    ]
    with service.transaction() as session:
        assert [(move.due_before, move.due_after) for move in session.scalars(select(DeadlineMove))] == [
            (date(2027, 1, 7), date(2027, 1, 8))
        ]


def test_the_reminders_follow_the_new_last_day(service, ask):
    found = a_deadline(service)
    before = deadline(service, found).remind_on
    ask("/days", CLOSURE | {"day": "2026-12-10"})

    assert (before, deadline(service, found).remind_on) == (date(2026, 12, 22), date(2026, 12, 23))


def test_the_effect_is_shown_before_anything_is_done(service, ask):
    found = a_deadline(service)

    status, effect = ask("/previews", CLOSURE)

    assert (status, effect["moved"], effect["kept"]) == (200, 1, 0)
    assert [(each["number"], each["due_before"], each["due_on"]) for each in effect["first"]] == [
        ("000001", "2027-01-07", "2027-01-08")
    ]
    assert deadline(service, found).due_on == date(2027, 1, 7)
    assert not service.events(CalendarDayAdded)


def test_an_extra_day_brings_no_deadline_forward(service, ask):
    """Never earlier than promised."""
    found = a_deadline(service)

    assert ask("/previews", EXTRA)[1]["kept"] == 1
    assert ask("/days", EXTRA)[1]["moved"] == 0
    assert deadline(service, found).due_on == date(2027, 1, 7)


def test_a_deadline_that_starts_after_an_extra_day_was_entered_counts_it(service, ask):
    ask("/days", EXTRA)

    assert deadline(service, a_deadline(service)).due_on == date(2027, 1, 6)


def test_a_withdrawn_closure_leaves_the_later_date_that_was_told(service, ask):
    found = a_deadline(service)
    day = ask("/days", CLOSURE)[1]["day"]

    assert ask(f"/days/{day['id']}/preview")[1] == {"moved": 0, "kept": 1, "first": [], "day": day}
    status, body = ask(f"/days/{day['id']}/withdrawal", {"reason": "Se registró por error"})

    assert (status, body["moved"], body["day"]["withdrawal_reason"]) == (200, 0, "Se registró por error")
    later = deadline(service, found)
    assert later.due_on == date(2027, 1, 8)
    assert len(service.events(CalendarDayWithdrawn)) == 1
    shown = service.client(JULIO).get(f"/v1/dossiers/{later.dossier_id}/deadlines").get_json()["items"][0]
    assert (shown["kept"], shown["promised_on"], shown["due_on"]) == (True, "2027-01-07", "2027-01-08")
    agenda = (
        service.client(JULIO).get(f"/v1/dossiers/{later.dossier_id}/deadlines/correction.ics").get_data(as_text=True)
    )
    assert "SEQUENCE:1" in agenda
    assert ask(f"/days/{day['id']}/withdrawal", {"reason": "Otra vez lo mismo"})[0] == 404
    assert ask("/days", CLOSURE)[0] == 201, "the day can be closed again"


def test_a_withdrawn_extra_day_moves_what_was_counted_by_it(service, ask):
    day = ask("/days", EXTRA)[1]["day"]
    found = a_deadline(service)

    assert ask(f"/days/{day['id']}/withdrawal", {"reason": "No se trabajará ese día"})[1]["moved"] == 1
    assert deadline(service, found).due_on == date(2027, 1, 7)


def test_a_councils_closure_moves_only_its_own_deadlines(service, ask):
    here, there = a_deadline(service, number=1, council="15"), a_deadline(service, number=2, council="03")

    assert ask("/days", CLOSURE | {"council": "15"})[1]["moved"] == 1
    assert deadline(service, here).due_on == date(2027, 1, 8)
    assert deadline(service, there).due_on == date(2027, 1, 7)


def test_acts_are_audited_with_their_reason(service, ask):
    day = ask("/days", CLOSURE)[1]["day"]
    ask(f"/days/{day['id']}/withdrawal", {"reason": "Se registró por error"})

    with service.transaction() as session:
        acts = [(act.act, act.subject, act.actor_name, act.reason) for act in session.scalars(select(StaffAct))]
    assert acts == [
        ("closure.added", "day:2026-12-24", "Nélida Paredes", "Asueto por Nochebuena"),
        ("closure.withdrawn", "day:2026-12-24", "Nélida Paredes", "Se registró por error"),
    ]


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"day": "2026-12-25"}, "/day"),
        ({"day": "2026-12-26"}, "/day"),
        ({"day": "2026-12-23", "kind": "EXTRA"}, "/day"),
        ({"day": "2026-10-01"}, "/day"),
        ({"day": "2029-12-24"}, "/day"),
        ({"day": "mañana"}, "/day"),
        ({"reason": "Porque sí"}, "/reason"),
        ({"council": "3"}, "/council"),
        ({"kind": "HOLIDAY"}, "/kind"),
    ],
    ids=lambda value: str(value),
)
def test_a_change_that_makes_no_sense_says_where(ask, change, pointer):
    for path in ("/previews", "/days"):
        status, body = ask(path, CLOSURE | change)
        assert (status, [error["pointer"] for error in body["errors"]]) == (422, [pointer])


def test_a_day_is_ruled_once_for_the_same_council(ask):
    ask("/days", CLOSURE)

    assert ask("/days", CLOSURE)[0] == 409
    assert ask("/days", CLOSURE | {"council": "15"})[0] == 422, "it is closed there already"
    assert ask("/days", CLOSURE | {"council": "15", "kind": "EXTRA"})[0] == 201, "a council may work all the same"


def test_who_keeps_one_councils_calendar_touches_no_other(ask):
    national = ask("/days", CLOSURE)[1]["day"]
    other = CLOSURE | {"day": "2026-12-23", "council": "03"}

    assert ask("/days", other, KEEPER_OF_SAN_MARTIN)[0] == 422
    assert ask(f"/days/{national['id']}/withdrawal", {"reason": "No nos conviene"}, KEEPER_OF_SAN_MARTIN)[0] == 404
    status, body = ask("/days", CLOSURE | {"day": "2026-12-23"}, KEEPER_OF_SAN_MARTIN)
    assert (status, body["day"]["council"]) == (201, "15")


def test_a_council_sees_its_own_days_and_those_of_all(ask):
    ask("/days", CLOSURE)
    ask("/days", CLOSURE | {"day": "2026-12-23", "council": "03"})
    ask("/days", CLOSURE | {"day": "2026-12-22", "council": "15"})

    shown = ask("?year=2026&council=03", who=OF_SAN_MARTIN)[1]
    assert [(day["day"], day["council"]) for day in shown["staff_days"]] == [("2026-12-22", "15"), ("2026-12-24", None)]
    assert {"day": "2026-12-08", "name": "Inmaculada Concepción"} in shown["holidays"]
    assert len(ask("?year=2026")[1]["staff_days"]) == 3


def test_only_who_keeps_the_calendar_changes_it(ask):
    assert ask("/days", CLOSURE, OF_SAN_MARTIN)[0] == 403
    assert ask("", who=JULIO)[0] == 403
