"""What the desk, the reviser and the physician read of an evaluation."""

from marshmallow import Schema, fields

from services.recert.deadlines.schemas import DeadlineView
from services.recert.evaluation.schemas import CorrectionBody, Hundredths


class DueView(Schema):
    """The deadline that runs, short."""

    kind = fields.String()
    due_on = fields.Date()
    days_left = fields.Integer(metadata={"description": "working days, the last one included"})
    over = fields.Boolean()
    soon = fields.Boolean()


class DossierRow(Schema):
    """A dossier in a work list."""

    id = fields.String()
    number = fields.String(attribute="number_text")
    cmp_number = fields.String()
    name = fields.String()
    kind_text = fields.String()
    council = fields.String()
    state = fields.String()
    state_text = fields.String()
    submitted_at = fields.AwareDateTime()
    evaluator_id = fields.String(allow_none=True)
    evaluator_name = fields.String(allow_none=True)
    deadline = fields.Nested(DueView, allow_none=True)


class QueuePage(Schema):
    """One page of a work list, oldest first."""

    items = fields.List(fields.Nested(DossierRow))
    next = fields.Integer(allow_none=True)


class LoadRow(Schema):
    """An evaluator and what is in hand."""

    account_id = fields.String()
    name = fields.String()
    council = fields.String(allow_none=True)
    open = fields.Integer(metadata={"description": "dossiers under evaluation"})


class DeskView(Schema):
    """How much waits, and who has how much in hand."""

    counts = fields.Dict(keys=fields.String(), values=fields.Integer())
    evaluators = fields.List(fields.Nested(LoadRow))


class ReasonRow(Schema):
    """A ready-made observation."""

    code = fields.String()
    title = fields.String()
    rule = fields.String()
    text = fields.String()


class ReasonList(Schema):
    """The ready-made observations in force."""

    items = fields.List(fields.Nested(ReasonRow))


class RulingView(Schema):
    """What was ruled on an item."""

    points = Hundredths()
    reason = fields.String(allow_none=True)
    ruled_by_name = fields.String()
    ruled_at = fields.AwareDateTime()


class OwnRulingView(Schema):
    """What was ruled on an item, as its physician reads it: without the evaluator's name."""

    points = Hundredths()
    reason = fields.String(allow_none=True)
    ruled_at = fields.AwareDateTime()


class ProposalView(Schema):
    """What the table gives an item."""

    points = Hundredths(metadata={"description": "before the caps"})
    most = Hundredths()
    reason = fields.String(allow_none=True, metadata={"description": "why it gives less than declared"})


class PlainItem(Schema):
    """An item of a version."""

    position = fields.Integer()
    activity = fields.String()
    title = fields.String()
    done_on = fields.Date()
    quantity = Hundredths()
    page_from = fields.Integer()
    page_to = fields.Integer()
    claimed_points = Hundredths()


class OwnItemView(PlainItem):
    """An item of the current version with its activity's line of the table, as its physician reads it."""

    activity_name = fields.String(allow_none=True)
    activity_unit = fields.String(allow_none=True)
    activity_points = Hundredths(allow_none=True)
    activity_cap = Hundredths(allow_none=True)
    activity_max_age_years = fields.Integer(allow_none=True)
    activity_evidence = fields.String(allow_none=True)
    proposed = fields.Nested(ProposalView)
    counted = Hundredths(metadata={"description": "what it adds to the sum, caps applied"})
    ruling = fields.Nested(OwnRulingView, allow_none=True)


class ItemView(OwnItemView):
    """The same for the desk, with who ruled and what was ruled on the version before."""

    ruling = fields.Nested(RulingView, allow_none=True)
    earlier = fields.Nested(RulingView, allow_none=True)


class ScoreView(Schema):
    """The sum of the current version."""

    total = Hundredths()
    minimum = Hundredths()
    enough = fields.Boolean()
    unruled = fields.Integer(metadata={"description": "items the evaluator has not ruled on"})


class VersionView(Schema):
    """What was sent once."""

    number = fields.Integer()
    file_name = fields.String()
    size = fields.Integer()
    pages = fields.Integer()
    description = fields.String()
    sent_at = fields.AwareDateTime()


