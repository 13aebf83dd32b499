"""What goes in and out over HTTP."""

from marshmallow import Schema, fields, validate

from services.notifier.models import MailState


class DeliveriesQuery(Schema):
    """Filters of the list of mails; all that are given must hold."""

    after = fields.String(metadata={"description": "`next` of the page before"})
    limit = fields.Integer(load_default=50, validate=validate.Range(1, 200, error="Debe estar entre 1 y 200."))
    state = fields.String(
        validate=validate.OneOf(
            [state.value for state in MailState], error="Debe ser pending, sending, sent, failed o dropped."
        )
    )
    template = fields.String(validate=validate.Length(max=40, error="Es demasiado largo."))
    recipient = fields.String(metadata={"description": "the whole address"})
    about = fields.String(metadata={"description": "id of the voucher or order the mail is about"})
    created_from = fields.AwareDateTime(default_timezone=None, metadata={"description": "inclusive, RFC 3339"})
    created_before = fields.AwareDateTime(default_timezone=None, metadata={"description": "exclusive, RFC 3339"})


class Delivery(Schema):
    """One mail and where it stands."""

    id = fields.String()
    template = fields.String()
    about = fields.String()
    cause = fields.String(metadata={"description": "topic and id of the event that caused it"})
    recipient = fields.String(allow_none=True)
    state = fields.String()
    reason = fields.String(allow_none=True, metadata={"description": "why it failed, one of a fixed list"})
    reason_detail = fields.String(allow_none=True)
    attempts = fields.Integer(metadata={"description": "tries since it was planned or last ordered again"})
    next_attempt_at = fields.AwareDateTime(allow_none=True)
    created_at = fields.AwareDateTime()
    sent_at = fields.AwareDateTime(allow_none=True)
    message_id = fields.String()
    subject = fields.String(allow_none=True)


class DeliveryPage(Schema):
    """Mails, newest first."""

    items = fields.List(fields.Nested(Delivery))
    next = fields.String(allow_none=True, metadata={"description": "`after` of the next page; null at the end"})


class AttachedFile(Schema):
    """A file that goes with a mail, by claim check."""

    service = fields.String()
    name = fields.String()
    media_type = fields.String()
    size = fields.Integer()
    sha256 = fields.String()


class Attempt(Schema):
    """One try to hand the mail over, and the mail server's words."""

    number = fields.Integer()
    ended_at = fields.AwareDateTime()
    outcome = fields.String()
    smtp_code = fields.Integer(allow_none=True)
    answer = fields.String()


class Retry(Schema):
    """Who ordered another try, when and why."""

    ordered_at = fields.AwareDateTime()
    ordered_by = fields.String()
    reason = fields.String()
    recipient_before = fields.String(allow_none=True)
    recipient_after = fields.String()


class DeliveryDetail(Delivery):
    """One mail with all that is kept about it."""

    text = fields.String(allow_none=True)
    html = fields.String(allow_none=True)
    attachments = fields.List(fields.Nested(AttachedFile))
    tries = fields.List(fields.Nested(Attempt))
    retries = fields.List(fields.Nested(Retry))


class RetryOrder(Schema):
    """Why a failed mail shall be tried again."""

    reason = fields.String(
        required=True,
        validate=validate.And(
            validate.Length(min=5, max=500, error="Escriba el motivo, de 5 a 500 caracteres."),
            validate.Regexp(r"\S", error="Escriba el motivo, de 5 a 500 caracteres."),
        ),
        error_messages={"required": "Escriba el motivo."},
    )
