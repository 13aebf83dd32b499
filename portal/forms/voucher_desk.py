"""The voucher desk: searches, and what has to be said before something is issued, voided or sent again."""

import re
import uuid
from decimal import Decimal, InvalidOperation
from typing import Any

from flask_wtf import FlaskForm
from wtforms import BooleanField, Field, Form, HiddenField, RadioField, SelectField, StringField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length, Optional, ValidationError

from portal import messages
from portal.forms.fields import EMAIL, DateParts, is_ruc, options_of, trimmed, without_spaces
from portal.forms.treasury import TAX_CODES, ReasonForm

QUEUE_STATES = {
    "": "Todos",
    "rejected": "Rechazado",
    "exception": "Espera a una persona",
    "unknown": "Sin respuesta",
    "queued": "En cola",
    "sending": "Enviando",
    "void_requested": "Baja en trámite",
    "void_rejected": "Baja no aceptada",
}
SEARCH_STATES = {
    "any": "Todos",
    "accepted": "Aceptado",
    "observed": "Aceptado con observaciones",
    "pending": "En proceso",
    "rejected": "Rechazado",
    "voided": "Anulado",
}
TYPES = {"": "Todos", "01": "Factura", "03": "Boleta", "07": "Nota de crédito", "08": "Nota de débito"}
DOCUMENTS = {"1": "DNI", "6": "RUC", "4": "Carné de extranjería", "7": "Pasaporte", "0": "Doc. de no domiciliado"}
NOTE_KINDS = {
    "07-01": "Crédito: anulación de la operación",
    "07-02": "Crédito: anulación por error en el RUC",
    "07-03": "Crédito: corrección por error en la descripción",
    "07-04": "Crédito: descuento global",
    "07-05": "Crédito: descuento por ítem",
    "07-06": "Crédito: devolución total",
    "07-07": "Crédito: devolución por ítem",
    "07-08": "Crédito: bonificación",
    "07-09": "Crédito: disminución en el valor",
    "07-10": "Crédito: otros conceptos",
    "07-13": "Crédito: ajuste de montos o fechas de pago",
    "08-01": "Débito: intereses por mora",
    "08-02": "Débito: aumento en el valor",
    "08-03": "Débito: penalidades u otros conceptos",
}
"""SUNAT's catalogues 09 and 10."""
PAYMENTS = {"Contado": "Contado", "Credito": "Crédito, en cuotas"}
SUNAT_REASON_LIMIT = 100


def _amount(value: str | None) -> str:
    """What was typed as `1234.50`: blanks, thousands and a decimal comma are understood."""
    typed = without_spaces(value).removeprefix("S/")
    if re.fullmatch(r"\d+,\d{1,2}", typed):
        return typed.replace(",", ".")
    return re.sub(r",(?=\d{3})", "", typed)


def _is_amount(form: Any, field: Field) -> None:
    try:
        amount = Decimal(field.data or "")
    except InvalidOperation:
        amount = Decimal(0)
    if not re.fullmatch(r"\d{1,9}(\.\d{1,2})?", field.data or "") or amount <= 0:
        raise ValidationError(messages.AMOUNT_WRONG)


class QueueFilter(Form):  # type: ignore[misc]
    """Which part of the queue; it stands in the address."""

    estado = SelectField("Estado", choices=options_of(QUEUE_STATES), default="")
    serie = StringField("Serie", filters=[without_spaces], render_kw={"maxlength": 4})
    dias = StringField(
        "Días que quedan, como máximo", filters=[without_spaces], render_kw={"maxlength": 2, "inputmode": "numeric"}
    )

    def validate_dias(self, field: Field) -> None:
        """A number of days."""
        if field.data and not re.fullmatch(r"\d{1,2}", field.data):
            raise ValidationError(messages.DAYS_NUMBER_WRONG)

    def query(self) -> dict[str, str]:
        """The filter in the service's words."""
        named = {"state": self.estado.data, "series": self.serie.data, "days_left": self.dias.data}
        return {name: value for name, value in named.items() if value}

    def link(self) -> dict[str, str]:
        """The same filter for a link to this page."""
        return {name: self[name].data for name in ("estado", "serie", "dias") if self[name].data}


