"""What recert does when something happened elsewhere: keep up with the register and certify what follows."""

from sqlalchemy.orm import Session

from chassis.clock import now
from chassis.inbox import Subscriptions, received
from chassis.outbox import publish
from contracts.identity import (
    ContactChanged,
    CouncilChanged,
    PhysicianChanged,
    PhysicianRegistered,
    StaffAccessChanged,
    StaffActivated,
    StaffDisabled,
    StaffEnabled,
)
from contracts.payments import GoodStandingChanged
from services.recert.models import Contact, Council, Evaluator, Physician
from services.recert.models.evaluation import EVALUATOR_ROLE
from services.recert.register import list_physician, note_standing

subscriptions = Subscriptions("recert")


@subscriptions.on(PhysicianRegistered)
def certify_new_physician(event: PhysicianRegistered, session: Session) -> None:
    """Enrolment and each speciality certify for five years by themselves (product 2.3)."""
    _learn(event, session)


@subscriptions.on(PhysicianChanged)
def follow_register(event: PhysicianChanged, session: Session) -> None:
    """Keep the copy current; a new speciality, or a corrected date, certifies anew."""
    _learn(event, session)


@subscriptions.on(GoodStandingChanged)
def show_standing(event: GoodStandingChanged, session: Session) -> None:
    """ "Conoce a tu médico" says who is hábil, and when payments stated it (REC-18)."""
    told = received(session)
    note_standing(session, event.cmp_number, event.in_good_standing, told.time, told.sequence)


@subscriptions.on(ContactChanged)
def remember_contact(event: ContactChanged, session: Session) -> None:
    """Keep how physicians are reached: without e-mail and telephone nobody begins a request (REC-4)."""
    sequence = received(session).sequence
    contact = session.get(Contact, event.account_id, with_for_update=True)
    if contact is None:
        contact = Contact(account_id=event.account_id)
        session.add(contact)
    elif contact.sequence >= sequence:
        return
    contact.learn(event, sequence)


@subscriptions.on(CouncilChanged)
def remember_council(event: CouncilChanged, session: Session) -> None:
    """Know what a council is called, for the list of where a diploma may be collected (REC-10)."""
    sequence = received(session).sequence
    council = session.get(Council, event.code, with_for_update=True)
    if council is None:
        session.add(Council(code=event.code, label=event.label, sequence=sequence))
    elif sequence > council.sequence:
        council.label, council.sequence = event.label, sequence


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
    list_physician(session, physician)


@subscriptions.on(StaffActivated)
def welcome_evaluator(event: StaffActivated, session: Session) -> None:
    """Somebody of staff can work now: an evaluator may be given dossiers."""
    _learn_evaluator(event, session)


@subscriptions.on(StaffAccessChanged)
def follow_evaluator(event: StaffAccessChanged, session: Session) -> None:
    """Roles or council changed: so does what an evaluator may be given."""
    _learn_evaluator(event, session)


@subscriptions.on(StaffEnabled)
def welcome_evaluator_back(event: StaffEnabled, session: Session) -> None:
    """A closed account was opened again."""
    _learn_evaluator(event, session)


@subscriptions.on(StaffDisabled)
def forget_evaluator(event: StaffDisabled, session: Session) -> None:
    """A closed account is given nothing more; what it has in hand is reassigned by people."""
    _learn_evaluator(event, session)


def _learn_evaluator(
    event: StaffActivated | StaffAccessChanged | StaffEnabled | StaffDisabled, session: Session
) -> None:
    """Keep who evaluates; staff that never did is not kept at all."""
    sequence = received(session).sequence
    evaluator = session.get(Evaluator, event.account_id, with_for_update=True)
    if evaluator is None and EVALUATOR_ROLE in event.roles:
        evaluator = Evaluator(account_id=event.account_id, name="")
        session.add(evaluator)
    elif evaluator is None or evaluator.sequence >= sequence:
        return
    evaluator.learn(event, sequence)
