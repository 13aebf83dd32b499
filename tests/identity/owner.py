"""Rosa at her own data: what she asks of identity with the token of her session."""

from dataclasses import dataclass
from typing import Any

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from chassis.events import Event
from services.identity import mail_requests
from services.identity.accounts import find_account
from services.identity.models import Account, MailRequest
from tests.identity.conftest import PASSWORD, House


@dataclass
class Owner:
    """A person signed in, and the few gestures the tests make."""

    house: House
    client: FlaskClient
    account_id: str

    def profile(self) -> dict[str, Any]:
        """Own data."""
        return dict(self.client.get("/v1/profile").get_json())

    def update(self, **fields: Any) -> TestResponse:
        """Actualizar."""
        return self.client.patch("/v1/profile/contact", json=fields)

    def complete(self) -> "Owner":
        """With a mobile, so that nothing of REC-4 is missing."""
        assert self.update(mobile="999 000 001").status_code == 200
        return self

    def history(self, **query: Any) -> list[dict[str, Any]]:
        """Own changes, newest first."""
        return list(self.client.get("/v1/profile/history", query_string=query).get_json()["items"])

    def ask_for(self, email: str, password: str = PASSWORD) -> TestResponse:
        """Ask for another e-mail."""
        return self.client.post("/v1/profile/email-changes", json={"email": email, "password": password})

    def resend(self) -> TestResponse:
        """Ask for the link once more."""
        return self.client.post("/v1/profile/email-changes/pending/mails")

    def cancel(self) -> TestResponse:
        """Keep the address."""
        return self.client.delete("/v1/profile/email-changes/pending")

    def confirm(self, token: str) -> TestResponse:
        """Press the button behind the link, signed in or not."""
        return self.house.service.client().post("/v1/email-confirmations", json={"token": token})

    def token(self, due: Any = None) -> str:
        """The link's token, minted as the notifier has it minted when the mail leaves."""
        service = self.house.service
        with service.transaction() as session:
            request = due or session.query(MailRequest).order_by(MailRequest.created_at.desc()).first()
            id = getattr(request, "mail_request_id", None) or request.id
            minted = mail_requests.mint_secret(session, id, service.clock.now())
        return str(minted.url).rpartition("/")[2]

    def told(self, event_class: type[Any] = Event) -> list[Any]:
        """Facts told since the platform was filled."""
        return [fact for fact in self.house.service.events(event_class) if fact.subject_field]


def own(house: House, cmp_number: str = "012345") -> Owner:
    """A physician signed in: Rosa with her password, others by a link."""
    if cmp_number == "012345":
        answer = house.log_in()
    else:
        answer = house.post("/v1/sessions/one-time", token=house.link(cmp_number))
    client = house.service.app.test_client()
    client.environ_base["HTTP_AUTHORIZATION"] = f"Bearer {answer.body['access_token']}"
    return Owner(house, client, answer.body["account"]["id"])


def change_account(house: House, cmp_number: str = "012345", **values: Any) -> None:
    """Change an account, or its physician, behind everybody's back."""
    with house.service.transaction() as session:
        account = find_account(session, cmp_number)
        assert account is not None
        for name, value in values.items():
            setattr(account if hasattr(Account, name) else account.physician, name, value)
