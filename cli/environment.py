"""The settings of a whole platform on one machine, as environment variables: the same for threads and for processes."""

import json
import os
import secrets
import socket
from dataclasses import dataclass
from pathlib import Path

from cli.names import SERVICES

SAMPLE_RUC = "20000000001"
"""The RUC of SUNAT's own public test environment: a sample, CMP's number is configuration."""


@dataclass(frozen=True)
class Ports:
    """Where everything listens on this machine."""

    gateway: int = 8080
    portal: int = 8081
    identity: int = 8101
    einvoice: int = 8102
    payments: int = 8103
    recert: int = 8104
    notifier: int = 8105
    acquirer: int = 8201
    tax_authority: int = 8202
    mailbox: int = 8203
    smtp: int = 8225

    @classmethod
    def free(cls) -> "Ports":
        """Ports nobody uses now."""
        names = list(cls.__dataclass_fields__)
        sockets = [socket.socket() for _ in names]
        for each in sockets:
            each.bind(("127.0.0.1", 0))
        ports = [each.getsockname()[1] for each in sockets]
        for each in sockets:
            each.close()
        return cls(**dict(zip(names, ports, strict=True)))

    def url(self, part: str) -> str:
        """Base URL of a part."""
        return f"http://127.0.0.1:{getattr(self, part)}"


def keep_secrets(folder: Path) -> dict[str, str]:
    """The platform's own secrets: made once, kept in a file only the owner can read."""
    file = folder / "secrets.json"
    if not file.exists():
        folder.mkdir(parents=True, exist_ok=True)
        made = {
            name: secrets.token_urlsafe(32)
            for name in (*SERVICES, "portal", "identity_keys", "payments_keys", "recert_keys", "database")
        }
        descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w") as opened:
            json.dump(made, opened)
    return dict(json.loads(file.read_text()))


def environment(folder: Path, ports: Ports, host: str = "127.0.0.1") -> dict[str, str]:
    """Every setting that differs from its default when the platform runs on one machine with the simulators."""
    known = keep_secrets(folder)
    urls = ",".join(f"{service}={ports.url(service)}" for service in SERVICES)
    values = {
        "CMP_DATA_DIR": str(folder),
        "CMP_SERVICE_URLS": urls,
        "CMP_IDENTITY_URL": ports.url("identity"),
        "CMP_GATEWAY_URL": ports.url("gateway"),
        "CMP_PUBLIC_URL": ports.url("gateway"),
        "CMP_PORTAL_URL": ports.url("gateway"),
        "CMP_GATEWAY_PORTAL_URL": ports.url("portal"),
        "CMP_GATEWAY_TRUSTED_NETWORKS": "127.0.0.0/8",
        "CMP_IDENTITY_KEY_SECRET": known["identity_keys"],
        "CMP_IDENTITY_SERVICE_SECRETS": ",".join(f"{service}={known[service]}" for service in SERVICES),
        "CMP_IDENTITY_PORTAL_URL": ports.url("gateway"),
        "CMP_IDENTITY_LOGIN_LINK_URL": ports.url("gateway") + "/ingresar/{token}",
        "CMP_PORTAL_SECRET_KEY": known["portal"],
        "CMP_PORTAL_ACQUIRER_ORIGINS": ports.url("acquirer"),
        "CMP_PAYMENTS_NIUBIZ_URL": ports.url("acquirer"),
        "CMP_PAYMENTS_ASSESS_MONTHLY": "false",  # the demo's debts stay as its guide tells them
        "CMP_PAYMENTS_NIUBIZ_CHECKOUT_JS_URL": ports.url("acquirer") + "/v2/js/checkout.js",
        # A folder made by an older version has no passphrase of payments' or recert's own.
        "CMP_PAYMENTS_KEY_SECRET": known.get("payments_keys") or known["identity_keys"],
        "CMP_PAYMENTS_CERTIFICATE_URL": ports.url("gateway") + "/verificar/{code}",
        "CMP_PAYMENTS_CERTIFICATE_NOTICE": "DOCUMENTO DE DEMOSTRACIÓN, SIN VALOR",
        "CMP_RECERT_KEY_SECRET": known.get("recert_keys") or known["identity_keys"],
        "CMP_RECERT_CONSTANCIA_URL": ports.url("gateway") + "/verificar/{code}",
        "CMP_RECERT_CONSTANCIA_NOTICE": "DOCUMENTO DE DEMOSTRACIÓN, SIN VALOR",
        "CMP_EINVOICE_ISSUER_RUC": SAMPLE_RUC,
        "CMP_EINVOICE_SUNAT_URL": ports.url("tax_authority") + "/ol-ti-itcpfegem/billService",
        "CMP_EINVOICE_SUNAT_CONSULT_URL": ports.url("tax_authority") + "/ol-it-wsconscpegem/billConsultService",
        "CMP_NOTIFIER_SMTP_HOST": "127.0.0.1",
        "CMP_NOTIFIER_SMTP_PORT": str(ports.smtp),
        "CMP_ACQUIRER_STATE_FILE": str(folder / "simulators" / "acquirer.json"),
    }
    for part in (*SERVICES, "portal"):
        values[f"CMP_{part.upper()}_BIND"] = f"127.0.0.1:{getattr(ports, part)}"
    values["CMP_GATEWAY_BIND"] = f"{host}:{ports.gateway}"
    for service in SERVICES:
        values[f"CMP_{service.upper()}_CLIENT_SECRET"] = known[service]
        values[f"CMP_GATEWAY_{service.upper()}_URL"] = ports.url(service)
    return values
