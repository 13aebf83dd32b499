"""Staff for tests: invited as an operator would, activated as a person would, with an authenticator in memory."""

from dataclasses import dataclass, field
from typing import Any

from flask.testing import FlaskClient

from services.identity.staff import second_factor
from tests.identity.conftest import PASSWORD, Answer, House

NAMES = ("--names", "Ana Lucía", "--surnames", "Salas Ferreyros")


@dataclass
class Member:
    """One member of staff, the secret in the authenticator, and what was handed out when the account was opened."""

    house: House
    email: str
    secret: str
    session: dict[str, Any] = field(default_factory=dict)

    @property
    def id(self) -> str:
        """The account's id."""
        return str(self.session["account"]["id"])

    def code(self, steps: int = 0) -> str:
        """What the authenticator shows now, or so many steps of 30 seconds from now."""
        moment = self.house.service.clock.now()
        return second_factor.code_at(self.secret, moment.fromtimestamp(moment.timestamp() + 30 * steps, moment.tzinfo))

    def password(self, password: str = PASSWORD) -> Answer:
        """The first step."""
        return self.house.log_in(self.email, password)

    def second(self, challenge: str, code: str, address: str = "203.0.113.7") -> Answer:
        """The second step."""
        return self.house.post("/v1/sessions/second-factor", address, challenge=challenge, code=code)

    def enter(self) -> Answer:
        """Both steps, in a fresh time step so that no code is used twice."""
        self.house.service.clock.advance(seconds=30)
        return self.second(self.password().body["challenge"], self.code())

    def client(self) -> FlaskClient:
        """A client with the access token of the newest session."""
        client = self.house.service.app.test_client()
        client.environ_base["HTTP_AUTHORIZATION"] = f"Bearer {self.session['access_token']}"
        return client


def invite(house: House, email: str, roles: str, council: str | None = None) -> str:
    """The token of the invitation that the command prints."""
    result = house.run(
        "staff", "invite", "--email", email, *NAMES, "--roles", roles, *(["--council", council] if council else [])
    )
    assert result.exit_code == 0, result.output
    return str(result.output.strip().rpartition("/")[2])


def engage(
    house: House, email: str = "ana.salas@cmp.example", roles: str = "administrator", council: str | None = None
) -> Member:
    """Invite somebody and walk the whole way into the account."""
    token = invite(house, email, roles, council)
    challenge = house.post("/v1/staff-invitations/password", token=token, password=PASSWORD).body["challenge"]
    enrolment = house.post("/v1/sessions/second-factor/enrolment", challenge=challenge)
    member = Member(house, email, enrolment.body["secret"])
    entered = member.second(challenge, member.code())
    assert entered.status == 201, entered.body
    member.session = entered.body
    return member
