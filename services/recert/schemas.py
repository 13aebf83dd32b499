"""What goes out over HTTP."""

from marshmallow import Schema, fields


class CertifiedSpeciality(Schema):
    """A speciality with its RNE; `certified_until` is the "Certificado hasta" of product 2.3."""

    name = fields.String()
    rne = fields.String()
    registered_on = fields.Date()
    certified_until = fields.Date(allow_none=True)
    certified = fields.Boolean()


class PublicCertification(Schema):
    """What anyone may know of a physician (product 2.6): never document, e-mail or address."""

    cmp_number = fields.String()
    given_names = fields.String()
    paternal_surname = fields.String()
    maternal_surname = fields.String()
    council = fields.String(metadata={"description": "two digits"})
    council_label = fields.String(metadata={"description": "CR III"})
    state = fields.String()
    registered_on = fields.Date()
    certified_until = fields.Date(metadata={"description": '"Certificado hasta", by enrolment'})
    certified = fields.Boolean(metadata={"description": "whether that day has not passed in Lima"})
    specialities = fields.List(fields.Nested(CertifiedSpeciality))
    as_of = fields.Date(metadata={"description": "the day in Lima this statement was made"})
