"""What clients may ask and what they get. Amounts are decimal strings, dates ISO 8601."""

from datetime import date
from decimal import Decimal
from typing import Any

from marshmallow import Schema, ValidationError, fields, validate, validates_schema

from services.einvoice.documents import TYPE_NAMES
from services.einvoice.models import Voucher, VoucherExport
from services.einvoice.models.states import FILTERS, LABELS
from services.einvoice.models.voucher import CDR, PDF, XML

MAX_SELECTED = 50
CHOOSE = "Elija un valor de la lista."


DAYS = validate.Range(date(1900, 1, 1), date(2999, 12, 31), error="Escriba una fecha entre 1900 y 2999.")
AMOUNTS = validate.Range(Decimal(0), Decimal("999999999.99"), error="Escriba un importe de hasta 999999999.99.")


class VoucherFilters(Schema):
    """What the list may be narrowed by (VOU-7). `number` is the voucher's, `client_document` the client's."""

    from_date = fields.Date(
        data_key="from", load_default=None, validate=DAYS, metadata={"description": "Primer día, inclusive"}
    )
    to_date = fields.Date(
        data_key="to", load_default=None, validate=DAYS, metadata={"description": "Último día, inclusive"}
    )
    number = fields.String(load_default=None, validate=validate.Length(max=20))
    client_document = fields.String(load_default=None, validate=validate.Length(max=15))
    state = fields.String(load_default=None, validate=validate.OneOf(list(FILTERS), error=CHOOSE))
    type = fields.String(load_default=None, validate=validate.OneOf(list(TYPE_NAMES), error=CHOOSE))
    name = fields.String(load_default=None, validate=validate.Length(max=100))
    total = fields.Decimal(
        load_default=None, places=2, as_string=True, validate=AMOUNTS, metadata={"description": "Importe total exacto"}
    )
    order_id = fields.String(load_default=None, validate=validate.Length(max=36))

    @validates_schema
    def check_range(self, data: dict[str, Any], **_: Any) -> None:
        """VOU-12: a range that ends before it starts is an error, not an empty list."""
        if data["from_date"] and data["to_date"] and data["from_date"] > data["to_date"]:
            raise ValidationError("La fecha de inicio no puede ser posterior a la fecha de fin.", "from")


class VoucherQuery(VoucherFilters):
    """A page of the list."""

    after = fields.String(load_default=None, validate=validate.Length(max=200))
    limit = fields.Integer(load_default=20, validate=validate.Range(1, 100, error="Pida entre 1 y 100 comprobantes."))


class ExportQuery(VoucherFilters):
    """The list as a file (VOU-13)."""

    format = fields.String(load_default="csv", validate=validate.OneOf(["csv", "xlsx"], error=CHOOSE))


class ExportView(Schema):
    """An export that a job writes. `state` is waiting, ready, failed or expired."""

    id = fields.String()
    format = fields.String()
    state = fields.String()
    rows_total = fields.Integer()
    rows_written = fields.Integer()
    asked_at = fields.AwareDateTime()
    expires_at = fields.AwareDateTime(allow_none=True)
    size = fields.Integer(allow_none=True, metadata={"description": "Bytes del archivo, cuando está listo"})


class ExportPage(Schema):
    """The newest exports of a person."""

    items = fields.List(fields.Nested(ExportView))


class Selection(Schema):
    """Vouchers picked from the list, in the order wanted."""

    ids = fields.List(
        fields.String(validate=validate.Length(min=1, max=36)),
        required=True,
        validate=validate.Length(1, MAX_SELECTED, error=f"Seleccione entre 1 y {MAX_SELECTED} comprobantes."),
        error_messages={"required": "Seleccione al menos un comprobante."},
    )


class FileView(Schema):
    """A stored file: its size in bytes and its SHA-256."""

    size = fields.Integer()
    sha256 = fields.String()


class FilesView(Schema):
    """The files of a voucher; null while one is still to come."""

    pdf = fields.Nested(FileView, allow_none=True)
    xml = fields.Nested(FileView, allow_none=True)
    cdr = fields.Nested(FileView, allow_none=True)


