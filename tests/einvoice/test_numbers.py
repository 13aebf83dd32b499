"""Numbers: gapless per series, never twice, under any number of workers (sunat.md 2.6, invariant I1)."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from chassis.testing import ServiceUnderTest
from services.einvoice.errors import NoSeries
from services.einvoice.models import Series, Voucher
from services.einvoice.models.series import reserve_number
from tests.einvoice.facts import a_payment

THREADS, EACH = 20, 3


def last_number(service: ServiceUnderTest, series: str) -> int:
    """Where a counter stands."""
    with service.transaction() as session:
        return session.scalars(select(Series.last_number).where(Series.series == series)).one()


def test_twenty_workers_give_every_number_once_and_leave_no_gap(service: ServiceUnderTest) -> None:
    """I1: series and number without gaps or doubles."""
    barrier = threading.Barrier(THREADS)

    def work(worker: int) -> None:
        barrier.wait()
        for turn in range(EACH):
            order = f"{worker}-{turn}"
            service.deliver(a_payment(order_id=order), id=f"event-{order}")

    with ThreadPoolExecutor(THREADS) as pool:
        list(pool.map(work, range(THREADS)))
    with service.transaction() as session:
        numbers = sorted(session.scalars(select(Voucher.number).where(Voucher.series == "B003")))
    assert numbers == list(range(1, THREADS * EACH + 1))
    assert last_number(service, "B003") == THREADS * EACH


def test_a_transaction_that_fails_gives_its_number_back(service: ServiceUnderTest) -> None:
    """Gapless: the next one gets the same number."""
    with pytest.raises(RuntimeError), service.transaction() as session:
        reserve_number(session, "03", "03")
        raise RuntimeError
    with service.transaction() as session:
        assert reserve_number(session, "03", "03").number == 1


def test_half_of_the_workers_failing_leaves_no_gap(service: ServiceUnderTest) -> None:
    """Rolled back numbers are given again, also under concurrency."""
    given: list[int] = []

    def work(worker: int) -> None:
        try:
            with service.transaction() as session:
                number = reserve_number(session, "03", "03").number
                if worker % 2:
                    raise RuntimeError
            given.append(number)
        except RuntimeError:
            pass

    with ThreadPoolExecutor(THREADS) as pool:
        list(pool.map(work, range(THREADS)))
    assert sorted(given) == list(range(1, THREADS // 2 + 1))


@pytest.mark.parametrize(
    ("voucher_type", "council", "series"), [("03", "03", "B003"), ("01", "15", "F015"), ("03", "00", "BCN7")]
)
def test_each_council_and_type_has_its_series(
    service: ServiceUnderTest, voucher_type: str, council: str, series: str
) -> None:
    """Issue 2: series per voucher type and council."""
    with service.transaction() as session:
        assert reserve_number(session, voucher_type, council).series == series


def test_a_council_without_a_series_uses_the_national_councils(service: ServiceUnderTest) -> None:
    """Nobody who paid waits for a series."""
    with service.transaction() as session:
        assert reserve_number(session, "03", "99").series == "BCN7"


def test_a_type_without_any_series_is_an_error_that_names_it(service: ServiceUnderTest) -> None:
    """The operator reads what to add."""
    with service.transaction() as session, pytest.raises(NoSeries, match="08 for council 03"):
        reserve_number(session, "08", "03")


def test_series_count_apart(service: ServiceUnderTest) -> None:
    """A row lock per series."""
    with service.transaction() as session:
        taken = [reserve_number(session, "03", council).number for council in ("03", "15", "03", "15")]
    assert taken == [1, 1, 2, 2]


def test_a_counter_goes_on_from_where_another_system_stopped(service: ServiceUnderTest) -> None:
    """BCN7-00005170 follows 5169."""
    with service.transaction() as session:
        session.scalars(select(Series).where(Series.series == "BCN7")).one().last_number = 5169
    with service.transaction() as session:
        assert reserve_number(session, "03", "00").number == 5170


def test_a_series_ends_with_its_eighth_digit(service: ServiceUnderTest) -> None:
    """1001: eight digits; the ninth would be refused, so the database refuses it first."""
    with service.transaction() as session:
        session.scalars(select(Series).where(Series.series == "BCN7")).one().last_number = 99_999_999
    with pytest.raises(IntegrityError), service.transaction() as session:
        reserve_number(session, "03", "00")


def test_two_active_series_for_one_council_cannot_be(service: ServiceUnderTest) -> None:
    """Else a number could come from either."""
    with pytest.raises(IntegrityError), service.transaction() as session:
        session.add(Series(voucher_type="03", series="B903", council="03"))


def test_a_number_cannot_be_stored_twice(service: ServiceUnderTest) -> None:
    """UNIQUE(type, series, number): the last line of defence."""
    service.deliver(a_payment())
    with service.transaction() as session:
        session.scalars(select(Series).where(Series.series == "B003")).one().last_number = 0
    service.deliver(a_payment(order_id="order-9"), fails=True)
    assert len(service.published()) == 1
