"""The audit: who, when, what, before and after, in the same transaction, and never changed afterwards."""

import csv
import io
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from chassis.testing import ServiceUnderTest
from services.identity import audit
from services.identity.models import AuditEntry
from tests.identity.asking import asking, token_of
from tests.identity.conftest import House
from tests.people import staff

Note = Callable[..., None]


@pytest.fixture
def note(service: ServiceUnderTest) -> Note:
    """Write an entry by hand, as somebody."""

    def write(act: str = "council.changed", by: audit.Actor = audit.SYSTEM, **more: Any) -> None:
        with service.transaction() as session:
            audit.record(session, act=act, actor=by, **({"subject": "council:03"} | more))

    return write


@pytest.mark.parametrize(
    "statement",
    ["UPDATE audit_entry SET actor_id = 'x'", "DELETE FROM audit_entry", "DELETE FROM audit_entry WHERE id = 1"],
)
def test_the_database_itself_refuses_to_change_or_delete_an_entry(
    service: ServiceUnderTest, note: Note, statement: str
) -> None:
    note()
    with pytest.raises(DBAPIError, match="never changed"), service.transaction() as session:
        session.execute(text(statement))
    with service.db.reading() as session:
        assert session.get_one(AuditEntry, 1).actor_id == "system"


def test_an_act_that_fails_leaves_no_entry(service: ServiceUnderTest) -> None:
    with pytest.raises(ZeroDivisionError), service.transaction() as session:
        audit.record(session, act="council.changed", subject="council:03")
        session.flush()
        raise ZeroDivisionError
    with service.db.reading() as session:
        assert session.get(AuditEntry, 1) is None


def test_an_entry_says_who_with_roles_and_council_when_what_before_after_and_why(
    service: ServiceUnderTest, note: Note
) -> None:
    by = audit.Actor(id="staff-7", name="Ana Pérez", roles="registry,vouchers", council="03")
    note(
        "client.email_changed",
        by,
        subject="account:9",
        before={"email": "a@example.pe"},
        after={"email": "b@example.pe"},
        reason="Lo pidió",
    )
    (entry,) = asking(service, staff("identity:audit")).get("/v1/audit").get_json()["items"]
    assert entry.pop("at") == "2026-11-20T15:00:00+00:00"
    assert entry == {
        "id": 1,
        "actor_id": "staff-7",
        "actor_name": "Ana Pérez",
        "actor_roles": "registry,vouchers",
        "actor_council": "03",
        "act": "client.email_changed",
        "subject": "account:9",
        "council": "03",
        "before": {"email": "a@example.pe"},
        "after": {"email": "b@example.pe"},
        "reason": "Lo pidió",
    }


def test_without_somebody_named_the_actor_is_who_asks(service: ServiceUnderTest) -> None:
    token = token_of(service, staff("identity:audit", council="05"))
    with (
        service.app.test_request_context(headers={"Authorization": f"Bearer {token}"}),
        service.db.transaction() as session,
    ):
        entry = audit.record(session, act="council.changed", subject="council:05")
    assert (entry.actor_id, entry.actor_name, entry.actor_council, entry.council) == (
        "staff-1",
        "PERSONAL DE PRUEBA",
        "05",
        "05",
    )


def test_on_a_public_route_the_actor_is_a_visitor_and_in_a_job_the_system(service: ServiceUnderTest) -> None:
    with service.app.test_request_context(), service.db.transaction() as session:
        visitor = audit.record(session, act="client.proved", subject="account:9")
    with service.transaction() as session:
        system = audit.record(session, act="council.published", subject="council:05")
    assert (visitor.actor_id, system.actor_id) == ("visitor", "system")


def acts(answer: Any) -> list[str]:
    return [entry["act"] for entry in answer.get_json()["items"]]


def test_pages_go_from_the_newest_to_the_oldest_without_gap_or_repeat(service: ServiceUnderTest, note: Note) -> None:
    for number in range(5):
        note(f"act.{number}")
    reader, seen, after = asking(service, staff("identity:audit")), [], ""
    while after is not None:
        answer = reader.get(f"/v1/audit?limit=2{after and f'&after={after}'}")
        seen += acts(answer)
        after = answer.get_json()["next"]
    assert seen == ["act.4", "act.3", "act.2", "act.1", "act.0"]


