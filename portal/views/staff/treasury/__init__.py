"""Tesorería: one blueprint, a module per subject."""

from portal.views.staff.treasury import certificates, dues, front, orders, refunds, reports, settlement, tariffs
from portal.views.staff.treasury.desk import blueprint

__all__ = ["blueprint", "certificates", "dues", "front", "orders", "refunds", "reports", "settlement", "tariffs"]
