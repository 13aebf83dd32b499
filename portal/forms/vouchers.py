"""Facturación electrónica."""

import re
from typing import Any

from wtforms import Field, Form, SelectField, StringField
from wtforms.validators import ValidationError

from portal import messages
from portal.forms.fields import DateParts, options_of, trimmed, without_spaces

STATES = {
    "accepted": "Aceptado",
    "observed": "Observado",
    "rejected": "Rechazado",
    "voided": "Anulado",
    "pending": "En proceso",
    "any": "Todos",
}
TYPES = {"": "Todos", "03": "03 - Boleta", "07": "07 - Nota de crédito"}
CLIENT_TYPES = {"": "Todos", "01": "01 - Factura", **dict(list(TYPES.items())[1:]), "08": "08 - Nota de débito"}
"""Option 2 shows all four (VOC-1)."""
FORMATS = {"csv": "CSV", "xlsx": "Excel (XLSX)"}


class VoucherFilter(Form):  # type: ignore[misc]
    """The filters of DOCUMENTOS, in the address so that a search can be shared (VOU-7)."""

    fecha_inicio = DateParts("Fecha Inicio")
    fecha_fin = DateParts("Fecha Fin")
    documento = StringField(
        "Documento",
        filters=[trimmed],
        description="Serie y número, por ejemplo B001-00001234",
        render_kw={"maxlength": 20},
    )
    documento_cliente = StringField(
        "Documento del cliente", filters=[without_spaces], description="DNI u otro, tal como figura en el comprobante",
        render_kw={"maxlength": 16, "inputmode": "numeric"},
    )  # fmt: skip
    nombre = StringField(
        "Nombre", filters=[trimmed], description="Con o sin tildes; basta una parte", render_kw={"maxlength": 100}
    )
    estado = SelectField("Estado", choices=options_of(STATES), default="accepted", validate_choice=False)
    tipo = SelectField("Tipo Documento", choices=options_of(TYPES), default="", validate_choice=False)
    importe = StringField(
        "Importe", filters=[without_spaces], description="El total, por ejemplo 120.00",
        render_kw={"maxlength": 16, "inputmode": "decimal"},
    )  # fmt: skip

    @classmethod
    def for_(cls, kind: str | None, given: Any) -> "VoucherFilter":
        """The filters of a kind of person: a client chooses among four types, a physician between two (VOU-2)."""
        form = cls(given)
        if kind == "client":
            form.tipo.choices = options_of(CLIENT_TYPES)
        return form

    def validate_fecha_fin(self, field: Field) -> None:
        """Both ends belong to the range; the end may not come before the start (VOU-12)."""
        if field.data and self.fecha_inicio.data and self.fecha_inicio.data > field.data:
            raise ValidationError(messages.START_AFTER_END)

    def validate_estado(self, field: Field) -> None:
        """A state of the list."""
        if field.data not in [choice.value for choice in field.choices]:
            raise ValidationError(messages.CHOICE_WRONG)

    validate_tipo = validate_estado

    def validate_documento(self, field: Field) -> None:
        """A voucher number or the beginning of one."""
        if field.data and not re.fullmatch(r"[A-Za-z0-9]{1,4}(\s?-?\s?[0-9]{0,8})?", field.data):
            raise ValidationError(messages.NUMBER_WRONG)

    def validate_documento_cliente(self, field: Field) -> None:
        """An identity number as text, leading zeros kept."""
        if field.data and not re.fullmatch(r"[A-Za-z0-9]{8,12}", field.data):
            raise ValidationError(messages.CLIENT_DOCUMENT_WRONG)

    def validate_nombre(self, field: Field) -> None:
        """A part of a name."""
        if len(field.data or "") > 100:
            raise ValidationError(messages.VOUCHER_NAME_LONG)

    def validate_importe(self, field: Field) -> None:
        """An amount, with or without the currency and separators of thousands."""
        if field.data and not re.fullmatch(r"[0-9]{1,9}(\.[0-9]{1,2})?", self.amount):
            raise ValidationError(messages.TOTAL_WRONG)

    @property
    def amount(self) -> str:
        """The total as a decimal string."""
        return re.sub(r"^S/\.?|,", "", self.importe.data or "")

    def query(self) -> dict[str, str]:
        """The filters in the service's words."""
        named = {
            "from": self.fecha_inicio.data and self.fecha_inicio.data.isoformat(),
            "to": self.fecha_fin.data and self.fecha_fin.data.isoformat(),
            "number": re.sub(r"\s", "", self.documento.data or "").upper(),
            "client_document": self.documento_cliente.data,
            "state": self.estado.data,
            "type": self.tipo.data,
            "name": self.nombre.data,
            "total": self.amount,
        }
        return {name: value for name, value in named.items() if value}

    def link(self) -> dict[str, str]:
        """The same filters for a link to this page."""
        named = {
            "fecha_inicio": self.fecha_inicio.data and self.fecha_inicio.data.isoformat(),
            "fecha_fin": self.fecha_fin.data and self.fecha_fin.data.isoformat(),
            "documento": self.documento.data,
            "documento_cliente": self.documento_cliente.data,
            "estado": self.estado.data,
            "tipo": self.tipo.data,
            "nombre": self.nombre.data,
            "importe": self.importe.data,
        }
        return {name: value for name, value in named.items() if value}
