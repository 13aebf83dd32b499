"""The printed representation (sunat.md 2.14): what it says, what it is made of, and what it never fetches."""

import io
import os
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from pypdf import PdfReader
from pypdf.generic import DictionaryObject, IndirectObject

from services.einvoice.documents import Customer, Document
from services.einvoice.errors import RenderingFailed
from services.einvoice.pdf import Printout, merge, qr_text, render
from services.einvoice.pdf.render import html_to_pdf
from tests.einvoice.facts import CLINIC, ROSA, a_boleta, a_factura, a_line, mixed_lines


def a_printout(document: Document | None = None, **more: str) -> Printout:
    """A boleta ready for paper."""
    texts = {"digest": "EtFcw5A7O0uM2oTDGsq56ScKOljY6jno24mE9Ywu4k0=", "consult_url": "https://cpe.example.pe"}
    return Printout(document=document or a_boleta(), **texts | more)  # type: ignore[arg-type]


def text_of(pdf: bytes) -> str:
    """All text, white space evened out."""
    return " ".join(" ".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages).split())


def fonts_of(pdf: bytes) -> dict[str, bool]:
    """Each font of each page and whether its outlines are embedded."""
    found: dict[str, bool] = {}
    for page in PdfReader(io.BytesIO(pdf)).pages:
        resources = resolved(page["/Resources"])
        for reference in resolved(resources["/Font"]).values():
            font = resolved(reference)
            found[str(font["/BaseFont"])] = "/FontFile2" in resolved(font.get("/FontDescriptor", DictionaryObject()))
    return found


def resolved(value: object) -> DictionaryObject:
    """The dictionary behind a reference."""
    target = value.get_object() if isinstance(value, IndirectObject) else value
    assert isinstance(target, DictionaryObject)
    return target


BOLETA_SAYS = [
    "RUC 20000000001",
    "BOLETA DE VENTA ELECTRÓNICA",
    "BCN7-00005170",
    "COLEGIO MÉDICO DEL PERÚ (MUESTRA)",
    "AV. 28 DE JULIO 776",
    "MIRAFLORES - LIMA - LIMA",
    "QUISPE ÑAUPARI ROSA ELVIRA",
    "DNI 40000001",
    "20/11/2026",
    "10:00:05",
    "Soles",
    "CUOTA COLEGIADO ENERO 2026",
    "Op. inafecta S/ 60.00",
    "Importe total S/ 60.00",
    "SON: SESENTA CON 00/100 SOLES",
    "Representación impresa de la BOLETA DE VENTA ELECTRÓNICA",
    "https://cpe.example.pe",
    "EtFcw5A7O0uM2oTDGsq56ScKOljY6jno24mE9Ywu4k0=",
    "2026-000123",
]


@pytest.fixture(scope="module")
def boleta_text() -> str:
    """The text of a printed boleta."""
    return text_of(render(a_printout(order_number="2026-000123")))


@pytest.mark.parametrize("words", BOLETA_SAYS)
def test_a_boleta_says_all_that_it_must(boleta_text: str, words: str) -> None:
    """sunat.md 2.14."""
    assert words in boleta_text


@pytest.mark.parametrize("words", ["IGV", "Op. gravada", "Op. exonerada", "Forma de pago", "DEMOSTRACIÓN"])
def test_a_boleta_of_dues_says_nothing_that_does_not_apply(boleta_text: str, words: str) -> None:
    """Totals of zero and a factura's facts stay away."""
    assert words not in boleta_text


@pytest.mark.parametrize(
    "words",
    [
        "FACTURA ELECTRÓNICA",
        "RUC 20123456786",
        "JR. UNO 1",
        "Forma de pago Contado",
        "Op. gravada S/ 100.00",
        "Op. exonerada S/ 45.00",
        "Op. inafecta S/ 30.00",
        "IGV 18 % S/ 18.00",
        "Importe total S/ 193.00",
        "SIN VALOR",
    ],
)
def test_a_mixed_factura_shows_each_total(words: str) -> None:
    """sunat.md 2.14."""
    assert words in text_of(render(a_printout(a_factura(lines=mixed_lines()), notice="SIN VALOR")))


def test_large_amounts_are_grouped() -> None:
    """S/ 1,234,567.89."""
    assert "S/ 1,234,567.89" in text_of(render(a_printout(a_boleta(lines=(a_line(123456789),)))))


def test_every_font_is_embedded() -> None:
    """stack.md section 4: DejaVu, and not even a mention of Helvetica."""
    fonts = fonts_of(render(a_printout()))
    assert len(fonts) == 2
    assert all(fonts.values())
    assert all("DejaVu" in name for name in fonts)


def test_a_boleta_is_one_a4_page() -> None:
    """210 x 297 mm."""
    (page,) = PdfReader(io.BytesIO(render(a_printout()))).pages
    assert (round(float(page.mediabox.width)), round(float(page.mediabox.height))) == (595, 842)


