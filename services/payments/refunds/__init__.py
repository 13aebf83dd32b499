"""Giving money back: one asks, another approves, a job tells the acquirer, and doubt is settled by asking again."""

from services.payments.refunds.deciding import approve_refund, reject_refund, retry_refund, rule_refund
from services.payments.refunds.requesting import request_refund, returned_lines
from services.payments.refunds.sending import see_settled

__all__ = [
    "approve_refund",
    "reject_refund",
    "request_refund",
    "retry_refund",
    "returned_lines",
    "rule_refund",
    "see_settled",
]
