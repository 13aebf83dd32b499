"""SUNAT's billService over SOAP: what we send, and the closed set of what it can answer (sunat.md 2.10, 2.11)."""

from services.einvoice.sunat.answers import (
    Accepted,
    AlreadyRegistered,
    Answer,
    CredentialsRefused,
    InProcess,
    NotFound,
    NotProcessed,
    Observed,
    Rejected,
    Retry,
    SummaryOnly,
    Ticketed,
    Unknown,
)
from services.einvoice.sunat.cdr import Cdr, read_cdr
from services.einvoice.sunat.client import SunatClient
from services.einvoice.sunat.package import zip_voucher

__all__ = [
    "Accepted",
    "AlreadyRegistered",
    "Answer",
    "Cdr",
    "CredentialsRefused",
    "InProcess",
    "NotFound",
    "NotProcessed",
    "Observed",
    "Rejected",
    "Retry",
    "SummaryOnly",
    "SunatClient",
    "Ticketed",
    "Unknown",
    "read_cdr",
    "zip_voucher",
]
