"""An import that is killed goes on where it stopped: nothing twice, nothing lost (issue "History")."""

from pathlib import Path
from typing import Any

import pytest

from chassis.files import FileStore
from chassis.testing import ServiceUnderTest
from contracts.einvoice import VoucherImported
from services.einvoice.history import cataloguing, importing, shelving
from tests.einvoice.archives import Papers
from tests.einvoice.test_killed import KilledError

NUMBERS = [f"B001-0000000{digit}" for digit in range(1, 6)]


@pytest.fixture
def old(service: ServiceUnderTest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Papers:
    """Five boletas and a note on one of them, in batches of two; one of them is no good."""
    monkeypatch.setattr(shelving, "BATCH", 2)
    monkeypatch.setattr(cataloguing, "BATCH", 3)
    old = Papers(service, tmp_path / "papeles")
    for number in NUMBERS:
        old.put_voucher(number=number)
    old.put_voucher("07", "BC01-00000001", amends=("03", NUMBERS[4]))
    old.put("malo.xml", b"<malo")
    return old


def dies(monkeypatch: pytest.MonkeyPatch, owner: Any, name: str, *, call: int, when: str) -> None:
    """Die before or after a call, the first, the second…"""
    real, calls = getattr(owner, name), iter(range(1, 1000))

    def die(*args: Any, **kwargs: Any) -> Any:
        number = next(calls)
        if number == call and when == "before":
            raise KilledError
        result = real(*args, **kwargs)
        if number == call:
            raise KilledError
        return result

    monkeypatch.setattr(owner, name, die)


POINTS: dict[str, tuple[Any, str, int, str]] = {
    "before the books of the second batch": (cataloguing, "_write", 2, "before"),
    "after the books of the second batch": (cataloguing, "_write", 2, "after"),
    "after a file is stored": (FileStore, "put", 4, "after"),
    "in the middle of the second batch": (importing, "record", 4, "after"),
    "before the events of the second batch": (importing, "publish", 2, "before"),
    "before the first batch is looked for": (importing, "next_keys", 1, "before"),
    "after the first batch": (importing, "next_keys", 2, "before"),
    "before the end": (importing, "tell_orphans", 1, "before"),
}


@pytest.mark.parametrize("point", POINTS)
def test_an_import_killed_anywhere_is_finished_by_the_next_one(old: Papers, point: str) -> None:
    owner, name, call, when = POINTS[point]
    with pytest.MonkeyPatch.context() as patch:
        dies(patch, owner, name, call=call, when=when)
        with pytest.raises(KilledError):
            old.bring_in()
    old.bring_in()
    found = old.vouchers()
    assert sorted(found) == [*NUMBERS, "BC01-00000001"]
    assert found["BC01-00000001"].amended_id == found[NUMBERS[4]].id
    assert sorted(event.number for event in old.service.events(VoucherImported)) == sorted(found)
    assert old.reasons() == {"malo.xml": "BAD_XML"}


def test_two_at_a_time_are_refused(old: Papers) -> None:
    lock = old.service.db.lock("history-import")
    assert lock.acquire()
    assert "ya hay una importación en curso" in old.bring_in().output
    lock.release()
    assert "importados: 6" in old.bring_in().output
