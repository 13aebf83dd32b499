"""Constancias de habilidad: who gets one, what it looks like, who may see it, how it is taken back (issue 4)."""

from datetime import datetime
from typing import Any

import pytest
from sqlalchemy import select

from chassis.clock import LIMA
from chassis.settings import SettingsError
from contracts.payments import (
    HabilidadCertificateIssued,
    HabilidadCertificateMailRequested,
    HabilidadCertificateRevoked,
)
from services.payments.certificates import issuing
from services.payments.certificates.keys import ring
from services.payments.jobs import draw_interrupted_certificates
from services.payments.models import Certificate, CertificateKey, StaffAct
from services.payments.settings import Settings
from tests.payments.desk import JULIO, ROSA, Desk
from tests.people import staff

REGISTRAR = staff("payments:certificates")
REASON = "Sanción disciplinaria comunicada por el Consejo Nacional"


@pytest.fixture(autouse=True)
def quick_drawing(monkeypatch: pytest.MonkeyPatch) -> None:
    """Drawing takes half a second; the tests about the paper stand in test_certificate_paper.py."""
    monkeypatch.setattr(issuing, "draw", lambda certificate, settings: f"%PDF {certificate.number}".encode())


def issue(desk: Desk, **who: Any) -> Any:
    """A constancia that must be given."""
    answer = desk.ask("POST", "/v1/certificates", **who)
    assert answer.status == 201, answer.body
    return answer.body


def download(desk: Desk, certificate: Any, who: Any = ROSA) -> Any:
    return desk.service.client(who).get(f"/v1/certificates/{certificate['id']}/pdf")


# ------------------------------------------------------------------ issuing


def test_a_physician_in_good_standing_gets_one_at_once(desk: Desk) -> None:
    desk.owe("202609", "202610")
    certificate = issue(desk)
    assert certificate["number"] == "CH-00000001"
    assert (certificate["state"], certificate["cmp_number"]) == ("VIGENTE", "012345")
    assert certificate["name"] == "Rosa Elvira Quispe Ñaupari"
    assert desk.service.published() == [HabilidadCertificateIssued]


def test_who_is_not_habil_is_told_how_many_months_are_owed(desk: Desk) -> None:
    desk.owe("202608", "202609", "202610")
    answer = desk.ask("POST", "/v1/certificates")
    assert (answer.status, answer.problem) == (409, "payments/not-in-good-standing")
    assert "debe 3 meses" in answer.body["detail"]
    assert desk.service.published() == []


def test_who_has_just_paid_gets_one(desk: Desk) -> None:
    dues = desk.owe("202608", "202609", "202610")
    desk.pay(desk.place(dues[0]))
    assert issue(desk)["state"] == "VIGENTE"


def test_a_double_click_gives_the_same_one(desk: Desk) -> None:
    first = issue(desk)
    again = desk.ask("POST", "/v1/certificates")
    assert (again.status, again.body["id"]) == (200, first["id"])


def test_the_next_day_another_one_is_given(desk: Desk) -> None:
    issue(desk)
    desk.service.clock.advance(days=1)
    assert issue(desk)["number"] == "CH-00000002"


def test_after_a_revocation_another_one_is_given(desk: Desk) -> None:
    revoke(desk, issue(desk))
    assert issue(desk)["number"] == "CH-00000002"


def test_it_is_good_for_the_configured_days_the_first_included(make_desk: Any) -> None:
    desk = make_desk(certificate_days=3)
    desk.welcome()
    certificate = issue(desk)
    assert certificate["valid_until"] == "2026-11-22"
    states = {}
    for day, hour in ((22, 23), (23, 0)):
        desk.service.clock.set(datetime(2026, 11, day, hour, tzinfo=LIMA))
        states[day] = desk.ask("GET", f"/v1/certificates/{certificate['id']}").body["state"]
    assert states == {22: "VIGENTE", 23: "VENCIDA"}


@pytest.mark.parametrize("wrong", [{"certificate_days": 0}, {"certificate_url": "https://www.example.pe/verificar"}])
def test_settings_that_make_no_sense_stop_the_start(wrong: dict[str, Any]) -> None:
    with pytest.raises(SettingsError, match="CMP_PAYMENTS_CERTIFICATE"):
        Settings(**wrong)


