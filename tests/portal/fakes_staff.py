"""Identity's side of staff's login and desks, as the portal's tests need it."""

from dataclasses import dataclass, field
from typing import Any

from flask import Flask, Response, jsonify, request

WHEN = "2026-11-20T15:00:00+00:00"
CLIENT = "22222222-2222-4222-8222-222222222222"
MEMBER = "11111111-1111-4111-8111-111111111111"
CODES = [f"ABCD-EFGH-JKMN-PQRS-TUVW-XY{number:02d}" for number in range(10)]


def member(**more: Any) -> dict[str, Any]:
    """A member of staff as identity tells it."""
    return {
        "id": MEMBER, "email": "ana.salas@cmp.example", "given_names": "Ana Lucía", "surnames": "Salas Ferreyros",
        "council": "03", "roles": ["treasury"], "state": "active", "created_at": WHEN, "last_login_at": None,
    } | more  # fmt: skip


def registration(**more: Any) -> dict[str, Any]:
    """A registration that waits for staff."""
    return {
        "id": "reg-1", "state": "in_review", "cmp_number": "012345", "document_type": "1", "document_number": "40000009",
        "given_names": "Rosa", "paternal_surname": "Quispe", "maternal_surname": "Ñaupari", "email": "rosa@example.pe",
        "council": "03", "reasons": ["document_differs"], "created_at": WHEN, "confirmed_at": WHEN, "decided_at": None,
        "decided_by": None, "note": None,
    } | more  # fmt: skip


ENTRY = {
    "cmp_number": "012345", "document_type": "1", "document_number": "40000001", "given_names": "Rosa Elvira",
    "paternal_surname": "Quispe", "maternal_surname": "Ñaupari", "council": "03", "registered_on": "1994-03-15",
    "state": "ACTIVO", "states": ["ACTIVO", "INACTIVO"],
    "specialities": [{"name": "Pediatría", "rne": "008123", "registered_on": "2022-06-10"}],
    "account": {"id": MEMBER, "email": "rosa@example.pe", "state": "active", "created_at": WHEN, "last_login_at": WHEN},
}  # fmt: skip


def client(**more: Any) -> dict[str, Any]:
    """A client of option 2 as identity tells it to staff."""
    return {
        "id": CLIENT, "kind": "client", "name": "CLÍNICA DE EJEMPLO S.A.C. (MUESTRA)", "document_type": "6",
        "document_number": "20999999019", "email": "caja.clinica@example.pe", "came_in": False, "created_at": WHEN,
    } | more  # fmt: skip


@dataclass
class StaffDesk:
    """What identity knows; tests change it as they need."""

    people: list[dict[str, Any]] = field(default_factory=lambda: [member()])
    registrations: list[dict[str, Any]] = field(default_factory=lambda: [registration()])
    physicians: list[dict[str, Any]] = field(default_factory=lambda: [ENTRY])
    clients: list[dict[str, Any]] = field(default_factory=lambda: [client()])
    entries: list[dict[str, Any]] = field(
        default_factory=lambda: [
            {"id": 1, "at": WHEN, "actor_id": "staff-1", "actor_name": "Ana Salas", "actor_roles": "registry",
             "actor_council": None, "act": "council.changed", "subject": "council:15", "council": None,
             "before": {"name": "San Martín"}, "after": {"name": "Tarapoto"}, "reason": "Resolución 12"}
        ]
    )  # fmt: skip
    recovery_codes: list[str] = field(default_factory=list)
    recovery_codes_left: int = 10


