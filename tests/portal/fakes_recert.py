"""Recert's side of requests, as the portal's tests need it: one draft of Rosa's and what she sent."""

from dataclasses import dataclass, field
from typing import Any

from flask import Flask, Response, jsonify, request

DRAFT = "11111111-1111-4111-8111-111111111111"
UPLOAD = "22222222-2222-4222-8222-222222222222"
DOSSIER = "33333333-3333-4333-8333-333333333333"
BASE = "/api/recert/v1"
RUBRIC = {
    "version": 1, "name": "EJEMPLO de tabla de calificación (no es la oficial)", "sample": True, "minimum_points": "20",
    "activities": [
        {"code": "CURSO", "name": "Cursos, congresos y jornadas", "unit": "crédito", "points": "1", "cap": "10",
         "least_quantity": "0", "max_age_years": 5, "evidence": "Certificado"},
        {"code": "MAESTRIA", "name": "Maestría", "unit": "grado", "points": "8", "cap": "8", "least_quantity": "0",
         "max_age_years": None, "evidence": "Grado de magíster"},
    ],
}  # fmt: skip


def an_item(number: int = 1, **more: Any) -> dict[str, Any]:
    """An activity as recert tells it."""
    return {
        "id": number, "activity": "CURSO", "activity_name": "Cursos, congresos y jornadas", "unit": "crédito",
        "title": f"Congreso de ejemplo {number}", "done_on": "2026-03-02", "quantity": "10", "page_from": 1, "page_to": 2,
        "points": "10", "full": "10", "reason": None, "pages_wrong": False,
    } | more  # fmt: skip


def a_dossier(state: str = "EMITIDO", text: str = "Emitido", **more: Any) -> dict[str, Any]:
    """A request that was sent."""
    deadline = {
        "kind": "RESULT", "kind_text": "Resultado de la evaluación", "days": 7, "due_on": "2026-12-01", "days_left": 7,
        "running": True, "over": False, "skipped": [], "moves": [], "started_on": "2026-11-20", "promised_on": "2026-12-01",
    }  # fmt: skip
    version = {
        "number": 1, "file_name": "012345-2026.pdf", "size": 700_000, "pages": 12, "description": "Diez años de ejercicio",
        "sent_at": "2026-11-20T15:00:00+00:00", "points": "20", "items": [an_item(1), an_item(2)],
    }  # fmt: skip
    return {
        "id": DOSSIER, "number": "000123", "type_text": "Especialidad: PEDIATRÍA", "state": state, "state_text": text,
        "submitted_at": "2026-11-20T15:00:00+00:00", "pickup_label": "CR III LIMA", "description": "Diez años de ejercicio",
        "cmp_number": "012345", "name": "Rosa Elvira Quispe Ñaupari", "council_label": "CR III LIMA", "phone": "",
        "mobile": "+51 999 000 001", "email": "rosa.quispe@example.pe", "address": "",
        "rubric": {name: RUBRIC[name] for name in ("version", "name", "sample")}, "versions": [version], "steps": [],
        "deadlines": [deadline],
    } | more  # fmt: skip