@pytest.mark.parametrize("lines", [60, 61, 150])
def test_many_lines_are_all_printed(lines: int) -> None:
    """Long tables are cut into shorter ones; none of their lines is lost."""
    document = a_boleta(lines=tuple(a_line(100, description=f"LINEA {number:03d}") for number in range(lines)))
    text = text_of(render(a_printout(document)))
    assert all(f"LINEA {number:03d}" in text for number in range(lines))


def test_the_same_printout_gives_the_same_bytes() -> None:
    """Whoever renders it."""
    assert render(a_printout()) == render(a_printout())


def test_letters_beyond_spanish_are_printed() -> None:
    """Names come from everywhere."""
    name = "ŁUKASZ ČAPEK ŐRSI"
    assert name in text_of(render(a_printout(a_boleta(customer=replace(ROSA, name=name)))))


@pytest.mark.parametrize(
    ("document", "text"),
    [
        (a_boleta(), "20000000001|03|BCN7|00005170|0.00|60.00|2026-11-20|1|40000001|"),
        (a_factura(lines=mixed_lines()), "20000000001|01|FCN1|00000001|18.00|193.00|2026-11-20|6|20123456786|"),
    ],
)
def test_the_qr_code_says_what_sunat_wants(document: Document, text: str) -> None:
    """sunat.md 2.14, with the bar at the end."""
    assert qr_text(document) == text


def test_the_qr_code_is_on_the_page() -> None:
    """One image."""
    (page,) = PdfReader(io.BytesIO(render(a_printout()))).pages
    assert len(page.images) == 1


@contextmanager
def listener() -> Iterator[tuple[str, list[bytes]]]:
    """A server on this machine that notes who calls."""
    calls: list[bytes] = []
    server = socket.create_server(("127.0.0.1", 0))
    server.settimeout(0.1)
    stop = threading.Event()

    def listen() -> None:
        while not stop.is_set():
            try:
                connection, _ = server.accept()
            except TimeoutError:
                continue
            calls.append(b"called")
            connection.close()

    thread = threading.Thread(target=listen)
    thread.start()
    yield f"http://127.0.0.1:{server.getsockname()[1]}/x.png", calls
    stop.set()
    thread.join()
    server.close()


PAYLOADS = [
    '<img src="{url}">',
    '"><img src="{url}">',
    "<style>@import url({url});</style>",
    '<link rel="stylesheet" href="{url}">',
    "<style>@font-face {{ font-family: x; src: url({url}); }} body {{ font-family: x }}</style>",
    '<pdf:pdf src="{url}">',
    "{{{{ 7*7 }}}}",
    "<script>alert(1)</script>",
    "]]><!--",
]


@pytest.mark.parametrize("payload", PAYLOADS)
def test_what_a_customer_is_called_is_only_text(payload: str) -> None:
    """ASVS 1.3.7, reliability 4.3: nothing in a field is fetched or run, and it is printed as it was written."""
    with listener() as (url, calls):
        attack = payload.format(url=url)
        customer: Customer = replace(CLINIC, name=f"ABC {attack}", address=attack)
        document = a_factura(customer=customer, lines=(a_line(description=attack),))
        text = text_of(render(a_printout(document, order_number=attack)))
    assert calls == []
    assert "".join(attack.split()) in "".join(text.split())


@pytest.mark.parametrize(
    "html", ['<img src="/etc/hostname">', '<img src="file:///etc/passwd">', '<img src="../errors.py">']
)
def test_a_file_outside_the_assets_cannot_be_used(html: str) -> None:
    """Reliability 4.3: confined to the assets, and a refusal is a failure, not a quiet gap."""
    with pytest.raises(RenderingFailed):
        html_to_pdf(f"<html><body>{html}<p>x</p></body></html>")


def test_a_missing_font_is_a_failure() -> None:
    """stack.md 1d: it would silently fall back to Helvetica."""
    with pytest.raises(RenderingFailed):
        html_to_pdf("<style>@font-face { font-family: A; src: url(absent.ttf); } p { font-family: A }</style><p>x</p>")


def test_rendering_does_not_depend_on_the_working_directory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Fonts come from the package."""
    expected = render(a_printout())
    monkeypatch.chdir(tmp_path)
    assert render(a_printout()) == expected
    assert os.listdir(tmp_path) == []


def test_several_vouchers_are_merged_in_their_order() -> None:
    """VOU-9."""
    merged = merge([render(a_printout()), render(a_printout(a_factura()))])
    pages = [page.extract_text() for page in PdfReader(io.BytesIO(merged)).pages]
    assert ["BCN7-00005170" in pages[0], "FCN1-00000001" in pages[1], len(pages)] == [True, True, 2]
    assert all(fonts_of(merged).values())
