"""What goes in and out of the audit over HTTP."""

from marshmallow import Schema, fields, validate

MOST_ROWS = 100


class AuditFilters(Schema):
    """Which entries: by who, what act, about whom, between which days of Lima (both included)."""

    actor = fields.String(load_default=None, validate=validate.Length(max=80))
    act = fields.String(load_default=None, validate=validate.Length(max=60))
    subject = fields.String(load_default=None, validate=validate.Length(max=120))
    since = fields.Date(load_default=None, error_messages={"invalid": "Escriba la fecha como AAAA-MM-DD."})
    until = fields.Date(load_default=None, error_messages={"invalid": "Escriba la fecha como AAAA-MM-DD."})


class AuditQuery(AuditFilters):
    """Filters and the page. `after` is the `next` of the page before."""

    after = fields.Integer(load_default=None, error_messages={"invalid": "La página pedida no existe."})
    limit = fields.Integer(
        load_default=20, validate=validate.Range(min=1, max=MOST_ROWS, error="Pida entre 1 y 100 filas.")
    )


class AuditExportQuery(AuditFilters):
    """Filters and the kind of file."""

    format = fields.String(load_default="csv", validate=validate.OneOf(["csv", "xlsx"], error="Elija csv o xlsx."))


class AuditEntryView(Schema):
    """One act."""

    id = fields.Integer()
    at = fields.AwareDateTime()
    actor_id = fields.String()
    actor_name = fields.String()
    actor_roles = fields.String()
    actor_council = fields.String(allow_none=True)
    act = fields.String()
    subject = fields.String()
    council = fields.String(allow_none=True)
    before = fields.Dict(allow_none=True)
    after = fields.Dict(allow_none=True)
    reason = fields.String(allow_none=True)


class AuditPage(Schema):
    """One page of entries, newest first."""

    items = fields.List(fields.Nested(AuditEntryView))
    next = fields.String(allow_none=True)
