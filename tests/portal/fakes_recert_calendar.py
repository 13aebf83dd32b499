"""What the fake gateway knows of recert's calendar, deadlines and cockpit."""

from dataclasses import dataclass, field
from typing import Any

from flask import Flask, Response, jsonify, request

DOSSIER = "33333333-4444-4555-8666-777777777777"
AT = "2026-11-20T15:00:00+00:00"
KEEPER = ["recert:view", "recert:calendar"]


def a_day(id: int = 5, **more: Any) -> dict[str, Any]:
    """A closure for all councils."""
    return {
        "id": id, "day": "2026-12-24", "kind": "CLOSURE", "council": None, "reason": "Asueto por Nochebuena", "added_at": AT,
        "added_by_name": "Nélida Paredes", "withdrawn_at": None, "withdrawn_by_name": None, "withdrawal_reason": None,
    } | more  # fmt: skip


def a_moved(number: str = "000001") -> dict[str, Any]:
    """A deadline that a change would move."""
    return {"number": number, "name": "RENGIFO TUANAMA, Julio César", "kind_text": "Subsanación de observaciones",
            "council": "15", "due_before": "2027-01-07", "due_on": "2027-01-08"}  # fmt: skip


def an_open_deadline(number: str = "000001", **more: Any) -> dict[str, Any]:
    """A line of the open deadlines."""
    return {
        "dossier_id": DOSSIER, "number": number, "name": "RENGIFO TUANAMA, Julio César", "cmp_number": "023546", "council": "15",
        "council_label": "CR XV", "state_text": "En evaluación", "evaluator_name": "Óscar Vela", "kind": "RESULT",
        "kind_text": "Resultado de la evaluación", "due_on": "2026-12-01", "days_left": 7, "overdue": False,
    } | more  # fmt: skip


def a_deadline(kind: str = "CORRECTION", **more: Any) -> dict[str, Any]:
    """A deadline as its physician reads it."""
    return {
        "kind": kind, "kind_text": "Subsanación de observaciones", "days": 30, "started_on": "2026-11-20", "promised_on": "2027-01-07",
        "due_on": "2027-01-08", "days_left": 3, "kept": False, "running": True, "over": False,
        "skipped": [{"day": "2026-11-21", "reason": "Sábado"}, {"day": "2026-12-08", "reason": "Inmaculada Concepción"}],
        "moves": [{"due_before": "2027-01-07", "due_after": "2027-01-08",
                   "reason": "El 24/12/2026 es día no laborable: Asueto por Nochebuena"}],
    } | more  # fmt: skip


def a_queue(council: str = "15", label: str = "CR XV", **more: Any) -> dict[str, Any]:
    """What waits in one council."""
    return {"council": council, "label": label, "emitido": 4, "en_evaluacion": 3, "observado": 2, "aprobado": 1,
            "diplomas": 1, "overdue": 2, "soon": 3} | more  # fmt: skip


def an_output(council: str = "15", label: str = "CR XV", **more: Any) -> dict[str, Any]:
    """What one council did."""
    return {"council": council, "label": label, "submitted": 9, "observed": 3, "approved": 5, "returned": 1, "revised": 4,
            "discarded": 1, "ruled": 8, "in_time": 7, "late": 1} | more  # fmt: skip


