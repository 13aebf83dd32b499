"""What a correction changed: the items of two versions side by side, and whether the file is another one."""

from collections.abc import Sequence
from typing import Any

from services.recert.models import DossierItem, DossierVersion

COMPARED = ("activity", "title", "done_on", "quantity", "page_from", "page_to")


def differences(old: DossierVersion, new: DossierVersion) -> dict[str, Any]:
    """Both versions, and the items that were added, withdrawn or changed, by position."""
    return {
        "old": old.number,
        "new": new.number,
        "file_changed": old.sha256 != new.sha256,
        "description_changed": old.description != new.description,
        "items": _changed(old.items, new.items),
    }


def _changed(old: Sequence[DossierItem], new: Sequence[DossierItem]) -> list[dict[str, Any]]:
    before = {item.position: item for item in old}
    after = {item.position: item for item in new}
    changed = []
    for position in sorted({*before, *after}):
        one, other = before.get(position), after.get(position)
        fields = _fields(one, other)
        if one is None or other is None or fields:
            change = "added" if one is None else "withdrawn" if other is None else "changed"
            changed.append({"position": position, "change": change, "old": one, "new": other, "fields_changed": fields})
    return changed


def _fields(one: DossierItem | None, other: DossierItem | None) -> list[str]:
    """The names of what differs; none when there is nothing to compare with."""
    if one is None or other is None:
        return []
    return [name for name in COMPARED if getattr(one, name) != getattr(other, name)]
