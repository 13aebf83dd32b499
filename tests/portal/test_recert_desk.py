"""Mesa de evaluación, Mesa de revisión, and the physician's observations, as pages (issue 6)."""

from typing import Any

import pytest

from tests.portal.fake_gateway import STAFF, FakeGateway
from tests.portal.fakes_recert_desk import (
    DESK,
    DIFFERENCE,
    DOSSIER,
    EVALUATE,
    OWN_PLACE,
    PDF,
    PLACE,
    REVISE,
    a_dossier,
    a_ruling,
    a_version,
    an_item,
    an_observation,
)
from tests.portal.test_own_data import told_wrong
from tests.portal.visitor import Page, Visitor

REASON = "Motivo de prueba suficiente"
ACT = f"recert/v1/desk/dossiers/{DOSSIER}/"


@pytest.fixture
def evaluator(world: FakeGateway, visitor: Visitor) -> Visitor:
    """Somebody who evaluates, signed in."""
    world.person, world.permissions = STAFF, EVALUATE
    return visitor.sign_in()


@pytest.fixture
def reviser(world: FakeGateway, visitor: Visitor) -> Visitor:
    """Somebody who revises, signed in; the dossier waits for it."""
    world.person, world.permissions = STAFF, REVISE
    world.recert_desk.dossier = a_dossier("APROBADO", "Aprobado", may=["revise"])
    return visitor.sign_in()


def texts(page: Page, path: str) -> list[str]:
    """What the elements say."""
    return [" ".join(each.text_content().split()) for each in page.all(path)]


# --- work lists ------------------------------------------------------------------------------------------------


def test_the_desk_lists_dossiers_with_due_date_and_load(evaluator: Visitor, world: FakeGateway) -> None:
    page = evaluator.get(f"{DESK}/evaluacion?lista=soon")

    assert world.calls("GET", "recert/v1/desk/dossiers")[-1].query["queue"] == "soon"
    assert "Quedan 2" in page.words
    assert texts(page, "//table[@id='load-table']/tbody/tr")[0] == "Bruno PruebaCR III LIMA0"
    assert "Sin asignar (1)" in page.words


def test_an_empty_list_says_so(evaluator: Visitor, world: FakeGateway) -> None:
    world.recert_desk.queue = []
    assert "No hay expedientes aquí" in evaluator.get(f"{DESK}/revision").words


@pytest.mark.parametrize("path", [f"{DESK}/evaluacion", PLACE, f"{PLACE}/versiones/1.pdf", f"{PLACE}/aprobar"])
def test_the_desk_does_not_exist_for_physicians(rosa: Visitor, path: str) -> None:
    assert rosa.get(path).status == 404


def test_only_a_reviser_sees_the_acts_of_revision(evaluator: Visitor) -> None:
    for act in ("revisar", "devolver", "reasignar"):
        assert evaluator.get(f"{PLACE}/{act}").status == 404


# --- one dossier -----------------------------------------------------------------------------------------------


def test_the_pdf_stands_beside_the_items_sandboxed_and_in_no_other_site(evaluator: Visitor) -> None:
    page = evaluator.get(f"{PLACE}?item=2")
    frame = page.one("//iframe")
    assert (frame.get("src"), frame.get("title")) == (f"{PLACE}/versiones/1.pdf#page=2&navpanes=0", "Expediente en PDF")
    assert "frame-src 'self'" in page.response.headers["Content-Security-Policy"]

    file = evaluator.get(f"{PLACE}/versiones/1.pdf").response
    policy = file.headers["Content-Security-Policy"]
    assert (file.data, file.mimetype) == (PDF, "application/pdf")
    assert policy.startswith("sandbox; default-src 'none'")
    assert "frame-ancestors 'self'" in policy
    assert (file.headers["X-Frame-Options"], file.headers["X-Content-Type-Options"]) == ("SAMEORIGIN", "nosniff")


