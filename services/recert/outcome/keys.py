"""The keys that seal constancias: one seals, all are published, private halves are encrypted at rest."""

from chassis.seals import KeyRing
from services.recert.models import ConstanciaKey
from services.recert.settings import current_settings

ring = KeyRing(table=ConstanciaKey, passphrase=lambda: current_settings().passphrase())
