"""Verifying a constancia: by code, by QR, without us at all; and what its owner learns of it (issue 4)."""

import base64
import json
from typing import Any

import pytest
from joserfc import jws
from joserfc.jwk import ECKey, KeySet
from sqlalchemy import func, select

from chassis.seals import new_code
from services.payments.certificates import issuing
from services.payments.certificates.pdf import verification_link
from services.payments.models import Certificate, CertificateVerification
from tests.payments.desk import ROSA, Desk
from tests.payments.facts import a_physician_changed
from tests.people import staff


@pytest.fixture(autouse=True)
def quick_drawing(monkeypatch: pytest.MonkeyPatch) -> None:
    """The paper does not matter here."""
    monkeypatch.setattr(issuing, "draw", lambda *_: b"%PDF")


@pytest.fixture
def certificate(desk: Desk) -> Certificate:
    """Rosa's constancia, as it is kept."""
    assert desk.ask("POST", "/v1/certificates").status == 201
    with desk.service.transaction() as session:
        return session.scalars(select(Certificate)).one()


def ask(desk: Desk, code: str, firma: str | None = None, **options: Any) -> Any:
    """Ask like anybody on the street."""
    query = {"firma": firma} if firma else {}
    return desk.ask("GET", f"/v1/public/constancias/{code}", None, query_string=query, **options)


def altered(signed: str, **claims: Any) -> str:
    """The same signature under other words."""
    header, payload, signature = signed.split(".")
    said = json.loads(base64.urlsafe_b64decode(payload + "==")) | claims
    return f"{header}.{base64.urlsafe_b64encode(json.dumps(said).encode()).decode().rstrip('=')}.{signature}"


# ------------------------------------------------------------------ what anybody is told


def test_a_good_one_says_who_and_until_when_and_nothing_more(desk: Desk, certificate: Certificate) -> None:
    answer = ask(desk, certificate.code)
    assert answer.status == 200
    assert answer.body == {
        "number": "CH-00000001",
        "name": "Rosa Elvira Quispe Ñaupari",
        "cmp_number": "012345",
        "state": "VIGENTE",
        "issued_at": "2026-11-20T15:00:00+00:00",
        "valid_until": "2026-12-19",
        "signature": None,
        "in_good_standing_at_issue": True,
        "in_good_standing_now": True,
        "checked_at": "2026-11-20T15:00:00+00:00",
    }


def test_the_qr_brings_the_signature_along(desk: Desk, certificate: Certificate) -> None:
    assert ask(desk, certificate.code, certificate.signed).body["signature"] == "VALID"


def test_the_link_of_the_qr_is_short_enough_to_be_read_by_a_telephone(desk: Desk, certificate: Certificate) -> None:
    link = verification_link(certificate, desk.service.settings)
    assert link.startswith(f"http://127.0.0.1:8080/verificar/{certificate.code}?firma=ey")
    assert len(link) < 600


def test_it_says_that_the_owner_is_no_longer_habil(desk: Desk, certificate: Certificate) -> None:
    desk.owe("202608", "202609", "202610")
    answer = ask(desk, certificate.code).body
    assert (answer["state"], answer["in_good_standing_at_issue"], answer["in_good_standing_now"]) == (
        "VIGENTE",
        True,
        False,
    )


def test_an_expired_one_says_so(desk: Desk, certificate: Certificate) -> None:
    desk.service.clock.advance(days=30)
    assert ask(desk, certificate.code, certificate.signed).body["state"] == "VENCIDA"


def test_a_revoked_one_says_so_even_when_it_has_expired(desk: Desk, certificate: Certificate) -> None:
    path = f"/v1/staff/certificates/{certificate.id}/revocation"
    desk.ask("POST", path, staff("payments:certificates"), json={"reason": "Emitida por error de datos"})
    answer = ask(desk, certificate.code).body
    assert (answer["state"], "reason" in str(answer)) == ("REVOCADA", False)
    desk.service.clock.advance(days=60)
    assert ask(desk, certificate.code).body["state"] == "REVOCADA"


@pytest.mark.parametrize("claims", [{"nom": "Otra Persona"}, {"cmp": "099999"}, {"exp": 4102444800}])
def test_altered_words_are_found_out(desk: Desk, certificate: Certificate, claims: dict[str, Any]) -> None:
    assert ask(desk, certificate.code, altered(certificate.signed, **claims)).body["signature"] == "ALTERED"


def test_a_good_signature_of_another_constancia_does_not_pass(desk: Desk, certificate: Certificate) -> None:
    desk.service.clock.advance(days=1)
    desk.ask("POST", "/v1/certificates")
    with desk.service.transaction() as session:
        other = session.scalars(select(Certificate).where(Certificate.id != certificate.id)).one()
    assert ask(desk, certificate.code, other.signed).body["signature"] == "ALTERED"


