"""Applications for SINADEF over HTTP."""

from typing import Any

from marshmallow import Schema, ValidationError, fields, validate, validates_schema

from services.identity.models.sinadef import LABELS
from services.identity.sinadef.export import CSV, XLSX


def _line(limit: int, missing: str) -> fields.String:
    """A text of one line that must be given."""
    return fields.String(
        required=True,
        validate=[
            validate.Length(max=limit, error=f"Escriba hasta {limit} caracteres."),
            validate.Regexp(r".*\S", error=missing),
            validate.Predicate("isprintable", error="Contiene caracteres que no se admiten."),
        ],
        error_messages={"required": missing, "null": missing, "invalid": missing},
    )


class ApplicationRequest(Schema):
    """Where the applicant certifies deaths. Identity and good standing are not asked: the college attests them."""

    establishment = _line(160, "Ingrese el nombre del establecimiento de salud.")
    establishment_code = fields.String(
        required=True,
        validate=validate.Regexp(
            r"[0-9]{1,8}\Z", error="El código RENIPRESS tiene hasta 8 dígitos, por ejemplo 00006207."
        ),
        error_messages={"required": "Ingrese el código RENIPRESS del establecimiento."},
    )
    health_authority = _line(80, "Ingrese la DIRESA o GERESA, por ejemplo DIRESA Callao.")
    position = _line(80, "Ingrese su cargo en el establecimiento.")


class StepView(Schema):
    """One change of state."""

    at = fields.AwareDateTime()
    state = fields.String()
    state_label = fields.String()
    reason = fields.String(allow_none=True)


class ApplicationView(Schema):
    """An application as its owner sees it."""

    id = fields.Integer()
    number = fields.String()
    state = fields.String()
    state_label = fields.String()
    reason = fields.String(allow_none=True)
    establishment = fields.String()
    establishment_code = fields.String()
    health_authority = fields.String()
    position = fields.String()
    email = fields.String()
    phone = fields.String()
    filed_at = fields.AwareDateTime()
    changed_at = fields.AwareDateTime()


class ApplicationDetail(ApplicationView):
    """An application with its steps."""

    steps = fields.List(fields.Nested(StepView))


class BlockView(Schema):
    """Something that stands in the way."""

    reason = fields.String()
    text = fields.String()


class StandingView(Schema):
    """What payments last told of the applicant's good standing."""

    in_good_standing = fields.Boolean()
    as_of = fields.Date()


class OwnApplicationsView(Schema):
    """One's applications, newest first, and whether a new one may be filed."""

    items = fields.List(fields.Nested(ApplicationView))
    next = fields.Integer(allow_none=True)
    blocks = fields.List(fields.Nested(BlockView))
    standing = fields.Nested(StandingView, allow_none=True)
    open_request = fields.Integer(allow_none=True)


class PageQuery(Schema):
    """Which page."""

    after = fields.Integer(load_default=None, metadata={"description": "`next` of the page before"})
    limit = fields.Integer(load_default=20, validate=validate.Range(1, 100, error="Pida entre 1 y 100."))


class QueueQuery(PageQuery):
    """The queue's filters."""

    state = fields.String(
        load_default=None, validate=validate.OneOf(list(LABELS), error="Elija un estado de la lista.")
    )


class DeskStepView(StepView):
    """One change of state, with who made it."""

    actor_name = fields.String()


class DeskView(ApplicationView):
    """A row of the queue."""

    cmp_number = fields.String()
    given_names = fields.String()
    surnames = fields.String()
    council = fields.String()
    reviewer_name = fields.String(allow_none=True)


class DeskDetail(DeskView):
    """An application with all that is attested."""

    account_id = fields.String()
    document_type = fields.String()
    document_number = fields.String()
    physician_state = fields.String()
    standing_as_of = fields.Date()
    mine = fields.Boolean(metadata={"description": "under the asking person's review"})
    obstacles = fields.List(fields.Nested(BlockView), metadata={"description": "why it cannot be approved today"})
    steps = fields.List(fields.Nested(DeskStepView))


class QueuePage(Schema):
    """Applications in scope, oldest first."""

    items = fields.List(fields.Nested(DeskView))
    next = fields.Integer(allow_none=True)


class SinadefRejection(Schema):
    """Why."""

    reason = fields.String(
        required=True,
        validate=[
            validate.Length(10, 500, error="Escriba el motivo, de 10 a 500 caracteres."),
            validate.Regexp(r"\S", error="Escriba el motivo, de 10 a 500 caracteres."),
        ],
        error_messages={"required": "Escriba el motivo."},
    )


class ExportRequest(Schema):
    """Which granted applications, and in which form; days in Lima, both included."""

    form = fields.String(required=True, validate=validate.OneOf([XLSX, CSV], error="Elija XLSX o CSV."))
    first = fields.Date(required=True, error_messages={"invalid": "Ingrese una fecha."})
    last = fields.Date(required=True, error_messages={"invalid": "Ingrese una fecha."})

    @validates_schema
    def check_range(self, data: dict[str, Any], **_: Any) -> None:
        """A range that ends before it begins is an error."""
        if data["first"] > data["last"]:
            raise ValidationError("La fecha de fin debe ser igual o posterior a la de inicio.", "last")
