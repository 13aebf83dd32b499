"""E-invoice: the public question whether a voucher is genuine and accepted."""

from typing import Any

from flask import request

from portal.parts import parts


def check(facts: dict[str, str]) -> dict[str, Any]:
    """Where a voucher stands. Raises ApiProblem 404 unless all four facts are right."""
    path = "einvoice/v1/public/vouchers/check"
    answer: dict[str, Any] = parts().gateway.call("POST", path, json=facts, client_ip=request.remote_addr).json()
    return answer
