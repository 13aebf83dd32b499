"""What is over is forgotten after a week, and nothing else."""

from sqlalchemy import func, select

from services.identity.jobs import forget_the_past
from services.identity.models import KnownAddress, LoginSession, OneTimeToken, RefreshToken, ThrottleCounter


def left(house):
    """Rows left in the tables that fill by themselves."""
    with house.service.transaction() as session:
        tables = (LoginSession, RefreshToken, OneTimeToken, ThrottleCounter, KnownAddress)
        return [session.scalar(select(func.count()).select_from(table)) for table in tables]


def test_sessions_links_and_counters_are_kept_for_a_week_after_their_end(house):
    house.log_in()
    house.link()
    house.log_in(password="wrong")
    before = left(house)

    house.service.clock.advance(days=7)
    house.service.run(forget_the_past)
    assert left(house) == before

    house.service.clock.advance(hours=12, seconds=1)
    house.service.run(forget_the_past)
    assert left(house) == [0, 0, 0, 0, 1]


def test_an_address_is_forgotten_when_it_is_no_longer_known(house):
    house.log_in()

    house.service.clock.advance(days=90, seconds=1)
    house.service.run(forget_the_past)

    assert left(house)[-1] == 0


def test_a_session_that_goes_on_is_left_alone(house):
    token = house.log_in(remember=True).body["refresh_token"]
    house.service.clock.advance(days=20)

    house.service.run(forget_the_past)

    assert house.refresh(token).status == 201
