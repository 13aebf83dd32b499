"""What monitoring sees: the age of the queue, the days left, whether filing is paused (sunat.md 2.13)."""

from datetime import date, timedelta

import pytest

from chassis.settings import SettingsError
from chassis.testing import ServiceUnderTest
from services.einvoice.certificates import SigningKey
from services.einvoice.jobs import measure_queue, send_queued_vouchers
from services.einvoice.measures import days_left
from services.einvoice.settings import Settings
from tests.einvoice.conftest import Office
from tests.einvoice.facts import a_factura_payment, a_payment


def metric(service: ServiceUnderTest, line: str) -> float:
    """The value of a metric by its exposition name and labels."""
    service.run(measure_queue)
    exposed = service.service.metrics.render().decode().splitlines()
    (found,) = [each for each in exposed if each.startswith(line)]
    return float(found.rpartition(" ")[2])


OLDEST = 'cmp_einvoice_oldest_open_seconds{service="einvoice"}'
PAUSED = 'cmp_einvoice_queue_paused{service="einvoice"}'


def test_an_empty_queue_has_no_age(service: ServiceUnderTest) -> None:
    """Zero, not absent: an alert must see it fall."""
    assert metric(service, OLDEST) == 0


def test_the_age_of_the_queue_is_that_of_its_oldest_voucher(service: ServiceUnderTest) -> None:
    """The watchdog on unsent documents (greenter #89)."""
    service.deliver(a_payment())
    service.clock.advance(hours=1)
    service.deliver(a_payment(order_id="order-2"))
    assert metric(service, OLDEST) == 3600


def test_a_judged_voucher_is_no_longer_waited_for(office: Office) -> None:
    """The queue is empty again."""
    office.service.deliver(a_payment())
    office.send()
    assert metric(office.service, OLDEST) == 0


@pytest.mark.parametrize(
    ("voucher_type", "series", "issued", "left"),
    [
        ("01", "F001", date(2026, 11, 20), 3),
        ("01", "F001", date(2026, 11, 17), 0),
        ("01", "F001", date(2026, 11, 16), -1),
        ("03", "B001", date(2026, 11, 20), 7),
        ("03", "B001", date(2026, 11, 12), -1),
        ("07", "F001", date(2026, 11, 20), 3),
        ("07", "BCN5", date(2026, 11, 20), 7),
        ("08", "F001", date(2026, 11, 20), 3),
    ],
)
def test_days_left_are_counted_by_the_calendar_of_lima(
    service: ServiceUnderTest, voucher_type: str, series: str, issued: date, left: int
) -> None:
    """sunat.md 2.13: factura and its notes 3 days, boleta 7."""
    with service.context():
        assert days_left(voucher_type, series, issued) == left


def test_the_fewest_days_left_are_shown_per_type(service: ServiceUnderTest) -> None:
    """Alert before it is too late."""
    service.deliver(a_factura_payment())
    service.clock.advance(days=2)
    service.deliver(a_factura_payment(order_id="order-3"))
    name = "cmp_einvoice_deadline_days_left"
    assert metric(service, f'{name}{{service="einvoice",type="01"}}') == 1
    assert metric(service, f'{name}{{service="einvoice",type="03"}}') == 7


def test_a_pause_is_seen(office: Office) -> None:
    """Refused credentials alert somebody."""
    assert metric(office.service, PAUSED) == 0
    office.sunat.will("fault", code="0111")
    office.service.deliver(a_payment())
    office.send()
    assert metric(office.service, PAUSED) == 1


def test_requests_are_counted_by_operation_and_outcome(office: Office) -> None:
    """Issue 2: sunat requests by operation and outcome."""
    office.sunat.will("fault", code="0130")
    office.service.deliver(a_payment())
    office.send(times=2)
    name = "cmp_sunat_requests_total"
    for outcome in ("Retry", "Accepted"):
        assert metric(office.service, f'{name}{{operation="sendBill",outcome="{outcome}",service="einvoice"}}') == 1


def test_the_days_of_the_certificate_are_shown(service: ServiceUnderTest, key: SigningKey) -> None:
    """Whole days to the end of its validity, one fewer every day (issue 5)."""
    name = 'cmp_einvoice_certificate_days_left{service="einvoice"}'
    assert metric(service, name) == (key.expires_at - service.clock.now()).days > 0
    service.clock.set(key.expires_at - timedelta(days=1))
    assert metric(service, name) == 1


def test_open_vouchers_are_counted_by_state(service: ServiceUnderTest) -> None:
    """The queue by state."""
    service.deliver(a_payment())
    assert metric(service, 'cmp_einvoice_open{service="einvoice",state="queued"}') == 1
    service.run(send_queued_vouchers)
    assert metric(service, 'cmp_einvoice_open{service="einvoice",state="exception"}') == 0


def test_a_ruc_that_cannot_be_one_stops_the_start() -> None:
    """Product 2.8: better no start than wrong vouchers."""
    with pytest.raises(SettingsError, match="CMP_EINVOICE_ISSUER_RUC"):
        Settings(issuer_ruc="20000000002")