@pytest.mark.parametrize("signed", ["", "a.b.c", "no es una firma", "e" * 1990])
def test_what_is_no_signature_does_not_pass(desk: Desk, certificate: Certificate, signed: str) -> None:
    answer = desk.ask("GET", f"/v1/public/constancias/{certificate.code}", None, query_string={"firma": signed})
    assert answer.body["signature"] == "ALTERED"


def test_a_key_of_ones_own_does_not_pass(desk: Desk, certificate: Certificate) -> None:
    forger = ECKey.generate_key("P-256")
    header, payload, _ = certificate.signed.split(".")
    claims = base64.urlsafe_b64decode(payload + "==")
    kid = json.loads(base64.urlsafe_b64decode(header + "=="))["kid"]
    forged = jws.serialize_compact({"alg": "ES256", "kid": kid, "typ": "habilidad"}, claims, forger)
    assert ask(desk, certificate.code, forged).body["signature"] == "ALTERED"


@pytest.mark.parametrize("code", ["0" * 12, "x", "CH-00000001", "0000-0000-0000", "%20"])
def test_an_unknown_code_is_not_found_whatever_it_looks_like(desk: Desk, certificate: Certificate, code: str) -> None:
    answer = ask(desk, code)
    assert (answer.status, answer.problem) == (404, "payments/code-not-found")
    assert "012345" not in str(answer.body)


# ------------------------------------------------------------------ without us


def test_a_third_party_verifies_with_the_published_key_alone(desk: Desk, certificate: Certificate) -> None:
    """As docs/how-to/verify-a-constancia.md says it."""
    document = desk.ask("GET", "/.well-known/constancias.json", None).body
    opened = jws.deserialize_compact(certificate.signed, KeySet.import_key_set(document), algorithms=["ES256"])
    claims = json.loads(opened.payload)
    assert (claims["jti"], claims["cmp"], claims["nom"]) == ("CH-00000001", "012345", "Rosa Elvira Quispe Ñaupari")
    assert claims["exp"] - claims["iat"] == 29 * 86400 + 14 * 3600, "until the end of 19 December in Lima"


def test_the_published_document_holds_no_private_key(desk: Desk, certificate: Certificate) -> None:
    [key] = desk.ask("GET", "/.well-known/constancias.json", None).body["keys"]
    assert {name: key[name] for name in ("kty", "crv", "alg", "use")} == {
        "kty": "EC", "crv": "P-256", "alg": "ES256", "use": "sig",
    }  # fmt: skip
    assert "d" not in key


# ------------------------------------------------------------------ what the owner learns


def test_each_question_is_noted_with_its_answer_and_a_rough_origin(desk: Desk, certificate: Certificate) -> None:
    there = {"REMOTE_ADDR": "190.12.34.56", "HTTP_X_FORWARDED_FOR": "190.12.34.56"}
    ask(desk, certificate.code, environ_overrides=there)
    ask(desk, certificate.code, altered(certificate.signed, nom="X"), environ_overrides=there)
    noted = desk.ask("GET", f"/v1/certificates/{certificate.id}/verifications").body["items"]
    assert [(row["result"], row["origin"]) for row in noted] == [
        ("ALTERED", "QR, red 190.12"), ("VIGENTE", "Código, red 190.12"),
    ]  # fmt: skip


def test_an_unknown_code_leaves_no_note(desk: Desk, certificate: Certificate) -> None:
    ask(desk, new_code())
    with desk.service.transaction() as session:
        assert session.scalar(select(func.count()).select_from(CertificateVerification)) == 0


def test_notes_come_page_by_page(desk: Desk, certificate: Certificate) -> None:
    for _ in range(3):
        ask(desk, certificate.code)
    path = f"/v1/certificates/{certificate.id}/verifications?limit=2"
    first = desk.ask("GET", path).body
    second = desk.ask("GET", f"{path}&after={first['next']}").body
    assert (len(first["items"]), len(second["items"]), second["next"]) == (2, 1, None)


def test_a_name_that_changes_later_does_not_change_the_paper(desk: Desk, certificate: Certificate) -> None:
    desk.service.deliver(a_physician_changed(paternal_surname="Otro"), sequence=7)
    assert ask(desk, certificate.code).body["name"] == "Rosa Elvira Quispe Ñaupari"


def test_rosas_token_is_not_needed_and_not_minded(desk: Desk, certificate: Certificate) -> None:
    assert desk.ask("GET", f"/v1/public/constancias/{certificate.code}", ROSA).status == 200
