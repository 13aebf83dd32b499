"""The local copy of the physicians: newest wins, whatever order events arrive in."""

from services.payments.models import Payer
from tests.payments.desk import Desk
from tests.payments.facts import a_physician_changed, a_physician_registered


def payer(desk: Desk) -> Payer:
    """Rosa as payments knows her."""
    with desk.service.transaction() as session:
        return session.get_one(Payer, "012345")


def test_a_registered_physician_is_known(desk: Desk) -> None:
    """With the name in both forms."""
    rosa = payer(desk)
    assert (rosa.name, rosa.voucher_name) == ("Rosa Elvira Quispe Ñaupari", "QUISPE ÑAUPARI ROSA ELVIRA")


def test_a_change_replaces_the_copy(desk: Desk) -> None:
    """The whole new state."""
    desk.service.deliver(a_physician_changed(council="05", given_names="Rosa"), sequence=2)
    assert (payer(desk).council, payer(desk).given_names) == ("05", "Rosa")


def test_an_older_change_that_arrives_later_is_ignored(desk: Desk) -> None:
    """Redelivery and replay reorder."""
    desk.service.deliver(a_physician_changed(council="07"), sequence=9)
    desk.service.deliver(a_physician_changed(council="05"), sequence=8)
    desk.service.deliver(a_physician_registered(council="03"), sequence=1)
    assert payer(desk).council == "07"


def test_the_same_change_twice_counts_once(desk: Desk) -> None:
    """The inbox knows it."""
    desk.service.deliver(a_physician_changed(council="05"), sequence=2, times=2)
    assert payer(desk).council == "05"


def test_a_change_may_come_before_the_registration(desk: Desk) -> None:
    """It carries the whole state."""
    desk.service.deliver(a_physician_changed(cmp_number="034567", council="05"), sequence=4)
    desk.service.deliver(a_physician_registered(cmp_number="034567", council="03"), sequence=3)
    with desk.service.transaction() as session:
        assert session.get_one(Payer, "034567").council == "05"


def test_a_physician_without_maternal_surname_has_no_blank_in_the_name(desk: Desk) -> None:
    """Foreign names often have one surname."""
    desk.service.deliver(a_physician_changed(maternal_surname=""), sequence=2)
    assert (payer(desk).name, payer(desk).voucher_name) == ("Rosa Elvira Quispe", "QUISPE ROSA ELVIRA")


def test_an_order_keeps_the_name_it_was_placed_with(desk: Desk) -> None:
    """The payer accepted that voucher."""
    order = desk.place(*desk.owe("202608"))
    desk.service.deliver(a_physician_changed(paternal_surname="Otro"), sequence=2)
    assert desk.order(order)["voucher"]["name"] == "QUISPE ÑAUPARI ROSA ELVIRA"
