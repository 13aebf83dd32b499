"""An invented client to try option 2 with: a clinic whose RUC has the right check digit and belongs to nobody."""

from flask import Flask

from chassis.clock import now
from chassis.db import transaction
from chassis.outbox import publish
from services.identity.clients.appearing import appear, change_client_email, find_client, served_by
from services.identity.documents import RUC

SAMPLE_RUC = "20999999019"
SAMPLE_NAME = "CLÍNICA DE EJEMPLO S.A.C. (MUESTRA)"
SAMPLE_EMAIL = "caja.clinica@example.pe"
COUNCIL = "03"


def load_demo_client(app: Flask) -> None:
    """Enter the clinic, with an address to which its first-access code goes; what is there already stays."""
    with app.app_context(), transaction() as session:
        if find_client(session, RUC, SAMPLE_RUC) is None:
            client, opened = appear(session, RUC, SAMPLE_RUC, name=SAMPLE_NAME, moment=now())
            served_by(session, client, COUNCIL)
            publish(session, *opened, change_client_email(client, SAMPLE_EMAIL))
