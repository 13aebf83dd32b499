"""Pages of a list that only knows its next cursor: the way back is carried in the address."""

from dataclasses import dataclass
from typing import Any

from flask import request, url_for

DEEPEST_TRAIL = 30


@dataclass(frozen=True)
class Pages:
    """Links to the neighbours of a page, and its number."""

    number: int
    previous: str | None
    next: str | None


def pages_around(endpoint: str, page: dict[str, Any], **filters: Any) -> Pages:
    """Links to the endpoint: `after` is the page's cursor, `previa` the cursors of the pages before it."""
    here = request.args.get("after") if request.method == "GET" else None
    trail = request.args.getlist("previa") if here else []

    def link(after: str | None, before: list[str]) -> str:
        return url_for(endpoint, **filters, after=after, previa=before[-DEEPEST_TRAIL:] or None)

    previous = link(trail[-1] if trail else None, trail[:-1]) if here else None
    following = link(page["next"], [*trail, here] if here else []) if page.get("next") else None
    return Pages(number=len(trail) + 2 if here else 1, previous=previous, next=following)