def test_no_other_page_may_frame_anything_or_be_framed(evaluator: Visitor) -> None:
    headers = evaluator.get(f"{DESK}/evaluacion").response.headers
    assert "frame-src 'none'" in headers["Content-Security-Policy"]
    assert headers["X-Frame-Options"] == "DENY"


def test_a_dossier_is_taken_with_a_declaration_only(evaluator: Visitor, world: FakeGateway) -> None:
    world.recert_desk.dossier = a_dossier("EMITIDO", "Emitido", may=["claim"], evaluator_name=None)
    assert told_wrong(evaluator.post(f"{PLACE}/tomar"), "Marque la declaración")
    assert not world.calls("POST", f"{ACT}claim")

    evaluator.post(f"{PLACE}/tomar", {"no_conflict": "y"})
    assert world.calls("POST", f"{ACT}claim")[0].body == {"no_conflict": True}


def test_who_was_faster_is_told_not_an_error_page(evaluator: Visitor, world: FakeGateway) -> None:
    world.refuse("POST", f"{ACT}claim", 409, "recert/already-taken", "Otra persona tomó este expediente.")
    assert "Otra persona tomó este expediente." in evaluator.post(f"{PLACE}/tomar", {"no_conflict": "y"}).words


def test_an_obstacle_is_said_and_offers_nothing(evaluator: Visitor, world: FakeGateway) -> None:
    world.recert_desk.dossier = a_dossier(may=[], obstacle="Es su propio expediente: lo atiende otra persona.")
    page = evaluator.get(PLACE)
    assert "Es su propio expediente" in page.words
    assert not page.all("//main//form")


def test_points_are_registered_and_an_override_needs_a_reason(evaluator: Visitor, world: FakeGateway) -> None:
    evaluator.post(f"{PLACE}/items/1/puntaje", {"points": "4,5", "reason": REASON})
    (asked,) = world.calls("PUT", f"{ACT}items/1/ruling")
    assert asked.body == {"points": "4.5", "reason": REASON}

    world.refuse("PUT", f"{ACT}items/1/ruling", 422, "recert/reason-missing", "Escriba por qué cambia el puntaje.")
    page = evaluator.post(f"{PLACE}/items/1/puntaje", {"points": "4"})
    assert told_wrong(page, "Escriba por qué cambia el puntaje")
    assert page.one("//input[@id='points']").value == "4"


def test_the_form_of_points_begins_with_what_is_known(evaluator: Visitor, world: FakeGateway) -> None:
    """The table's points, or what was ruled on the version before."""
    assert evaluator.get(f"{PLACE}?item=1").one("//input[@id='points']").value == "5"
    world.recert_desk.dossier = a_dossier(items=[an_item(1, earlier=a_ruling("3", "Faltaban horas"))])
    page = evaluator.get(PLACE)
    assert page.one("//input[@id='points']").value == "3"
    assert "En la versión anterior se reconocieron 3 puntos: Faltaban horas." in page.words


@pytest.mark.parametrize(("path", "item"), [("items/2/observaciones", 2), ("observaciones", None)])
def test_an_observation_names_reason_page_and_item(
    evaluator: Visitor, world: FakeGateway, path: str, item: int | None
) -> None:
    assert told_wrong(evaluator.post(f"{PLACE}/{path}", {"page": "3"}), "Elija el motivo de la observación")
    evaluator.post(f"{PLACE}/{path}", {"code": "ilegible", "page": "3", "comment": ""})
    (asked,) = world.calls("POST", f"{ACT}observations")
    assert asked.body == {"item": item, "page": 3, "reason": "ilegible", "comment": ""}


