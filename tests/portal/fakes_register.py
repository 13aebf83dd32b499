"""Recert's public register and SISTCERE page, as the portal's tests need them."""

from dataclasses import dataclass, field
from typing import Any

from flask import Flask, Response, jsonify, request

WHEN = "2026-11-20T15:00:00+00:00"
PDF = b"%PDF-1.4 requisitos"
DIGEST = "ab" * 32


def a_physician(**more: Any) -> dict[str, Any]:
    """A physician as everybody may know one."""
    return {
        "cmp_number": "023546", "given_names": "Julio César", "paternal_surname": "Rengifo", "maternal_surname": "Tuanama",
        "council": "15", "council_label": "CR XV SAN MARTÍN", "council_name": "CONSEJO REGIONAL XV SAN MARTIN",
        "state": "ACTIVO", "registered_on": "2004-08-02", "certified_until": "2009-08-01", "certified": False,
        "recertified_until": "2031-11-19", "recertified": True, "in_good_standing": True, "standing_stated_at": WHEN,
        "specialities": [{"name": "Psiquiatría", "rne": "014567", "registered_on": "2023-03-01", "certified": True,
                          "certified_until": "2028-02-29", "recertified_until": None, "recertified": False}],
        "as_of": "2026-11-21",
    } | more  # fmt: skip


def a_piece(id: str = "entry-1", block: str = "ENTRY", **more: Any) -> dict[str, Any]:
    """A piece of the page as staff read it."""
    return {
        "id": id, "block": block, "position": 1, "title": "Requisitos", "label": "[Ver Pdf]", "text": "", "link": None,
        "file": None, "is_new": False, "sample": True, "shown": True, "updated_at": WHEN, "version": 1, "versions": [],
    } | more  # fmt: skip


@dataclass
class RegisterFake:
    """What recert knows; tests change it as they need."""

    physicians: list[dict[str, Any]] = field(default_factory=lambda: [a_physician()])
    next: str | None = None
    specialities: list[str] = field(default_factory=lambda: ["Pediatría", "Psiquiatría"])
    pieces: list[dict[str, Any]] = field(
        default_factory=lambda: [
            a_piece(),
            a_piece("entry-3", title="Solicitar Recertificación Médica Vía Virtual", label="[Iniciar proceso aquí]",
                    link="/sistcere/ingreso", position=3, sample=False),
            a_piece("notice-1", "NOTICE", title="SISTCERE a tu servicio…", label="", sample=False),
            a_piece("notice-2", "NOTICE", title="Trámite gratuito", label="", sample=False, position=2),
            a_piece("office-1", "OFFICE", title="Horario de atención", text="Lunes a viernes", label="", sample=False),
            a_piece("person-1", "PERSON", title="Decana Nacional", text="Dra. Nombre de Ejemplo", label=""),
        ]
    )  # fmt: skip

    def add_file(self, piece_id: str = "entry-1") -> dict[str, Any]:
        """Requisitos has a PDF, by its second version."""
        piece = next(piece for piece in self.pieces if piece["id"] == piece_id)
        piece["file"] = {"sha256": DIGEST, "name": "requisitos.pdf", "size": 2048, "uploaded_at": WHEN}
        facts = {"title": "Requisitos", "link": None, "text": "", "shown": True}
        piece["versions"] = [
            {"number": 2, "facts": facts | {"file_sha256": DIGEST}, "saved_at": WHEN, "saved_by_name": "Eva Luna"},
            {"number": 1, "facts": facts | {"file_sha256": None}, "saved_at": WHEN, "saved_by_name": "Sistema"},
        ]
        return piece


def offer_register(app: Flask, world: Any) -> None:
    """The routes, over `world.register`."""
    base = "/api/recert/v1"
    lists = {"ENTRY": "entries", "NOTICE": "notices", "OFFICE": "office", "PERSON": "persons"}

    def one(rows: list[dict[str, Any]], key: str, value: str) -> Any:
        same = [row for row in rows if row[key] == value]
        return jsonify(same[0]) if same else (jsonify(type="urn:cmp:problem:not-found", detail="No existe."), 404)

    def page() -> Any:
        return {name: [row for row in world.register.pieces if row["block"] == block] for block, name in lists.items()}

    def pdf(**_: Any) -> Response:
        return Response(PDF, headers={"Content-Disposition": 'inline; filename="requisitos.pdf"'})

    def public_pdf(id: str) -> Any:
        known = any(row["id"] == id and row["file"] for row in world.register.pieces)
        return pdf() if known else one([], "id", id)

    stored = {"sha256": DIGEST, "name": "nuevo.pdf", "size": 20, "uploaded_at": WHEN}
    rules: list[tuple[str, str, Any, list[str]]] = [
        ("public/physicians", "find", lambda: jsonify(items=world.register.physicians, next=world.register.next), ["GET"]),
        ("public/certifications/<n>", "look_up", lambda n: one(world.register.physicians, "cmp_number", n), ["GET"]),
        ("public/specialities", "specialities", lambda: jsonify(items=world.register.specialities), ["GET"]),
        ("public/content", "content", lambda: jsonify(page()), ["GET"]),
        ("public/content/files/<id>", "document", public_pdf, ["GET"]),
        ("content/pieces", "pieces", lambda: jsonify(items=world.register.pieces), ["GET"]),
        ("content/pieces", "add", lambda: (jsonify(a_piece() | request.json), 201), ["POST"]),
        ("content/pieces/<id>", "piece", lambda id: one(world.register.pieces, "id", id), ["GET"]),
        ("content/pieces/<id>", "change", lambda id: jsonify(a_piece() | request.json), ["PUT"]),
        ("content/files", "upload", lambda: (jsonify(stored), 201), ["POST"]),
        ("content/files/<digest>", "stored_file", pdf, ["GET"]),
    ]  # fmt: skip
    for path, name, view, methods in rules:
        app.add_url_rule(f"{base}/{path}", f"register_{name}", view, methods=methods)