def test_several_processes_must_share_the_passphrase(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CMP_PAYMENTS_KEY_SECRET", raising=False)
    with pytest.raises(SettingsError, match="CMP_PAYMENTS_KEY_SECRET"):
        Settings.load(database_url="postgresql+psycopg://127.0.0.1/x")


# ------------------------------------------------------------------ the file


def test_the_pdf_is_stored_once_and_stays_as_it_was(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    certificate = issue(desk)
    first = download(desk, certificate)
    monkeypatch.setattr(issuing, "draw", lambda *_: b"%PDF another")
    assert download(desk, certificate).data == first.data == b"%PDF 1"
    assert first.headers["Content-Disposition"].endswith('filename="constancia-de-habilidad-CH-00000001.pdf"')


def test_a_drawing_that_was_interrupted_is_made_up_and_told_once(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("services.payments.certificates.issuing.complete", lambda certificate_id: None)
    issue(desk)
    monkeypatch.undo()
    monkeypatch.setattr(issuing, "draw", lambda *_: b"%PDF late")
    assert desk.service.published() == []
    desk.service.clock.advance(minutes=2)
    assert desk.service.run(draw_interrupted_certificates)
    assert not desk.service.run(draw_interrupted_certificates)
    assert desk.service.published() == [HabilidadCertificateIssued]


# ------------------------------------------------------------------ whose it is


@pytest.mark.parametrize("path", ["", "/pdf", "/verifications"])
def test_another_persons_constancia_does_not_exist(desk: Desk, path: str) -> None:
    desk.welcome(cmp_number="023546")
    certificate = issue(desk)
    answer = desk.ask("GET", f"/v1/certificates/{certificate['id']}{path}", JULIO)
    assert (answer.status, answer.problem) == (404, "payments/certificate-not-found")


def test_another_persons_constancia_cannot_be_mailed(desk: Desk) -> None:
    desk.welcome(cmp_number="023546")
    certificate = issue(desk)
    assert desk.ask("POST", f"/v1/certificates/{certificate['id']}/mail", JULIO).status == 404


def test_the_own_ones_are_listed_newest_first_page_by_page(desk: Desk) -> None:
    for _ in range(3):
        issue(desk)
        desk.service.clock.advance(days=1)
    first = desk.ask("GET", "/v1/certificates?limit=2").body
    second = desk.ask("GET", f"/v1/certificates?limit=2&after={first['next']}").body
    assert [row["number"] for row in first["items"]] == ["CH-00000003", "CH-00000002"]
    assert ([row["number"] for row in second["items"]], second["next"]) == (["CH-00000001"], None)


def test_the_mail_names_the_file_and_the_account_but_no_address(desk: Desk) -> None:
    certificate = issue(desk)
    assert desk.ask("POST", f"/v1/certificates/{certificate['id']}/mail").status == 202
    [fact] = desk.service.events(HabilidadCertificateMailRequested)
    assert (fact.account_id, fact.pdf.service, fact.pdf.size) == ("account-012345", "payments", len(b"%PDF 1"))


# ------------------------------------------------------------------ taking back


def revoke(desk: Desk, certificate: Any, who: Any = REGISTRAR, reason: str = REASON) -> Any:
    path = f"/v1/staff/certificates/{certificate['id']}/revocation"
    return desk.ask("POST", path, who, json={"reason": reason})


def test_staff_take_it_back_with_a_reason_that_is_kept(desk: Desk) -> None:
    certificate = issue(desk)
    answer = revoke(desk, certificate)
    assert (answer.body["state"], answer.body["revocation_reason"]) == ("REVOCADA", REASON)
    with desk.service.transaction() as session:
        act = session.scalars(select(StaffAct)).one()
    assert (act.act, act.subject, act.actor_id) == (
        "certificate.revoked",
        f"certificate:{certificate['id']}",
        "staff-1",
    )
    assert (act.before, act.after, act.reason) == ({"state": "VIGENTE"}, {"state": "REVOCADA"}, REASON)
    assert desk.service.events(HabilidadCertificateRevoked)[0].reason == REASON


def test_it_is_taken_back_once(desk: Desk) -> None:
    certificate = issue(desk)
    revoke(desk, certificate)
    assert revoke(desk, certificate).problem == "payments/certificate-revoked"
    assert desk.service.published().count(HabilidadCertificateRevoked) == 1


def test_a_reason_must_be_given(desk: Desk) -> None:
    certificate = issue(desk)
    answer = revoke(desk, certificate, reason="  no  ")
    assert answer.pointers == {"/reason": "Explique el motivo en 5 a 300 caracteres."}


def test_staff_of_another_council_cannot_see_or_take_it_back(desk: Desk) -> None:
    certificate = issue(desk)
    other = staff("payments:certificates", council="15")
    assert revoke(desk, certificate, other).problem == "payments/certificate-not-found"
    assert desk.ask("GET", f"/v1/staff/certificates/{certificate['id']}", other).status == 404
    assert desk.ask("GET", "/v1/staff/certificates", other).body["items"] == []


@pytest.mark.parametrize("query", ["number=CH-00000001", "number=1", "cmp_number=012345"])
def test_staff_find_it_by_number_or_cmp(desk: Desk, query: str) -> None:
    certificate = issue(desk)
    found = desk.ask("GET", f"/v1/staff/certificates?{query}", staff("payments:certificates", council="03")).body
    assert [row["id"] for row in found["items"]] == [certificate["id"]]


@pytest.mark.parametrize("query", ["number=9", "number=zzz", "cmp_number=999999"])
def test_staff_who_look_for_another_find_nothing(desk: Desk, query: str) -> None:
    issue(desk)
    assert desk.ask("GET", f"/v1/staff/certificates?{query}", REGISTRAR).body["items"] == []


@pytest.mark.parametrize(("who", "status"), [(None, 401), (ROSA, 403), (staff("payments:view"), 403)])
def test_only_who_may_takes_it_back(desk: Desk, who: Any, status: int) -> None:
    assert revoke(desk, issue(desk), who).status == status


# ------------------------------------------------------------------ the keys


def test_the_private_half_is_stored_encrypted_only(desk: Desk) -> None:
    issue(desk)
    with desk.service.transaction() as session:
        key = session.scalars(select(CertificateKey)).one()
    assert "BEGIN ENCRYPTED PRIVATE KEY" in str(key.sealed_key)
    assert "d" not in key.jwk


def test_a_replaced_key_signs_no_more_but_stays_published(desk: Desk) -> None:
    issue(desk)
    with desk.service.context():
        fresh = ring.replace()
    desk.service.clock.advance(days=1)
    issue(desk)
    published = desk.ask("GET", "/.well-known/constancias.json", None).body["keys"]
    with desk.service.transaction() as session:
        old = session.scalars(select(CertificateKey).where(CertificateKey.slot.is_(None))).one()
        newest = session.scalars(select(Certificate).order_by(Certificate.number.desc())).first()
    assert old.sealed_key is None
    assert {key["kid"] for key in published} == {old.kid, fresh}
    assert newest is not None and newest.signed != ""
