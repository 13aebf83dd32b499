"""Enveloped XML signatures over a whole document, made and verified with lxml's canonical form and plain RSA.

Written out rather than borrowed so that the key is loaded once, each failure has its own SUNAT code, and an issuer that
signs with a signature library is judged by a second, independent reading of the standard.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from dataclasses import dataclass

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from lxml import etree

DSIG = "http://www.w3.org/2000/09/xmldsig#"
NS = {"ds": DSIG}
ENVELOPED = f"{DSIG}enveloped-signature"
C14N = "http://www.w3.org/TR/2001/REC-xml-c14n-20010315"
RSA_SHA256 = "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256"
SHA256 = "http://www.w3.org/2001/04/xmlenc#sha256"

CANONICAL = {
    C14N: (False, False),
    f"{C14N}#WithComments": (False, True),
    "http://www.w3.org/2006/12/xml-c14n11": (False, False),
    "http://www.w3.org/2001/10/xml-exc-c14n#": (True, False),
    "http://www.w3.org/2001/10/xml-exc-c14n#WithComments": (True, True),
}
"""Algorithm to (exclusive, with comments)."""

DIGESTS = {
    f"{DSIG}sha1": hashlib.sha1,
    SHA256: hashlib.sha256,
    "http://www.w3.org/2001/04/xmldsig-more#sha384": hashlib.sha384,
    "http://www.w3.org/2001/04/xmlenc#sha512": hashlib.sha512,
}
SIGNATURES: dict[str, hashes.HashAlgorithm] = {
    f"{DSIG}rsa-sha1": hashes.SHA1(),
    RSA_SHA256: hashes.SHA256(),
    "http://www.w3.org/2001/04/xmldsig-more#rsa-sha384": hashes.SHA384(),
    "http://www.w3.org/2001/04/xmldsig-more#rsa-sha512": hashes.SHA512(),
}


class SignatureError(Exception):
    """A signature that does not hold; `code` is SUNAT's."""

    def __init__(self, code: str, detail: str = "") -> None:
        super().__init__(code, detail)
        self.code = code
        self.detail = detail


@dataclass(frozen=True)
class SignedInfo:
    """The parts of a signature that verification needs."""

    element: etree._Element
    canonical: str
    method: str
    digest_method: str
    digest: str
    transforms: tuple[str, ...]


def canonical(element: etree._Element | etree._ElementTree, algorithm: str) -> bytes:
    """Canonical bytes of an element or tree."""
    exclusive, comments = CANONICAL[algorithm]
    return etree.tostring(element, method="c14n", exclusive=exclusive, with_comments=comments)


def algorithm_of(element: etree._Element, path: str) -> str:
    """The Algorithm attribute at a path."""
    found = element.find(path, NS)
    return found.get("Algorithm", "") if found is not None else ""


def read_signed_info(signature: etree._Element) -> SignedInfo:
    """Take SignedInfo apart, with SUNAT's code for each part that is not as it must be."""
    info, reference = signature.find("ds:SignedInfo", NS), signature.find("ds:SignedInfo/ds:Reference", NS)
    if info is None or reference is None or reference.get("URI") != "" or len(info.findall("ds:Reference", NS)) != 1:
        raise SignatureError("2090")
    read = SignedInfo(
        info,
        algorithm_of(info, "ds:CanonicalizationMethod"),
        algorithm_of(info, "ds:SignatureMethod"),
        algorithm_of(reference, "ds:DigestMethod"),
        reference.findtext("ds:DigestValue", "", NS).strip(),
        tuple(item.get("Algorithm", "") for item in reference.findall("ds:Transforms/ds:Transform", NS)),
    )
    check_algorithms(read)
    return read


def check_algorithms(info: SignedInfo) -> None:
    """2087 to 2097: only what SUNAT accepts."""
    for fails, code in (
        (info.canonical not in CANONICAL, "2087"),
        (info.method not in SIGNATURES, "2088"),
        (info.transforms[:1] != (ENVELOPED,) or not set(info.transforms[1:]) <= set(CANONICAL), "2092"),
        (info.digest_method not in DIGESTS, "2094"),
        (not info.digest, "2097"),
    ):
        if fails:
            raise SignatureError(code)