def offer_staff(app: Flask, world: Any) -> None:
    """The routes, over `world.desk`."""
    base, post = "/api/identity/v1", {"methods": ["POST"]}

    def page(rows: Any) -> Any:
        return lambda: jsonify(items=rows(), next=None)

    def second_factor() -> Any:
        if request.json["code"] != "123456":
            from tests.portal.fake_gateway import problem

            return problem(401, "identity/wrong-code", "El código no es correcto.")
        desk = world.desk
        more = {"recovery_codes": desk.recovery_codes, "recovery_codes_left": desk.recovery_codes_left}
        return jsonify(world.session().get_json() | more), 201

    def found(rows: list[dict[str, Any]], key: str, value: str) -> Any:
        from tests.portal.fake_gateway import problem

        same = [row for row in rows if row[key] == value]
        return jsonify(same[0]) if same else problem(404, "not-found", "No existe.")

    rules: list[tuple[str, str, Any, dict[str, Any]]] = [
        ("sessions/second-factor", "second_factor", second_factor, post),
        ("sessions/second-factor/enrolment", "enrolment", lambda: jsonify(
            secret="ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", uri="otpauth://totp/x", qr="data:image/svg+xml,%3Csvg/%3E"), post),
        ("staff-invitations/password", "first_password", lambda: (
            jsonify(challenge="reto-2", next="enrol", expires_in=600), 202), post),
        ("staff", "people", page(lambda: world.desk.people), {}),
        ("staff", "invite", lambda: (jsonify(member(state="invited") | request.json), 201), post),
        ("staff/roles", "roles", lambda: jsonify(items=[
            {"name": "treasury", "title": "Tesorería", "text": "Pagos y cuotas.", "permissions": ["payments:view"]},
            {"name": "registry", "title": "Padrón", "text": "Médicos.", "permissions": ["identity:registry"]}]), {}),
        ("staff/<id>", "person", lambda id: found(world.desk.people, "id", id), {}),
        ("staff/<id>/access", "access", lambda id: jsonify(member()), {"methods": ["PUT"]}),
        ("staff/<id>/<act>", "staff_act", lambda id, act: jsonify(member()), post),
        ("councils", "councils", lambda: jsonify(items=[
            {"code": "03", "roman": "III", "name": "Lima", "region": "Lima", "label": "CR III LIMA", "confirmed": True},
            {"code": "18", "roman": "XVIII", "name": "Callao", "region": "Callao", "label": "CR XVIII CALLAO",
             "confirmed": False}]), {}),
        ("specialities", "specialities", lambda: jsonify(items=[
            {"code": "E41", "name": "Pediatría", "rne_code": None, "aliases": ["Médico Pediatra"]}]), {}),
        ("councils/<code>", "council", lambda code: jsonify(request.json), {"methods": ["PUT"]}),
        ("specialities/<code>", "speciality", lambda code: jsonify(request.json), {"methods": ["PUT"]}),
        ("physicians", "physicians", page(lambda: world.desk.physicians), {}),
        ("physicians/<number>", "physician", lambda number: found(world.desk.physicians, "cmp_number", number), {}),
        ("physicians/<number>", "correct", lambda number: jsonify(ENTRY), {"methods": ["PUT"]}),
        ("accounts/<id>/cmp-number", "cmp_number", lambda id: jsonify(ENTRY["account"]), {"methods": ["PUT"]}),
        ("registry-imports", "imports", lambda: jsonify(items=[]), {}),
        ("registrations", "registrations", page(lambda: world.desk.registrations), {}),
        ("registrations/<id>", "registration", lambda id: jsonify(
            registration=world.desk.registrations[0], physician=ENTRY, reasons=["document_differs"]), {}),
        ("registrations/<id>/<act>", "decide", lambda id, act: jsonify({}), post),
        ("audit", "audit", page(lambda: world.desk.entries), {}),
        ("audit/export", "audit_export", lambda: Response("numero,acto\n1,council.changed\n", headers={
            "Content-Type": "text/csv; charset=utf-8", "Content-Disposition": "attachment; filename=auditoria.csv"}), {}),
    ]  # fmt: skip
    rules += [
        ("clients", "clients", lambda: jsonify(
            items=[row for row in world.desk.clients if row["document_number"].startswith(request.args["document"])]), {}),
        ("clients/<id>", "client", lambda id: found(world.desk.clients, "id", id), {}),
        ("clients/<id>/email", "client_email", lambda id: jsonify(client(email=request.json["email"])), {"methods": ["PUT"]}),
        ("clients/<id>/desk-codes", "desk_code", lambda id: (
            jsonify(code="ABCDE23456", hours=72, client=client()), 201), post),
    ]  # fmt: skip
    for path, name, view, options in rules:
        app.add_url_rule(f"{base}/{path}", f"staff_{name}", view, **options)
