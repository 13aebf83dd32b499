"""What recert does when something happened elsewhere: keep up with the register and certify what follows."""

from sqlalchemy.orm import Session

from chassis.clock import now
from chassis.inbox import Subscriptions, received
from chassis.outbox import publish
from contracts.identity import PhysicianChanged, PhysicianRegistered
from services.recert.models import Physician

subscriptions = Subscriptions("recert")


@subscriptions.on(PhysicianRegistered)
def certify_new_physician(event: PhysicianRegistered, session: Session) -> None:
    """Enrolment and each speciality certify for five years by themselves (product 2.3)."""
    _learn(event, session)


@subscriptions.on(PhysicianChanged)
def follow_register(event: PhysicianChanged, session: Session) -> None:
    """Keep the copy current; a new speciality, or a corrected date, certifies anew."""
    _learn(event, session)


def _learn(event: PhysicianRegistered | PhysicianChanged, session: Session) -> None:
    """Apply the state an event carries unless a later one is known already: redelivery and replay reorder."""
    sequence = received(session).sequence
    physician = session.get(Physician, event.cmp_number, with_for_update=True)
    if physician is None:
        physician = Physician(cmp_number=event.cmp_number)
        session.add(physician)
    elif physician.sequence >= sequence:
        return
    physician.learn(event, sequence)
    publish(session, *physician.certify(now()))
