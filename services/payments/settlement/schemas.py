"""What staff send and get about the acquirer's files."""

from marshmallow import Schema, fields, validate

from services.payments.dues.schemas import ReasonWish
from services.payments.schemas import REQUIRED, Amount, PageQuery
from services.payments.settlement.states import STAFF_RESOLUTIONS, Match


class FileQuery(Schema):
    """The name of the file that is sent as the body."""

    name = fields.String(
        required=True, validate=validate.Length(min=1, max=200, error="Falta el nombre del archivo."),
        error_messages=REQUIRED,
    )  # fmt: skip


class FileView(Schema):
    """One file and what became of its rows."""

    id = fields.String()
    name = fields.String()
    sha256 = fields.String()
    imported_at = fields.AwareDateTime()
    imported_by = fields.String()
    rows = fields.Integer()
    repeated = fields.Integer(metadata={"description": "rows known from an earlier file, not taken again"})
    matched = fields.Integer()
    differing = fields.Integer()
    gross = Amount(attribute="gross_cents")
    fee = Amount(attribute="fee_cents")
    fee_vat = Amount(attribute="fee_vat_cents")
    net = Amount(attribute="net_cents")
    currency = fields.String()


class FilePage(Schema):
    """One page, newest first."""

    items = fields.List(fields.Nested(FileView))
    next = fields.String(allow_none=True)


class RowQuery(PageQuery):
    """Which rows; the work list unless told otherwise."""

    open = fields.Boolean(load_default=None, allow_none=True)
    match = fields.String(
        load_default=None, validate=validate.OneOf([str(word) for word in Match], error="Elija un estado de la lista.")
    )
    file_id = fields.Integer(load_default=None)
    purchase_number = fields.String(
        load_default=None, validate=validate.Regexp(r"^\d{1,12}$", error="Escriba el número de pedido.")
    )


class RowView(Schema):
    """One movement, how it fits, and how a misfit was settled."""

    id = fields.String()
    file_id = fields.String(allow_none=True)
    line = fields.Integer(allow_none=True)
    type = fields.String()
    purchase_number = fields.String()
    transaction_id = fields.String()
    sold_at = fields.AwareDateTime()
    gross = Amount(attribute="gross_cents")
    fee = Amount(attribute="fee_cents")
    fee_vat = Amount(attribute="fee_vat_cents")
    net = Amount(attribute="net_cents")
    currency = fields.String()
    deposit_on = fields.Date(allow_none=True)
    match = fields.String()
    note = fields.String()
    attempt_id = fields.String(allow_none=True)
    order_id = fields.String(allow_none=True, dump_default=None)
    refund_id = fields.String(allow_none=True)
    council = fields.String(allow_none=True)
    open = fields.Boolean(attribute="is_open")
    ways = fields.List(fields.String(), metadata={"description": "resolutions staff may choose now"})
    resolution = fields.String(allow_none=True)
    reason = fields.String(allow_none=True)
    resolved_by = fields.String(allow_none=True)
    resolved_at = fields.AwareDateTime(allow_none=True)


class RowPage(Schema):
    """One page, newest first."""

    items = fields.List(fields.Nested(RowView))
    next = fields.String(allow_none=True)


class ResolutionWish(ReasonWish):
    """How a row is settled, and why."""

    resolution = fields.String(
        required=True, error_messages=REQUIRED,
        validate=validate.OneOf([str(word) for word in STAFF_RESOLUTIONS], error="Elija una solución de la lista."),
    )  # fmt: skip
