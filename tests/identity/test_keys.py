"""Signing keys follow one another without anybody noticing (ASVS 9.1, 13.3)."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from joserfc.jws import extract_compact
from sqlalchemy import select

from chassis.testing import Keys
from services.identity.jobs import rotate_aged_key
from services.identity.keys import Keyring, keyring
from services.identity.models import SigningKey
from services.identity.tokens import open_key


def rotate(house, **options):
    """Rotate the keys as the command does; returns the id of the new one."""
    with house.service.context():
        return keyring().rotate(**options)


def kids(house):
    """Ids of the published keys."""
    return [key["kid"] for key in house.jwks()["keys"]]


def signing_kid(house):
    """Id of the key a new token is signed with."""
    return extract_compact(house.log_in().body["access_token"].encode()).headers()["kid"]


def test_the_first_question_makes_a_current_and_a_next_key(house):
    assert len(kids(house)) == 2
    assert kids(house) == kids(house)
    assert signing_kid(house) in kids(house)


def test_keys_may_be_cached_for_five_minutes_by_anyone(house):
    response = house.service.client().get("/.well-known/jwks.json")

    assert response.headers["Cache-Control"] == "public, max-age=300"
    assert all(key["alg"] == "ES256" and "d" not in key for key in response.get_json()["keys"])


def test_a_rotation_signs_with_a_key_that_was_published_before(house):
    before, old = kids(house), signing_kid(house)

    rotate(house)

    assert signing_kid(house) in before
    assert signing_kid(house) != old
    assert len(kids(house)) == 3


def test_a_token_of_the_old_key_stays_good_until_it_expires(house):
    token = house.log_in().body["access_token"]
    house.service.clock.advance(minutes=5)
    rotate(house)

    assert house.me(token).status == 200
    house.service.clock.advance(minutes=5, seconds=4)
    assert house.me(token).status == 200
    house.service.clock.advance(seconds=1)
    assert house.me(token).status == 401


def test_two_rotations_in_a_row_break_no_token(house):
    token = house.log_in().body["access_token"]
    rotate(house)
    rotate(house)

    assert house.me(token).status == 200
    assert len(kids(house)) == 4


def test_an_old_key_leaves_the_list_after_its_last_token(house):
    old = signing_kid(house)
    rotate(house)

    house.service.clock.advance(minutes=11, seconds=59)
    assert old in kids(house)
    house.service.clock.advance(seconds=1)
    assert old not in kids(house)


def test_a_token_signed_with_a_withdrawn_key_is_refused(house):
    """ASVS 9.1.3: old key after rotation. Other processes may not have noticed; a new one asks afresh."""
    token = house.log_in().body["access_token"]
    rotate(house, compromised=True)
    house.service.service.verifier.keys = Keys(lambda: keyring().document())

    assert house.me(token).status == 401
    assert house.me(house.log_in().body["access_token"]).status == 200


def test_a_superseded_private_key_is_forgotten_at_once(house):
    old = signing_kid(house)
    rotate(house)

    with house.service.transaction() as session:
        assert session.get_one(SigningKey, old).sealed_key is None


def test_private_keys_are_stored_encrypted(house):
    kids(house)

    with house.service.transaction() as session:
        stored = session.scalars(select(SigningKey)).all()
    for key in stored:
        assert open_key(key.sealed_key, key.kid, house.service.settings.key_secret).kid == key.kid
        with pytest.raises(ValueError, match="password"):
            open_key(key.sealed_key, key.kid, "another passphrase")


def test_processes_that_start_together_agree_on_the_keys(house):
    start = Barrier(4)

    def begin(_):
        with house.service.context():
            start.wait(10)
            return Keyring(house.service.settings).signer().kid

    with ThreadPoolExecutor(4) as pool:
        assert len(set(pool.map(begin, range(4)))) == 1
    assert len(kids(house)) == 2


def test_another_process_follows_a_rotation_within_half_a_minute(house):
    other = Keyring(house.service.settings)
    with house.service.context():
        old, new = other.signer().kid, keyring().rotate()
        assert other.signer().kid == old
        house.service.clock.advance(seconds=30)
        assert other.signer().kid == new


@pytest.mark.parametrize(("days", "rotated"), [(89.9, False), (90, True)])
def test_the_job_rotates_a_key_of_ninety_days(house, days, rotated):
    old = signing_kid(house)
    house.service.clock.advance(days=days)

    house.service.run(rotate_aged_key)

    assert (signing_kid(house) != old) is rotated


def test_the_job_can_be_told_to_leave_the_keys_alone(settle):
    house = settle(key_rotation_days=0)
    old = signing_kid(house)
    house.service.clock.advance(days=1000)

    house.service.run(rotate_aged_key)

    assert signing_kid(house) == old
