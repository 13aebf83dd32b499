"""What a client may send that nobody thought of: an answer of the 4xx kind, never a crash (ASVS 2.2.1, 16.5)."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from services.identity.passwords import Passwords
from services.identity.settings import Settings

PATHS = {
    "/v1/sessions": ("username", "password"),
    "/v1/sessions/one-time": ("token",),
    "/v1/sessions/refresh": ("refresh_token",),
    "/v1/service-tokens": ("service", "secret", "audience"),
}
ANYTHING = st.one_of(
    st.text(max_size=40), st.none(), st.booleans(), st.integers(), st.lists(st.text(max_size=3), max_size=2)
)


@pytest.mark.parametrize("path", PATHS)
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_no_body_crashes_a_public_route(house, path, data):
    body = {name: data.draw(ANYTHING, name) for name in PATHS[path]}

    response = house.service.client().post(path, json=body)

    assert response.status_code in (401, 422, 429)
    assert response.content_type == "application/problem+json"


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize(
    ("data", "kind"),
    [(b"", "application/json"), (b"{", "application/json"), (b"[]", "application/json"), (b"null", "application/json"),
     (b"\xff\xfe", "application/json"), (b"username=a&password=b", "application/x-www-form-urlencoded")],
)  # fmt: skip
def test_what_is_not_a_json_object_is_refused(house, path, data, kind):
    response = house.service.client().post(path, data=data, content_type=kind)

    assert response.status_code in (400, 415, 422)
    assert response.content_type == "application/problem+json"


@pytest.mark.parametrize("path", PATHS)
def test_a_body_without_end_is_cut_off(house, path):
    response = house.service.client().post(path, data=b'"' + b"x" * (1024 * 1024 + 1), content_type="application/json")

    assert response.status_code == 413


# GET /v1/sessions is the list of the own sessions.
@pytest.mark.parametrize("path", [*(path for path in PATHS if path != "/v1/sessions"), "/v1/sessions/current"])
def test_reading_an_action_says_which_method_it_takes(house, path):
    response = house.service.client().get(path)

    assert response.status_code == 405
    assert "GET" not in response.headers["Allow"]


def test_no_more_passwords_are_checked_at_once_than_the_settings_allow(monkeypatch):
    """Fifty logins at once may wait, but take the memory of three."""
    passwords = Passwords(Settings(password_time_cost=1, password_memory_kib=64, password_concurrency=3))
    lock, inside, most = threading.Lock(), [0], [0]
    checked = Passwords._fits

    def counted(self, stored, password):
        with lock:
            inside[0] += 1
            most[0] = max(most[0], inside[0])
        try:
            return checked(self, stored, password)
        finally:
            with lock:
                inside[0] -= 1

    monkeypatch.setattr(Passwords, "_fits", counted)
    with ThreadPoolExecutor(50) as pool:
        assert not any(pool.map(lambda number: passwords.verify(None, str(number)), range(50)))

    assert 1 <= most[0] <= 3
