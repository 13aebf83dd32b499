"""What the notifier's tests stand on: a mail server and a service to fetch attachments from, on real sockets."""

import ssl
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from chassis.testing import ServiceUnderTest
from services.notifier.app import create_app
from services.notifier.settings import Settings
from tests.notifier.facts import CDR, PDF, XML
from tests.notifier.file_host import FileHost, RunningFileHost
from tests.notifier.postbox import Postbox, open_postbox


@pytest.fixture
def open_box() -> Iterator[Callable[..., Postbox]]:
    """Opens mail servers; all are closed at the end."""
    controllers: list[Controller] = []

    def open_it(**options: Any) -> Postbox:
        box, controller = open_postbox(**options)
        controllers.append(controller)
        return box

    yield open_it
    for controller in controllers:
        controller.stop()


@pytest.fixture
def postbox(open_box: Callable[..., Postbox]) -> Postbox:
    """A mail server without TLS."""
    return open_box()


@pytest.fixture(scope="session")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, ssl.SSLContext]:
    """A self-signed certificate for localhost: the file to trust, and the server's context."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
    moment = datetime.now(UTC)
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(moment - timedelta(days=1))
        .not_valid_after(moment + timedelta(days=1))
        .add_extension(
            x509.SubjectAlternativeName([x509.DNSName("localhost"), x509.IPAddress(ip_address("127.0.0.1"))]),
            critical=False,
        )
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    folder = tmp_path_factory.mktemp("tls")
    (folder / "cert.pem").write_bytes(made.public_bytes(serialization.Encoding.PEM))
    (folder / "key.pem").write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "cert.pem", folder / "key.pem")
    return folder / "cert.pem", context


@pytest.fixture(scope="session")
def running_file_host() -> Iterator[RunningFileHost]:
    """One file host for all tests."""
    running = RunningFileHost()
    yield running
    running.stop()


@pytest.fixture
def file_host(running_file_host: RunningFileHost) -> FileHost:
    """The file host as a test finds it: whole, with the files that the facts name."""
    host = running_file_host.host
    host.files, host.broken, host.spoiled, host.asked, host.minted = {}, None, None, [], []
    host.keep(PDF, XML, CDR)
    return host


@pytest.fixture
def service(make_service: Callable[..., ServiceUnderTest], postbox: Postbox, file_host: FileHost) -> ServiceUnderTest:
    """The notifier, with a mail server and a service to fetch attachments from."""
    settings = Settings(
        smtp_port=postbox.port,
        smtp_timeout_seconds=2.0,
        mail_domain="correo.example.pe",
        portal_url="https://digital.example.pe",
        identity_url=file_host.url,
        service_urls=f"einvoice={file_host.url}",
        retry_seconds="60,300,900",
        lease_seconds=300,
    )
    return make_service(create_app, settings)
