"""Pago Online."""

from decimal import Decimal
from typing import Any

from flask_wtf import FlaskForm
from wtforms import BooleanField, Field, HiddenField, RadioField, SelectField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import AnyOf, DataRequired, InputRequired, StopValidation, ValidationError

from portal import messages
from portal.draft import KINDS, VOUCHERS
from portal.formats import period, soles
from portal.forms.fields import EMAIL, is_ruc, options_of, trimmed, without_spaces


class OwnerForm(FlaskForm):  # type: ignore[misc]
    """For whom to pay: oneself, or as heir for the holder of a family fund."""

    owner = RadioField("¿Por quién va a pagar?", validate_choice=False)

    def offer(self, owners: list[dict[str, Any]]) -> None:
        """List everybody the person may pay for."""
        self.owner.choices = [(found["owner_cmp"], _owner_label(found)) for found in owners]

    def validate_owner(self, field: Field) -> None:
        """One of those offered."""
        if field.data not in [value for value, _ in field.choices]:
            raise ValidationError(messages.OWNER_MISSING)


def _owner_label(found: dict[str, Any]) -> str:
    if found["own"]:
        return f"Por mí, CMP {found['owner_cmp']}"
    return f"Por {found['owner_name'] or 'el titular'}, CMP {found['owner_cmp']} (solo SEMEFA)"


class KindForm(FlaskForm):  # type: ignore[misc]
    """Which dues to pay (PAY-3)."""

    kind = RadioField(
        "¿Qué cuotas va a pagar?",
        validators=[AnyOf(KINDS, messages.KIND_MISSING)],
        choices=options_of(KINDS),
        validate_choice=False,
    )


class _ForFactura:
    """A field that only a factura needs (PAY-7)."""

    def __init__(self, message: str) -> None:
        self.message = message

    def __call__(self, form: "VoucherForm", field: Field) -> None:
        if form.voucher_type.data != "01":
            field.errors = []
            raise StopValidation
        if not field.data:
            raise StopValidation(self.message)


class VoucherForm(FlaskForm):  # type: ignore[misc]
    """Boleta or factura and the address it is sent to (PAY-6, PAY-7, PAY-11)."""

    voucher_type = RadioField(
        "¿Qué comprobante necesita?",
        validators=[AnyOf(VOUCHERS, messages.VOUCHER_MISSING)],
        choices=options_of(VOUCHERS),
        validate_choice=False,
    )
    email = StringField(
        "Correo electrónico para el comprobante",
        validators=[DataRequired(messages.EMAIL_MISSING)],
        filters=[trimmed],
        description="Enviaremos el comprobante solo a este correo. Puede ser distinto del que tiene registrado",
        render_kw={"autocomplete": "email", "inputmode": "email", "maxlength": 254, "spellcheck": "false"},
    )
    ruc = StringField(
        "RUC",
        validators=[_ForFactura(messages.RUC_MISSING)],
        filters=[without_spaces],
        description="11 dígitos, por ejemplo 20512333797",
        render_kw={"inputmode": "numeric", "maxlength": 16, "autocomplete": "off"},
    )
    legal_name = StringField(
        "Razón social",
        validators=[_ForFactura(messages.LEGAL_NAME_MISSING)],
        filters=[trimmed],
        render_kw={"autocomplete": "organization", "maxlength": 150},
    )
    address = StringField(
        "Dirección fiscal",
        validators=[_ForFactura(messages.ADDRESS_MISSING)],
        filters=[trimmed],
        render_kw={"autocomplete": "street-address", "maxlength": 200},
    )

    def validate_email(self, field: Field) -> None:
        """One address, without a name."""
        if len(field.data) > 254 or not EMAIL.fullmatch(field.data):
            raise ValidationError(messages.EMAIL_WRONG)

    def validate_ruc(self, field: Field) -> None:
        """Prefix and check digit, when a factura is asked for."""
        if self.voucher_type.data == "01" and field.data and not is_ruc(field.data):
            raise ValidationError(messages.RUC_WRONG)

    def choice(self) -> dict[str, str]:
        """What the order will carry; a boleta leaves the factura's fields out."""
        chosen = {"type": self.voucher_type.data, "email": self.email.data}
        if self.voucher_type.data == "01":
            chosen |= {name: self[name].data for name in ("ruc", "legal_name", "address")}
        return chosen


class DuesForm(FlaskForm):  # type: ignore[misc]
    """Up to which due to pay; the older ones come with it (PAY-4)."""

    until = SelectField(
        "Pagar hasta",
        validators=[InputRequired(messages.UNTIL_MISSING)],
        description="Las cuotas se pagan desde la más antigua. Al elegir una, se incluyen todas las anteriores",
        validate_choice=False,
    )

    def offer(self, dues: list[dict[str, Any]]) -> None:
        """List the pending dues, each with what paying up to it costs."""
        self.until.choices = [SelectChoice("", "Elija una cuota")]
        total = Decimal(0)
        for count, due in enumerate(dues, start=1):
            total += Decimal(str(due["amount"]))
            text = f"{period(due['period']).capitalize()}: {messages.dues(count)}, {soles(total)}"
            self.until.choices.append(SelectChoice(str(due["id"]), text))

    def validate_until(self, field: Field) -> None:
        """The due must still be in the list."""
        if field.data not in [choice.value for choice in field.choices]:
            raise ValidationError(messages.UNTIL_WRONG)


class PayForm(FlaskForm):  # type: ignore[misc]
    """The last word before the card: terms accepted, for exactly what the page showed (PAY-6, PAY-8)."""

    terms = BooleanField(
        "Acepto los términos y condiciones del pago (I accept the payment terms and conditions)",
        validators=[InputRequired(messages.TERMS_MISSING)],
    )
    shown = HiddenField()
    idempotency_key = HiddenField()
