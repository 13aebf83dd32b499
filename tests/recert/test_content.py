"""The SISTCERE page as content: nine entries, written by staff, every version kept (PUB-4, PUB-5, PUB-7 to PUB-9)."""

import io

import pytest
from pypdf import PdfWriter
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from chassis.auth import Principal
from contracts.recert import ContentChanged
from services.recert.models import StaffAct

EDITOR = Principal(subject="staff-1", kind="staff", name="Eva Luna", permissions=frozenset({"recert:content"}))
READER = Principal(subject="staff-2", kind="staff", name="Ana Sol", permissions=frozenset({"recert:view"}))
REQUIREMENTS = "entry-1"


@pytest.fixture
def editor(service):
    """A reviser's client."""
    return service.client(EDITOR)


@pytest.fixture
def page(service):
    """Reads the page as the public does."""
    return lambda: service.client().get("/v1/public/content").get_json()


@pytest.fixture
def save(editor):
    """Writes a piece anew, beginning from how it reads now."""

    def put(piece_id=REQUIREMENTS, status=200, **changes):
        now = editor.get(f"/v1/content/pieces/{piece_id}").get_json()
        names = ("position", "title", "label", "text", "link", "is_new", "sample", "shown", "version")
        wish = {name: now[name] for name in names} | {"reason": "Nueva directiva"} | changes
        answer = editor.put(f"/v1/content/pieces/{piece_id}", json=wish)
        assert answer.status_code == status, answer.get_json()
        return answer.get_json()

    return put


def pdf():
    """A small PDF."""
    writer, out = PdfWriter(), io.BytesIO()
    writer.add_blank_page(200, 200)
    writer.write(out)
    return out.getvalue()


def upload(client, data, name="requisitos 2026.pdf"):
    """Stores a file for the page."""
    return client.post(f"/v1/content/files?name={name}", data=data, content_type="application/pdf")


def test_the_page_begins_with_the_nine_entries_notices_office_and_marked_samples(page):
    body = page()
    assert [(entry["title"], entry["label"]) for entry in body["entries"]] == [
        ("Requisitos", "[Ver Pdf]"),
        ("Formato de Solicitud", "[Ver Pdf]"),
        ("Solicitar Recertificación Médica Vía Virtual", "[Iniciar proceso aquí]"),
        ("Video", "[Ver video]"),
        ("Guía", "[ver Pdf]"),
        ("Directiva para la recertificación de casos especiales", "[Ver Pdf]"),
        ("Anexo 01", "[Ver Pdf]"),
        ("Directiva de la evaluación por portafolio", "[Ver Pdf]"),
        ("Tabla de calificación", "[Ver Pdf]"),
    ]
    assert [entry["title"] for entry in body["entries"] if entry["is_new"]] == [body["entries"][5]["title"]]
    assert [notice["title"] for notice in body["notices"]] == [
        "SISTCERE a tu servicio…",
        "Obligatoria según Ley 28740",
        "Trámite gratuito",
    ]
    assert all(person["sample"] for person in body["persons"])
    assert "08:30 a 13:30" in body["office"][0]["text"]


def test_a_saved_piece_is_public_a_version_an_act_and_an_event(service, editor, page, save):
    save(title="Requisitos 2026", link="https://example.pe/requisitos", sample=False)

    entry = page()["entries"][0]
    assert (entry["title"], entry["link"], entry["sample"]) == (
        "Requisitos 2026",
        "https://example.pe/requisitos",
        False,
    )
    past = editor.get(f"/v1/content/pieces/{REQUIREMENTS}").get_json()["versions"]
    assert [(each["number"], each["facts"]["title"]) for each in past] == [(2, "Requisitos 2026"), (1, "Requisitos")]
    with service.transaction() as session:
        act = session.scalars(select(StaffAct)).one()
    assert (act.act, act.subject, act.actor_name, act.reason) == (
        "content.changed", f"content:{REQUIREMENTS}", "Eva Luna", "Nueva directiva",
    )  # fmt: skip
    assert [(event.title, event.version) for event in service.events(ContentChanged)] == [("Requisitos 2026", 2)]


