"""The desk of SINADEF: council scope, claim, decision, audit, and the export for MINSA (MENU-1)."""

import csv
import io
import zipfile
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from contracts.identity import SinadefRequestChanged
from services.identity.models import AuditEntry, DataAccess
from services.identity.sinadef.export import COLUMNS, harmless
from tests.identity.asking import asking
from tests.identity.conftest import House
from tests.identity.owner import Owner
from tests.identity.test_sinadef import entitled, file, standing
from tests.people import staff

BASE = "/v1/desk/sinadef-requests"


@pytest.fixture
def rosa(house: House) -> Owner:
    """Rosa of council 03, with an application."""
    rosa = entitled(house)
    assert file(rosa).status_code == 201
    return rosa


def desk(owner: Owner, council: str | None = None, subject: str = "staff-1") -> FlaskClient:
    """Staff of the registry."""
    return asking(owner.house.service, staff("identity:sinadef", council=council, subject=subject))


def act(client: FlaskClient, what: str, **body: Any) -> tuple[int, dict[str, Any]]:
    answer = client.post(f"{BASE}/1/{what}", json=body or None)
    return answer.status_code, answer.get_json()


def audited(owner: Owner) -> list[AuditEntry]:
    with owner.house.service.transaction() as session:
        return list(session.scalars(select(AuditEntry).order_by(AuditEntry.id)))


def test_the_queue_holds_what_is_undecided_oldest_first(rosa: Owner) -> None:
    file(entitled(rosa.house, "023546"))
    rows = desk(rosa).get(BASE).get_json()["items"]
    assert [(row["number"], row["cmp_number"]) for row in rows] == [
        ("SIN-2026-000001", "012345"),
        ("SIN-2026-000002", "023546"),
    ]
    assert desk(rosa).get(f"{BASE}?state=ATENDIDO").get_json()["items"] == []


@pytest.mark.parametrize(("council", "status", "rows"), [(None, 200, 1), ("03", 200, 1), ("15", 404, 0)])
def test_staff_of_a_council_see_its_physicians_only(rosa: Owner, council: str | None, status: int, rows: int) -> None:
    client = desk(rosa, council)
    assert len(client.get(BASE).get_json()["items"]) == rows
    assert client.get(f"{BASE}/1").status_code == status
    assert act(client, "review")[0] == status


def test_without_the_permission_there_is_no_desk(rosa: Owner) -> None:
    client = asking(rosa.house.service, staff("identity:registry"))
    assert client.get(BASE).status_code == 403
    assert rosa.client.get(BASE).status_code == 403


def test_looking_at_an_application_is_written_down_for_the_applicant(rosa: Owner) -> None:
    desk(rosa).get(f"{BASE}/1")
    with rosa.house.service.transaction() as session:
        (look,) = session.scalars(select(DataAccess))
        assert (look.account_id, look.staff_account_id) == (rosa.account_id, "staff-1")


def test_an_application_is_claimed_then_approved_and_each_step_is_told(rosa: Owner) -> None:
    client = desk(rosa)
    assert act(client, "review")[1]["mine"] is True
    status, body = act(client, "approval")
    assert (status, body["state"]) == (200, "ATENDIDO")
    assert [told.state for told in rosa.told(SinadefRequestChanged)] == ["EMITIDO", "EN_REVISION", "ATENDIDO"]
    assert [step["actor_name"] for step in body["steps"]] == ["", "PERSONAL DE PRUEBA", "PERSONAL DE PRUEBA"]


def test_each_act_is_audited_with_before_after_and_reason(rosa: Owner) -> None:
    act(desk(rosa), "review")
    act(desk(rosa), "rejection", reason="Falta el código del establecimiento.")
    claimed, rejected = audited(rosa)
    assert (claimed.act, claimed.subject, claimed.actor_id, claimed.council) == (
        "sinadef_request.claimed",
        "sinadef_request:SIN-2026-000001",
        "staff-1",
        "03",
    )
    assert (rejected.before or {})["state"] == "EN_REVISION"
    assert (rejected.after or {})["state"] == "RECHAZADO"
    assert rejected.reason == "Falta el código del establecimiento."


def test_a_rejection_tells_the_applicant_why(rosa: Owner) -> None:
    act(desk(rosa), "review")
    act(desk(rosa), "rejection", reason="Falta el código del establecimiento.")
    assert rosa.told(SinadefRequestChanged)[-1].reason == "Falta el código del establecimiento."
    assert rosa.client.get("/v1/sinadef-requests/1").get_json()["reason"] == "Falta el código del establecimiento."


@pytest.mark.parametrize("reason", ["", "corto", " " * 20, "x" * 501])
def test_a_rejection_needs_a_reason_that_says_something(rosa: Owner, reason: str) -> None:
    act(desk(rosa), "review")
    assert act(desk(rosa), "rejection", reason=reason)[0] == 422


