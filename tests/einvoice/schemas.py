"""The sequences of SUNAT's schemas, as the simulator keeps them: the product's tests need no XSD."""

import json
from pathlib import Path

from lxml import etree

ORDERS = json.loads(
    (Path(__file__).parents[2] / "simulators/tax_authority/data/element_order.json").read_text(encoding="utf-8")
)


def schema_problems(root: etree._Element) -> list[str]:
    """What stands in the wrong place, is unknown to the schema, or repeats although it may not."""
    version = "2.0" if etree.QName(root).localname in ("SummaryDocuments", "VoidedDocuments") else "2.1"
    found = []
    for element in root.iter(etree.Element):
        order = ORDERS[version].get(etree.QName(element).localname)
        if order and "xmldsig" not in str(element.tag):
            found += _misplaced(element, order.split())
    return found


def _misplaced(parent: etree._Element, order: list[str]) -> list[str]:
    names = [name.rstrip("*") for name in order]
    children = [etree.QName(child).localname for child in parent.iterchildren(etree.Element)]
    where = etree.QName(parent).localname
    unknown = [f"{where}/{child} unknown" for child in children if child not in names]
    if unknown:
        return unknown
    places = [names.index(child) for child in children]
    twice = [
        f"{where}/{name} repeats" for name in set(children) if children.count(name) > 1 and f"{name}*" not in order
    ]
    return twice + ([] if places == sorted(places) else [f"{where}: {children} out of order"])
