"""What identity does when something happened elsewhere."""

from sqlalchemy.orm import Session

from chassis.clock import now
from chassis.inbox import Subscriptions, received
from chassis.outbox import publish
from contracts.einvoice import VoucherImported, VoucherIssued
from contracts.payments import GoodStandingChanged
from services.identity.clients.appearing import learn
from services.identity.models import GoodStanding

subscriptions = Subscriptions("identity")


@subscriptions.on(VoucherIssued)
def learn_client(event: VoucherIssued, session: Session) -> None:
    """Remember the voucher, and give its customer an account when there is none and it is no physician (VOC-2)."""
    publish(session, *learn(session, event, now()))


@subscriptions.on(VoucherImported)
def learn_client_of_earlier_years(event: VoucherImported, session: Session) -> None:
    """The same for a voucher of earlier years: its customer may come in and see it (VOC-2, VOU-5)."""
    publish(session, *learn(session, event, now()))


@subscriptions.on(GoodStandingChanged)
def learn_standing(event: GoodStandingChanged, session: Session) -> None:
    """Keep who is hábil: SINADEF asks for it, and the library may (product 2.7)."""
    sequence = received(session).sequence
    standing = session.get(GoodStanding, event.cmp_number, with_for_update=True)
    if standing is None:
        standing = GoodStanding(cmp_number=event.cmp_number)
        session.add(standing)
    elif standing.sequence >= sequence:
        return
    standing.learn(event, sequence)
