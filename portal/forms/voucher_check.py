"""Validar un comprobante."""

import re

from wtforms import Field
from wtforms.validators import ValidationError

from portal import messages
from portal.forms.client_access import VoucherProofForm


class VoucherCheckForm(VoucherProofForm):
    """The four facts that stand on every voucher."""

    def validate_numero(self, field: Field) -> None:
        """Series and number, however they are joined."""
        if not re.fullmatch(r"[A-Za-z0-9]{4}\s?-?\s?[0-9]{1,8}", field.data or ""):
            raise ValidationError(messages.VOUCHER_NUMBER_WRONG)
