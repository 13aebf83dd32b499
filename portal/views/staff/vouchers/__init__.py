"""Comprobantes: one blueprint, a module per subject."""

from portal.views.staff.vouchers import front, issuing, noting, reports, series, summaries, voucher
from portal.views.staff.vouchers.desk import blueprint

__all__ = ["blueprint", "front", "issuing", "noting", "reports", "series", "summaries", "voucher"]
