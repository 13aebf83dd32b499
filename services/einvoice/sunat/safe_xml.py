"""Reading XML that somebody else wrote: no entities, no network, no DOCTYPE (ASVS 1.5.1)."""

from lxml import etree

MAX_BYTES = 5 * 1024 * 1024


def parse(data: bytes) -> etree._Element:
    """The root element. Raises ValueError for anything that is not a plain, small XML document."""
    if len(data) > MAX_BYTES:
        raise ValueError("XML too large")
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        root = etree.fromstring(data, parser)
    except etree.XMLSyntaxError as error:
        raise ValueError(f"not XML: {error.msg}") from error
    if root.getroottree().docinfo.internalDTD is not None:
        raise ValueError("XML with a DOCTYPE")
    return root


def text_of(root: etree._Element, *names: str) -> str:
    """Text of the first element with one of these local names, whatever its namespace; empty when absent."""
    for name in names:
        found = root.find(f".//{{*}}{name}")
        if found is not None:
            return "".join(str(part) for part in found.itertext()).strip()
    return ""
