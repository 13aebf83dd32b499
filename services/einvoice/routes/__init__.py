"""The HTTP surface: one's own vouchers, and what staff issue, amend and void by hand."""

from services.einvoice.routes import own, staff_issuing

blueprints = [own.blueprint, staff_issuing.blueprint]

__all__ = ["blueprints"]