def certificate_of(signature: etree._Element) -> x509.Certificate:
    """2101 no certificate, 2100 an unreadable one."""
    text = signature.findtext("ds:KeyInfo/ds:X509Data/ds:X509Certificate", "", NS)
    if not text.strip():
        raise SignatureError("2101")
    try:
        return x509.load_der_x509_certificate(base64.b64decode(re.sub(r"\s", "", text), validate=True))
    except (ValueError, binascii.Error) as error:
        raise SignatureError("2100", str(error)) from error


def without(tree: etree._ElementTree, signature: etree._Element) -> None:
    """Apply the enveloped-signature transform; text after the signature stays."""
    parent, tail = signature.getparent(), signature.tail
    before = signature.getprevious()
    if tail and before is not None:
        before.tail = (before.tail or "") + tail
    elif tail and parent is not None:
        parent.text = (parent.text or "") + tail
    if parent is not None:
        parent.remove(signature)


def verify(root: etree._Element, signature: etree._Element) -> x509.Certificate:
    """Verify digest and signature value; the tree loses its signature on the way, so give it a tree of its own.

    Raises SignatureError 2335 when the document was altered.
    """
    info, certificate = read_signed_info(signature), certificate_of(signature)
    signed = canonical(info.element, info.canonical)
    value = decode(signature.findtext("ds:SignatureValue", "", NS), "2099")
    without(root.getroottree(), signature)
    form = next((item for item in info.transforms[1:]), C14N)
    digest = DIGESTS[info.digest_method](canonical(root.getroottree(), form)).digest()
    if digest != decode(info.digest, "2097"):
        raise SignatureError("2335", "el valor resumen no corresponde")
    check_value(certificate, value, signed, info.method)
    return certificate


def decode(text: str, code: str) -> bytes:
    """Base64 with white space, or the code of the tag that holds it."""
    try:
        value = base64.b64decode(re.sub(r"\s", "", text), validate=True)
    except binascii.Error as error:
        raise SignatureError(code, str(error)) from error
    if not value:
        raise SignatureError(code)
    return value


def check_value(certificate: x509.Certificate, value: bytes, signed: bytes, method: str) -> None:
    """2335: the signature value is not the certificate's over SignedInfo."""
    key = certificate.public_key()
    if not isinstance(key, rsa.RSAPublicKey):
        raise SignatureError("2100", "la llave no es RSA")
    try:
        key.verify(value, signed, padding.PKCS1v15(), SIGNATURES[method])
    except InvalidSignature as error:
        raise SignatureError("2335", "la firma no corresponde") from error


def sign(root: etree._Element, place: etree._Element, key: rsa.RSAPrivateKey, certificate: str, name: str) -> None:
    """Put an enveloped RSA-SHA256 signature over the whole document into `place`; `certificate` is base64 DER."""
    digest = hashlib.sha256(canonical(root.getroottree(), C14N)).digest()
    signature = etree.SubElement(place, f"{{{DSIG}}}Signature", nsmap={"ds": DSIG}, Id=name)
    info = etree.SubElement(signature, f"{{{DSIG}}}SignedInfo")
    etree.SubElement(info, f"{{{DSIG}}}CanonicalizationMethod", Algorithm=C14N)
    etree.SubElement(info, f"{{{DSIG}}}SignatureMethod", Algorithm=RSA_SHA256)
    reference = etree.SubElement(info, f"{{{DSIG}}}Reference", URI="")
    transforms = etree.SubElement(reference, f"{{{DSIG}}}Transforms")
    etree.SubElement(transforms, f"{{{DSIG}}}Transform", Algorithm=ENVELOPED)
    etree.SubElement(reference, f"{{{DSIG}}}DigestMethod", Algorithm=SHA256)
    etree.SubElement(reference, f"{{{DSIG}}}DigestValue").text = base64.b64encode(digest).decode()
    value = key.sign(canonical(info, C14N), padding.PKCS1v15(), hashes.SHA256())
    etree.SubElement(signature, f"{{{DSIG}}}SignatureValue").text = base64.b64encode(value).decode()
    data = etree.SubElement(etree.SubElement(signature, f"{{{DSIG}}}KeyInfo"), f"{{{DSIG}}}X509Data")
    etree.SubElement(data, f"{{{DSIG}}}X509Certificate").text = certificate
