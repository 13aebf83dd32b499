"""The Constancia de Recertificación: drawn after the transaction, mailed, owned, verified by anybody (REC-15, MAIL-7)."""

import io
import json
from datetime import date

import pytest
from joserfc import jws
from joserfc.jwk import KeySet
from pypdf import PdfReader
from sqlalchemy import func, select

from chassis.seals import end_of, new_code
from chassis.settings import SettingsError
from contracts.recert import ConstanciaIssued, ConstanciaMailRequested
from services.recert.jobs import draw_constancias
from services.recert.models import Constancia, ConstanciaKey, ConstanciaQuestion
from services.recert.outcome import drawing
from services.recert.outcome.keys import ring
from services.recert.outcome.paper import draw, verification_link
from services.recert.settings import Settings
from tests.recert.outcome_desk import JULIO, REVISER, ROSA, OutcomeDesk


@pytest.fixture
def desk(service, monkeypatch):
    """Drawing takes half a second; only the test about the paper draws."""
    monkeypatch.setattr(drawing, "draw", lambda row, signed, settings: f"%PDF {row.constancia.number}".encode())
    return OutcomeDesk(service)


@pytest.fixture
def row(desk, service):
    """Julio's recertification, its constancia drawn."""
    made = desk.recertify()
    service.run(draw_constancias)
    return desk.row(made.id)


def verify(desk, code, firma=None, **options):
    """Ask like anybody on the street."""
    query = {"firma": firma} if firma is not None else {}
    return desk.ask("GET", f"/v1/public/constancias/{code}", query_string=query, **options)


def test_a_job_seals_and_draws_it_once_and_tells(desk, service):
    """MAIL-7: the fact that is mailed names the stored PDF."""
    made = desk.recertify()
    assert service.events(ConstanciaIssued) == []
    assert [service.run(draw_constancias), service.run(draw_constancias)] == [True, False]
    [fact] = service.events(ConstanciaIssued)
    assert (fact.number, fact.account_id, fact.kind_text) == (
        "CR-00000001",
        "account-023546",
        "Especialidad: PSIQUIATRÍA",
    )
    assert (fact.pdf.name, fact.pdf.sha256) == (
        "constancia-de-recertificacion-CR-00000001.pdf",
        desk.row(made.id).constancia.pdf_sha256,
    )


def test_one_that_cannot_be_drawn_waits_and_lets_others_pass(desk, service, monkeypatch):
    first, second = desk.recertify(), desk.recertify(rne="")

    def fail_once(row, signed, settings):
        if row.id == first.id:
            raise RuntimeError("no font")
        return b"%PDF"

    monkeypatch.setattr(drawing, "draw", fail_once)
    with pytest.raises(RuntimeError):
        service.run(draw_constancias)
    assert service.run(draw_constancias)
    assert desk.row(second.id).constancia.is_drawn
    monkeypatch.setattr(drawing, "draw", lambda *_: b"%PDF late")
    service.clock.advance(minutes=4)
    assert not service.run(draw_constancias), "not before five minutes"
    shown = desk.ask("GET", "/metrics").data.decode()
    assert 'cmp_recert_constancias_oldest_pending_seconds{service="recert"} 240.0' in shown
    service.clock.advance(minutes=1)
    assert service.run(draw_constancias)
    assert desk.row(first.id).constancia.is_drawn


def test_its_owner_downloads_it_also_before_the_job_came(desk, service):
    """REC-16."""
    made = desk.recertify()
    path = f"/v1/recertifications/{made.id}/constancia"
    answer = desk.ask("GET", path, JULIO)
    assert (answer.status, answer.data) == (200, b"%PDF 1")
    assert answer.headers["Content-Disposition"].endswith('filename="constancia-de-recertificacion-CR-00000001.pdf"')
    service.run(draw_constancias)
    assert len(service.events(ConstanciaIssued)) == 1


def test_its_owner_has_it_mailed_again(desk, service, row):
    """REC-15."""
    assert desk.ask("POST", f"/v1/recertifications/{row.id}/constancia/mail", JULIO).status == 202
    assert service.events(ConstanciaMailRequested)[0].pdf.sha256 == row.constancia.pdf_sha256
    assert desk.ask("POST", f"/v1/recertifications/{row.id}/constancia/mail", ROSA).status == 404


def revoke(desk, row):
    path = f"/v1/staff/recertifications/{row.id}/revocation"
    return desk.ask("POST", path, REVISER, json={"reason": "Documento falso"})


def test_a_revoked_one_is_not_mailed(desk, service, row):
    revoke(desk, row)
    answer = desk.ask("POST", f"/v1/recertifications/{row.id}/constancia/mail", JULIO)
    assert (answer.status, answer.problem) == (409, "recertification-revoked")
    assert service.events(ConstanciaMailRequested) == []


def test_one_revoked_before_it_was_drawn_is_never_drawn(desk, service):
    made = desk.recertify()
    revoke(desk, made)
    assert not service.run(draw_constancias)
    assert desk.ask("GET", f"/v1/recertifications/{made.id}/constancia", JULIO).status == 409
    assert service.events(ConstanciaIssued) == []


# ------------------------------------------------------------------ the public question


def test_anybody_learns_who_as_what_and_until_when_and_nothing_more(desk, row):
    answer = verify(desk, row.constancia.code)
    assert answer.body == {
        "number": "CR-00000001",
        "name": "RENGIFO TUANAMA, Julio César",
        "cmp_number": "023546",
        "kind_text": "Especialidad: PSIQUIATRÍA",
        "rne": "014567",
        "state": "VIGENTE",
        "dictamen_on": "2026-11-20",
        "valid_until": "2031-11-19",
        "signature": None,
        "checked_at": "2026-11-20T15:00:00+00:00",
    }


