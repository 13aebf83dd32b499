"""The public register over HTTP: one shape for a page of many and for one, which only ever gains fields."""

import re
from typing import Any

from marshmallow import Schema, ValidationError, fields, validate, validates_schema

from services.recert.register.words import typed_words

TOO_SHORT = "Escriba el número de CMP, o al menos dos letras de un nombre o apellido."
FEWEST_LETTERS = 2
MOST_ROWS = 50


class CertifiedSpeciality(Schema):
    """A speciality with its RNE; `certified_until` is the "Certificado hasta" of product 2.3."""

    name = fields.String()
    rne = fields.String()
    registered_on = fields.Date()
    certified_until = fields.Date(allow_none=True)
    certified = fields.Boolean()
    recertified_until = fields.Date(allow_none=True, metadata={"description": '"Recertificado hasta", or null'})
    recertified = fields.Boolean()


class PublicCertification(Schema):
    """What anyone may know of a physician (product 2.6): never document, e-mail or address."""

    cmp_number = fields.String()
    given_names = fields.String()
    paternal_surname = fields.String()
    maternal_surname = fields.String()
    council = fields.String(metadata={"description": "two digits"})
    council_label = fields.String(metadata={"description": "CR III LIMA"})
    council_name = fields.String(metadata={"description": "CONSEJO REGIONAL III LIMA"})
    state = fields.String()
    registered_on = fields.Date()
    certified_until = fields.Date(metadata={"description": '"Certificado hasta", by enrolment'})
    certified = fields.Boolean(metadata={"description": "whether that day has not passed in Lima"})
    recertified_until = fields.Date(
        allow_none=True, metadata={"description": '"Recertificado hasta" as Médico Cirujano, or null'}
    )
    recertified = fields.Boolean()
    in_good_standing = fields.Boolean(allow_none=True, metadata={"description": "HÁBIL; null while not known"})
    standing_stated_at = fields.AwareDateTime(
        allow_none=True, metadata={"description": "when that was stated; it holds until something else is"}
    )
    specialities = fields.List(fields.Nested(CertifiedSpeciality))
    as_of = fields.Date(metadata={"description": "the day in Lima this answer was made"})


class PhysiciansPage(Schema):
    """One page; `next` goes into `after`."""

    items = fields.List(fields.Nested(PublicCertification))
    next = fields.String(allow_none=True)


class PhysiciansQuery(Schema):
    """Whom to look for: a CMP number whose zeros may be missing, or how names begin, in any order, accents or not."""

    q = fields.String(load_default="", validate=validate.Length(max=80, error="Escriba hasta 80 caracteres."))
    speciality = fields.String(load_default="", validate=validate.Length(max=80, error="Escriba hasta 80 caracteres."))
    after = fields.String(
        load_default=None, validate=validate.Regexp(r"(\w{1,80}\.)?[0-9]{6}\Z", error="Use el `next` de una página.")
    )
    limit = fields.Integer(
        load_default=20, validate=validate.Range(1, MOST_ROWS, error=f"Pida entre 1 y {MOST_ROWS} filas.")
    )

    @validates_schema
    def check_enough(self, data: dict[str, Any], **options: Any) -> None:
        """Nobody leafs through the whole register."""
        if not data["speciality"].isprintable():
            raise ValidationError("Contiene caracteres que no se admiten.", "speciality")
        if data["speciality"].strip() and not data["q"].strip():
            return
        words = typed_words(data["q"])
        if not any(len(word) >= FEWEST_LETTERS or re.fullmatch(r"[0-9]", word) for word in words):
            raise ValidationError(TOO_SHORT, "q")


class SpecialitiesView(Schema):
    """The names of all specialities in the register."""

    items = fields.List(fields.String())
