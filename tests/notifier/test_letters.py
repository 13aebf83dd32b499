"""What every letter must be, whatever it says."""

import re
from pathlib import Path
from typing import Any

import lxml.html
import pytest
from jinja2 import UndefinedError

import services.notifier
from services.identity.mail_requests import PURPOSES
from services.identity.models.registrations import MatchReason
from services.notifier.letters import (
    REGISTRATION_REASONS,
    Letterhead,
    Rendered,
    duration,
    lima_time,
    long_date,
    money,
    render,
)

TEMPLATES = Path(services.notifier.__path__[0]) / "templates"
LETTERS = sorted(path.stem for path in TEMPLATES.glob("*.txt") if path.stem not in {"layout", "voucher_facts"})
LETTERHEAD = Letterhead(
    portal_url="https://digital.example.pe/",
    institution="Colegio Médico del Perú",
    address="Av. 28 de Julio 776, Miraflores, Lima",
    reply_to="consultas@example.pe",
)
DATA: dict[str, Any] = {
    "number": "BCN7-00005170",
    "voucher_type": "03",
    "issue_date": "2026-09-05",
    "customer_name": "QUISPE ÑAUPARI ROSA ELVIRA",
    "total": "40.00",
    "currency": "PEN",
    "order_number": "2026-000123",
    "export_id": "export-1",
    "rows": 1234,
    "format": "xlsx",
    "expires_at": "2026-11-24T03:00:00Z",
    "purchase_number": "100000001",
    "card_last4": "2240",
    "lines": ["Cuota Colegiado agosto 2026"],
    "description": "Cuota Colegiado: agosto 2026",
    "name": "Rosa Elvira Quispe Ñaupari",
    "valid_until": "2026-12-19",
    "reason": "Operación denegada",
    "kind_text": "Especialidad: PSIQUIATRÍA",
    "speciality": "Psiquiatría",
    "diploma_number": 35568,
    "council_label": "CR III",
    "notice": "FOUR_MONTHS",
    "dossier_id": "dossier-1",
    "dossier_number": "000123",
    "ask_at": "recertificacion@example.pe",
    "correct_by": "2027-01-07",
    "dictamen_on": "2026-11-20",
    "points": "21.5",
    "changes": [{"position": 2, "title": "Curso", "claimed": "5", "awarded": "1.5", "reason": "Solo 3 horas"}],
    "observations": [
        {
            "item": 2,
            "title": "Curso",
            "page": 7,
            "reason": "Ilegible",
            "rule": "Legibles",
            "comment": "Falta el reverso.",
        }
    ],
    "deadline_kind": "CORRECTION",
    "due_before": "2027-01-07",
    "due_on": "2027-01-08",
    "days_left": 5,
    "file_names": ["BCN7-00005170.pdf"],
    "given_names": "Rosa Elvira",
    "link": "https://digital.example.pe/contrasena/nueva/x",
    "code": "ABCDE23456",
    "minutes": 10,
    "username": "rosa.quispe",
    "own_email": "rosa.quispe@example.pe",
    "code_of_registration": "ABCDEFGH2345",
    "cmp_number": "012345",
    "happened_at": "2026-11-20T15:00:00Z",
    "reasons": ["names_differ"],
    "note": "Escriba su segundo apellido.",
    "masked_email": "r***@example.pe",
    "state": "RECHAZADO",
    "establishment": "Hospital «Virgen de la Puerta»",
}


@pytest.fixture(params=LETTERS)
def letter(request: pytest.FixtureRequest) -> Rendered:
    """Every letter in turn."""
    return render(request.param, DATA, LETTERHEAD)


def test_there_are_letters() -> None:
    assert {"payment_declined", "payment_failed", "voucher_accepted", "voucher_requested"} <= set(LETTERS)


def test_every_purpose_of_identity_has_a_letter() -> None:
    assert {f"account_{purpose}" for purpose in PURPOSES} <= set(LETTERS)


@pytest.mark.parametrize(
    ("minutes", "said"), [(1, "1 minuto"), (10, "10 minutos"), (90, "90 minutos"), (1440, "24 horas")]
)
def test_a_duration_is_said_in_the_largest_whole_unit(minutes: int, said: str) -> None:
    assert duration(minutes) == said


