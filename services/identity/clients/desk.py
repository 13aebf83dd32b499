"""The council's desk: a one-time code handed to a client who proved who they are with papers (AMB-4)."""

from datetime import datetime

from sqlalchemy.orm import Session

from chassis.auth import Principal
from services.identity import audit, one_time
from services.identity.clients.appearing import client_in_scope
from services.identity.clients.errors import ClientNotFound
from services.identity.clients.first_access import DESK_CODE
from services.identity.models import Account
from services.identity.settings import current_settings


def issue_desk_code(
    session: Session, account_id: str, *, by: Principal, reason: str, moment: datetime
) -> tuple[Account, str]:
    """A code for a client in scope, shown this once; it replaces an earlier one. Raises ClientNotFound.

    `reason` says which papers were seen; it goes into the audit, the code does not.
    """
    client = client_in_scope(session, account_id, by.council)
    if client is None:
        raise ClientNotFound
    minutes = current_settings().desk_code_hours * 60
    code = one_time.make_code(session, DESK_CODE, client.id, minutes=minutes, moment=moment, account_id=client.id)
    audit.record(session, act="desk_code.issued", subject=f"account:{client.id}", reason=reason, council=by.council)
    return client, code
