"""Facturación electrónica: the clients' way in."""

import re

from flask_wtf import FlaskForm
from wtforms import BooleanField, Field, HiddenField, PasswordField, SelectField, StringField
from wtforms.validators import DataRequired, InputRequired, ValidationError

from portal import messages
from portal.forms.fields import DateParts, is_ruc, options_of, trimmed, without_spaces

DOCUMENT_TYPES = {
    "": "RUC o DNI",
    "4": "Carné de extranjería",
    "7": "Pasaporte",
    "A": "Cédula diplomática",
    "B": "Documento de identidad del país de residencia",
    "0": "Documento tributario de no domiciliado",
    "C": "TIN de persona natural",
    "D": "IN de persona jurídica",
    "E": "TAM",
}
"""RUC and DNI are the visible default; the others of SUNAT's catalogue 06 can be chosen (AMB-3)."""
VOUCHER_TYPES = {
    "": "Elija",
    "01": "Factura",
    "03": "Boleta",
    "07": "Nota de crédito",
    "08": "Nota de débito",
}


class ClientLoginForm(FlaskForm):  # type: ignore[misc]
    """Acceso al Sistema (VOC-2)."""

    document_type = SelectField(
        "Tipo de documento", choices=options_of(DOCUMENT_TYPES), default="", validate_choice=False
    )
    username = StringField(
        "Usuario",
        validators=[DataRequired(messages.CLIENT_USER_MISSING)],
        filters=[without_spaces],
        description="Su número de RUC (11 dígitos) o de DNI (8 dígitos)",
        render_kw={"autocomplete": "username", "maxlength": 40, "autocapitalize": "none", "spellcheck": "false"},
    )
    password = PasswordField(
        "Contraseña",
        validators=[InputRequired(messages.PASSWORD_MISSING)],
        description="La primera vez, escriba otra vez su número de documento",
        render_kw={"autocomplete": "current-password", "maxlength": 256},
    )
    remember = BooleanField("Recordar mi contraseña")
    next = HiddenField()

    @property
    def login_name(self) -> str:
        """The user as identity knows it: other documents stand behind their type."""
        number = str(self.username.data)
        return f"{self.document_type.data}:{number}" if self.document_type.data else number

    @property
    def is_first_access(self) -> bool:
        """Whether the document number stands in both fields, which is the manual's gesture (VOC-3)."""
        number = str(self.username.data)
        if number != without_spaces(self.password.data):
            return False
        if self.document_type.data:
            return re.fullmatch(r"[0-9A-Za-z]{1,12}", number) is not None
        return is_ruc(number) or re.fullmatch(r"[0-9]{8}", number) is not None

    def validate_document_type(self, field: Field) -> None:
        """A type of the list."""
        if field.data not in DOCUMENT_TYPES:
            raise ValidationError(messages.CHOICE_WRONG)


class CodeForm(FlaskForm):  # type: ignore[misc]
    """The code from the mail or the desk."""

    code = StringField(
        "Código",
        validators=[DataRequired(messages.CODE_MISSING)],
        filters=[trimmed],
        description="10 letras y números, como figuran en el correo o en la hoja de la ventanilla",
        render_kw={"autocomplete": "one-time-code", "maxlength": 40, "autocapitalize": "characters",
                   "spellcheck": "false"},
    )  # fmt: skip


class VoucherProofForm(FlaskForm):  # type: ignore[misc]
    """Four facts of one of the own vouchers (AMB-4)."""

    tipo = SelectField("Tipo de comprobante", choices=options_of(VOUCHER_TYPES), default="", validate_choice=False)
    numero = StringField(
        "Serie y número",
        validators=[DataRequired(messages.VOUCHER_NUMBER_MISSING)],
        filters=[trimmed],
        description="Por ejemplo, F001-00001234",
        render_kw={"maxlength": 20, "autocapitalize": "characters", "autocomplete": "off"},
    )
    fecha = DateParts("Fecha de emisión")
    total = StringField(
        "Importe total",
        validators=[DataRequired(messages.VOUCHER_TOTAL_MISSING)],
        filters=[without_spaces],
        description="Con céntimos, por ejemplo 120.00",
        render_kw={"maxlength": 16, "inputmode": "decimal", "autocomplete": "off"},
    )

    def validate_tipo(self, field: Field) -> None:
        """One of the four."""
        if field.data not in VOUCHER_TYPES or not field.data:
            raise ValidationError(messages.VOUCHER_TYPE_MISSING)

    def validate_fecha(self, field: Field) -> None:
        """All three parts."""
        if field.data is None:
            raise ValidationError(messages.DATE_WRONG)

    def validate_total(self, field: Field) -> None:
        """An amount, with or without the currency and separators of thousands."""
        if not re.fullmatch(r"[0-9]{1,8}(\.[0-9]{1,2})?", self.amount):
            raise ValidationError(messages.VOUCHER_TOTAL_WRONG)

    @property
    def amount(self) -> str:
        """The total as a decimal string."""
        return re.sub(r"^S/\.?|,", "", self.total.data or "")

    def proof(self) -> dict[str, str]:
        """The four facts in identity's words."""
        return {
            "type": self.tipo.data,
            "number": self.numero.data,
            "issue_date": self.fecha.data.isoformat() if self.fecha.data else "",
            "total": self.amount,
        }


class FirstPasswordForm(FlaskForm):  # type: ignore[misc]
    """The new password; the consents stand in fields of their own on the page, one a text."""

    password = PasswordField(
        "Contraseña nueva",
        validators=[InputRequired(messages.NEW_PASSWORD_MISSING)],
        description="12 caracteres o más. Puede ser una frase. No puede ser su número de documento ni su nombre",
        render_kw={"autocomplete": "new-password", "maxlength": 256},
    )


class LinkRucForm(FlaskForm):  # type: ignore[misc]
    """The password of the RUC account."""

    password = PasswordField(
        "Contraseña de la cuenta con RUC",
        validators=[InputRequired(messages.PASSWORD_MISSING)],
        description="La que usa en Facturación electrónica con su RUC",
        render_kw={"autocomplete": "off", "maxlength": 256},
    )
