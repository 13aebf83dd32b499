"""The HTTP surface of recert, one module per subject."""

from services.recert.routes import (
    answers,
    calendar,
    cockpit,
    constancias,
    content,
    deadlines,
    desk,
    drafts,
    evaluation,
    outcome,
    public,
    requests,
    uploads,
)

blueprints = [
    public.blueprint,
    content.blueprint,
    calendar.blueprint,
    cockpit.blueprint,
    deadlines.blueprint,
    desk.blueprint,
    evaluation.blueprint,
    answers.blueprint,
    outcome.blueprint,
    constancias.blueprint,
    constancias.keys,
    drafts.blueprint,
    uploads.blueprint,
    requests.blueprint,
]
