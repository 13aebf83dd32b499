"""The HTTP surface of payments, one module per subject."""

from services.payments.routes import (
    certificates,
    dues,
    dues_staff,
    heirs,
    ledger,
    orders,
    paying,
    refunds,
    reports,
    settlement,
    staff_orders,
    standing,
    tariffs,
)

blueprints = [
    dues.blueprint,
    orders.blueprint,
    paying.blueprint,
    standing.blueprint,
    certificates.blueprint,
    certificates.keys,
    staff_orders.blueprint,
    refunds.blueprint,
    reports.blueprint,
    heirs.blueprint,
    dues_staff.blueprint,
    tariffs.blueprint,
    settlement.blueprint,
    ledger.blueprint,
]
