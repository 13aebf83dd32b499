"""The signature and the certificate behind it (sunat.md 2.8). Verified by another library than the one that signs."""

import base64
import hashlib
import os
import stat
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import pkcs12
from lxml import etree
from signxml import InvalidDigest, InvalidSignature, XMLVerifier

from chassis.testing import ServiceUnderTest
from services.einvoice.certificates import SigningKey, load_or_make_demo, load_pfx
from services.einvoice.errors import CertificateError
from services.einvoice.keys import signing_key
from services.einvoice.signing import sign
from services.einvoice.ubl import build
from services.einvoice.ubl.elements import DS
from tests.einvoice.facts import a_boleta, a_factura, mixed_lines

ALGORITHMS = [
    "http://www.w3.org/TR/2001/REC-xml-c14n-20010315",
    "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256",
    "http://www.w3.org/2000/09/xmldsig#enveloped-signature",
    "http://www.w3.org/2001/04/xmlenc#sha256",
]


@pytest.mark.parametrize("document", [a_boleta(), a_factura(lines=mixed_lines())], ids=["boleta", "factura"])
def test_a_signature_verifies(document: object, key: SigningKey) -> None:
    """2335 means altered: an independent verifier must agree with us."""
    signed = sign(build(document), key)  # type: ignore[arg-type]
    result = XMLVerifier().verify(signed.xml, x509_cert=key.certificate)
    assert not isinstance(result, list)
    assert result.signed_xml is not None
    assert etree.QName(result.signed_xml).localname == "Invoice"


def test_a_changed_amount_breaks_the_signature(key: SigningKey) -> None:
    """2335."""
    altered = sign(build(a_boleta()), key).xml.replace(b">60.00<", b">61.00<")
    with pytest.raises((InvalidDigest, InvalidSignature)):
        XMLVerifier().verify(altered, x509_cert=key.certificate)


def test_the_signature_stands_in_the_extension_and_has_the_id_it_is_called_by(key: SigningKey) -> None:
    """2085, 2083."""
    root = etree.fromstring(sign(build(a_boleta()), key).xml)
    signature = root.find(f".//{{{DS}}}Signature")
    assert signature is not None
    parent = signature.getparent()
    assert parent is not None
    assert etree.QName(parent).localname == "ExtensionContent"
    assert root.findtext(".//{*}DigitalSignatureAttachment//{*}URI") == f"#{signature.get('Id')}"


def test_the_algorithms_are_those_sunat_was_seen_to_accept(key: SigningKey) -> None:
    """RSA-SHA256 over C14N 1.0, one enveloped transform, URI empty (2092-2101)."""
    root = etree.fromstring(sign(build(a_boleta()), key).xml)
    assert [element.get("Algorithm") for element in root.iter() if element.get("Algorithm")] == ALGORITHMS
    reference = root.find(f".//{{{DS}}}Reference")
    assert reference is not None
    assert reference.get("URI") == ""


def test_the_digest_is_the_one_that_is_printed(key: SigningKey) -> None:
    """The valor resumen on paper = ds:DigestValue (sunat.md 2.8)."""
    signed = sign(build(a_boleta()), key)
    root = etree.fromstring(signed.xml)
    assert root.findtext(f".//{{{DS}}}DigestValue") == signed.digest
    assert len(base64.b64decode(signed.digest)) == hashlib.sha256().digest_size


def test_the_bytes_are_utf8_without_a_mark_and_without_indentation(key: SigningKey) -> None:
    """sunat.md 2.8: serialised once."""
    xml = sign(build(a_boleta()), key).xml
    assert xml.startswith(b"<?xml version='1.0' encoding='UTF-8'?>")
    assert "ÑAUPARI".encode() in xml
    assert b">\n  <" not in xml


def test_the_same_document_signed_twice_gives_the_same_bytes(key: SigningKey) -> None:
    """So that a document built again after a crash is the same document."""
    assert sign(build(a_boleta()), key) == sign(build(a_boleta()), key)


def test_a_document_without_a_place_for_it_is_not_signed(key: SigningKey) -> None:
    """A mistake of ours, found at once."""
    with pytest.raises(ValueError, match="ExtensionContent"):
        sign(etree.Element("Invoice"), key)


def test_a_demonstration_certificate_is_made_once_and_kept_private(tmp_path: Path) -> None:
    """Eight processes that start together agree on one."""
    path = tmp_path / "einvoice" / "demo.pfx"
    with ThreadPoolExecutor(8) as pool:
        keys = list(pool.map(lambda _: load_or_make_demo(path, ruc="20000000001", name="MUESTRA"), range(8)))
    assert len({key.certificate.serial_number for key in keys}) == 1
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert os.listdir(path.parent) == ["demo.pfx"]


def test_a_demonstration_certificate_says_what_it_is(key: SigningKey) -> None:
    """Nobody may take it for a real one."""
    assert "DEMOSTRACION" in key.subject
    assert "20000000001" in key.subject


def test_a_pfx_with_a_password_is_read(tmp_path: Path, key: SigningKey) -> None:
    """An operator's certificate by configuration."""
    path = tmp_path / "real.pfx"
    secret = serialization.BestAvailableEncryption(b"clave")
    path.write_bytes(pkcs12.serialize_key_and_certificates(b"x", key.key, key.certificate, None, secret))
    assert load_pfx(path, "clave").certificate == key.certificate


def broken_pfx(path: Path, key: SigningKey) -> dict[str, bytes]:
    """Files that are no certificate for us."""
    elliptic = ec.generate_private_key(ec.SECP256R1())
    locked = serialization.BestAvailableEncryption(b"other")
    open_ = serialization.NoEncryption()
    return {
        "junk": b"not a certificate",
        "wrong password": pkcs12.serialize_key_and_certificates(b"x", key.key, key.certificate, None, locked),
        "no key": pkcs12.serialize_key_and_certificates(b"x", None, key.certificate, None, open_),
        "not RSA": pkcs12.serialize_key_and_certificates(b"x", elliptic, None, None, open_),
    }


@pytest.mark.parametrize("kind", ["junk", "wrong password", "no key", "not RSA"])
def test_a_file_that_cannot_sign_is_refused_by_name(kind: str, tmp_path: Path, key: SigningKey) -> None:
    """The message says which file."""
    path = tmp_path / "bad.pfx"
    path.write_bytes(broken_pfx(tmp_path, key)[kind])
    with pytest.raises(CertificateError, match=r"bad\.pfx"):
        load_pfx(path, "")


def test_a_missing_file_is_refused_by_name(tmp_path: Path) -> None:
    """The message says which file."""
    with pytest.raises(CertificateError, match=r"absent\.pfx"):
        load_pfx(tmp_path / "absent.pfx", "")


def test_the_key_is_loaded_once(service: ServiceUnderTest) -> None:
    """sunat.md 3: loading it per voucher costs 55 times more."""
    with service.context():
        assert signing_key() is signing_key()


def test_an_expired_certificate_signs_nothing(service: ServiceUnderTest, clock_at: Callable[[timedelta], None]) -> None:
    """2325-2328: SUNAT would reject it, and the number would be spent."""
    with service.context():
        left = signing_key().expires_at - service.clock.now()
        clock_at(left + timedelta(seconds=1))
        with pytest.raises(CertificateError, match="expired"):
            signing_key()
