"""How names are searched for: whole words without accents and capitals, each found by how it begins."""

import re
import unicodedata
from enum import IntEnum

LONGEST_WORD = 80
LAST = "\U0010ffff"
"""Sorts behind every letter: a word begins with `x` when it lies between `x` and `x` + this."""


class Place(IntEnum):
    """Which part of a name a word is; who is called so by the paternal surname comes first."""

    PATERNAL = 0
    MATERNAL = 1
    GIVEN = 2


def plain(text: str) -> str:
    """Without accents, capitals and doubled blanks: `Ñahui  Quispe` is `nahui quispe`."""
    bare = "".join(letter for letter in unicodedata.normalize("NFD", text) if not unicodedata.combining(letter))
    return " ".join(bare.casefold().split())


def words_of(text: str) -> list[str]:
    """What a text can be found by: `O'Connor` is `oconnor`, and `o`, and `connor`."""
    found: dict[str, None] = {}
    for word in plain(text).split():
        parts = re.findall(r"\w+", word)
        found |= dict.fromkeys(["".join(parts), *parts] if len(parts) > 1 else parts)
    return [word[:LONGEST_WORD] for word in found]


def typed_words(text: str) -> list[str]:
    """What somebody typed, word by word: `o'con` is `ocon`."""
    found = ("".join(re.findall(r"\w+", word)) for word in plain(text).split())
    return list(dict.fromkeys(word for word in found if word))


def places_of(given_names: str, paternal_surname: str, maternal_surname: str) -> dict[str, Place]:
    """Every word of a name with its best place."""
    texts = {Place.GIVEN: given_names, Place.MATERNAL: maternal_surname, Place.PATERNAL: paternal_surname}
    return {word: place for place, text in texts.items() for word in words_of(text)}


def sort_key(given_names: str, paternal_surname: str, maternal_surname: str) -> str:
    """Surnames first, as the register is sorted."""
    return plain(f"{paternal_surname} {maternal_surname} {given_names}")
