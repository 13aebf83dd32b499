"""Councils and specialities over HTTP."""

from marshmallow import Schema, fields, validate

from services.identity.staff.schemas import Line, Reason

ROMAN = validate.Regexp(r"[IVXL]{1,8}", error="El número se escribe en romanos, como XV.")


class CouncilView(Schema):
    """A regional council. `confirmed` is false for what no source has confirmed yet."""

    code = fields.String()
    roman = fields.String()
    name = fields.String()
    region = fields.String()
    label = fields.String()
    confirmed = fields.Boolean()


class CouncilsView(Schema):
    """All councils, by code."""

    items = fields.List(fields.Nested(CouncilView))


class CouncilBody(Schema):
    """The whole new state of a council, and why."""

    roman = fields.String(required=True, validate=ROMAN)
    name = Line(60, required=True)
    region = Line(60, required=True)
    confirmed = fields.Boolean(required=True)
    reason = Reason()


class NewCouncilBody(CouncilBody):
    """A council that was not there."""

    code = fields.String(required=True, validate=validate.Regexp(r"[0-9]{2}", error="Escriba dos dígitos, como 28."))


class SpecialityNameView(Schema):
    """A speciality of the catalogue and the other names it is known by."""

    code = fields.String()
    name = fields.String()
    rne_code = fields.String(allow_none=True)
    aliases = fields.List(fields.String())


class SpecialityNamesView(Schema):
    """All specialities, by name."""

    items = fields.List(fields.Nested(SpecialityNameView))


class SpecialityNameBody(Schema):
    """The whole new state of a speciality, and why."""

    name = Line(80, required=True)
    rne_code = fields.String(
        load_default=None,
        allow_none=True,
        validate=validate.Regexp(r"[0-9]{5}", error="El código del RNE tiene cinco dígitos, como 00003."),
    )
    aliases = fields.List(Line(80), load_default=list, validate=validate.Length(max=20, error="Escriba hasta 20."))
    reason = Reason()


class NewSpecialityNameBody(SpecialityNameBody):
    """A speciality that was not there."""

    code = fields.String(
        required=True, validate=validate.Regexp(r"[A-Z0-9]{1,5}", error="El código tiene hasta 5 letras o dígitos.")
    )
