"""Finding physicians in the public register: by number, by words of the names in any order, by speciality.

A page costs the same however many there are: the index is read from where the rarest word begins until the page is
full. Counting all that were found would not, so nobody is told how many there are.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, and_, exists, func, select, tuple_
from sqlalchemy.orm import Session, aliased

from services.recert.models import PublicPhysician, PublicSpeciality, PublicWord
from services.recert.register.words import LAST, plain, typed_words

MOST_WORDS = 6
COUNTED = 500
"""A word that begins more names than this is as common as any."""


@dataclass(frozen=True)
class Found:
    """One page, and where the next one begins."""

    items: list[PublicPhysician]
    next: str | None


def by_number(session: Session, text: str) -> PublicPhysician | None:
    """The physician of a CMP number whose zeros may be missing (AMB-5)."""
    number = text.zfill(6) if text.isascii() and text.isdigit() and len(text) <= 6 else ""
    row = session.get(PublicPhysician, number) if number else None
    return row if row is not None and row.registered_on is not None else None


def search(session: Session, text: str, speciality: str, after: str | None, limit: int) -> Found:
    """Physicians whose names have words that begin as typed, in any order; of a speciality when one is given."""
    words = typed_words(text)[:MOST_WORDS]
    if speciality:
        return _of_speciality(session, plain(speciality), words, after, limit)
    if not words:
        return Found([], None)
    leading = _rarest(session, words)
    return _of_word(session, leading, [word for word in words if word != leading], after, limit)


def specialities(session: Session) -> list[str]:
    """The names of all specialities somebody is registered in; the index is asked for each next one, not read whole."""
    name = PublicSpeciality.search_name
    known = select(func.min(name).label("name")).cte(recursive=True)
    following = select(func.min(name)).where(name > known.c.name).scalar_subquery()
    known = known.union_all(select(following).where(known.c.name.is_not(None)))
    written = select(func.min(PublicSpeciality.name)).where(name == known.c.name).scalar_subquery()
    return list(session.scalars(select(written).where(known.c.name.is_not(None)).order_by(known.c.name)))


def _of_word(session: Session, leading: str, others: Sequence[str], after: str | None, limit: int) -> Found:
    """By the word that fits, surnames before given names; who fits by two words is listed by the first one only."""
    listed, earlier = PublicWord, aliased(PublicWord)
    order = (listed.word, listed.place, listed.sort_key, listed.cmp_number)
    fits_earlier = and_(earlier.cmp_number == listed.cmp_number, earlier.word >= leading, earlier.word < listed.word)
    wanted = select(PublicPhysician, listed.word).join(listed, listed.cmp_number == PublicPhysician.cmp_number)
    wanted = wanted.where(_begins(listed.word, leading), ~exists().where(fits_earlier))
    wanted = wanted.where(*(_has(listed.cmp_number, word) for word in others))
    if after:
        word, _, number = after.rpartition(".")
        last = session.get(listed, (number, word))
        here = (word, last.place, last.sort_key, number) if last else (word, 0, "", "")
        wanted = wanted.where(tuple_(*order) > here)
    found = session.execute(wanted.order_by(*order).limit(limit + 1)).all()
    page = [row for row, _ in found[:limit]]
    return Found(page, f"{found[limit - 1][1]}.{page[-1].cmp_number}" if len(found) > limit else None)


def _of_speciality(session: Session, name: str, words: Sequence[str], after: str | None, limit: int) -> Found:
    """By name; `after` is the CMP number a page ended with."""
    listed = PublicSpeciality
    wanted = select(PublicPhysician).join(listed, listed.cmp_number == PublicPhysician.cmp_number)
    wanted = wanted.where(listed.search_name == name, *(_has(listed.cmp_number, word) for word in words))
    if after:
        last = session.get(PublicPhysician, after)
        wanted = wanted.where(tuple_(listed.sort_key, listed.cmp_number) > (last.sort_key if last else "", after))
    found = list(session.scalars(wanted.order_by(listed.sort_key, listed.cmp_number).limit(limit + 1)))
    page = found[:limit]
    return Found(page, page[-1].cmp_number if len(found) > limit else None)


def _has(number: Any, word: str) -> ColumnElement[bool]:
    other = aliased(PublicWord)
    return exists().where(other.cmp_number == number, _begins(other.word, word))


def _begins(column: Any, word: str) -> ColumnElement[bool]:
    return and_(column >= word, column < word + LAST)


def _rarest(session: Session, words: Sequence[str]) -> str:
    """The word to begin with: of several, the one that begins the fewest names, counted no further than need be."""
    if len(words) == 1:
        return words[0]

    def names(word: str) -> int:
        some = select(PublicWord.word).where(_begins(PublicWord.word, word)).limit(COUNTED).subquery()
        return session.scalar(select(func.count()).select_from(some)) or 0

    return min(words, key=lambda word: (names(word), -len(word)))