def test_a_moment_is_said_in_lima_time() -> None:
    assert lima_time("2026-11-21T03:04:05Z") == "20 de noviembre de 2026, 22:04"


def test_every_reason_of_a_registration_has_its_sentence() -> None:
    assert {str(reason) for reason in MatchReason} == set(REGISTRATION_REASONS)


def test_every_letter_has_both_forms() -> None:
    assert all((TEMPLATES / f"{name}.html").exists() for name in LETTERS)


def test_a_subject_is_one_short_line(letter: Rendered) -> None:
    assert letter.subject == letter.subject.strip()
    assert "\n" not in letter.subject
    assert 10 < len(letter.subject) <= 78


def test_the_html_says_its_language_its_title_and_one_heading(letter: Rendered) -> None:
    page = lxml.html.document_fromstring(letter.html)
    assert page.get("lang") == "es-PE"
    assert page.findtext(".//title") == letter.subject
    assert [heading.text for heading in page.iter("h1")] == [letter.subject]


def test_tables_that_only_place_things_say_so(letter: Rendered) -> None:
    page = lxml.html.document_fromstring(letter.html)
    for table in page.iter("table"):
        holds_data = table.find(".//th") is not None and table.get("class") == "facts"
        assert holds_data != (table.get("role") == "presentation")


def test_every_row_of_facts_has_its_heading(letter: Rendered) -> None:
    page = lxml.html.document_fromstring(letter.html)
    for row in page.xpath("//table[@class='facts']//tr"):
        assert [cell.get("scope") for cell in row.iter("th")] == ["row"]


def test_styles_stand_in_the_elements_because_mail_readers_drop_style_sheets(letter: Rendered) -> None:
    page = lxml.html.document_fromstring(letter.html)
    assert "font-family" in (page.find("body").get("style") or "")


def test_nothing_is_fetched_from_anywhere_when_it_is_read(letter: Rendered) -> None:
    assert not re.search(r"<(img|link|script|iframe)|url\(|@import", letter.html)


def test_the_text_says_what_the_html_says(letter: Rendered) -> None:
    page = lxml.html.document_fromstring(letter.html)
    for fact in page.xpath("//table[@class='facts']//td"):
        assert " ".join(fact.text_content().split()) in " ".join(letter.text.split())


def test_text_lines_are_tidy(letter: Rendered) -> None:
    assert "\n\n\n" not in letter.text
    assert "{{" not in letter.text + letter.html
    assert letter.text == letter.text.strip() + "\n"


def test_the_reader_is_addressed_as_usted(letter: Rendered) -> None:
    assert not re.search(r"\b(tu|tus|tú|te|puedes|tienes)\b", letter.text.lower())


def test_every_letter_warns_against_fraud_and_names_the_institution(letter: Rendered) -> None:
    for part in (letter.text, letter.html):
        assert "Nunca le pediremos por correo su contraseña" in part
        assert "Colegio Médico del Perú" in part


def test_a_letter_without_its_data_is_not_rendered() -> None:
    with pytest.raises(UndefinedError):
        render("voucher_accepted", {}, LETTERHEAD)


def test_no_reply_address_leaves_no_empty_sentence() -> None:
    bare = Letterhead(portal_url="https://digital.example.pe", institution="CMP", address="Lima", reply_to="")
    assert "escríbanos" not in render("payment_failed", DATA, bare).text


@pytest.mark.parametrize(("amount", "words"), [("0.50", "S/\xa00.50"), ("1234567.50", "S/\xa01,234,567.50")])
def test_money_is_written_as_in_peru(amount: str, words: str) -> None:
    assert money(amount, "PEN") == words


@pytest.mark.parametrize(
    ("voucher_type", "words"),
    [
        ("01", "factura electrónica"),
        ("03", "boleta de venta electrónica"),
        ("07", "nota de crédito electrónica"),
        ("08", "nota de débito electrónica"),
        ("99", "comprobante electrónico"),
    ],
)
def test_every_type_of_voucher_has_its_name(voucher_type: str, words: str) -> None:
    letter = render("voucher_accepted", DATA | {"voucher_type": voucher_type}, LETTERHEAD)
    assert letter.subject == f"Su {words} BCN7-00005170"
    assert words in letter.text


def test_september_is_setiembre() -> None:
    assert long_date("2026-09-05") == "5 de setiembre de 2026"
