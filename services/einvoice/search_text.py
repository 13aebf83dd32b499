"""Names as they are searched for: without accents, case or double spaces."""

import unicodedata


def search_text(name: str) -> str:
    """`Ñaupari  QUISPE` -> `naupari quispe`, on both sides of the comparison."""
    apart = unicodedata.normalize("NFKD", name)
    bare = "".join(character for character in apart if not unicodedata.combining(character))
    return " ".join(bare.casefold().split())