class VoucherView(Schema):
    """A voucher as a row of the list (VOU-8)."""

    id = fields.String()
    number = fields.String(metadata={"description": "BCN7-00005170"})
    type = fields.String(metadata={"description": "SUNAT catálogo 01"})
    type_label = fields.String()
    issue_date = fields.Date()
    customer_document_type = fields.String(metadata={"description": "SUNAT catálogo 06"})
    customer_document_number = fields.String()
    customer_name = fields.String()
    total = fields.Decimal(as_string=True, places=2)
    currency = fields.String()
    state = fields.String()
    state_label = fields.String()
    order_id = fields.String(allow_none=True)
    files = fields.Nested(FilesView)


class VoucherPage(Schema):
    """One page of the list; `next` goes into `after`."""

    items = fields.List(fields.Nested(VoucherView))
    next = fields.String(allow_none=True)


class LineView(Schema):
    """One line of a voucher."""

    position = fields.Integer()
    description = fields.String()
    tax_code = fields.String(metadata={"description": "SUNAT catálogo 07"})
    amount = fields.Decimal(as_string=True, places=2)


class VoucherDetail(VoucherView):
    """A voucher with its lines and what SUNAT said."""

    issued_at = fields.AwareDateTime()
    order_number = fields.String(allow_none=True)
    accepted_at = fields.AwareDateTime(allow_none=True)
    digest = fields.String(metadata={"description": "Valor resumen"})
    sunat_code = fields.String()
    sunat_text = fields.String()
    observations = fields.List(fields.String())
    lines = fields.List(fields.Nested(LineView))


class OrderVoucher(Schema):
    """That a payment's voucher was issued; `visible` false = it must be looked up in option 2 (VOU-3)."""

    number = fields.String()
    type = fields.String()
    type_label = fields.String()
    state = fields.String()
    state_label = fields.String()
    visible = fields.Boolean()
    id = fields.String(allow_none=True, metadata={"description": "Solo si es visible"})


class MailRequested(Schema):
    """How many vouchers will be mailed to the registered address."""

    requested = fields.Integer()


def view(voucher: Voucher) -> dict[str, Any]:
    """A row of the list."""
    handed_out = {PDF: voucher.printed, XML: voucher.file(XML), CDR: voucher.file(CDR)}
    stored = {kind: {"size": file.size, "sha256": file.sha256} for kind, file in handed_out.items() if file}
    return {
        "id": voucher.id,
        **_identity(voucher),
        "issue_date": voucher.issue_date,
        "customer_document_type": voucher.customer_document_type,
        "customer_document_number": voucher.customer_document_number,
        "customer_name": voucher.customer_name,
        "total": voucher.total,
        "currency": voucher.currency,
        "order_id": voucher.order_id,
        "files": {kind: stored.get(kind) for kind in (PDF, XML, CDR)},
    }


def detail(voucher: Voucher) -> dict[str, Any]:
    """A voucher with everything its owner may know."""
    lines = [
        {
            "position": line.position,
            "description": line.description,
            "tax_code": line.tax_code,
            "amount": line.amount,
        }
        for line in voucher.lines
    ]
    names = ("issued_at", "order_number", "accepted_at", "digest", "sunat_code", "sunat_text", "observations")
    return {**view(voucher), **{name: getattr(voucher, name) for name in names}, "lines": lines}


def export_view(export: VoucherExport) -> dict[str, Any]:
    """How far an export is."""
    names = ("id", "format", "rows_total", "rows_written", "asked_at", "expires_at")
    facts = {name: getattr(export, name) for name in names}
    return {
        **facts,
        "state": str(export.shown_state),
        "size": export.reference.size if export.reference else None,
    }


def order_voucher(voucher: Voucher, visible: bool) -> dict[str, Any]:
    """What the result page of a payment says about its voucher."""
    return {**_identity(voucher), "visible": visible, "id": voucher.id if visible else None}


def _identity(voucher: Voucher) -> dict[str, Any]:
    return {
        "number": voucher.printed_number,
        "type": voucher.voucher_type,
        "type_label": TYPE_NAMES[voucher.voucher_type],
        "state": str(voucher.state),
        "state_label": LABELS[voucher.state],
    }
