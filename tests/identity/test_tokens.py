"""Access tokens that others made up, changed or misused are refused (ASVS 9.1, 9.2; RFC 8725)."""

import base64
import hashlib
import hmac
import json

import pytest
from joserfc import jwt
from joserfc.jwk import ECKey

from services.identity.tokens import digest, new_key, new_secret, open_key, public_jwk, same, seal_key, successor


def b64(data):
    """Base64 for URLs, without padding."""
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def part(token, number):
    """Header (0) or claims (1) of a token."""
    text = token.split(".")[number]
    return json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))


def resign(house, token, header=None, claims=None, key=None):
    """A token with some things changed, signed with the real key unless another is given."""
    with house.service.context():
        real = house.service.app.extensions["identity.keyring"].signer().key
    return jwt.encode(part(token, 0) | (header or {}), part(token, 1) | (claims or {}), key or real)


@pytest.fixture
def token(house):
    """A good access token of Rosa's."""
    return house.log_in().body["access_token"]


def test_a_good_token_is_accepted_even_when_signed_again(house, token):
    """The attacks below fail for their own reason, not because re-signing is wrong."""
    assert house.me(resign(house, token)).status == 200


def test_an_unsigned_token_is_refused(house, token):
    header = b64(json.dumps(part(token, 0) | {"alg": "none"}).encode())

    assert house.me(f"{header}.{token.split('.')[1]}.").status == 401


def test_a_token_signed_with_the_public_key_as_hmac_secret_is_refused(house, token):
    """Algorithm confusion."""
    public = ECKey.import_key(house.jwks()["keys"][0]).as_pem(private=False)
    header = b64(json.dumps(part(token, 0) | {"alg": "HS256"}).encode())
    signed = f"{header}.{token.split('.')[1]}"

    assert house.me(f"{signed}.{b64(hmac.digest(public, signed.encode(), hashlib.sha256))}").status == 401


@pytest.mark.parametrize("member", ["jwk", "jku", "x5u"])
def test_a_key_that_the_token_brings_along_is_ignored(house, token, member):
    mine = new_key()
    value = public_jwk(mine) if member == "jwk" else "https://evil.example.org/jwks.json"

    assert house.me(resign(house, token, header={"kid": mine.kid, member: value}, key=mine)).status == 401


def test_a_foreign_key_under_our_kid_is_refused(house, token):
    assert house.me(resign(house, token, key=new_key())).status == 401


@pytest.mark.parametrize("kid", ["foreign", "", "../../etc/passwd", None])
def test_a_kid_that_is_not_published_is_refused(house, token, kid):
    header = {key: value for key, value in part(token, 0).items() if key != "kid"} | (
        {"kid": kid} if kid is not None else {}
    )
    with house.service.context():
        key = house.service.app.extensions["identity.keyring"].signer().key

    assert house.me(jwt.encode(header, part(token, 1), ECKey.import_key(key.as_pem(private=True)))).status == 401


@pytest.mark.parametrize(
    "claims",
    [
        {"aud": ["payments"]},
        {"aud": []},
        {"aud": None},
        {"iss": "https://evil.example.org"},
        {"iss": None},
        {"exp": 0},
        {"exp": None},
        {"exp": "tomorrow"},
        {"iat": 9999999999},
    ],
)
def test_a_token_of_wrong_audience_issuer_or_time_is_refused(house, token, claims):
    assert house.me(resign(house, token, claims=claims)).status == 401


@pytest.mark.parametrize("typ", ["JWT", "id+jwt", ""])
def test_a_token_of_another_type_is_refused(house, token, typ):
    assert house.me(resign(house, token, header={"typ": typ})).status == 401


def test_a_token_ends_after_ten_minutes(house, token):
    house.service.clock.advance(minutes=10, seconds=5)

    assert house.me(token).status == 401


def test_changed_claims_break_the_signature(house, token):
    header, _, signature = token.split(".")
    claims = b64(json.dumps(part(token, 1) | {"perms": ["payments:audit"]}).encode())

    assert house.me(f"{header}.{claims}.{signature}").status == 401


@pytest.mark.parametrize("text", ["", "x", "a.b.c", "a.b", "....", "é.é.é"])
def test_what_is_no_token_at_all_is_refused(house, text):
    assert house.me(text.encode().decode("latin-1")).status == 401


def test_a_refresh_token_is_no_access_token(house):
    assert house.me(house.log_in().body["refresh_token"]).status == 401


def test_a_token_without_a_session_reaches_no_account(house, token):
    assert house.me(resign(house, token, claims={"sid": "elsewhere"})).status == 401


def test_a_secret_has_256_bits_and_a_url_carries_it():
    secrets = {new_secret() for _ in range(100)}

    assert len(secrets) == 100
    assert all(len(base64.urlsafe_b64decode(secret + "=")) == 32 for secret in secrets)


def test_a_digest_fits_its_secret_only():
    assert same(digest("a secret"), "a secret")
    assert not same(digest("a secret"), "another")
    assert not same("", "")


def test_a_successor_depends_on_both_token_and_salt():
    assert successor("token", "salt") == successor("token", "salt")
    assert len({successor("token", "salt"), successor("token", "other"), successor("other", "salt")}) == 3


def test_a_sealed_key_opens_with_its_passphrase_only():
    """ASVS 13.3.1: the private half is encrypted at rest."""
    key = new_key()
    sealed = seal_key(key, "right")

    assert sealed.startswith("-----BEGIN ENCRYPTED PRIVATE KEY-----")
    assert public_jwk(open_key(sealed, key.kid, "right")) == public_jwk(key)
    with pytest.raises(ValueError, match="password"):
        open_key(sealed, key.kid, "wrong")


def test_a_published_key_has_no_private_part():
    assert public_jwk(new_key()).keys() == {"crv", "x", "y", "kty", "kid", "use", "alg"}
