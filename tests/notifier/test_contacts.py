"""The local copy of registered addresses (ACC-7)."""

from chassis.testing import ServiceUnderTest
from services.notifier.models import Contact
from tests.notifier.facts import a_contact


def address_of(service: ServiceUnderTest, account_id: str = "account-1") -> str | None:
    with service.transaction() as session:
        contact = session.get(Contact, account_id)
        return contact.email if contact else None


def test_a_new_address_counts_from_the_moment_it_is_told(service: ServiceUnderTest) -> None:
    service.deliver(a_contact("vieja@example.pe"), sequence=1)
    service.deliver(a_contact("nueva@example.pe"), sequence=2)
    assert address_of(service) == "nueva@example.pe"


def test_an_older_address_that_arrives_late_changes_nothing(service: ServiceUnderTest) -> None:
    service.deliver(a_contact("nueva@example.pe"), sequence=2)
    service.deliver(a_contact("vieja@example.pe"), sequence=1)
    assert address_of(service) == "nueva@example.pe"


def test_accounts_do_not_share_addresses(service: ServiceUnderTest) -> None:
    service.deliver(a_contact("rosa@example.pe"))
    service.deliver(a_contact("luis@example.pe", account_id="account-2"))
    assert address_of(service) == "rosa@example.pe"
    assert address_of(service, "account-2") == "luis@example.pe"
