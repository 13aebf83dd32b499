"""The HTTP surface: one's own vouchers and their lists as files, and what staff find, issue, amend and void."""

from services.einvoice.routes import exports, own, public, staff_desk, staff_issuing, staff_vouchers

blueprints = [
    own.blueprint,
    exports.blueprint,
    staff_issuing.blueprint,
    staff_vouchers.blueprint,
    staff_desk.blueprint,
    public.blueprint,
]

__all__ = ["blueprints"]
