"""What a report is asked for and tells."""

from typing import Any

from marshmallow import Schema, ValidationError, fields, validate, validates_schema

from services.payments.reports.collected import By
from services.payments.schemas import REQUIRED, Amount

MAX_DAYS = 366
WRONG_DATE = {"invalid": "Escriba la fecha como 2026-11-21."}


class ReportQuery(Schema):
    """Which days in Lima, both included, and how they are cut."""

    since = fields.Date(data_key="from", required=True, error_messages=REQUIRED | WRONG_DATE)
    until = fields.Date(data_key="to", required=True, error_messages=REQUIRED | WRONG_DATE)
    by = fields.String(
        load_default=By.DAY.value,
        validate=validate.OneOf([by.value for by in By], error="Elija día, tipo de cuota o consejo."),
    )

    @validates_schema
    def check(self, data: dict[str, Any], **kwargs: Any) -> None:
        """Days run forward, a year at most."""
        if data["since"] > data["until"]:
            raise ValidationError({"to": ["La fecha final debe ser igual o posterior a la inicial."]})
        if (data["until"] - data["since"]).days >= MAX_DAYS:
            raise ValidationError({"to": ["Pida un año como máximo."]})


class ReportLine(Schema):
    """One line of a report."""

    key = fields.String()
    label = fields.String()
    orders = fields.Integer()
    dues = fields.Integer()
    collected = Amount(attribute="collected_cents")
    refunded = Amount(attribute="refunded_cents")
    net = Amount(attribute="net_cents")


class ReportView(Schema):
    """A report: its lines and their sum."""

    since = fields.Date(data_key="from")
    until = fields.Date(data_key="to")
    by = fields.String()
    currency = fields.String(dump_default="PEN")
    items = fields.List(fields.Nested(ReportLine))
    total = fields.Nested(ReportLine)
