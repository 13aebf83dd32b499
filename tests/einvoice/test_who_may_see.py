"""Who may see which voucher (product 1.5): what is not yours is not found, whichever way you come."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from chassis.auth import Principal
from contracts.einvoice import VoucherMailRequested
from contracts.payments import Recipient
from tests.einvoice.facts import CLINIC, ROSA
from tests.einvoice.shelf import OTHER, ROSA_LOGIN, Shelf
from tests.people import a_service, physician, staff

PATIENT = Recipient(document_type="1", document_number="04000009", name="SOTO ÑIQUE ANA")


def client_with(customer: Recipient) -> Principal:
    """The login of a client with this document."""
    who = {"document_type": customer.document_type, "document_number": customer.document_number}
    return physician(kind="client", subject=f"client-{customer.document_number}", cmp_number=None, **who)


KINDS: dict[str, dict[str, Any]] = {
    "boleta": {},
    "NC on boleta": {"as_type": "07", "amended_type": "03"},
    "factura": {"as_type": "01"},
    "NC on factura": {"as_type": "07", "amended_type": "01"},
    "ND": {"as_type": "08", "amended_type": "01"},
}
STRANGER = physician(kind="client", subject="client-x", document_type="6", document_number="20512333797")
OWN_RUC = Recipient(
    document_type="6", document_number="10400000013", name="QUISPE ÑAUPARI ROSA ELVIRA", address="JR. 2"
)
CLERK = staff("vouchers:read", "vouchers:mail")
YES, NO = {200, 202, 409}, {404}
"""What may be looked at may still be on its way (409): here no voucher has its receipt."""

TABLE: dict[str, tuple[Recipient, Any, str]] = {
    "physician, option 1": (ROSA, ROSA_LOGIN, "yes yes no no no"),
    "physician, own boletas but of the RUC, option 1": (OWN_RUC, ROSA_LOGIN, "no no no no no"),
    "physician, option 2 with own RUC": (OWN_RUC, client_with(OWN_RUC), "yes yes yes yes yes"),
    "physician, option 2, issued to the DNI": (ROSA, client_with(OWN_RUC), "no no no no no"),
    "client with DNI": (PATIENT, client_with(PATIENT), "yes yes yes yes yes"),
    "client with RUC": (CLINIC, client_with(CLINIC), "yes yes yes yes yes"),
    "another client": (CLINIC, STRANGER, "no no no no no"),
    "another physician": (ROSA, OTHER, "no no no no no"),
    "staff, by the owner's routes": (ROSA, CLERK, "no no no no no"),
}
"""The table of product 1.5; staff come in by the desk's own routes."""


@pytest.mark.parametrize("row", TABLE)
def test_every_cell_of_the_who_may_see_table(shelf: Shelf, row: str) -> None:
    """VOU-2, VOU-3, VOC-1: list, look, download, print, ZIP and mail agree; every "no" is 404, never 403."""
    customer, viewer, answers = TABLE[row]
    vouchers = {kind: shelf.put(customer=customer, **facts) for kind, facts in KINDS.items()}
    expected = dict(zip(KINDS, answers.split(), strict=True))
    listed = shelf.ids(viewer, state="any")
    assert {kind: voucher in listed for kind, voucher in vouchers.items()} == {
        kind: answer == "yes" for kind, answer in expected.items()
    }
    found = {kind: shelf.statuses(voucher, viewer) for kind, voucher in vouchers.items()}
    wrong = {kind: told for kind, told in found.items() if not told <= (YES if expected[kind] == "yes" else NO)}
    assert not wrong
    exported = shelf.get("vouchers/export", viewer, state="any").data.decode().count("\r\n") - 1
    assert exported == answers.count("yes")


NOT_MINE: dict[str, dict[str, Any]] = {
    "own factura to the own DNI's name": {"as_type": "01"},
    "factura to a RUC": {"voucher_type": "01", "customer": CLINIC},
    "debit note on a boleta": {"as_type": "08", "amended_type": "03"},
    "debit note on a factura": {"as_type": "08", "amended_type": "01"},
    "credit note on a factura": {"as_type": "07", "amended_type": "01"},
    "credit note on nothing known": {"as_type": "07"},
    "another person's boleta": {
        "customer": Recipient(document_type="1", document_number="40000002", name="OTRO MÉDICO")
    },
    "the same number as another kind of document": {
        "customer": Recipient(document_type="4", document_number="40000001", name="OTRA PERSONA")
    },
    "a boleta of before June 2019": {"issued_at": datetime(2019, 5, 31, 15, 0, tzinfo=UTC)},
}


