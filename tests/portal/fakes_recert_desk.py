"""What the fake gateway knows of the desk of recertification: one dossier at work, its observations, the evaluators."""

from dataclasses import dataclass, field
from typing import Any

from flask import Flask, Response, jsonify

DOSSIER = "33333333-4444-4555-8666-777777777777"
AT = "2026-11-20T15:00:00+00:00"
DESK = "/gestion/recertificacion"
PLACE = f"{DESK}/expedientes/{DOSSIER}"
OWN_PLACE = f"/recertificacion/solicitudes/{DOSSIER}"
EVALUATE = ["recert:view", "recert:evaluate"]
REVISE = ["recert:view", "recert:revise"]
PDF = b"%PDF-1.4 un expediente"


def an_item(position: int, **more: Any) -> dict[str, Any]:
    """An item as the desk reads it."""
    return {
        "position": position, "activity": "CURSO", "activity_name": "Curso o congreso", "activity_unit": "crédito",
        "activity_points": "1", "activity_cap": "10", "activity_max_age_years": 5, "activity_evidence": "Certificado",
        "title": f"Congreso {position}", "done_on": "2025-03-02", "quantity": "5", "page_from": position,
        "page_to": position + 1, "claimed_points": "5", "counted": "5", "ruling": None, "earlier": None,
        "proposed": {"points": "5", "most": "5", "reason": None},
    } | more  # fmt: skip


def a_ruling(points: str = "5", reason: str | None = None) -> dict[str, Any]:
    """What was ruled on an item."""
    return {"points": points, "reason": reason, "ruled_by_name": "Carmen Prueba", "ruled_at": AT}


def an_observation(number: int = 1, item: int | None = 2, **more: Any) -> dict[str, Any]:
    """An observation that was sent and has no answer yet."""
    return {
        "id": number, "item": item, "version": 1, "page": 3, "reason": "Documento ilegible", "comment": "Falta el reverso.",
        "rule": "Los documentos se presentan legibles (ejemplo)", "round": 1, "sent_at": AT, "made_by_name": "Carmen Prueba",
        "made_at": AT, "answered": False, "answer": None, "correction": None, "answered_at": None,
    } | more  # fmt: skip


def a_deadline(kind: str = "RESULT", left: int = 5, **more: Any) -> dict[str, Any]:
    """A deadline that runs."""
    text = {"RESULT": "Resultado de la evaluación", "CORRECTION": "Subsanación de observaciones"}[kind]
    return {
        "kind": kind, "kind_text": text, "days": 7, "started_on": "2026-11-20", "promised_on": "2026-12-01",
        "due_on": "2026-12-01", "days_left": left, "running": True, "over": False, "skipped": [], "moves": [],
    } | more  # fmt: skip


def a_version(number: int) -> dict[str, Any]:
    """What was sent once."""
    return {
        "number": number, "file_name": "012345-2026.pdf", "size": 51200, "pages": 12, "description": "", "sent_at": AT,
    }  # fmt: skip


DIFFERENCE = {
    "old": 1, "new": 2, "file_changed": True, "description_changed": False,
    "items": [
        {"position": 1, "change": "changed", "fields_changed": ["page_from"], "old": an_item(1), "new": an_item(1, page_from=2)},
        {"position": 3, "change": "added", "fields_changed": [], "old": None, "new": an_item(3)},
    ],
}  # fmt: skip


def a_dossier(state: str = "EN_EVALUACION", text: str = "En evaluación", **more: Any) -> dict[str, Any]:
    """A dossier as the desk opens it, at work."""
    return {
        "id": DOSSIER, "number": "000123", "cmp_number": "012345", "name": "Rosa Elvira Quispe Ñaupari",
        "kind_text": "Especialidad: PEDIATRÍA", "council": "03", "state": state, "state_text": text, "submitted_at": AT,
        "evaluator_id": "staff-1", "evaluator_name": "Carmen Prueba", "reviser_name": None, "approved_at": None,
        "dictamen_on": None, "phone": "", "mobile": "999000001", "email": "rosa.quispe@example.pe", "pickup_council": "03",
        "deadline": {"kind": "RESULT", "due_on": "2026-12-01", "days_left": 2, "over": False, "soon": True},
        "rubric": {"version": 1, "name": "EJEMPLO de tabla", "sample": True}, "items": [an_item(1), an_item(2)],
        "score": {"total": "10", "minimum": "20", "enough": False, "unruled": 2}, "deadlines": [a_deadline()],
        "versions": [a_version(1)], "differences": [], "observations": [],
        "history": [{"at": AT, "act": "claimed", "text": "A cargo de una persona evaluadora", "state": state, "note": None,
                     "name": "Carmen Prueba"}],
        "acts": [{"at": AT, "actor_name": "Carmen Prueba", "act": "dossier.claimed", "before": None, "after": {"item": 1},
                  "reason": None}],
        "may": ["evaluate"], "obstacle": None,
    } | more  # fmt: skip


