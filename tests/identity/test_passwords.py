"""Passwords at rest (ASVS 11.4.2) and the work done for them."""

import threading

import pytest

from services.identity.errors import Busy
from services.identity.passwords import Passwords
from services.identity.settings import Settings

CHEAP = Settings(password_time_cost=1, password_memory_kib=8)


def test_the_default_parameters_are_those_of_asvs_11_4_2():
    assert Passwords(Settings()).hash("una frase").startswith("$argon2id$v=19$m=19456,t=2,p=1$")


def test_the_same_password_is_never_hashed_to_the_same_text():
    passwords = Passwords(CHEAP)

    assert passwords.hash("una frase") != passwords.hash("una frase")


@pytest.mark.parametrize(
    "password", ["corta", "con espacios al final  ", "clave con ñ y 🩺", "x" * 128, "\u00f1 y n\u0303", "nul\x00dentro"]
)
def test_a_password_is_taken_exactly_as_typed(password: str):
    """ASVS 6.2.8, 6.2.9."""
    passwords = Passwords(CHEAP)
    stored = passwords.hash(password)

    assert passwords.verify(stored, password)
    assert not passwords.verify(stored, password.strip() + ".")
    assert not passwords.verify(stored, password.upper().lower()[:-1])


def test_without_a_stored_hash_nothing_fits_not_even_the_stand_in():
    assert not Passwords(CHEAP).verify(None, "nobody has this password")


def test_a_damaged_hash_fits_nothing():
    assert not Passwords(CHEAP).verify("$argon2id$broken", "una frase")


def test_a_hash_of_other_parameters_is_outdated():
    stored = Passwords(CHEAP).hash("una frase")

    assert not Passwords(CHEAP).outdated(stored)
    assert Passwords(Settings(password_time_cost=2, password_memory_kib=8)).outdated(stored)


def test_a_login_that_waits_too_long_for_its_turn_is_told_so():
    passwords = Passwords(
        Settings(password_time_cost=1, password_memory_kib=8, password_concurrency=1, password_wait_seconds=0.01)
    )
    inside, leave = threading.Event(), threading.Event()

    def occupy() -> None:
        with passwords._turn():
            inside.set()
            leave.wait(5)

    thread = threading.Thread(target=occupy)
    thread.start()
    inside.wait(5)
    try:
        with pytest.raises(Busy) as refusal:
            passwords.hash("una frase")
    finally:
        leave.set()
        thread.join()
    assert refusal.value.headers["Retry-After"] == "2"
