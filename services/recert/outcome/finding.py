"""Finding recertifications: the physician's own, and those in reach of staff."""

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from chassis.auth import Principal
from services.recert.models import Constancia, Recertification
from services.recert.outcome.errors import RecertificationNotFound

PREFIX = "CR-"


def own_rows(who: Principal) -> Select[Recertification]:
    """The recertifications of this physician."""
    return select(Recertification).where(Recertification.cmp_number == (who.cmp_number or ""))


def find_own(session: Session, recertification_id: str, who: Principal) -> Recertification:
    """One of this physician. Raises RecertificationNotFound, for other people's too."""
    found = session.scalar(own_rows(who).where(Recertification.id == recertification_id))
    if found is None:
        raise RecertificationNotFound
    return found


def in_reach(who: Principal) -> Select[Recertification]:
    """What staff may see: all, or those of the own council's physicians."""
    everything = select(Recertification)
    return everything if who.council is None else everything.where(Recertification.council == who.council)


def find_in_reach(session: Session, recertification_id: str, who: Principal, *, lock: bool = False) -> Recertification:
    """One that this member of staff may see. Raises RecertificationNotFound."""
    wanted = in_reach(who).where(Recertification.id == recertification_id)
    found = session.scalar(wanted.with_for_update() if lock else wanted)
    if found is None:
        raise RecertificationNotFound
    return found


def with_number(wanted: Select[Recertification], text: str) -> Select[Recertification]:
    """Those whose constancia (`CR-00000007`) or diploma (`35568`) has this number."""
    typed = text.upper().strip()
    digits = typed.removeprefix(PREFIX)
    number = int(digits) if digits.isascii() and digits.isdigit() and len(digits) < 18 else -1
    if not typed.startswith(PREFIX):
        return wanted.where(Recertification.diploma_number == number)
    return wanted.join(Recertification.constancia).where(Constancia.number == number)
