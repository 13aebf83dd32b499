"""PDFs made for the tests: a good one of any size, and a corpus of bad ones. None is anybody's."""

import io
import zlib
from typing import Any

from pypdf import PdfWriter
from pypdf.generic import (
    ArrayObject,
    DecodedStreamObject,
    DictionaryObject,
    NameObject,
    NumberObject,
    TextStringObject,
)


def name(text: str) -> NameObject:
    return NameObject(text)


def written(writer: PdfWriter) -> bytes:
    buffer = io.BytesIO()
    writer.write(buffer)
    return buffer.getvalue()


def with_pages(pages: int = 1) -> PdfWriter:
    writer = PdfWriter()
    for _ in range(pages):
        writer.add_blank_page(200, 200)
    return writer


def good(pages: int = 12) -> bytes:
    return written(with_pages(pages))


def of_size(size: int) -> bytes:
    """A PDF of exactly so many bytes, as a scan is: nearly all of it is one stream."""
    filling = size - len(good())
    while (made := _filled(filling)) and len(made) != size:
        filling += size - len(made)
    return made


def _filled(count: int) -> bytes:
    writer, stream = with_pages(12), DecodedStreamObject()
    stream.set_data(b"x" * count)
    writer.pages[0][name("/Contents")] = writer._add_object(stream)
    return written(writer)


def with_root(**entries: Any) -> bytes:
    writer = with_pages()
    for key, value in entries.items():
        writer.root_object[name(f"/{key}")] = value
    return written(writer)


def action(kind: str, **more: Any) -> DictionaryObject:
    return DictionaryObject({name("/S"): name(kind)} | {name(f"/{key}"): value for key, value in more.items()})


def javascript() -> DictionaryObject:
    return action("/JavaScript", JS=TextStringObject("app.alert(1)"))


def attached() -> bytes:
    writer = with_pages()
    writer.add_attachment("programa.exe", b"MZ")
    return written(writer)


def encrypted(password: str) -> bytes:
    writer = with_pages()
    writer.encrypt(password, "propietario", algorithm="RC4-128")
    return written(writer)


def page_with(**entries: Any) -> bytes:
    writer = with_pages()
    for key, value in entries.items():
        writer.pages[0][name(f"/{key}")] = value
    return written(writer)


def annotation(**entries: Any) -> bytes:
    box = ArrayObject([NumberObject(0)] * 4)
    link = DictionaryObject({name("/Type"): name("/Annot"), name("/Rect"): box})
    link.update({name(f"/{key}"): value for key, value in entries.items()})
    return page_with(Annots=ArrayObject([link]))


def unreferenced(thing: DictionaryObject) -> bytes:
    """Something no page leads to, but a reader that rebuilds the file would find."""
    writer = with_pages()
    writer._add_object(thing)
    return written(writer)


