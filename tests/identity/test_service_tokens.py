"""Services of ours show who they are, too (ASVS 13.2.1, 13.2.2)."""

import pytest
from joserfc import jwt
from joserfc.jwk import KeySet


def ask(house, **changes):
    """Ask for the notifier's token at einvoice."""
    body = {"service": "notifier", "secret": house.notifier_secret, "audience": "einvoice"} | changes
    return house.post("/v1/service-tokens", **body)


def test_a_service_gets_a_token_for_one_audience_with_the_permissions_in_the_table(house):
    answer = ask(house)
    token = jwt.decode(answer.body["access_token"], KeySet.import_key_set(house.jwks()), algorithms=["ES256"])

    assert answer.status == 201
    assert answer.body["expires_in"] == 600
    assert token.header["typ"] == "at+jwt"
    assert token.claims["aud"] == "einvoice"
    assert token.claims["sub"] == "service:notifier"
    assert token.claims["kind"] == "service"
    assert token.claims["perms"] == ["files:read"]


@pytest.mark.parametrize(
    "changes",
    [{"secret": "wrong"}, {"service": "einvoice"}, {"service": "nobody"}, {"service": "nobody", "secret": "x"}],
)
def test_a_wrong_secret_and_an_unknown_service_get_the_same_answer(house, changes):
    answer = ask(house, **changes)

    assert (answer.status, answer.problem) == (401, "identity/wrong-client")


@pytest.mark.parametrize("audience", ["notifier", "elsewhere"])
def test_a_service_gets_no_token_where_it_may_do_nothing(house, audience):
    answer = ask(house, audience=audience)

    assert (answer.status, answer.problem) == (403, "identity/audience-not-allowed")


def test_a_service_token_does_not_open_an_account(house):
    assert house.me(ask(house).body["access_token"]).status == 401


def test_a_service_token_for_identity_itself_is_no_person(house):
    house.run("grant", "service:notifier", "account:read", "--audience", "identity")

    token = ask(house, audience="identity").body["access_token"]

    assert house.me(token).body["type"].endswith("identity/session-ended")


def test_a_grant_counts_from_the_next_token_on(house):
    assert house.run("grant", "service:notifier", "files:read", "--audience", "notifier").exit_code == 0

    assert ask(house, audience="notifier").status == 201


def test_an_enrolled_service_uses_the_secret_it_was_given_and_the_newest_only(house):
    first = house.run("enrol-service", "einvoice").output.strip()
    second = house.run("enrol-service", "einvoice").output.strip()
    house.run("grant", "service:einvoice", "registry:read", "--audience", "identity")

    def status(secret):
        return ask(house, service="einvoice", secret=secret, audience="identity").status

    assert [status(first), status(second)] == [401, 201]


@pytest.mark.parametrize("field", ["service", "secret", "audience"])
def test_an_empty_field_is_told(house, field):
    answer = ask(house, **{field: ""})

    assert answer.status == 422
    assert [error["pointer"] for error in answer.body["errors"]] == [f"/{field}"]
