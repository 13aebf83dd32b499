"""The enveloped XML signature SUNAT asks for: RSA-SHA256 over C14N 1.0 (XMLDSig; sunat.md 2.8)."""

import base64
import hashlib
from dataclasses import dataclass

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding
from lxml import etree

from services.einvoice.certificates import SigningKey
from services.einvoice.ubl.elements import DS, EXT
from services.einvoice.ubl.parties import SIGNATURE_ID

C14N = "http://www.w3.org/TR/2001/REC-xml-c14n-20010315"
RSA_SHA256 = "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256"
SHA256 = "http://www.w3.org/2001/04/xmlenc#sha256"
ENVELOPED = "http://www.w3.org/2000/09/xmldsig#enveloped-signature"


@dataclass(frozen=True)
class Signed:
    """The exact bytes to store, zip and send, and the DigestValue that is printed as "valor resumen"."""

    xml: bytes
    digest: str


def sign(document: etree._Element, signing_key: SigningKey) -> Signed:
    """Sign a built document inside its empty ExtensionContent and serialise it, once and for ever.

    UTF-8, no byte order mark, nothing re-indented afterwards (2335). Raises ValueError without an ExtensionContent.
    """
    place = document.find(f".//{{{EXT}}}ExtensionContent")
    if place is None:
        raise ValueError("no ext:ExtensionContent to hold the signature")
    digest = base64.b64encode(hashlib.sha256(_canonical(document)).digest()).decode()
    signature = _ds(place, "Signature", Id=SIGNATURE_ID)
    signed_info = _add_signed_info(signature, digest)
    value = signing_key.key.sign(_canonical(signed_info), padding.PKCS1v15(), hashes.SHA256())
    _ds(signature, "SignatureValue").text = base64.b64encode(value).decode()
    data = _ds(_ds(signature, "KeyInfo"), "X509Data")
    _ds(data, "X509Certificate").text = signing_key.certificate_text
    return Signed(etree.tostring(document, encoding="UTF-8", xml_declaration=True), digest)


def _add_signed_info(signature: etree._Element, digest: str) -> etree._Element:
    signed_info = _ds(signature, "SignedInfo")
    _ds(signed_info, "CanonicalizationMethod", Algorithm=C14N)
    _ds(signed_info, "SignatureMethod", Algorithm=RSA_SHA256)
    reference = _ds(signed_info, "Reference", URI="")
    _ds(_ds(reference, "Transforms"), "Transform", Algorithm=ENVELOPED)
    _ds(reference, "DigestMethod", Algorithm=SHA256)
    _ds(reference, "DigestValue").text = digest
    return signed_info


def _ds(parent: etree._Element, name: str, **attributes: str) -> etree._Element:
    return etree.SubElement(parent, f"{{{DS}}}{name}", attributes)


def _canonical(element: etree._Element) -> bytes:
    """Inclusive C14N 1.0 without comments, with the namespaces that are in scope."""
    return etree.tostring(element, method="c14n", with_comments=False)