class ItemDifference(Schema):
    """An item that differs between two versions."""

    position = fields.Integer()
    change = fields.String(metadata={"description": "added, withdrawn or changed"})
    old = fields.Nested(PlainItem, allow_none=True)
    new = fields.Nested(PlainItem, allow_none=True)
    fields_changed = fields.List(fields.String())


class DifferenceView(Schema):
    """What a correction changed."""

    old = fields.Integer()
    new = fields.Integer()
    file_changed = fields.Boolean()
    description_changed = fields.Boolean()
    items = fields.List(fields.Nested(ItemDifference))


class OwnObservationView(Schema):
    """An observation as its physician reads it: without the evaluator's name."""

    id = fields.Integer()
    item = fields.Integer(attribute="item_position", allow_none=True)
    version = fields.Integer(attribute="version_number")
    page = fields.Integer()
    reason = fields.String()
    rule = fields.String()
    comment = fields.String()
    round = fields.Integer(allow_none=True)
    sent_at = fields.AwareDateTime(allow_none=True)
    answered = fields.Boolean()
    answer = fields.String(allow_none=True)
    correction = fields.Nested(CorrectionBody, attribute="corrected_item", allow_none=True)
    answered_at = fields.AwareDateTime(allow_none=True)


class ObservationView(OwnObservationView):
    """The same for the desk."""

    made_by_name = fields.String()
    made_at = fields.AwareDateTime()


class StepView(Schema):
    """A step of the dossier's life."""

    at = fields.AwareDateTime()
    act = fields.String()
    text = fields.String()
    state = fields.String()
    note = fields.String(allow_none=True)
    name = fields.String()


class ActView(Schema):
    """Something staff did about the dossier."""

    at = fields.AwareDateTime()
    actor_name = fields.String()
    act = fields.String()
    before = fields.Dict(allow_none=True)
    after = fields.Dict(allow_none=True)
    reason = fields.String(allow_none=True)


class RubricView(Schema):
    """The version of the table the dossier is scored by."""

    version = fields.Integer()
    name = fields.String()
    sample = fields.Boolean()


class ActivityView(Schema):
    """An activity a corrected item may be."""

    code = fields.String()
    name = fields.String()
    unit = fields.String()


class DossierDetail(DossierRow):
    """A dossier at the desk."""

    phone = fields.String()
    mobile = fields.String()
    email = fields.String()
    pickup_council = fields.String()
    reviser_name = fields.String(allow_none=True)
    approved_at = fields.AwareDateTime(allow_none=True)
    dictamen_on = fields.Date(allow_none=True)
    rubric = fields.Nested(RubricView)
    items = fields.List(fields.Nested(ItemView))
    score = fields.Nested(ScoreView)
    deadlines = fields.List(fields.Nested(DeadlineView))
    versions = fields.List(fields.Nested(VersionView))
    differences = fields.List(fields.Nested(DifferenceView))
    observations = fields.List(fields.Nested(ObservationView))
    history = fields.List(fields.Nested(StepView))
    acts = fields.List(fields.Nested(ActView))
    may = fields.List(fields.String(), metadata={"description": "claim, accept, evaluate, revise, reassign"})
    obstacle = fields.String(allow_none=True, metadata={"description": "why this person may not take part"})


class OwnEvaluation(Schema):
    """The evaluation of the physician's own dossier."""

    id = fields.String()
    number = fields.String(attribute="number_text")
    kind_text = fields.String()
    state = fields.String()
    state_text = fields.String()
    submitted_at = fields.AwareDateTime()
    council = fields.String()
    observations = fields.List(fields.Nested(OwnObservationView))
    earlier = fields.List(fields.Nested(OwnObservationView), metadata={"description": "of the rounds before"})
    all_answered = fields.Boolean()
    items = fields.List(fields.Nested(OwnItemView))
    score = fields.Nested(ScoreView, allow_none=True)
    deadlines = fields.List(fields.Nested(DeadlineView))
    versions = fields.List(fields.Nested(VersionView))
    differences = fields.List(fields.Nested(DifferenceView))
    activities = fields.List(fields.Nested(ActivityView))
