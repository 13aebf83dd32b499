"""What a new password may be (ASVS 6.2): long and not guessable; nothing else is asked."""

import pytest

from services.identity.errors import PasswordRefused
from services.identity.password_rules import MAXIMUM_LENGTH, MINIMUM_LENGTH, check, is_common

ROSA = ("Rosa Elvira Quispe Ñaupari", "rosa.quispe@example.pe", "012345", "40000001")


def verdict(password):
    try:
        check(password, ROSA)
    except PasswordRefused as refusal:
        return refusal.members["reason"]
    return "good"


def test_asvs_6_2_1_twelve_characters_are_enough_and_eleven_are_not():
    assert (verdict("zkqxwvbnmplr"), verdict("zkqxwvbnmpl")) == ("good", "short")
    assert MINIMUM_LENGTH == 12


def test_asvs_6_2_9_long_passwords_are_taken_up_to_1024_characters():
    long = "una frase que no termina nunca y sigue " * 40
    assert [verdict(long[:length]) for length in (64, 128, 1024, 1025)] == ["good", "good", "good", "long"]
    assert MAXIMUM_LENGTH >= 128


@pytest.mark.parametrize(
    "password",
    [
        "solo letras minúsculas aquí",
        "sololetrassinespacioalguno",
        "   con espacios por doquier   ",
        "ñandú y güira en la quebrada",
        "gato 😀 perro 🐕 luna 🌙",
        "correcto caballo batería grapa",
    ],
)
def test_asvs_6_2_5_no_mix_of_kinds_of_characters_is_asked(password):
    assert verdict(password) == "good"


@pytest.mark.parametrize(
    "password",
    [
        "123456789012",
        "qwertyuiopasd",
        "aaaaaaaaaaaaaaaa",
        "iloveyou1234",
        "abcabcabcabcabc",
        "1qaz2wsx3edc4rfv",
        "x" * 900,
    ],
)
def test_asvs_6_2_4_and_6_2_12_common_passwords_are_refused_however_long(password):
    assert verdict(password) == "common"


@pytest.mark.parametrize(
    "password",
    [
        "rosaquispe1994",
        "ROSA-Elvira-2026",
        "quispenaupari",
        "40000001012345",
        "rosa.quispe@example.pe",
        "colegiomedico2026",
        "Colegio Médico del Perú",
        "contraseña1234",
        "cmp-digital-2026",
    ],
)
def test_asvs_6_2_11_own_names_numbers_and_the_house_are_refused(password):
    assert verdict(password) == "personal"


def test_a_long_sentence_may_mention_the_owner():
    assert verdict("Rosa prefiere el mar en invierno") == "good"


def test_a_refusal_says_what_to_do_at_the_field():
    with pytest.raises(PasswordRefused) as refused:
        check("iloveyou1234", ())
    assert refused.value.errors[0].pointer == "/password"
    assert "cuatro palabras al azar" in refused.value.text


def test_a_password_longer_than_the_estimate_looks_at_is_judged_quickly():
    assert is_common("ab" * 500)
    assert not is_common("una frase que no termina nunca y sigue " * 20)
