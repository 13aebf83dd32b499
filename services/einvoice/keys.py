"""The signing key of the running service, loaded at first use and kept on the application."""

import threading
from pathlib import Path

from flask import current_app

from chassis.clock import now
from services.einvoice.certificates import SigningKey, load_or_make_demo, load_pfx
from services.einvoice.errors import CertificateError
from services.einvoice.settings import Settings, current_settings

EXTENSION = "einvoice.signing_key"
_loading = threading.Lock()


def signing_key() -> SigningKey:
    """The key we sign with. Raises CertificateError when it cannot be read or its certificate is not valid now.

    An expired one is read anew each time, so that its successor in the same file counts without a restart.
    """
    with _loading:
        key: SigningKey | None = current_app.extensions.get(EXTENSION)
        if key is None or key.expires_at <= now():
            key = current_app.extensions[EXTENSION] = load_signing_key(current_settings())
    if key.expires_at <= now():
        raise CertificateError(f"the signing certificate expired at {key.expires_at:%Y-%m-%d}")
    return key


def can_sign() -> bool:
    """Whether there is a certificate to sign with now."""
    try:
        signing_key()
    except CertificateError:
        return False
    return True


def load_signing_key(settings: Settings) -> SigningKey:
    """Read the configured PKCS#12 file, or the demonstration one."""
    if settings.certificate_path:
        return load_pfx(Path(settings.certificate_path), settings.certificate_password)
    demo = settings.folder / "demo-certificate.pfx"
    return load_or_make_demo(demo, ruc=settings.issuer_ruc, name=settings.issuer_legal_name)
