"""Drafts and dossiers as their owner sees them."""

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from chassis.auth import Principal
from chassis.clock import today
from services.recert.deadlines import deadline_view, running
from services.recert.errors import DossierNotFound
from services.recert.models import (
    Dossier,
    DossierItem,
    DossierStep,
    DossierVersion,
    Draft,
    DraftItem,
    Rubric,
    Upload,
)
from services.recert.requests.drafting import councils, judged, newest_rubric, physician_of
from services.recert.requests.naming import expected_name, is_right_name
from services.recert.requests.readiness import pages_wrong, types_of
from services.recert.rubric import Score, ScoredLine
from services.recert.rubric.scoring import spell_points
from services.recert.states import STATE_WORDS


def draft_view(session: Session, draft: Draft, who: Principal) -> dict[str, Any]:
    """A draft with its tasks, its points, and what may be chosen."""
    readiness, rubric = judged(session, draft, who), newest_rubric(session)
    dossier = session.get(Dossier, draft.dossier_id) if draft.dossier_id else None
    types = types_of(physician_of(session, who))
    labels = councils(session, draft.pickup_council)
    return {
        **{name: getattr(draft, name) for name in ("id", "type", "pickup_council", "description", "changed_at")},
        "dossier_id": draft.dossier_id or None,
        "dossier_number": dossier.number_text if dossier else None,
        "type_text": dossier.kind_text if dossier else types.get(draft.type),
        "pickup_label": labels[draft.pickup_council],
        "types": [{"value": value, "label": label} for value, label in types.items()],
        "councils": [{"value": code, "label": label} for code, label in labels.items()],
        "file": _file(draft),
        "expected_name": expected_name(draft.cmp_number, today()),
        "upload": session.scalar(select(Upload).where(Upload.draft_id == draft.id)),
        "items": [
            _item(rubric, item, line) | {"id": item.id, "pages_wrong": pages_wrong(item, draft.pages or 0)}
            for item, line in zip(draft.items, readiness.score.lines, strict=True)
        ],
        "score": _score(readiness.score),
        "tasks": [{"task": task, "status": status} for task, status in readiness.tasks.items()],
        "faults": [{"pointer": fault.pointer, "detail": fault.detail} for fault in readiness.faults],
        "rubric": rubric,
    }


def own_dossier(session: Session, dossier_id: str, who: Principal) -> Dossier:
    """A dossier of who asks. Raises DossierNotFound (404), also for another's."""
    dossier = session.get(Dossier, dossier_id)
    if dossier is None or not who.cmp_number or dossier.cmp_number != who.cmp_number:
        raise DossierNotFound
    return dossier


def dossier_row(dossier: Dossier, labels: dict[str, str]) -> dict[str, Any]:
    """One line of "Solicitudes Listado" (REC-13)."""
    return {
        "id": dossier.id,
        "number": dossier.number_text,
        "type_text": dossier.kind_text,
        "submitted_at": dossier.submitted_at,
        "state": dossier.state,
        "state_text": dossier.state_text,
        "pickup_label": labels.get(dossier.pickup_council, dossier.pickup_council),
        "description": dossier.current.description,
    }


def dossier_view(session: Session, dossier: Dossier) -> dict[str, Any]:
    """One dossier in full: contact, versions, points as they were sent, steps, deadlines that run."""
    rubric = session.get_one(Rubric, dossier.rubric_version)
    labels = councils(session, dossier.council, dossier.pickup_council)
    steps = select(DossierStep).where(DossierStep.dossier_id == dossier.id).order_by(DossierStep.id)
    contact = {name: getattr(dossier, name) for name in ("phone", "mobile", "email", "address")}
    return dossier_row(dossier, labels) | {
        **contact,
        "cmp_number": dossier.cmp_number,
        "name": dossier.name,
        "council_label": labels[dossier.council],
        "rubric": {"version": rubric.version, "name": rubric.name, "sample": rubric.sample},
        "versions": [_version(rubric, version) for version in dossier.versions],
        "steps": [
            {"act": step.act, "state_text": STATE_WORDS[step.after], "at": step.at} for step in session.scalars(steps)
        ],
        "deadlines": [deadline_view(deadline) for deadline in running(session, dossier.id)],
    }


def _file(draft: Draft) -> dict[str, Any] | None:
    if draft.sha256 is None:
        return None
    right = is_right_name(draft.file_name or "", draft.cmp_number, today())
    return {"name": draft.file_name, "size": draft.size, "pages": draft.pages, "name_right": right}


def _version(rubric: Rubric, version: DossierVersion) -> dict[str, Any]:
    lines = [ScoredLine(item.claimed_points, item.claimed_points) for item in version.items]
    total = sum(line.points for line in lines)
    names = ("number", "file_name", "size", "pages", "description", "sent_at")
    return {
        **{name: getattr(version, name) for name in names},
        "points": spell_points(total),
        "items": [_item(rubric, item, line) for item, line in zip(version.items, lines, strict=True)],
    }


def _item(rubric: Rubric, item: DraftItem | DossierItem, line: ScoredLine) -> dict[str, Any]:
    activity = rubric.activity(item.activity)
    names = ("activity", "title", "done_on", "page_from", "page_to")
    return {
        **{name: getattr(item, name) for name in names},
        "activity_name": activity.name if activity else item.activity,
        "unit": activity.unit if activity else "",
        "quantity": spell_points(item.quantity),
        "points": spell_points(line.points),
        "full": spell_points(line.full),
        "reason": line.reason,
    }


def _score(points: Score) -> dict[str, Any]:
    missing = max(points.minimum - points.total, 0)
    return {
        "total": spell_points(points.total),
        "minimum": spell_points(points.minimum),
        "missing": spell_points(missing),
        "enough": points.enough,
        "percent": min(100, points.total * 100 // (points.minimum or 1)),
    }
