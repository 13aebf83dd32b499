"""The notifier's part for tests of identity: fetch the secret of the mail that is due, as it does before sending."""

from typing import Any

from contracts.identity import AccountMailDue, AccountNoticeDue
from services.identity.jobs import mail_recoveries
from tests.identity.asking import asking
from tests.identity.conftest import House
from tests.people import a_service


def mails_due(house: House, purpose: str | None = None) -> list[AccountMailDue]:
    """The mails with a secret that identity told of, after its job has run."""
    while house.service.run(mail_recoveries):
        pass
    return [event for event in house.service.events(AccountMailDue) if purpose in (None, event.purpose)]


def notices(house: House) -> list[AccountNoticeDue]:
    """The mails without a secret that identity told of."""
    while house.service.run(mail_recoveries):
        pass
    return house.service.events(AccountNoticeDue)


def letter(house: House, purpose: str) -> dict[str, Any]:
    """What the newest mail of a purpose brings."""
    due = mails_due(house, purpose)[-1]
    notifier = asking(house.service, a_service("notifier", "identity:mint"))
    answer = notifier.post(f"/v1/mail-requests/{due.mail_request_id}/secret")
    assert answer.status_code == 201, answer.get_json()
    return dict(answer.get_json())


def link(house: House, purpose: str) -> str:
    """The token of the newest mailed link of a purpose."""
    return str(letter(house, purpose)["url"]).rpartition("/")[2]