@pytest.mark.parametrize(
    ("filters", "found"),
    [
        ("actor=system", ["b.done", "a.done"]),
        ("act=c.done", ["c.done"]),
        ("subject=council:05", ["b.done"]),
        ("since=2026-11-21", ["c.done", "b.done"]),
        ("until=2026-11-20", ["a.done"]),
        ("actor=system&subject=council:05", ["b.done"]),
        ("actor=nobody", []),
    ],
)
def test_entries_are_found_by_who_what_whom_and_day_of_lima(
    service: ServiceUnderTest, note: Note, filters: str, found: list[str]
) -> None:
    """The first entry is written at 23:59 of 20 November in Lima, the others a minute later."""
    service.clock.set(service.clock.now().replace(day=21, hour=4, minute=59))
    note("a.done")
    service.clock.advance(minutes=1)
    note("b.done", subject="council:05")
    note("c.done", audit.Actor(id="staff-7"))
    assert acts(asking(service, staff("identity:audit")).get(f"/v1/audit?{filters}")) == found


def test_an_auditor_of_one_council_sees_its_staff_and_what_concerns_it_only(
    service: ServiceUnderTest, note: Note
) -> None:
    note("ours.done", audit.Actor(id="staff-7", council="03"))
    note("theirs.done", audit.Actor(id="staff-8", council="05"))
    note("national.done", audit.Actor(id="staff-9"), council="03")
    note("nowhere.done")
    assert acts(asking(service, staff("identity:audit", council="03")).get("/v1/audit")) == [
        "national.done",
        "ours.done",
    ]
    assert len(acts(asking(service, staff("identity:audit")).get("/v1/audit"))) == 4


def test_reading_needs_the_permission(service: ServiceUnderTest) -> None:
    client = asking(service, staff("identity:staff", "identity:registry"))
    assert [client.get(path).status_code for path in ("/v1/audit", "/v1/audit/export")] == [403, 403]
    assert service.client().get("/v1/audit").status_code == 401


def test_the_export_has_every_entry_in_order_and_is_an_entry_itself(service: ServiceUnderTest, note: Note) -> None:
    note(reason='Ñandú, "comillas"\ny salto')
    note(reason="=1+1")
    answer = asking(service, staff("identity:audit")).get("/v1/audit/export?act=council.changed")
    rows = list(csv.reader(io.StringIO(answer.data.decode("utf-8-sig"))))
    assert answer.headers["Content-Disposition"] == "attachment; filename=auditoria.csv"
    assert [row[11] for row in rows] == ["motivo", 'Ñandú, "comillas"\ny salto', "'=1+1"]
    assert rows[1][1] == "2026-11-20 10:00:00-05:00"
    (newest, *_) = asking(service, staff("identity:audit")).get("/v1/audit").get_json()["items"]
    assert (newest["act"], newest["after"]) == ("audit.exported", {"act": "council.changed", "format": "csv"})


def test_the_export_is_also_a_spreadsheet(service: ServiceUnderTest, note: Note) -> None:
    note()
    answer = asking(service, staff("identity:audit")).get("/v1/audit/export?format=xlsx")
    with zipfile.ZipFile(io.BytesIO(answer.data)) as book:
        assert b'r="L3"' in book.read("xl/worksheets/sheet1.xml") or b'r="C3"' in book.read("xl/worksheets/sheet1.xml")
    assert asking(service, staff("identity:audit")).get("/v1/audit/export?format=pdf").status_code == 422


def test_an_operator_takes_the_audit_along_at_the_command_line(house: House, tmp_path: Path) -> None:
    for _ in range(2):
        result = house.run("audit", "export", str(tmp_path / "audit.csv"), "--since", "2026-11-20")
        assert result.exit_code == 0, result.output
    rows = list(csv.reader((tmp_path / "audit.csv").open(encoding="utf-8-sig")))
    assert [row[6] for row in rows] == ["acto", "audit.exported", "audit.exported"]
    assert rows[1][2].startswith("operator:")
    assert house.run("audit", "export", str(tmp_path / "audit.pdf")).exit_code == 1
