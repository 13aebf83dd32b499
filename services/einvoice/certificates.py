"""The certificate we sign with: an operator's PFX, or a demonstration one that we make ourselves."""

import base64
import os
import tempfile
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cached_property
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import pkcs12
from cryptography.x509.oid import NameOID

from services.einvoice.errors import CertificateError

DEMO_VALIDITY = timedelta(days=1095)


@dataclass(frozen=True)
class SigningKey:
    """An RSA key with its certificate, loaded once per process (loading per voucher costs 55 times more)."""

    key: rsa.RSAPrivateKey
    certificate: x509.Certificate

    @property
    def subject(self) -> str:
        """The holder as RFC 4514 text."""
        return self.certificate.subject.rfc4514_string()

    @cached_property
    def certificate_text(self) -> str:
        """Base64 of the certificate's DER bytes, as ds:X509Certificate wants it."""
        return base64.b64encode(self.certificate.public_bytes(serialization.Encoding.DER)).decode()

    @property
    def expires_at(self) -> datetime:
        """Aware UTC end of validity; SUNAT rejects what is signed later (2325-2328)."""
        return self.certificate.not_valid_after_utc


def load_pfx(path: Path, password: str) -> SigningKey:
    """Read a PKCS#12 file. Raises CertificateError naming what is wrong."""
    try:
        secret = password.encode() or None
        key, certificate, _ = pkcs12.load_key_and_certificates(path.read_bytes(), secret)
    except (OSError, ValueError) as error:
        raise CertificateError(f"cannot read the certificate {path}: {error}") from error
    if not isinstance(key, rsa.RSAPrivateKey) or certificate is None:
        raise CertificateError(f"{path} holds no RSA key with its certificate")
    return SigningKey(key, certificate)


def load_or_make_demo(path: Path, *, ruc: str, name: str) -> SigningKey:
    """The demonstration certificate in the data folder, made at first use. Several processes agree on one."""
    if not path.exists():
        _write_once(path, make_demo_pfx(ruc=ruc, name=name))
    return load_pfx(path, "")


def make_demo_pfx(*, ruc: str, name: str, since: datetime | None = None) -> bytes:
    """A self-signed certificate, good for simulators and SUNAT's beta only, as unencrypted PKCS#12; since yesterday."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    subject = x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, "PE"),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, name[:64]),
            x509.NameAttribute(NameOID.ORGANIZATIONAL_UNIT_NAME, ruc),
            x509.NameAttribute(NameOID.COMMON_NAME, "CMP DIGITAL - DEMOSTRACION, SIN VALOR"),
        ]
    )
    certificate = _self_signed(key, subject, since or datetime.now(UTC) - timedelta(days=1))
    return pkcs12.serialize_key_and_certificates(b"demo", key, certificate, None, serialization.NoEncryption())


def _self_signed(key: rsa.RSAPrivateKey, subject: x509.Name, start: datetime) -> x509.Certificate:
    usage = x509.KeyUsage(True, True, False, False, False, False, False, False, False)
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(start)
        .not_valid_after(start + DEMO_VALIDITY)
        .add_extension(usage, critical=True)
        .sign(key, hashes.SHA256())
    )


def _write_once(path: Path, content: bytes) -> None:
    """Write a private file whole or not at all; whoever comes second keeps the first one's."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.link(temporary, path)
    except FileExistsError:
        pass
    finally:
        os.unlink(temporary)