@dataclass
class CalendarFake:
    """Tests change what they need; what the portal sent stands in the world's `asked`."""

    days: list[dict[str, Any]] = field(default_factory=lambda: [a_day()])
    withdrawn: list[dict[str, Any]] = field(default_factory=list)
    moved: list[dict[str, Any]] = field(default_factory=lambda: [a_moved()])
    kept: int = 2
    queues: list[dict[str, Any]] = field(default_factory=lambda: [a_queue("03", "CR III LIMA"), a_queue()])
    outputs: list[dict[str, Any]] = field(
        default_factory=lambda: [an_output("03", "CR III LIMA", ruled=20), an_output()]
    )
    reasons: list[dict[str, Any]] = field(
        default_factory=lambda: [
            {"code": "SELLO", "reason": "Falta el sello o la firma del empleador en la constancia", "count": 3,
             "councils": [{"council": "03", "label": "CR III LIMA", "count": 2}, {"council": "15", "label": "CR XV", "count": 1}]}
        ]
    )  # fmt: skip
    moves: list[dict[str, Any]] = field(
        default_factory=lambda: [
            {"reason": "El 24/12/2026 es día no laborable: Nochebuena", "moved_at": AT, "moved": 2}
        ]
    )
    open: list[dict[str, Any]] = field(
        default_factory=lambda: [
            an_open_deadline(overdue=True, days_left=0), an_open_deadline("000002", days_left=0),
            an_open_deadline("000003", days_left=1), an_open_deadline("000004"),
        ]
    )  # fmt: skip
    own: list[dict[str, Any]] = field(default_factory=lambda: [a_deadline()])

    def effect(self) -> dict[str, Any]:
        """What a change would do."""
        return {"moved": len(self.moved), "kept": self.kept, "first": self.moved}

    def now(self) -> dict[str, Any]:
        """The cockpit."""
        forecast = [
            {"council": row["council"], "label": row["label"], "open": 7, "late": row["overdue"], "ruled": 9, "pace": 0.45,
             "breaches": 4, "first_breach_on": "2026-12-01"}
            for row in self.queues
        ]  # fmt: skip
        names = ("emitido", "en_evaluacion", "observado", "aprobado", "diplomas", "overdue", "soon")
        total = {name: sum(row[name] for row in self.queues) for name in names}
        return {"queues": self.queues, "total": total, "forecast": forecast, "moves": self.moves}

    def production(self, query: Any) -> dict[str, Any]:
        """What was done."""
        total = {
            name: sum(row[name] for row in self.outputs) for name in an_output() if name not in ("council", "label")
        }
        return {
            "from": query["from"],
            "to": query["to"],
            "councils": self.outputs,
            "total": total,
            "reasons": self.reasons,
        }


def offer_calendar(app: Flask, world: Any) -> None:
    """Its HTTP surface: GETs from memory, POSTs that only answer."""
    fake, staff = world.calendar, "/api/recert/v1/staff"
    holidays = [
        {"day": "2026-12-08", "name": "Inmaculada Concepción"},
        {"day": "2026-12-25", "name": "Navidad del Señor"},
    ]

    @app.get(f"{staff}/calendar")
    def calendar() -> Any:
        return jsonify(year=int(request.args.get("year", 2026)), council=None, holidays=holidays, staff_days=fake.days,
                       withdrawn=fake.withdrawn)  # fmt: skip

    @app.post(f"{staff}/calendar/days")
    def add_day() -> Any:
        return jsonify(day=a_day(**request.json), moved=len(fake.moved)), 201

    @app.post(f"{staff}/calendar/days/<day_id>/withdrawal")
    def withdraw_day(day_id: str) -> Any:
        return jsonify(day=fake.days[0], moved=0)

    workbook = Response(b"PK xlsx", content_type="application/vnd.ms-excel")
    workbook.headers["Content-Disposition"] = 'attachment; filename="recertificacion.xlsx"'
    gets: dict[str, Any] = {
        f"{staff}/calendar/days/5/preview": lambda: jsonify(fake.effect() | {"day": fake.days[0]}),
        f"{staff}/cockpit": lambda: jsonify(fake.now()),
        f"{staff}/cockpit/production": lambda: jsonify(fake.production(request.args)),
        f"{staff}/cockpit/deadlines": lambda: jsonify(items=fake.open, next=None),
        f"{staff}/cockpit/workbook.xlsx": lambda: workbook,
        f"/api/recert/v1/dossiers/{DOSSIER}/deadlines": lambda: jsonify(
            dossier_id=DOSSIER, number="000001", kind_text="Médico Cirujano", state_text="Observado", items=fake.own
        ),
        f"/api/recert/v1/dossiers/{DOSSIER}/deadlines/<kind>.ics": lambda kind: Response(
            b"BEGIN:VCALENDAR", content_type="text/calendar",
            headers={"Content-Disposition": f'attachment; filename="{kind}.ics"'},
        ),
    }  # fmt: skip
    for rule, view in gets.items():
        app.add_url_rule(rule, f"recert calendar {rule}", view)
    app.add_url_rule(f"{staff}/calendar/previews", "recert preview", lambda: jsonify(fake.effect()), methods=["POST"])