@pytest.mark.parametrize("decision", [("approval", {}), ("rejection", {"reason": "Falta el código."})])
def test_nobody_decides_what_nobody_or_somebody_else_is_reviewing(rosa: Owner, decision: Any) -> None:
    what, body = decision
    assert act(desk(rosa), what, **body)[1]["type"].endswith("sinadef-moved")
    act(desk(rosa), "review")
    other = desk(rosa, subject="staff-2")
    assert act(other, what, **body)[1]["type"].endswith("sinadef-not-your-review")
    act(other, "review")
    assert act(desk(rosa), what, **body)[0] == 409
    assert act(other, what, **body)[0] == 200


def test_what_is_decided_stays_decided(rosa: Owner) -> None:
    act(desk(rosa), "review")
    act(desk(rosa), "approval")
    for what, body in (("review", {}), ("approval", {}), ("rejection", {"reason": "Me arrepentí de esto."})):
        assert act(desk(rosa), what, **body)[0] == 409
    assert rosa.client.post("/v1/sinadef-requests/1/cancellation").status_code == 409
    assert len(audited(rosa)) == 2


def test_who_is_no_longer_habil_is_not_approved_and_the_desk_sees_why(rosa: Owner) -> None:
    act(desk(rosa), "review")
    rosa.house.service.deliver(standing(good=False), sequence=2)
    status, body = act(desk(rosa), "approval")
    assert (status, body["reasons"]) == (409, ["not-in-good-standing"])
    shown = desk(rosa).get(f"{BASE}/1").get_json()
    assert [obstacle["reason"] for obstacle in shown["obstacles"]] == ["not-in-good-standing"]


def test_an_approval_attests_the_standing_of_that_day(rosa: Owner) -> None:
    act(desk(rosa), "review")
    rosa.house.service.deliver(standing(day=19), sequence=2)
    assert act(desk(rosa), "approval")[1]["standing_as_of"] == "2026-11-19"


def export(owner: Owner, form: str = "csv", council: str | None = None, **days: str) -> Any:
    body = {"form": form, "first": "2026-11-20", "last": "2026-11-20"} | days
    return desk(owner, council).post("/v1/desk/sinadef-exports", json=body)


@pytest.fixture
def granted(house: House) -> Owner:
    """An approved application whose establishment looks like a formula."""
    rosa = entitled(house)
    file(rosa, establishment='=HYPERLINK("http://evil.example","x")', position="@SUM(1)")
    act(desk(rosa), "review")
    act(desk(rosa), "approval")
    return rosa


def test_the_csv_holds_the_approved_ones_and_no_formula(granted: Owner) -> None:
    answer = export(granted)
    assert answer.headers["Content-Disposition"] == 'attachment; filename="sinadef-20261120-20261120.csv"'
    heading, row = csv.reader(io.StringIO(answer.data.decode("utf-8-sig")), delimiter=";")
    found = dict(zip(heading, row, strict=True))
    assert tuple(heading) == COLUMNS
    assert (found["CMP"], found["Documento"], found["Apellidos"]) == ("012345", "40000001", "Quispe Ñaupari")
    assert found["Establecimiento"].startswith("'=HYPERLINK")
    assert found["Cargo"] == "'@SUM(1)"
    assert found["Teléfono"].startswith("'+51")


def test_the_xlsx_holds_text_only(granted: Owner) -> None:
    with zipfile.ZipFile(io.BytesIO(export(granted, "xlsx").data)) as book:
        sheet = book.read("xl/worksheets/sheet1.xml").decode()
        strings = book.read("xl/sharedStrings.xml").decode()
    assert "<f>" not in sheet
    assert "=HYPERLINK" in strings
    assert "012345" in strings


@pytest.mark.parametrize("sign", ["=", "+", "-", "@", "\t", "\r"])
def test_a_cell_that_begins_like_a_formula_is_quoted(sign: str) -> None:
    assert harmless(f"{sign}1") == f"'{sign}1"
    assert harmless(f"1{sign}") == f"1{sign}"


def test_each_export_is_audited_with_what_it_held(granted: Owner) -> None:
    export(granted)
    entry = audited(granted)[-1]
    assert (entry.act, entry.actor_id) == ("sinadef.exported", "staff-1")
    assert entry.after == {"form": "csv", "from": "2026-11-20", "to": "2026-11-20", "requests": ["SIN-2026-000001"]}


@pytest.mark.parametrize(
    ("days", "status"),
    [
        ({}, 200),
        ({"first": "2026-11-01", "last": "2026-11-19"}, 404),
        ({"first": "2026-11-21", "last": "2026-11-30"}, 404),
        ({"first": "2026-11-21", "last": "2026-11-20"}, 422),
        ({"form": "pdf"}, 422),
    ],
)
def test_both_days_belong_to_the_range_and_nothing_found_is_no_file(
    granted: Owner, days: dict[str, str], status: int
) -> None:
    before = len(audited(granted))
    assert export(granted, **days).status_code == status
    assert len(audited(granted)) == before + (status == 200)


def test_an_export_keeps_to_the_council(granted: Owner) -> None:
    assert export(granted, council="15").status_code == 404
    assert export(granted, council="03").status_code == 200