def test_drafts_are_shown_can_be_taken_back_and_hide_the_approval(evaluator: Visitor, world: FakeGateway) -> None:
    full = {"total": "20", "minimum": "20", "enough": True, "unruled": 0}
    world.recert_desk.dossier = a_dossier(score=full)
    assert texts(evaluator.get(PLACE), "//main//a[contains(@href, '/aprobar')]") == ["Aprobar"]

    world.recert_desk.dossier = a_dossier(score=full, observations=[an_observation(sent_at=None, round=None)])
    page = evaluator.get(PLACE)
    assert not page.all("//main//a[contains(@href, '/aprobar')]")
    assert "Falta el reverso." in page.words
    evaluator.post(f"{PLACE}/observaciones/1/quitar")
    assert world.calls("DELETE", f"{ACT}observations/1")


@pytest.mark.parametrize(
    ("path", "act", "typed", "body"),
    [
        ("devolver-a-la-lista", "release", {"reason": REASON}, {"reason": REASON}),
        ("conflicto", "conflict", {"reason": REASON}, {"reason": REASON}),
        ("enviar-observaciones", "observed", {}, {}),
        ("aprobar", "approval", {"opinion": REASON}, {"opinion": REASON}),
    ],
)
def test_acts_of_evaluation_are_asked_once_more(
    evaluator: Visitor, world: FakeGateway, path: str, act: str, typed: dict[str, Any], body: dict[str, Any]
) -> None:
    assert evaluator.get(f"{PLACE}/{path}").status == 200
    assert not world.calls("POST", f"{ACT}{act}")
    evaluator.post(f"{PLACE}/{path}", typed)
    assert [asked.body for asked in world.calls("POST", f"{ACT}{act}")] == [body]


@pytest.mark.parametrize(
    ("path", "act", "typed", "missing"),
    [
        ("revisar", "revision", {"no_conflict": "y"}, "Marque la declaración"),
        ("devolver", "return", {"reason": REASON}, "Escriba el motivo"),
        ("reasignar", "reassignment", {"evaluator_id": "staff-2", "reason": REASON}, "Elija a la persona"),
        ("conflicto-de-revision", "revision-conflict", {"reason": REASON}, "Escriba el motivo"),
    ],
)
def test_acts_of_revision_need_what_they_ask(
    reviser: Visitor, world: FakeGateway, path: str, act: str, typed: dict[str, Any], missing: str
) -> None:
    all_but_one = dict(list(typed.items())[1:])
    assert told_wrong(reviser.post(f"{PLACE}/{path}", all_but_one), missing)
    assert not world.calls("POST", f"{ACT}{act}")
    reviser.post(f"{PLACE}/{path}", typed)
    assert len(world.calls("POST", f"{ACT}{act}")) == 1


def test_a_refusal_is_said_on_the_page_that_asked(reviser: Visitor, world: FakeGateway) -> None:
    text = "Usted participó en la evaluación de este expediente: lo revisa otra persona."
    world.refuse("POST", f"{ACT}revision", 409, "recert/not-independent", text)
    page = reviser.post(f"{PLACE}/revisar", {"no_conflict": "y"})
    assert (page.status, text in page.words) == (422, True)


def test_a_dossier_is_reassigned_within_its_council_only(reviser: Visitor) -> None:
    options = texts(reviser.get(f"{PLACE}/reasignar"), "//select[@id='evaluator_id']/option")
    assert options == ["Seleccione", "Bruno Prueba (0 a su cargo)"]


def test_two_versions_are_compared_with_both_pdfs(evaluator: Visitor, world: FakeGateway) -> None:
    world.recert_desk.dossier = a_dossier(versions=[a_version(1), a_version(2)], differences=[DIFFERENCE])
    page = evaluator.get(f"{PLACE}/versiones/1/2")
    assert len(page.all("//iframe")) == 2
    assert "Corregido: primera página" in page.words
    assert evaluator.get(f"{PLACE}/versiones/2/3").status == 404


# --- the physician ---------------------------------------------------------------------------------------------


def test_each_observation_shows_reason_comment_page_rule_and_days_left(rosa: Visitor) -> None:
    page = rosa.get(f"{OWN_PLACE}/observaciones")
    for said in ("Documento ilegible", "Falta el reverso.", "(ejemplo)", "quedan 12 días hábiles", "Sin responder"):
        assert said in page.words
    assert "Carmen" not in page.words
    assert not page.all("//main//a[contains(@href, '/subsanar')]")


