"""Series with their last numbers, and the certificate: what is needed to issue."""

from flask.typing import ResponseReturnValue

from portal.clients import voucher_desk
from portal.session import staff_only
from portal.views.staff.vouchers.desk import VIEW, blueprint, show


@blueprint.get("/series")
@staff_only(VIEW)
def series() -> ResponseReturnValue:
    """Both are added at the command line; here they are looked at."""
    return show("series", found=voucher_desk.fetch("series"))