def test_the_qr_brings_a_signature_that_must_be_of_this_very_paper(desk, service, row):
    other = desk.recertify(rne="")
    service.run(draw_constancias)
    signed = desk.row(other.id).constancia.signed
    assert verify(desk, row.constancia.code, row.constancia.signed).body["signature"] == "VALID"
    assert verify(desk, row.constancia.code, signed).body["signature"] == "ALTERED"
    assert verify(desk, row.constancia.code, "a.b.c").body["signature"] == "ALTERED"


def test_it_says_when_it_is_over_or_was_revoked(desk, row):
    desk.service.clock.advance(days=5 * 366)
    assert verify(desk, row.constancia.code).body["state"] == "VENCIDA"
    revoke(desk, row)
    answer = verify(desk, row.constancia.code)
    assert (answer.body["state"], "falso" in str(answer.body)) == ("REVOCADA", False)


@pytest.mark.parametrize("code", ["0" * 12, "x", "CR-00000001", "%20"])
def test_an_unknown_code_is_not_found_and_leaves_no_note(desk, service, row, code):
    assert (verify(desk, code).status, verify(desk, new_code()).problem) == (404, "code-not-found")
    with service.transaction() as session:
        assert session.scalar(select(func.count()).select_from(ConstanciaQuestion)) == 0


def test_its_owner_sees_each_question_with_its_answer_and_a_rough_origin(desk, row):
    there = {"REMOTE_ADDR": "190.12.34.56", "HTTP_X_FORWARDED_FOR": "190.12.34.56"}
    for firma in (None, "x.y.z", row.constancia.signed):
        verify(desk, row.constancia.code, firma, environ_overrides=there)
    path = f"/v1/recertifications/{row.id}/questions"
    first = desk.ask("GET", f"{path}?limit=2", JULIO).body
    second = desk.ask("GET", f"{path}?limit=2&after={first['next']}", JULIO).body
    told = [(item["result"], item["origin"]) for item in first["items"] + second["items"]]
    assert told == [
        ("VIGENTE", "QR, red 190.12"), ("ALTERED", "QR, red 190.12"), ("VIGENTE", "Código, red 190.12"),
    ]  # fmt: skip


def test_a_third_party_verifies_with_the_published_key_alone(desk, service, row):
    document = desk.ask("GET", "/.well-known/constancias-recertificacion.json").body
    assert "d" not in document["keys"][0]
    opened = jws.deserialize_compact(row.constancia.signed, KeySet.import_key_set(document), algorithms=["ES256"])
    claims = json.loads(opened.payload)
    assert (opened.headers()["typ"], claims["jti"], claims["cmp"]) == ("recertificacion", "CR-00000001", "023546")
    assert claims["exp"] == end_of(date(2031, 11, 19)).timestamp()
    with service.transaction() as session:
        [key] = session.scalars(select(ConstanciaKey)).all()
    assert "BEGIN ENCRYPTED PRIVATE KEY" in str(key.sealed_key)


def test_a_replaced_key_seals_no_more_but_what_it_sealed_stays_verifiable(desk, service, row):
    with service.context():
        fresh = ring.replace()
    desk.recertify(rne="")
    service.run(draw_constancias)
    published = desk.ask("GET", "/.well-known/constancias-recertificacion.json").body["keys"]
    assert len(published) == 2 and fresh in {key["kid"] for key in published}
    assert verify(desk, row.constancia.code, row.constancia.signed).body["signature"] == "VALID"


# ------------------------------------------------------------------ the paper and the settings


def test_the_paper_says_who_as_what_and_until_when_with_embedded_fonts(service):
    desk = OutcomeDesk(service)
    made = desk.recertify()
    service.run(draw_constancias)
    row = desk.row(made.id)
    pdf = desk.ask("GET", f"/v1/recertifications/{made.id}/constancia", JULIO).data
    reader = PdfReader(io.BytesIO(pdf))
    text = " ".join(reader.pages[0].extract_text().split())
    assert len(reader.pages) == 1
    for words in ("CONSTANCIA DE RECERTIFICACIÓN", "PSIQUIATRÍA", "RENGIFO TUANAMA, Julio César", "CMP 023546",
                  "RNE 014567", "CR-00000001", row.constancia.code_text, "20 de noviembre de 2026",
                  "19 de noviembre de 2031", "Colegio Médico del Perú"):  # fmt: skip
        assert words in text
    fonts = [font.get_object() for font in reader.pages[0]["/Resources"]["/Font"].values()]
    assert fonts and all("DejaVu" in str(font["/BaseFont"]) for font in fonts)
    assert draw(row, row.constancia.signed, service.settings) == pdf
    assert len(verification_link(row, row.constancia.signed, service.settings)) < 700


def test_several_processes_must_share_the_passphrase(monkeypatch):
    monkeypatch.delenv("CMP_RECERT_KEY_SECRET", raising=False)
    with pytest.raises(SettingsError, match="CMP_RECERT_KEY_SECRET"):
        Settings.load(database_url="postgresql+psycopg://127.0.0.1/x")


def test_an_address_without_a_place_for_the_code_stops_the_start():
    with pytest.raises(SettingsError, match="CMP_RECERT_CONSTANCIA_URL"):
        Settings(constancia_url="https://www.example.pe/verificar")


def test_the_codes_of_two_constancias_differ(desk, service):
    desk.recertify()
    desk.recertify(rne="")
    with service.transaction() as session:
        assert len(set(session.scalars(select(Constancia.code)))) == 2
