"""The keys that sign constancias: one signs, all are published, private halves are encrypted at rest."""

from chassis.seals import KeyRing
from services.payments.models import CertificateKey
from services.payments.settings import current_settings

ring = KeyRing(table=CertificateKey, passphrase=lambda: current_settings().passphrase())