@dataclass
class RecertFake:
    """Tests change what they need."""

    missing: list[str] = field(default_factory=list)
    draft: dict[str, Any] | None = None
    sent: list[dict[str, Any]] = field(default_factory=list)
    received: bytes = b""
    announced: dict[str, Any] = field(default_factory=dict)
    drops: int = 0
    """So many pieces are lost with their line, after half of each came."""
    fault: tuple[str, str] | None = None
    """Why the next file is refused: fault and words."""

    def begin(self, **more: Any) -> dict[str, Any]:
        """The draft, begun or found."""
        if self.draft is None:
            self.draft = {
                "id": DRAFT, "dossier_id": None, "dossier_number": None, "type": "", "type_text": None,
                "pickup_council": "03", "pickup_label": "CR III LIMA", "description": "",
                "changed_at": "2026-11-20T15:00:00+00:00", "file": None, "expected_name": "012345-2026.pdf",
                "upload": None, "items": [], "rubric": RUBRIC, "faults": [],
                "types": [{"value": "MEDICO_CIRUJANO", "label": "Médico Cirujano"},
                          {"value": "008123", "label": "Especialidad: PEDIATRÍA"}],
                "councils": [{"value": "03", "label": "CR III LIMA"}, {"value": "15", "label": "CR XV SAN MARTIN"}],
                "score": {"total": "0", "minimum": "20", "missing": "20", "enough": False, "percent": 0},
                "tasks": [{"task": "data", "status": "open"}, {"task": "file", "status": "open"},
                          {"task": "points", "status": "later"}, {"task": "check", "status": "later"}],
            }  # fmt: skip
        self.draft |= more
        return self.draft

    def ready(self) -> dict[str, Any]:
        """A draft that can be sent."""
        return self.begin(
            type="008123", type_text="Especialidad: PEDIATRÍA", description="Diez años de ejercicio",
            file={"name": "012345-2026.pdf", "size": 700_000, "pages": 12, "name_right": True},
            items=[an_item(1), an_item(2)],
            score={"total": "20", "minimum": "20", "missing": "0", "enough": True, "percent": 100},
            tasks=[{"task": task, "status": "done"} for task in ("data", "file", "points")]
            + [{"task": "check", "status": "open"}],
        )  # fmt: skip

    def take(self, offset: int, data: bytes) -> Any:
        """One piece; of one whose line drops half has come."""
        if offset != len(self.received):
            return _refusal(409, "recert/upload-offset", "Se cortó la subida.", offset=len(self.received))
        if self.drops:
            self.drops -= 1
            self.received += data[: len(data) // 2]
            return _refusal(503, "unavailable", "")
        self.received += data
        return jsonify(received=len(self.received))

    def finish(self) -> Any:
        """Attach the file, or refuse it."""
        if self.fault:
            return _refusal(422, "recert/file-refused", self.fault[1], fault=self.fault[0])
        name = self.announced["name"]
        right = name.casefold() == "012345-2026.pdf"
        return jsonify(
            self.begin(file={"name": name, "size": len(self.received), "pages": 12, "name_right": right}, upload=None)
        )


def _refusal(status: int, type: str, detail: str, **more: Any) -> Any:
    response = jsonify(type=f"urn:cmp:problem:{type}", detail=detail, status=status, **more)
    response.status_code = status
    return response


def offer_recert(app: Flask, fake: RecertFake) -> None:
    """Its HTTP surface."""
    pdf = Response(b"%PDF-1.4 prueba", content_type="application/pdf").get_data()

    def of_draft(act: Any) -> Any:
        def view(draft_id: str, **path: Any) -> Any:
            if fake.draft is None or draft_id != fake.draft["id"]:
                return _refusal(404, "recert/draft-not-found", "Esta solicitud ya se envió.")
            return act(fake.draft, **path)

        return view

    def add(method: str, path: str, view: Any) -> None:
        app.add_url_rule(f"{BASE}/{path}", f"recert {method} {path}", view, methods=[method])

    def begin() -> Any:
        if fake.missing:
            return _refusal(409, "recert/contact-missing", "Registre su correo.", missing=fake.missing)
        return jsonify(fake.begin())

    def announce(draft: dict[str, Any]) -> Any:
        wish = request.get_json()
        if wish["size"] > 5_242_880:
            return _refusal(422, "recert/file-refused", "El archivo debe pesar 5 MB o menos", fault="too-big")
        if not (wish["fingerprint"] and fake.announced.get("fingerprint") == wish["fingerprint"]):
            fake.received = b""
        fake.announced = wish
        return jsonify(id=UPLOAD, name=wish["name"], size=wish["size"], received=len(fake.received)), 201

    def submit(draft: dict[str, Any]) -> Any:
        fake.draft, fake.sent = None, [a_dossier(), *fake.sent]
        return jsonify(fake.sent[0]), 201

    def save_item(draft: dict[str, Any], item_id: int = 0) -> Any:
        item = an_item(item_id or len(draft["items"]) + 1, **request.get_json())
        draft["items"] = [each for each in draft["items"] if each["id"] != item["id"]] + [item]
        return jsonify(draft), 200 if item_id else 201

    def remove_item(draft: dict[str, Any], item_id: int) -> Any:
        draft["items"] = [each for each in draft["items"] if each["id"] != item_id]
        return "", 204

    def forget(draft: dict[str, Any]) -> Any:
        fake.draft = None
        return "", 204

    def drop_file(draft: dict[str, Any]) -> Any:
        draft["file"] = None
        return "", 204

    def right_name(draft: dict[str, Any]) -> Any:
        draft["file"] |= {"name": "012345-2026.pdf", "name_right": True}
        return jsonify(draft)

    def one(dossier_id: str) -> Any:
        known = next((each for each in fake.sent if each["id"] == dossier_id), None)
        return jsonify(known) if known else _refusal(404, "recert/dossier-not-found", "No existe.")

    def correct(dossier_id: str) -> Any:
        return jsonify(fake.begin(dossier_id=dossier_id, dossier_number="000123"))

    add(
        "GET",
        "requests",
        lambda: jsonify(
            items=fake.sent, next=None, missing=fake.missing, draft_id=fake.draft["id"] if fake.draft else None
        ),
    )
    add("GET", "requests/<dossier_id>", one)
    add("GET", "requests/<dossier_id>/ficha", lambda dossier_id: Response(pdf, content_type="application/pdf"))
    add(
        "GET",
        "requests/<dossier_id>/versions/<number>/file",
        lambda dossier_id, number: Response(pdf, content_type="application/pdf"),
    )
    add("POST", "requests/<dossier_id>/correction-draft", correct)
    add("POST", "drafts", begin)
    add("GET", "drafts/<draft_id>", of_draft(jsonify))
    add("DELETE", "drafts/<draft_id>", of_draft(forget))
    add("PUT", "drafts/<draft_id>/data", of_draft(lambda draft: jsonify(draft | request.get_json())))
    add("POST", "drafts/<draft_id>/items", of_draft(save_item))
    add("PUT", "drafts/<draft_id>/items/<int:item_id>", of_draft(save_item))
    add("DELETE", "drafts/<draft_id>/items/<int:item_id>", of_draft(remove_item))
    add("GET", "drafts/<draft_id>/file", of_draft(lambda draft: Response(pdf, content_type="application/pdf")))
    add("DELETE", "drafts/<draft_id>/file", of_draft(drop_file))
    add("POST", "drafts/<draft_id>/file/name", of_draft(right_name))
    add("POST", "drafts/<draft_id>/uploads", of_draft(announce))
    add("POST", "drafts/<draft_id>/submission", of_draft(submit))
    add(
        "GET",
        "uploads/<upload_id>",
        lambda upload_id: jsonify(id=upload_id, received=len(fake.received), **fake.announced),
    )
    add(
        "PATCH",
        "uploads/<upload_id>",
        lambda upload_id: fake.take(int(request.headers["Upload-Offset"]), request.get_data()),
    )
    add("POST", "uploads/<upload_id>/completion", lambda upload_id: fake.finish())  # fmt: skip
