"""Whether an XML is as it was signed, and who signed it (XMLDSig; any issuer software's algorithms, SHA-1 among them).

`signxml` verifies; what is read afterwards is what it says was signed, never the document as it came.
"""

import base64
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import rsa
from lxml import etree
from signxml.algorithms import DigestAlgorithm, SignatureMethod
from signxml.exceptions import SignXMLException
from signxml.verifier import SignatureConfiguration, VerifyResult, XMLVerifier

from services.einvoice.history.reasons import STRANGE, Reason, Refused
from services.einvoice.sunat.safe_xml import parse
from services.einvoice.ubl.elements import DS

MOST_CERTIFICATES = 5
LONGEST_DIGEST = 88
METHODS = frozenset(method for method in SignatureMethod if method.name.startswith(("RSA_", "SHA", "ECDSA_")))
DIGESTS = frozenset(DigestAlgorithm)
CERTIFICATE = f"{{{DS}}}KeyInfo/{{{DS}}}X509Data/{{{DS}}}X509Certificate"


@dataclass(frozen=True)
class Verified:
    """What was signed, by whom, and the DigestValue of the whole."""

    root: etree._Element
    """The signed document, without its signature."""
    certificate: x509.Certificate
    digest: str


def read_xml(data: bytes) -> etree._Element:
    """The root of a document. Raises Refused."""
    try:
        return parse(data)
    except ValueError as error:
        raise Refused(Reason.BAD_XML, str(error)) from error


def verify(root: etree._Element) -> Verified:
    """Verify an enveloped signature over the whole document; `root` is not changed. Raises Refused."""
    signature = next(root.iter(f"{{{DS}}}Signature"), None)
    if signature is None:
        raise Refused(Reason.NOT_SIGNED)
    problem = "no certificate"
    for certificate in _certificates(signature):
        try:
            return _verified_with(root, certificate)
        except (SignXMLException, etree.LxmlError, UnsupportedAlgorithm, *STRANGE) as error:
            problem = type(error).__name__
    raise Refused(Reason.BAD_SIGNATURE, problem)


def _verified_with(root: etree._Element, certificate: x509.Certificate) -> Verified:
    told = SignatureConfiguration(
        expect_references=True,
        signature_methods=METHODS,
        digest_algorithms=DIGESTS,
        verification_time=certificate.not_valid_before_utc,  # when it was good is judged apart, at the issue date
    )
    verified = XMLVerifier().verify(root, x509_cert=certificate, expect_config=told)
    results = [verified] if isinstance(verified, VerifyResult) else verified
    references = results[0].signature_xml.findall(f"{{{DS}}}SignedInfo/{{{DS}}}Reference")
    for reference, result in zip(references, results, strict=True):
        if not reference.get("URI") and result.signed_xml is not None and result.signed_xml.tag == root.tag:
            digest = re.sub(r"\s", "", reference.findtext(f"{{{DS}}}DigestValue") or "")
            return Verified(result.signed_xml, certificate, digest[:LONGEST_DIGEST])
    raise ValueError("the signature is not about the whole document")


def _certificates(signature: etree._Element) -> Iterator[x509.Certificate]:
    """The certificates a signature brings along; one of them made it."""
    for element in signature.findall(CERTIFICATE)[:MOST_CERTIFICATES]:
        certificate = load(re.sub(r"\s", "", element.text or ""))
        if certificate is not None:
            yield certificate


@lru_cache(maxsize=64)
def load(text: str) -> x509.Certificate | None:
    """A certificate of base64 DER; None when it is none, or no RSA key of 1024 bits or more is in it."""
    try:
        certificate = x509.load_der_x509_certificate(base64.b64decode(text, validate=True))
        key = certificate.public_key()
    except (UnsupportedAlgorithm, *STRANGE):
        return None
    return None if isinstance(key, rsa.RSAPublicKey) and key.key_size < 1024 else certificate


def valid_on(certificate: x509.Certificate, moment: datetime) -> bool:
    """Whether a certificate was good on the day of a moment; one that has expired since then was."""
    return certificate.not_valid_before_utc.date() <= moment.date() <= certificate.not_valid_after_utc.date()
