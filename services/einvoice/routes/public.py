"""The public question about a voucher: anybody who holds one may ask whether it is genuine and accepted."""

from typing import Any

from flask_smorest import Blueprint

from chassis.auth import public
from chassis.db import reading
from services.einvoice.errors import VoucherNotConfirmed
from services.einvoice.public_check import VoucherFacts, VoucherStanding, confirmed, standing

blueprint = Blueprint(
    "vouchers-public", __name__, url_prefix="/v1/public", description="Comprobantes: consulta pública de validez"
)


@blueprint.post("/vouchers/check")
@public
@blueprint.arguments(VoucherFacts)
@blueprint.response(200, VoucherStanding)
def check_voucher(facts: dict[str, Any]) -> dict[str, Any]:
    """Tell where a voucher stands, to whoever knows its type, number, date and total; a body keeps them out of logs."""
    with reading() as session:
        voucher = confirmed(session, facts)
        if voucher is None:
            raise VoucherNotConfirmed
        return standing(voucher)
