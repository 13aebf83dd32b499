"""What this service does when something happened elsewhere: keep its copies of physicians and councils fresh."""

from sqlalchemy.orm import Session

from chassis.inbox import Subscriptions, received
from contracts.identity import CouncilChanged, PhysicianChanged, PhysicianRegistered
from services.payments.models import CouncilName, Payer
from services.payments.standing.reckoning import reassess

subscriptions = Subscriptions("payments")


@subscriptions.on(PhysicianRegistered)
def welcome_payer(event: PhysicianRegistered, session: Session) -> None:
    """Know a new physician, so that orders and boletas can carry the name."""
    _learn(event, session)


@subscriptions.on(PhysicianChanged)
def refresh_payer(event: PhysicianChanged, session: Session) -> None:
    """Take over changed data; orders placed before keep the data they were placed with."""
    _learn(event, session)


@subscriptions.on(CouncilChanged)
def remember_council(event: CouncilChanged, session: Session) -> None:
    """Know what a council is called, for reports."""
    sequence = received(session).sequence
    council = session.get(CouncilName, event.code, with_for_update=True)
    if council is None:
        session.add(CouncilName(code=event.code, label=event.label, sequence=sequence))
    elif sequence > council.sequence:
        council.label, council.sequence = event.label, sequence


def _learn(event: PhysicianRegistered | PhysicianChanged, session: Session) -> None:
    """Apply the whole state an event carries, unless a newer one was applied before."""
    sequence = received(session).sequence
    payer = session.get(Payer, event.cmp_number, with_for_update=True)
    if payer is None:
        payer = Payer(cmp_number=event.cmp_number, sequence=-1)
        session.add(payer)
    if sequence > payer.sequence:
        payer.learn(event, sequence)
        reassess(session, event.cmp_number)