def test_what_option_1_does_not_show_is_not_found_by_its_address_either(shelf: Shelf) -> None:
    """VOU-2, VOU-3 and every "no" of the who-may-see table: 404, not 403, on every way in."""
    hidden = {what: shelf.put(printed=True, **facts) for what, facts in NOT_MINE.items()}
    assert shelf.ids(state="any") == []
    assert {what: shelf.statuses(voucher) for what, voucher in hidden.items()} == {what: {404} for what in NOT_MINE}
    assert VoucherMailRequested not in shelf.service.published()


@pytest.mark.parametrize("note", [{}, {"as_type": "07", "amended_type": "03"}])
def test_own_boletas_and_credit_notes_on_boletas_are_shown(shelf: Shelf, note: dict[str, Any]) -> None:
    """VOU-2, VOU-3: every "yes" of option 1."""
    shown = shelf.put(**note)
    assert shelf.ids() == [shown]
    assert shelf.get(f"vouchers/{shown}").status_code == 200


VIEWERS = {
    "another physician": OTHER,
    "a physician without a document": physician(document_number=None),
    "staff": staff("vouchers:read", "vouchers:mail"),
    "a service": a_service("notifier", "vouchers:read", "vouchers:mail"),
    "a client": physician(kind="client", document_type="6", document_number="10400000013"),
}


def test_nobody_else_finds_a_physicians_boleta(shelf: Shelf) -> None:
    """404, not 403: not even that it exists."""
    voucher = shelf.put(printed=True)
    assert {viewer: shelf.ids(who, state="any") for viewer, who in VIEWERS.items()} == {
        viewer: [] for viewer in VIEWERS
    }
    assert {viewer: shelf.statuses(voucher, who) for viewer, who in VIEWERS.items()} == {
        viewer: {404} for viewer in VIEWERS
    }


def test_a_voucher_that_is_not_there_looks_like_one_that_is_not_yours(shelf: Shelf) -> None:
    """The same problem, word for word."""
    hidden = shelf.put(voucher_type="01", customer=CLINIC)
    problems = [shelf.get(f"vouchers/{each}").get_json() for each in (hidden, "nothing")]
    assert problems[0]["type"] == "urn:cmp:problem:einvoice/voucher-not-found"
    assert [(each["type"], each["title"], each["detail"]) for each in problems].count(
        (problems[0]["type"], problems[0]["title"], problems[0]["detail"])
    ) == 2


def test_without_a_token_nothing_is_told(shelf: Shelf) -> None:
    """401 on every route."""
    assert shelf.statuses("x", None) == {401}
    assert {shelf.get(path, None).status_code for path in ("vouchers", "orders/x/voucher")} == {401}


def test_reading_needs_its_permission(shelf: Shelf) -> None:
    """403 without vouchers:read."""
    who = physician(permissions=frozenset({"vouchers:mail"}))
    paths = ("vouchers", "vouchers/x", "vouchers/x/pdf", "vouchers/x/xml", "vouchers/x/cdr", "orders/x/voucher")
    assert {shelf.get(path, who).status_code for path in paths} == {403}
    assert shelf.post("vouchers/print", who, ids=["x"]).status_code == 403


def test_mailing_needs_its_permission(shelf: Shelf) -> None:
    """403 without vouchers:mail."""
    assert (
        shelf.post("vouchers/mail", physician(permissions=frozenset({"vouchers:read"})), ids=["x"]).status_code == 403
    )


def test_a_token_is_good_for_ten_minutes_only(shelf: Shelf, clock_at: Callable[[timedelta], None]) -> None:
    """An old token opens nothing."""
    client = shelf.service.client(ROSA_LOGIN)
    clock_at(timedelta(minutes=11))
    assert client.get("/v1/vouchers").status_code == 401
