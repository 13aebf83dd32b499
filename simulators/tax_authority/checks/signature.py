"""The electronic signature: present, whole, over these very bytes, by a certificate in force."""

from __future__ import annotations

from collections.abc import Iterator

from cryptography import x509
from cryptography.hazmat.primitives import hashes

from ..documents import NS, Document, parse_xml
from ..xmldsig import SignatureError, verify
from .finding import Check, Context, Finding

SIGNATURE = "ext:UBLExtensions/ext:UBLExtension/ext:ExtensionContent/ds:Signature"


def check_announced(document: Document, _: Context) -> Iterator[Finding]:
    """2076 cac:Signature without an ID, 2079 of another party than the issuer."""
    if not document.text("cac:Signature/cbc:ID"):
        yield Finding("2076")
    party = document.text("cac:Signature/cac:SignatoryParty/cac:PartyIdentification/cbc:ID")
    if party != document.name.ruc:
        yield Finding("2079", party)


def check_signed(document: Document, _: Context) -> Iterator[Finding]:
    """2085: exactly one ds:Signature, with an Id, in the extension."""
    found = document.all(SIGNATURE)
    if len(found) != 1 or not found[0].get("Id"):
        yield Finding("2085", f"{len(found)} firmas")


def check_verifies(document: Document, context: Context) -> Iterator[Finding]:
    """2087 to 2101 for its parts, 2335 when digest or value do not fit; then the certificate."""
    root = parse_xml(document.xml)
    signature = root.find(SIGNATURE, NS)
    if signature is None:
        return
    try:
        certificate = verify(root, signature)
    except SignatureError as fault:
        yield Finding(fault.code, fault.detail)
        return
    yield from certificate_findings(certificate, context)


def certificate_findings(certificate: x509.Certificate, context: Context) -> Iterator[Finding]:
    """2325 not the one the issuer declared (if any was), 2327 not in force."""
    declared = context.config.certificates
    if declared and certificate.fingerprint(hashes.SHA256()).hex() not in declared:
        yield Finding("2325")
    if not certificate.not_valid_before_utc <= context.now <= certificate.not_valid_after_utc:
        yield Finding("2327", f"vence {certificate.not_valid_after_utc:%Y-%m-%d}")


CHECKS: tuple[Check, ...] = (check_announced, check_signed, check_verifies)