def test_an_answer_says_something(rosa: Visitor, world: FakeGateway) -> None:
    page = rosa.post(f"{OWN_PLACE}/observaciones/1", {"answer": " ", "what": "words"})
    assert told_wrong(page, "Escriba su respuesta")
    rosa.post(f"{OWN_PLACE}/observaciones/1", {"answer": "Adjunto el reverso.", "what": "words"})
    assert world.calls("PUT", ".*/answer")[0].body == {"answer": "Adjunto el reverso."}


def test_an_item_is_corrected_from_what_it_was(rosa: Visitor, world: FakeGateway) -> None:
    form = rosa.get(f"{OWN_PLACE}/observaciones/1")
    assert form.one("//input[@id='title']").value == "Congreso 2"
    assert form.one("//input[@id='done_on_anio']").value == "2025"
    typed = {"what": "change", "activity": "CURSO", "title": "Congreso 2", "done_on": "2025-03-02", "quantity": "2,5"}
    page = rosa.post(f"{OWN_PLACE}/observaciones/1", typed | {"page_from": "", "page_to": "4"})
    assert told_wrong(page, "Complete este dato del ítem")
    rosa.post(f"{OWN_PLACE}/observaciones/1", typed | {"page_from": "4", "page_to": "4"})
    assert world.calls("PUT", ".*/answer")[0].body["correction"] == {
        "activity": "CURSO", "title": "Congreso 2", "done_on": "2025-03-02", "quantity": "2.5", "page_from": 4, "page_to": 4,
    }  # fmt: skip


def test_an_item_is_taken_out(rosa: Visitor, world: FakeGateway) -> None:
    rosa.post(f"{OWN_PLACE}/observaciones/1", {"answer": "", "what": "withdraw"})
    assert world.calls("PUT", ".*/answer")[0].body == {"answer": "", "correction": {"withdrawn": True}}


def test_an_unknown_or_closed_observation_cannot_be_answered(rosa: Visitor, world: FakeGateway) -> None:
    assert rosa.get(f"{OWN_PLACE}/observaciones/9").status == 404
    world.recert_desk.own["state"] = "EN_EVALUACION"
    assert rosa.get(f"{OWN_PLACE}/observaciones/1").status == 404


def test_the_correction_is_sent_after_a_last_look(rosa: Visitor, world: FakeGateway) -> None:
    world.recert_desk.own["all_answered"] = True
    assert rosa.get(f"{OWN_PLACE}/observaciones").all("//main//a[contains(@href, '/subsanar')]")
    assert rosa.get(f"{OWN_PLACE}/subsanar").h1 == "Enviar la subsanación"
    assert not world.calls("POST", ".*/corrections")
    sent = rosa.post(f"{OWN_PLACE}/subsanar", follow=False)
    assert (sent.status, sent.location) == (303, OWN_PLACE)


def test_what_keeps_a_correction_from_being_sent_is_said(rosa: Visitor, world: FakeGateway) -> None:
    world.refuse("POST", ".*/corrections", 409, "recert/observations-unanswered", "Falta una respuesta.")
    page = rosa.post(f"{OWN_PLACE}/subsanar")
    assert (page.status, "Falta una respuesta." in page.words) == (422, True)


def test_differences_and_both_pdfs_are_shown_to_the_physician(rosa: Visitor, world: FakeGateway) -> None:
    world.recert_desk.own |= {"differences": [DIFFERENCE], "state": "EN_EVALUACION", "observations": []}
    page = rosa.get(f"{OWN_PLACE}/observaciones")
    assert "Corregido: primera página" in page.words
    links = page.all("//main//a[contains(@href, '/expediente/')]/@href")
    assert links == [f"{OWN_PLACE}/expediente/1", f"{OWN_PLACE}/expediente/2"]