def an_evaluation(state: str = "OBSERVADO", text: str = "Observado", **more: Any) -> dict[str, Any]:
    """The own dossier as its physician reads it, observed."""
    return {
        "id": DOSSIER, "number": "000123", "kind_text": "Especialidad: PEDIATRÍA", "state": state, "state_text": text,
        "submitted_at": AT, "council": "03", "observations": [an_observation()], "earlier": [], "all_answered": False,
        "items": [an_item(1, ruling=a_ruling()), an_item(2)], "differences": [], "versions": [a_version(1)],
        "score": {"total": "10", "minimum": "20", "enough": False, "unruled": 1},
        "deadlines": [a_deadline("CORRECTION", 12)],
        "activities": [{"code": "CURSO", "name": "Curso o congreso", "unit": "crédito"}],
    } | more  # fmt: skip


@dataclass
class RecertDeskFake:
    """What recert knows; tests change it as they need."""

    dossier: dict[str, Any] = field(default_factory=a_dossier)
    queue: list[dict[str, Any]] = field(default_factory=lambda: [a_dossier()])
    own: dict[str, Any] = field(default_factory=an_evaluation)
    evaluators: list[dict[str, Any]] = field(
        default_factory=lambda: [
            {"account_id": "staff-2", "name": "Bruno Prueba", "council": "03", "open": 0},
            {"account_id": "staff-9", "name": "Teresa Prueba", "council": "12", "open": 4},
        ]
    )


def offer_recert_desk(app: Flask, world: Any) -> None:
    """The routes of the desk; `world.recert_desk` is what they know."""
    base = "/api/recert/v1"
    names = ("unassigned", "mine", "overdue", "soon", "evaluating", "observed", "to-revise", "closed")
    reason = {"code": "ilegible", "title": "Documento ilegible", "rule": "Legibles (ejemplo)", "text": "No se lee."}

    def dossier(**_: Any) -> Any:
        return jsonify(world.recert_desk.dossier)

    def own(**_: Any) -> Any:
        return jsonify(world.recert_desk.own)

    def desk() -> Any:
        return jsonify(counts=dict.fromkeys(names, 1), evaluators=world.recert_desk.evaluators)

    def queue() -> Any:
        return jsonify(items=world.recert_desk.queue, next=None)

    def file(**_: Any) -> Any:
        headers = {"Content-Disposition": 'inline; filename="012345-2026.pdf"'}
        return Response(PDF, content_type="application/pdf", headers=headers)

    app.add_url_rule(f"{base}/desk", "recert_desk", desk)
    app.add_url_rule(f"{base}/desk/dossiers", "recert_queue", queue)
    app.add_url_rule(f"{base}/desk/observation-reasons", "recert_reasons", lambda: jsonify(items=[reason]))
    app.add_url_rule(f"{base}/desk/dossiers/{DOSSIER}", "desk_dossier", dossier)
    app.add_url_rule(f"{base}/desk/dossiers/{DOSSIER}/versions/<int:number>/file", "desk_file", file)
    methods = {"methods": ["POST", "PUT", "DELETE"]}
    app.add_url_rule(f"{base}/desk/dossiers/{DOSSIER}/<path:act>", "desk_act", dossier, **methods)
    app.add_url_rule(f"{base}/dossiers/{DOSSIER}/evaluation", "own_evaluation", own)
    app.add_url_rule(f"{base}/dossiers/{DOSSIER}/observations/<int:number>/answer", "own_answer", own, methods=["PUT"])
    app.add_url_rule(f"{base}/requests/{DOSSIER}/corrections", "own_correction", own, methods=["POST"])
