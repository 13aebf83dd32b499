"""Is it the right kind of XML, in the order of the schema? SUNAT's own schemas answer 0306 otherwise."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from lxml import etree

from ..documents import NS, Document
from .finding import Check, Context, Finding

ORDER_FILE = Path(__file__).parent.parent / "data" / "element_order.json"
DSIG = f"{{{NS['ds']}}}"


@cache
def element_order(version: str) -> dict[str, dict[str, tuple[int, bool]]]:
    """Per aggregate: each child's place and whether it may repeat. Read from data that never changes while running."""
    orders = json.loads(ORDER_FILE.read_text(encoding="utf-8"))[version]
    return {
        parent: {child.rstrip("*"): (place, child.endswith("*")) for place, child in enumerate(children.split())}
        for parent, children in orders.items()
    }


def check_root(document: Document, _: Context) -> Iterator[Finding]:
    """0306: the root must be the one of the kind that the file name tells."""
    if document.root.tag != document.kind.root:
        yield Finding("0306", f"raíz {document.root.tag}")


def check_order(document: Document, _: Context) -> Iterator[Finding]:
    """0306: elements unknown, repeated or out of the schema's order."""
    orders = element_order("2.0" if document.name.is_summary else "2.1")
    for element in document.elements():
        order = orders.get(etree.QName(element).localname)
        if order and not element.tag.startswith(DSIG):
            yield from misplaced(element, order)


def misplaced(parent: etree._Element, order: dict[str, tuple[int, bool]]) -> Iterator[Finding]:
    """Compare one aggregate's children with the schema's sequence."""
    last, repeats = -1, True
    for child in parent.iterchildren(etree.Element):
        name = etree.QName(child).localname
        place, many = order.get(name, (-1, False))
        if place < last or place == -1 or (place == last and not repeats):
            yield Finding("0306", f"cvc-complex-type: '{name}' no se espera en '{etree.QName(parent).localname}'")
            return
        last, repeats = place, many


def check_extension(document: Document, _: Context) -> Iterator[Finding]:
    """0306: the schema refuses an empty ExtensionContent."""
    for content in document.all("ext:UBLExtensions/ext:UBLExtension/ext:ExtensionContent"):
        if len(content) == 0:
            yield Finding("0306", "ExtensionContent vacío")


def check_empty_elements(document: Document, _: Context) -> Iterator[Finding]:
    """0306: an amount without a number or without its currency does not pass the schema."""
    for element in document.elements():
        if etree.QName(element).localname.endswith("Amount") and not element.get("currencyID"):
            yield Finding("0306", f"{etree.QName(element).localname} sin currencyID")


CHECKS: tuple[Check, ...] = (check_root, check_order, check_extension, check_empty_elements)
