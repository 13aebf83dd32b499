"""A refusal that leaves no trace: SUNAT answers a SOAP fault and the number stays free."""

from __future__ import annotations


class FaultError(Exception):
    """An exception code (100-1999), or a rejection that is to travel as a fault."""

    def __init__(self, code: str, detail: str = "") -> None:
        super().__init__(code)
        self.code = code
        self.detail = detail