class VoucherSearch(Form):  # type: ignore[misc]
    """The search of vouchers; it stands in the address."""

    numero = StringField(
        "Número", filters=[without_spaces], description="Por ejemplo B003-15, o la serie", render_kw={"maxlength": 20}
    )
    cliente = StringField("DNI o RUC del cliente", filters=[without_spaces], render_kw={"maxlength": 15})
    nombre = StringField("Nombre del cliente", filters=[trimmed], render_kw={"maxlength": 100})
    importe = StringField("Importe total", filters=[_amount], render_kw={"maxlength": 15, "inputmode": "decimal"})
    tipo = SelectField("Tipo", choices=options_of(TYPES), default="", validate_choice=False)
    estado = SelectField("Estado", choices=options_of(SEARCH_STATES), default="any", validate_choice=False)
    desde = DateParts("Desde")
    hasta = DateParts("Hasta")

    def validate_importe(self, field: Field) -> None:
        """An amount, if any."""
        if field.data:
            _is_amount(self, field)

    def validate_hasta(self, field: Field) -> None:
        """Days run forward (VOU-12)."""
        if self.desde.data and field.data and self.desde.data > field.data:
            raise ValidationError(messages.START_AFTER_END)

    def query(self) -> dict[str, str]:
        """The search in the service's words."""
        named = {
            "number": self.numero.data,
            "client_document": self.cliente.data,
            "name": self.nombre.data,
            "total": self.importe.data,
            "type": self.tipo.data,
            "state": self.estado.data,
            "from": self.desde.data and self.desde.data.isoformat(),
            "to": self.hasta.data and self.hasta.data.isoformat(),
        }
        return {name: value for name, value in named.items() if value}

    def link(self) -> dict[str, str]:
        """The same search for a link to this page."""
        named = {name: self[name].data for name in ("numero", "cliente", "nombre", "importe", "tipo", "estado")}
        named |= {name: self[name].data and self[name].data.isoformat() for name in ("desde", "hasta")}
        return {name: value for name, value in named.items() if value}


class MonthForm(Form):  # type: ignore[misc]
    """Which month."""

    mes = StringField(
        "Mes",
        filters=[trimmed],
        description="Año y mes, por ejemplo 2026-11",
        render_kw={"maxlength": 7, "inputmode": "numeric"},
    )

    def validate_mes(self, field: Field) -> None:
        """A year and a month."""
        field.data = re.sub(r"^(20\d\d)[/ ]?(0[1-9]|1[0-2])$", r"\1-\2", field.data or "")
        if not re.fullmatch(r"20\d\d-(0[1-9]|1[0-2])", field.data):
            raise ValidationError(messages.MONTH_WRONG)


def _request_id() -> HiddenField:
    """Made with the page, so that a form sent twice acts once."""
    return HiddenField(default=lambda: str(uuid.uuid4()))


class OnceForm(FlaskForm):  # type: ignore[misc]
    """Nothing to say but yes."""

    request_id = _request_id()


class DeskReasonForm(ReasonForm):
    """Why something is done."""

    request_id = _request_id()


class VoidForm(FlaskForm):  # type: ignore[misc]
    """Why a voucher is void: SUNAT reads it too."""

    request_id = _request_id()
    reason = TextAreaField(
        "Motivo de la baja",
        filters=[trimmed],
        description="La SUNAT lo recibe y queda registrado con su nombre; hasta 100 caracteres",
        render_kw={"rows": 2, "maxlength": SUNAT_REASON_LIMIT},
        validators=[
            DataRequired(messages.REASON_MISSING),
            Length(3, SUNAT_REASON_LIMIT, messages.VOID_REASON_LENGTH),
        ],
    )


class Delivery(FlaskForm):  # type: ignore[misc]
    """The delivery e-mail is asked for; that there is none must be said (VOC-7)."""

    request_id = _request_id()
    email = StringField(
        "Correo de entrega",
        filters=[trimmed],
        description="Enviaremos el comprobante ahí cuando la SUNAT lo acepte",
        render_kw={"maxlength": 254, "inputmode": "email", "autocomplete": "off", "spellcheck": "false"},
    )
    sin_correo = BooleanField("El cliente no tiene correo o no quiso darlo")
    reason = TextAreaField(
        "Motivo",
        filters=[trimmed],
        description="Queda registrado con su nombre",
        render_kw={"rows": 2, "maxlength": 300},
        validators=[DataRequired(messages.REASON_MISSING), Length(5, 300, messages.REASON_LENGTH)],
    )

    def validate_email(self, field: Field) -> None:
        """Either an address or the statement that there is none."""
        if bool(field.data) == bool(self.sin_correo.data):
            raise ValidationError(messages.DELIVERY_EMAIL_OR_NONE)
        if field.data and not EMAIL.fullmatch(field.data):
            raise ValidationError(messages.EMAIL_WRONG)

    def delivery(self) -> dict[str, Any]:
        """What the service asks of every voucher by hand."""
        return {
            "request_id": self.request_id.data,
            "delivery_email": self.email.data or None,
            "email_absent": bool(self.sin_correo.data),
            "reason": self.reason.data,
        }


