"""What a new password may be (ASVS 6.2.1, 6.2.4, 6.2.5, 6.2.9, 6.2.11): long, not common, not about oneself.

No composition rules and no end of validity: length and not being guessable are what counts.
"""

import re
import unicodedata
from collections.abc import Iterable

from zxcvbn import zxcvbn

from services.identity.errors import PasswordRefused

MINIMUM_LENGTH, MAXIMUM_LENGTH = 12, 1024
ESTIMATED_CHARACTERS = 72
"""How much of a password the estimate looks at; what is longer than that is not common."""
FEWEST_GUESSES = 10**8
"""A password that is among the first hundred million guesses is common, however long it is."""
FOREIGN_LETTERS = 8
"""Letters and digits that must remain when everything about the owner and the college is taken away."""
HOUSE_WORDS = (
    "cmp", "colegio", "medico", "medica", "peru", "digital", "sistcere", "recertificacion", "doctor", "doctora",
    "contrasena", "password", "clave", "usuario", "bienvenido", "hospital", "salud", "medicina", "universidad",
)  # fmt: skip
"""Words anybody tries first on this site (ASVS 6.2.11)."""
COMMON_IN_SPANISH = (
    "teamo", "tequiero", "amor", "mivida", "corazon", "princesa", "hola", "mundo", "quetal", "lima", "alianza",
    "universitario", "barcelona", "realmadrid", "dios", "jesus", "familia", "hijos", "mama", "papa", "secreto",
)  # fmt: skip
"""What the estimator's English lists lack."""


def check(password: str, about: Iterable[str | None]) -> None:
    """Refuse a new password; `about` is what is known of its owner: names, numbers, e-mail. Raises PasswordRefused."""
    if len(password) < MINIMUM_LENGTH:
        raise PasswordRefused("short")
    if len(password) > MAXIMUM_LENGTH:
        raise PasswordRefused("long")
    own = own_words(about)
    if len(_without(_plain(password), own)) < FOREIGN_LETTERS:
        raise PasswordRefused("personal")
    if is_common(password, own):
        raise PasswordRefused("common")


def is_common(password: str, own: Iterable[str] = ()) -> bool:
    """Whether a guesser gets there soon: by the frequency lists of zxcvbn, keyboard rows, repeats, dates, own words."""
    if len(password) > ESTIMATED_CHARACTERS:
        return len(set(password)) < 5
    words = [*own, *HOUSE_WORDS, *COMMON_IN_SPANISH]
    return int(zxcvbn(password, user_inputs=words)["guesses"]) < FEWEST_GUESSES


def own_words(about: Iterable[str | None]) -> list[str]:
    """Names, numbers and the parts of an address, of three letters or more, as they are searched for; longest first."""
    parts = {part for text in about if text for part in re.split(r"[^0-9a-z]+", _spaced(text)) if len(part) > 2}
    return sorted(parts | set(HOUSE_WORDS), key=len, reverse=True)


def _without(password: str, words: list[str]) -> str:
    for word in words:
        password = password.replace(word, "")
    return password


def _plain(text: str) -> str:
    """Letters and digits alone, without accents or capitals."""
    return re.sub(r"[\W_]+", "", _spaced(text))


def _spaced(text: str) -> str:
    bare = unicodedata.normalize("NFKD", text.casefold())
    return "".join(letter for letter in bare if not unicodedata.combining(letter))
