"""Codes that people copy from paper: 60 random bits, no letters that look like digits."""

import secrets

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's base 32: no I, L, O, U."""

LENGTH = 12
_TWINS = str.maketrans({"O": "0", "I": "1", "L": "1", "-": None, " ": None})


def new_code() -> str:
    """A code nobody can guess."""
    return "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))


def read_code(typed: str) -> str | None:
    """A code as it was typed, with or without hyphens, in small letters, O for 0; None when it cannot be one."""
    code = typed.upper().translate(_TWINS)
    return code if len(code) == LENGTH and set(code) <= set(ALPHABET) else None
