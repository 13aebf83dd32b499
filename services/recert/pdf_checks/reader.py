"""Opens one PDF and says on one line of JSON what it is: `{"pages": 3}` or `{"fault": "password"}`.

Run as a program of its own (`checking`), with limits on time and memory: a hostile file ends this process and no other.
It imports nothing of ours, so that it starts fast and holds nothing worth taking.
"""

import json
import logging
import resource
import sys
from collections.abc import Iterator
from typing import Any

DEEPEST = 200
"""Objects nested deeper than this are nobody's scan of a certificate."""

RUNS = {"/JavaScript", "/Launch", "/ImportData", "/SubmitForm", "/Rendition", "/Movie", "/Sound", "/GoToE", "/GoToR"}
"""Actions that do more than turn to a page of this file or follow a link."""

CARRIES = {"/EmbeddedFiles", "/EF", "/RichMedia", "/Collection"}
"""Keys of whatever brings another file along."""

CARRIERS = {"/FileAttachment", "/RichMedia", "/Movie", "/Sound", "/Screen", "/3D"}
"""Annotations that do."""


class Found(Exception):
    """A reason not to let the file in."""


def examine(path: str) -> dict[str, Any]:
    """Pages or fault of the file."""
    from pypdf import PdfReader

    try:
        reader = PdfReader(path, strict=False)
        if reader.is_encrypted:
            return {"fault": "password"}
        pages = sum(1 for _ in reader.pages)
        for thing in _objects(reader):
            _look(thing, 0)
    except Found as found:
        return {"fault": str(found)}
    except MemoryError:
        return {"fault": "damaged"}
    except Exception:  # whatever a broken file makes of a parser
        return {"fault": "damaged"}
    return {"pages": pages} if pages else {"fault": "no-pages"}


def _objects(reader: Any) -> Iterator[Any]:
    """The trailer and every object the file has, reachable or not."""
    from pypdf.generic import IndirectObject

    yield reader.trailer
    numbers = {(number, generation) for generation, table in reader.xref.items() for number in table}
    numbers |= {(number, 0) for number in reader.xref_objStm}
    for number, generation in sorted(numbers):
        if number:
            yield IndirectObject(number, generation, reader).get_object()


def _look(thing: Any, depth: int) -> None:
    """Raise Found for what acts or carries; references are not followed: every object has its turn."""
    if depth > DEEPEST:
        raise Found("damaged")
    if isinstance(thing, dict):
        _judge(thing)
        for inner in dict.values(thing):
            _look(inner, depth + 1)
    elif isinstance(thing, list):
        for inner in list.__iter__(thing):
            _look(inner, depth + 1)


def _judge(thing: Any) -> None:
    """One dictionary: its keys and what kind of action it is."""
    if "/JS" in thing or "/AA" in thing or "/XFA" in thing or thing.get("/S") in RUNS:
        raise Found("active")
    opening = thing.get("/OpenAction")
    if isinstance(opening, dict) and opening.get("/S") != "/GoTo":
        raise Found("active")
    if CARRIES & set(thing) or thing.get("/Type") == "/EmbeddedFile" or thing.get("/Subtype") in CARRIERS:
        raise Found("embedded")


def main() -> None:
    """`reader.py FILE SECONDS BYTES`: limit this process first, then open the file."""
    path, seconds, most_bytes = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    resource.setrlimit(resource.RLIMIT_AS, (most_bytes, most_bytes))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    logging.disable(logging.CRITICAL)
    sys.stdout.write(json.dumps(examine(path)))


if __name__ == "__main__":
    main()
