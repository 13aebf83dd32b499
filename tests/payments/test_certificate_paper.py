"""The printed constancia: what it says, its fonts, and that it is always the same paper."""

import io

from pypdf import PdfReader
from sqlalchemy import select

from services.payments.certificates import issuing
from services.payments.models import Certificate
from tests.payments.desk import ROSA, Desk


def test_the_paper_says_who_when_and_until_when_with_embedded_fonts(desk: Desk) -> None:
    certificate = desk.ask("POST", "/v1/certificates").body
    pdf = desk.service.client(ROSA).get(f"/v1/certificates/{certificate['id']}/pdf").data
    reader = PdfReader(io.BytesIO(pdf))
    text = " ".join(reader.pages[0].extract_text().split())
    assert len(reader.pages) == 1
    for words in ("CONSTANCIA DE HABILIDAD", "HÁBIL", "Rosa Elvira Quispe Ñaupari", "CMP 012345", certificate["number"],
                  certificate["code"], "20 de noviembre de 2026", "19 de diciembre de 2026", "Colegio Médico del Perú"):  # fmt: skip
        assert words in text
    assert "40000001" not in text, "the DNI stays out"
    fonts = [font.get_object() for font in reader.pages[0]["/Resources"]["/Font"].values()]  # type: ignore[index]
    assert fonts and all("DejaVu" in str(font["/BaseFont"]) for font in fonts)


def test_the_same_paper_is_drawn_again_byte_for_byte(desk: Desk) -> None:
    desk.ask("POST", "/v1/certificates")
    with desk.service.transaction() as session:
        certificate = session.scalars(select(Certificate)).one()
        assert issuing.draw(certificate, desk.service.settings) == issuing.draw(certificate, desk.service.settings)