def test_saving_without_a_change_leaves_no_trace(service, save):
    save()
    assert service.events() == []


def test_a_piece_that_somebody_else_saved_meanwhile_is_not_overwritten(save, page):
    save(title="Primero")
    assert save(title="Segundo", version=1, status=409)["type"].endswith("recert/content-outdated")
    assert page()["entries"][0]["title"] == "Primero"


def test_a_new_piece_takes_its_place_and_one_not_shown_is_gone(editor, page, save):
    wish = {"block": "ENTRY", "position": 2, "title": "Reglamento", "label": "[Ver Pdf]", "reason": "Nueva norma"}
    assert editor.post("/v1/content/pieces", json=wish).status_code == 201
    assert [entry["title"] for entry in page()["entries"]][1:3] == ["Reglamento", "Formato de Solicitud"]
    save(shown=False)
    assert "Requisitos" not in [entry["title"] for entry in page()["entries"]]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("link", "http://example.pe"),
        ("link", "javascript:alert(1)"),
        ("link", "//example.pe/x"),
        ("link", "https://a@example.pe/"),
        ("link", "/x\\y"),
        ("title", "  "),
        ("reason", "no"),
        ("position", 0),
    ],
)
def test_what_cannot_stand_on_the_page_is_refused_by_field(save, field, value):
    assert [error["pointer"] for error in save(status=422, **{field: value})["errors"]] == [f"/{field}"]


def test_an_uploaded_pdf_is_public_once_a_shown_piece_names_it(service, editor, save):
    stored = upload(editor, pdf()).get_json()
    path = f"/v1/public/content/files/{REQUIREMENTS}"
    assert service.client().get(path).status_code == 404

    save(file_sha256=stored["sha256"])
    answer = service.client().get(path)
    assert (answer.status_code, answer.data, answer.content_type) == (200, pdf(), "application/pdf")
    assert answer.headers["Content-Disposition"] == 'inline; filename="requisitos.pdf"'
    assert service.client().get(path, headers={"If-None-Match": answer.headers["ETag"]}).status_code == 304

    save(file_sha256=stored["sha256"], shown=False)
    assert service.client().get(path).status_code == 404
    assert editor.get(f"/v1/content/files/{stored['sha256']}").data == pdf()


def test_only_a_file_uploaded_for_the_page_can_stand_on_it(service, save):
    """A dossier lies in the same store: knowing its digest must not make it public."""
    with service.context():
        dossier = service.service.files.put(b"%PDF-1.4 dossier", media_type="application/pdf", name="x.pdf")
    assert save(file_sha256=dossier.sha256, status=422)["errors"][0]["pointer"] == "/file"


@pytest.mark.parametrize(
    ("data", "fault"),
    [(b"", "empty"), (b"hola", "wrong-type"), (b"%PDF-1.4 roto", "damaged"),
     (b"%PDF-" + b"x" * 5_242_876, "too-big")],
)  # fmt: skip
def test_a_bad_pdf_is_refused_as_a_physicians_would_be(editor, data, fault):
    answer = upload(editor, data)
    assert (answer.status_code, answer.get_json()["fault"]) == (422, fault)


def test_only_who_may_write_the_page_gets_in(service):
    for client, status in ((service.client(), 401), (service.client(READER), 403)):
        assert client.get("/v1/content/pieces").status_code == status
        assert client.put(f"/v1/content/pieces/{REQUIREMENTS}", json={}).status_code == status
        assert upload(client, pdf()).status_code == status


def test_a_version_cannot_be_changed_afterwards(service):
    with pytest.raises(DBAPIError), service.transaction() as session:
        session.execute(text("UPDATE content_version SET number = 9"))


def test_an_unknown_piece_is_not_found(service, editor):
    assert editor.get("/v1/content/pieces/no").status_code == 404
    assert service.client().get("/v1/public/content/files/no").status_code == 404