def hidden_in_object_stream() -> bytes:
    """JavaScript within a compressed object stream, its name written with escapes."""
    inner = b"4 0 << /S /J#61vaScript /J#53 (app.alert(1)) >>"
    head = inner[: inner.index(b"<<")]
    packed = zlib.compress(inner)
    parts = [b"%PDF-1.5\n"]
    offsets = {}

    def add(number: int, body: bytes) -> None:
        offsets[number] = sum(map(len, parts))
        parts.append(b"%d 0 obj\n" % number + body + b"\nendobj\n")

    add(1, b"<< /Type /Catalog /Pages 2 0 R /OpenAction 4 0 R >>")
    add(2, b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>")
    add(3, b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 9 9] >>")
    add(5, b"<< /Type /ObjStm /N 1 /First %d /Length %d /Filter /FlateDecode >>\nstream\n" % (len(head), len(packed)) + packed + b"\nendstream")  # fmt: skip
    start = sum(map(len, parts))
    rows = b""
    for number in range(7):
        if number == 4:
            rows += b"\x02" + (5).to_bytes(4, "big") + b"\x00"
        else:
            kind = b"\x00" if number == 0 else b"\x01"
            rows += kind + (start if number == 6 else offsets.get(number, 0)).to_bytes(4, "big") + b"\x00"
    parts.append(b"6 0 obj\n<< /Type /XRef /Size 7 /W [1 4 1] /Root 1 0 R /Length %d >>\nstream\n" % len(rows) + rows + b"\nendstream\nendobj\nstartxref\n%d\n%%%%EOF\n" % start)  # fmt: skip
    return b"".join(parts)


def pages_in_a_circle() -> bytes:
    return good(1).replace(b"/Kids [ 4 0 R ]", b"/Kids [ 2 0 R ]")


def bomb() -> bytes:
    """A page whose content is a gigabyte of nothing, packed twice."""
    writer = with_pages()
    stream = DecodedStreamObject()
    stream.set_data(zlib.compress(zlib.compress(b"\0" * (1 << 26)) * 4))
    stream[name("/Filter")] = ArrayObject([name("/FlateDecode"), name("/FlateDecode")])
    writer.pages[0][name("/Contents")] = writer._add_object(stream)
    return written(writer)


def deep() -> bytes:
    return good(1).replace(b"/Resources", b"/Deep " + b"[" * 5000 + b"]" * 5000 + b" /Resources", 1)


BAD: dict[str, tuple[bytes, str]] = {
    "cut in the middle": (good()[: len(good()) // 2], "damaged"),
    "only the first line": (b"%PDF-1.7\n", "damaged"),
    "noise": (b"%PDF-1.7\n" + bytes(range(256)) * 40, "damaged"),
    "no pages": (written(PdfWriter()), "no-pages"),
    "password": (encrypted("clave"), "password"),
    "owner's password": (encrypted(""), "password"),
    "script on opening": (with_root(OpenAction=javascript()), "active"),
    "launch on opening": (with_root(OpenAction=action("/Launch")), "active"),
    "sends itself on opening": (with_root(OpenAction=action("/URI", URI=TextStringObject("http://x.invalid"))), "active"),
    "script by name": (
        with_root(Names=DictionaryObject({name("/JavaScript"): DictionaryObject({name("/Names"): ArrayObject([TextStringObject("a"), javascript()])})})),
        "active",
    ),
    "script on a page": (page_with(AA=DictionaryObject({name("/O"): javascript()})), "active"),
    "launch on a link": (annotation(Subtype=name("/Link"), A=action("/Launch")), "active"),
    "another document on a link": (annotation(Subtype=name("/Link"), A=action("/GoToR")), "active"),
    "script nobody refers to": (unreferenced(javascript()), "active"),
    "script in an object stream": (hidden_in_object_stream(), "active"),
    "dynamic form": (with_root(AcroForm=DictionaryObject({name("/XFA"): TextStringObject("x")})), "active"),
    "attachment": (attached(), "embedded"),
    "attachment on a page": (annotation(Subtype=name("/FileAttachment")), "embedded"),
    "portfolio": (with_root(Collection=DictionaryObject()), "embedded"),
    "film": (annotation(Subtype=name("/RichMedia")), "embedded"),
    "nested too deep": (deep(), "damaged"),
    "pages in a circle": (pages_in_a_circle(), "damaged"),
}  # fmt: skip
"""Each with the fault it must be refused for."""

HARMLESS: dict[str, bytes] = {
    "opens at a page": with_root(OpenAction=ArrayObject([NumberObject(0), name("/Fit")])),
    "goes to a page": with_root(OpenAction=action("/GoTo", D=ArrayObject([NumberObject(0), name("/Fit")]))),
    "links to a site": annotation(Subtype=name("/Link"), A=action("/URI", URI=TextStringObject("https://example.pe"))),
    "packed content": bomb(),
}
"""What word processors and scanners write every day; packed content is never unpacked here."""
