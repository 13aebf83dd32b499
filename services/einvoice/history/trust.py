"""Whose certificates count: the issuer's on vouchers, SUNAT's or an OSE's on receipts."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.hashes import SHA256

from services.einvoice.errors import CertificateError
from services.einvoice.history.reasons import Reason, Refused
from services.einvoice.history.signatures import valid_on


@dataclass
class Trust:
    """Certificates that are trusted, by themselves or as the authority that issued others directly.

    `listed` None = any certificate that names the right holder: for demonstrations, and when an operator says so.
    """

    issuer_ruc: str
    receipt_rucs: tuple[str, ...]
    listed: list[x509.Certificate] | None
    _known: dict[bytes, bool] = field(default_factory=dict)

    def check_issuer(self, certificate: x509.Certificate, moment: datetime) -> None:
        """Refuse a voucher's certificate that is not the issuer's, not trusted, or was not good at `moment`."""
        if not names(certificate, self.issuer_ruc):
            raise Refused(Reason.FOREIGN_CERTIFICATE, fingerprint(certificate))
        if not self._is_trusted(certificate):
            raise Refused(Reason.UNTRUSTED_CERTIFICATE, fingerprint(certificate))
        if not valid_on(certificate, moment):
            raise Refused(Reason.CERTIFICATE_NOT_VALID, fingerprint(certificate))

    def check_receipt(self, certificate: x509.Certificate, moment: datetime) -> None:
        """Refuse a receipt that neither SUNAT nor a known OSE has signed, or that the issuer signed itself."""
        named = any(names(certificate, ruc) for ruc in self.receipt_rucs)
        known = self.listed is None or self._is_listed(certificate) or (named and self._is_trusted(certificate))
        if not known or names(certificate, self.issuer_ruc):
            raise Refused(Reason.CDR_UNTRUSTED, fingerprint(certificate))
        if not valid_on(certificate, moment):
            raise Refused(Reason.CDR_UNTRUSTED, "not valid then")

    def _is_listed(self, certificate: x509.Certificate) -> bool:
        return any(certificate == each for each in self.listed or ())

    def _is_trusted(self, certificate: x509.Certificate) -> bool:
        if self.listed is None:
            return True
        known = certificate.fingerprint(SHA256())
        if known not in self._known:
            issued = any(_issued(certificate, authority) for authority in self.listed)
            self._known[known] = issued or self._is_listed(certificate)
        return self._known[known]


def read_certificates(path: Path) -> list[x509.Certificate]:
    """The certificates of a PEM file. Raises CertificateError."""
    try:
        return x509.load_pem_x509_certificates(path.read_bytes())
    except (OSError, ValueError) as error:
        raise CertificateError(f"cannot read the certificates {path}: {error}") from error


def names(certificate: x509.Certificate, ruc: str) -> bool:
    """Whether the holder's name carries a RUC: some authorities write it in OU, others in the serial number."""
    alone = re.compile(rf"(?<!\d){re.escape(ruc)}(?!\d)")
    return any(alone.search(str(each.value)) for each in _holder(certificate))


def fingerprint(certificate: x509.Certificate) -> str:
    """SHA-256 as operators compare it."""
    return f"SHA256:{certificate.fingerprint(SHA256()).hex()}"


def _holder(certificate: x509.Certificate) -> Iterable[x509.NameAttribute[Any]]:
    try:
        return list(certificate.subject)
    except ValueError:
        return []


def _issued(certificate: x509.Certificate, authority: x509.Certificate) -> bool:
    """Whether an authority issued a certificate directly; one that is no authority issues nothing."""
    try:
        constraints = authority.extensions.get_extension_for_class(x509.BasicConstraints).value
        certificate.verify_directly_issued_by(authority)
    except (x509.ExtensionNotFound, ValueError, TypeError, InvalidSignature):
        return False
    return constraints.ca and valid_on(authority, certificate.not_valid_before_utc)