class IssueForm(Delivery):
    """A factura or boleta by hand, but for its lines."""

    replaces = HiddenField()
    council = SelectField("Consejo que emite", choices=[], validate_choice=False)
    voucher_type = RadioField(
        "Tipo de comprobante",
        choices=options_of({"03": "Boleta", "01": "Factura"}),
        validators=[InputRequired(messages.VOUCHER_TYPE_MISSING)],
    )
    document_type = SelectField("Documento del cliente", choices=options_of(DOCUMENTS), default="1")
    document_number = StringField(
        "Número de documento",
        filters=[without_spaces],
        render_kw={"maxlength": 15, "autocomplete": "off"},
        validators=[DataRequired(messages.DOCUMENT_NUMBER_MISSING)],
    )
    name = StringField(
        "Nombre o razón social",
        filters=[trimmed],
        description="Primero los apellidos",
        render_kw={"maxlength": 300, "autocomplete": "off"},
        validators=[DataRequired(messages.CUSTOMER_NAME_MISSING), Length(3, 300, messages.CUSTOMER_NAME_MISSING)],
    )
    address = StringField(
        "Dirección (si la hay)",
        filters=[trimmed],
        render_kw={"maxlength": 200, "autocomplete": "off"},
        validators=[Optional(), Length(3, 200, messages.ADDRESS_SHORT)],
    )
    payment = RadioField("Forma de pago", choices=options_of(PAYMENTS), default="Contado")

    def validate_document_number(self, field: Field) -> None:
        """Eight digits of a DNI, a RUC with its check digit."""
        if self.document_type.data == "1" and not re.fullmatch(r"[0-9]{8}", field.data or ""):
            raise ValidationError(messages.DNI_WRONG)
        if self.document_type.data == "6" and not is_ruc(field.data or ""):
            raise ValidationError(messages.RUC_WRONG)

    def validate_document_type(self, field: Field) -> None:
        """A factura is for a RUC (2800)."""
        if self.voucher_type.data == "01" and field.data != "6":
            raise ValidationError(messages.FACTURA_NEEDS_RUC)

    def validate_payment(self, field: Field) -> None:
        """Only a factura is paid by instalments (3128)."""
        if field.data == "Credito" and self.voucher_type.data == "03":
            raise ValidationError(messages.BOLETA_IS_PAID_AT_ONCE)


class NoteForm(Delivery):
    """A note on an accepted voucher, but for its lines."""

    kind = SelectField("Nota y motivo de la SUNAT", choices=options_of(NOTE_KINDS))


class LineForm(Form):  # type: ignore[misc]
    """One line; its price includes the IGV."""

    description = StringField(
        "Descripción",
        filters=[trimmed],
        render_kw={"maxlength": 500, "autocomplete": "off"},
        validators=[DataRequired(messages.LINE_TEXT_MISSING)],
    )
    quantity = StringField(
        "Cantidad",
        filters=[_amount],
        default="1",
        render_kw={"maxlength": 9, "inputmode": "decimal", "autocomplete": "off"},
        validators=[_is_amount],
    )
    amount = StringField(
        "Importe con IGV (S/)",
        filters=[_amount],
        render_kw={"maxlength": 15, "inputmode": "decimal", "autocomplete": "off"},
        validators=[_is_amount],
    )
    tax_code = SelectField("Tratamiento del IGV", choices=options_of(TAX_CODES), default="30")

    @property
    def empty(self) -> bool:
        """Nothing was typed."""
        return not (self.description.data or self.amount.data)

    def wish(self) -> dict[str, str]:
        """The line in the service's words."""
        names = ("description", "quantity", "amount", "tax_code")
        return {name: self[name].data for name in names}


class InstalmentForm(Form):  # type: ignore[misc]
    """One cuota."""

    due_date = DateParts("Vence")
    amount = StringField(
        "Importe de la cuota (S/)",
        filters=[_amount],
        render_kw={"maxlength": 15, "inputmode": "decimal", "autocomplete": "off"},
        validators=[_is_amount],
    )

    def validate_due_date(self, field: Field) -> None:
        """A day must be given."""
        if not field.data:
            raise ValidationError(messages.DATE_WRONG)

    @property
    def empty(self) -> bool:
        """Nothing was typed."""
        return not (self.amount.data or any(self.due_date.typed.values()))

    def wish(self) -> dict[str, str]:
        """The cuota in the service's words."""
        return {"due_date": f"{self.due_date.data:%Y-%m-%d}", "amount": self.amount.data}
