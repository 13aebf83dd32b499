"""Treasury: searches, and what has to be said before something is done."""

import re
from typing import Any

from flask_wtf import FlaskForm
from wtforms import (
    DecimalField,
    Field,
    FileField,
    Form,
    IntegerField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange, Optional, ValidationError

from portal import messages
from portal.forms.fields import DateParts, options_of, trimmed, without_spaces
from portal.forms.uploads import FileRule

KINDS = {"": "Todas", "COLEGIADO": "Cuota colegiado", "SEMEFA": "Cuota SEMEFA"}
ORDER_STATES = {
    "": "Todos",
    "READY": "Pendiente",
    "PAYING": "En confirmación",
    "PAID": "Pagado",
    "PARTLY_REFUNDED": "Devuelto en parte",
    "REFUNDED": "Devuelto",
    "PAID_NOT_APPLIED": "Cobrado sin aplicar",
    "EXPIRED": "Vencido",
    "CANCELLED": "Cancelado",
}
TAX_CODES = {"30": "30 - Inafecto", "20": "20 - Exonerado", "10": "10 - Gravado"}
RELATIONS = {
    "": "Todos los colegiados",
    "TITULAR": "Titular",
    "CONYUGE": "Cónyuge",
    "PADRE": "Padre o madre",
    "HIJO": "Hijo",
    "NIETO": "Nieto",
}
CUTS = {"day": "Por día", "kind": "Por tipo de cuota", "council": "Por consejo regional"}
MAX_SETTLEMENT_BYTES = 20 * 1024 * 1024
PERIOD_HINT = "Año y mes, por ejemplo 202603"


def padded_cmp(value: str | None) -> str:
    """A CMP number with its zeros on the left."""
    digits = without_spaces(value)
    return digits.zfill(6) if digits.isdigit() and len(digits) <= 6 else digits


class OrderSearch(Form):  # type: ignore[misc]
    """The search of orders; it stands in the address."""

    pedido = StringField(
        "Número de pedido", filters=[without_spaces], render_kw={"maxlength": 9, "inputmode": "numeric"}
    )
    operacion = StringField(
        "Número de operación",
        filters=[without_spaces],
        description="El de Niubiz; el médico lo ve como «Número de pedido» en su constancia",
        render_kw={"maxlength": 9, "inputmode": "numeric"},
    )
    cmp = StringField("CMP", filters=[padded_cmp], render_kw={"maxlength": 6, "inputmode": "numeric"})
    tarjeta = StringField(
        "Tarjeta", filters=[without_spaces], description="Los últimos 4 dígitos", render_kw={"maxlength": 16}
    )
    tipo = SelectField("Tipo de cuota", choices=options_of(KINDS), default="", validate_choice=False)
    estado = SelectField("Estado", choices=options_of(ORDER_STATES), default="", validate_choice=False)
    desde = DateParts("Desde")
    hasta = DateParts("Hasta")

    def query(self) -> dict[str, str]:
        """The search in the service's words."""
        named = {
            "number": self.pedido.data,
            "purchase_number": self.operacion.data,
            "owner_cmp": self.cmp.data,
            "card": self.tarjeta.data,
            "kind": self.tipo.data,
            "state": self.estado.data,
            "start": self.desde.data and self.desde.data.isoformat(),
            "end": self.hasta.data and self.hasta.data.isoformat(),
        }
        return {name: value for name, value in named.items() if value}

    def link(self) -> dict[str, str]:
        """The same search for a link to this page."""
        named = {name: self[name].data for name in ("pedido", "operacion", "cmp", "tarjeta", "tipo", "estado")}
        named |= {name: self[name].data and self[name].data.isoformat() for name in ("desde", "hasta")}
        return {name: value for name, value in named.items() if value}


class CmpSearch(Form):  # type: ignore[misc]
    """Whose dues."""

    cmp = StringField(
        "Número de CMP",
        filters=[padded_cmp],
        validators=[DataRequired(messages.CMP_MISSING)],
        render_kw={"maxlength": 6, "inputmode": "numeric"},
    )

    def validate_cmp(self, field: Field) -> None:
        """Six digits."""
        if not re.fullmatch(r"[0-9]{6}", field.data or ""):
            raise ValidationError(messages.CMP_WRONG)


class CertificateSearch(Form):  # type: ignore[misc]
    """Which constancias."""

    cmp = StringField("CMP", filters=[padded_cmp], render_kw={"maxlength": 6, "inputmode": "numeric"})
    numero = StringField(
        "Número", filters=[trimmed], description="Por ejemplo CH-00000123", render_kw={"maxlength": 20}
    )


class ReportForm(Form):  # type: ignore[misc]
    """Which days, and how they are cut."""

    desde = DateParts("Desde")
    hasta = DateParts("Hasta")
    por = SelectField("Ver", choices=options_of(CUTS), default="day")

    def validate_hasta(self, field: Field) -> None:
        """Both days, in order, a year at most."""
        if not self.desde.data or not field.data:
            raise ValidationError(messages.DAYS_MISSING)
        if self.desde.data > field.data:
            raise ValidationError(messages.DAYS_BACKWARDS)
        if (field.data - self.desde.data).days >= 366:
            raise ValidationError(messages.DAYS_TOO_MANY)


class ConfirmForm(FlaskForm):  # type: ignore[misc]
    """Nothing to say but yes."""


class ReasonForm(FlaskForm):  # type: ignore[misc]
    """Why it is done; kept for good."""

    reason = TextAreaField(
        "Motivo",
        filters=[trimmed],
        description="Queda registrado con su nombre",
        render_kw={"rows": 3, "maxlength": 300},
        validators=[DataRequired(messages.REASON_MISSING), Length(5, 300, messages.REASON_LENGTH)],
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """The reason is asked last, whatever a form adds to it."""
        super().__init__(*args, **kwargs)
        self._fields["reason"] = self._fields.pop("reason")


class RefundForm(ReasonForm):
    """How many of the latest dues go back."""

    count = SelectField("Cuotas que se devuelven", choices=[], coerce=int, description="Siempre las más recientes")


class ApplicationForm(ReasonForm):
    """Which dues the charge pays."""

    dues = SelectField("Cuotas que paga", choices=[])


class RulingForm(ReasonForm):
    """What the evidence says of a charge."""

    outcome = RadioField(
        "Según la evidencia",
        choices=[("CHARGED", "Niubiz cobró"), ("NOT_CHARGED", "Niubiz no cobró")],
        validators=[InputRequired(messages.OUTCOME_MISSING)],
    )
    evidence = StringField(
        "Evidencia",
        filters=[trimmed],
        description="Por ejemplo, el reporte de Niubiz y su fecha",
        render_kw={"maxlength": 300},
        validators=[DataRequired(messages.EVIDENCE_MISSING)],
    )
    transaction_id = StringField(
        "Código de transacción (si cobró)", filters=[without_spaces], render_kw={"maxlength": 40}
    )
    authorization_code = StringField(
        "Código de autorización (si cobró)", filters=[without_spaces], render_kw={"maxlength": 20}
    )
    charged_on = DateParts("Día del cobro (si cobró)")
    charged_time = StringField(
        "Hora del cobro (si cobró)", filters=[trimmed], description="Por ejemplo 16:05", render_kw={"maxlength": 5}
    )

    def validate_charged_time(self, field: Field) -> None:
        """Hours and minutes."""
        if field.data and not re.fullmatch(r"([01]?\d|2[0-3]):[0-5]\d", field.data):
            raise ValidationError(messages.TIME_WRONG)


class ReturnedForm(ReasonForm):
    """What the evidence says of a refund."""

    returned = RadioField(
        "Según la evidencia",
        choices=[("si", "El dinero se devolvió"), ("no", "El dinero no se devolvió")],
        validators=[InputRequired(messages.OUTCOME_MISSING)],
    )


class SettlementForm(FlaskForm):  # type: ignore[misc]
    """The acquirer's daily file."""

    archivo = FileField(
        "Archivo de liquidación",
        description="CSV de Niubiz, de 20 MB como máximo",
        validators=[FileRule(MAX_SETTLEMENT_BYTES, (b"",), messages.FILE_MISSING, messages.FILE_MISSING)],
    )


class ResolutionForm(ReasonForm):
    """How a row that does not fit is settled."""

    resolution = RadioField("Solución", choices=[], validators=[InputRequired(messages.RESOLUTION_MISSING)])


class AmountForm(ReasonForm):
    """Another amount for a due."""

    amount = DecimalField(
        "Monto, en soles",
        places=2,
        render_kw={"inputmode": "decimal", "maxlength": 9},
        validators=[InputRequired(messages.AMOUNT_WRONG), NumberRange(0.01, 99999.99, messages.AMOUNT_WRONG)],
    )


class OutsidePaymentForm(AmountForm):
    """A payment made at the bank or the counter, as its document says."""

    channel = RadioField(
        "Dónde se pagó",
        choices=[("BANCO", "Banco"), ("CAJA", "Caja")],
        validators=[InputRequired(messages.CHOICE_WRONG)],
    )
    reference = StringField(
        "Número de operación o recibo",
        filters=[trimmed],
        render_kw={"maxlength": 60},
        validators=[DataRequired(messages.REFERENCE_MISSING)],
    )
    paid_on = DateParts("Fecha de pago")

    def validate_paid_on(self, field: Field) -> None:
        """A day must be given."""
        if not field.data:
            raise ValidationError(messages.DATE_WRONG)


def _period(form: Any, field: Field) -> None:
    if field.data and not re.fullmatch(r"(19|20)\d\d(0[1-9]|1[0-2])", field.data):
        raise ValidationError(messages.PERIOD_WRONG)


class TariffForm(AmountForm):
    """A new tariff."""

    kind = RadioField(
        "Tipo de cuota", choices=list(KINDS.items())[1:], validators=[InputRequired(messages.KIND_MISSING)]
    )
    concept = StringField("Concepto", filters=[trimmed], default="ORDINARIA", render_kw={"maxlength": 20})
    relation = SelectField("A quién se cobra", choices=options_of(RELATIONS), default="")
    age_from = IntegerField("Edad desde", default=0, validators=[Optional(), NumberRange(0, 150, messages.AGE_WRONG)])
    age_to = IntegerField("Edad hasta", default=150, validators=[Optional(), NumberRange(0, 150, messages.AGE_WRONG)])
    tax_code = SelectField("Tratamiento del IGV", choices=options_of(TAX_CODES), default="30")
    valid_from = StringField(
        "Primer mes",
        filters=[without_spaces],
        description=PERIOD_HINT,
        render_kw={"maxlength": 6},
        validators=[DataRequired(messages.PERIOD_WRONG), _period],
    )
    valid_until = StringField(
        "Último mes (si se conoce)",
        filters=[without_spaces],
        description=PERIOD_HINT,
        render_kw={"maxlength": 6},
        validators=[_period],
    )


class TariffEndForm(ReasonForm):
    """The last month of a tariff."""

    valid_until = StringField(
        "Último mes",
        filters=[without_spaces],
        description=PERIOD_HINT,
        render_kw={"maxlength": 6},
        validators=[DataRequired(messages.PERIOD_WRONG), _period],
    )
