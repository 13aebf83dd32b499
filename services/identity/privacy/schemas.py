"""What goes out over HTTP of a person's own data."""

from marshmallow import Schema, fields, validate

from services.identity.schemas import AccountView, SpecialityView


class ConsentTextView(Schema):
    """A text in force. `needed` = no account without it."""

    purpose = fields.String()
    version = fields.String()
    title = fields.String()
    text = fields.String()
    needed = fields.Boolean()
    in_force_from = fields.AwareDateTime()


class ConsentTextList(Schema):
    """The texts in force, needed ones first."""

    items = fields.List(fields.Nested(ConsentTextView))


class ConsentRequest(Schema):
    """The version that was read."""

    version = fields.String(required=True, validate=validate.Length(1, 20))


class ConsentView(Schema):
    """A consent with the text agreed to."""

    purpose = fields.String()
    version = fields.String()
    title = fields.String()
    text = fields.String(allow_none=True)
    needed = fields.Boolean()
    given_at = fields.AwareDateTime()
    given_from = fields.String()
    withdrawn_at = fields.AwareDateTime(allow_none=True)


class ConsentList(Schema):
    """One's own consents, newest first, taken back or not."""

    items = fields.List(fields.Nested(ConsentView))


class LookView(Schema):
    """One look of staff: by which role of which council, and why; never by whom in person."""

    looked_at = fields.AwareDateTime()
    who = fields.String()
    why = fields.String()


class LookQuery(Schema):
    """A page of looks."""

    after = fields.Integer(load_default=None, error_messages={"invalid": "La página pedida no existe."})
    limit = fields.Integer(load_default=20, validate=validate.Range(1, 100, error="Pida entre 1 y 100 filas."))


class LookPage(Schema):
    """Looks, newest first; `next` goes into `after`."""

    items = fields.List(fields.Nested(LookView))
    next = fields.Integer(allow_none=True)


class ContactView(Schema):
    """How the person is reached."""

    email = fields.String(allow_none=True)
    phone = fields.String(allow_none=True)
    mobile = fields.String(allow_none=True)
    address = fields.String(allow_none=True)


class RegisterView(Schema):
    """The register's entry of a physician."""

    state = fields.String()
    registered_on = fields.Date()
    specialities = fields.List(fields.Nested(SpecialityView))
    cmp_number = fields.String()
    given_names = fields.String()
    paternal_surname = fields.String()
    maternal_surname = fields.String()
    council = fields.String()


class ContactChangeView(Schema):
    """One change of how the person is reached."""

    at = fields.AwareDateTime()
    field = fields.String()
    before = fields.String(allow_none=True)
    after = fields.String(allow_none=True)
    by_owner = fields.Boolean()


class SessionCopyView(Schema):
    """One session: when, with what, from where, and how it ended."""

    created_at = fields.AwareDateTime()
    seen_at = fields.AwareDateTime(allow_none=True)
    device = fields.String(allow_none=True)
    address = fields.String(allow_none=True)
    ended_at = fields.AwareDateTime(allow_none=True)
    end_reason = fields.String(allow_none=True)


class KnownVoucherView(Schema):
    """What identity knows of a voucher issued to the person's document."""

    voucher_type = fields.String()
    number = fields.String()
    issue_date = fields.Date()
    total_cents = fields.Integer()
    currency = fields.String()


class OwnDataView(Schema):
    """Everything identity keeps about the person who asks (law 29733: access and portability)."""

    made_at = fields.AwareDateTime()
    account = fields.Nested(AccountView)
    contact = fields.Nested(ContactView)
    physician = fields.Nested(RegisterView, allow_none=True)
    linked_ruc = fields.String(allow_none=True)
    contact_history = fields.List(fields.Nested(ContactChangeView))
    consents = fields.List(fields.Nested(ConsentView))
    sessions = fields.List(fields.Nested(SessionCopyView))
    looks = fields.List(fields.Nested(LookView))
    vouchers = fields.List(fields.Nested(KnownVoucherView))
