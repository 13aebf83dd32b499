"""Who may pay for whom: a physician the own dues, an authorised heir the SEMEFA dues of the holder."""

from dataclasses import dataclass

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from chassis.auth import Principal
from chassis.clock import now
from services.payments import staff_acts
from services.payments.dues import DueKind
from services.payments.errors import HeirExists, HeirNotFound, NotAPhysician, OwnerNotFound, PhysicianUnknown
from services.payments.models import Heir, Payer

FOR_HEIRS = (DueKind.SEMEFA,)
"""What an heir may pay: the family fund only (payments.md 4)."""


@dataclass(frozen=True, kw_only=True)
class Owner:
    """Somebody whose dues may be paid, and which kinds."""

    owner_cmp: str
    owner_name: str | None
    own: bool
    kinds: tuple[DueKind, ...]


@dataclass(frozen=True, kw_only=True)
class HeirPapers:
    """What treasury enters about an heir after seeing the papers."""

    holder_cmp: str
    document_type: str
    document_number: str
    name: str
    relationship: str
    evidence: str


def owner_for(session: Session, who: Principal, owner_cmp: str | None, kind: DueKind) -> tuple[str, Heir | None]:
    """Whose dues these are and, when they are not the own ones, under which authorisation they may be paid.

    Raises NotAPhysician when nobody is named and the account has no CMP number, OwnerNotFound without authorisation.
    """
    if owner_cmp is None or owner_cmp == who.cmp_number:
        if not who.cmp_number:
            raise NotAPhysician
        return who.cmp_number, None
    heir = session.scalar(_authorisations(who).where(Heir.holder_cmp == owner_cmp))
    if heir is None or kind not in FOR_HEIRS:
        raise OwnerNotFound
    return owner_cmp, heir


def payable_kinds(session: Session, who: Principal, owner_cmp: str | None) -> tuple[str, tuple[DueKind, ...]]:
    """Whose dues these are, and which kinds of them may be paid. Raises NotAPhysician, OwnerNotFound."""
    if owner_cmp is None or owner_cmp == who.cmp_number:
        return owner_for(session, who, None, DueKind.COLEGIADO)[0], tuple(DueKind)
    return owner_for(session, who, owner_cmp, FOR_HEIRS[0])[0], FOR_HEIRS


def owners_of(session: Session, who: Principal) -> list[Owner]:
    """For whom a person may pay: first the own dues, then those of every holder who left them to somebody."""
    found = []
    if who.cmp_number:
        own = session.get(Payer, who.cmp_number)
        found.append(
            Owner(
                owner_cmp=who.cmp_number, owner_name=own.name if own else None, own=True, kinds=tuple(DueKind),
            )
        )  # fmt: skip
    for heir in session.scalars(_authorisations(who).order_by(Heir.holder_cmp)):
        holder = session.get(Payer, heir.holder_cmp)
        found.append(
            Owner(
                owner_cmp=heir.holder_cmp, owner_name=holder.name if holder else None, own=False, kinds=FOR_HEIRS,
            )
        )  # fmt: skip
    return found


def authorise_heir(session: Session, who: Principal, papers: HeirPapers) -> Heir:
    """Enter that somebody may pay a holder's SEMEFA. Raises PhysicianUnknown, HeirExists."""
    holder = session.get(Payer, papers.holder_cmp, with_for_update=True)
    if holder is None or who.council not in (None, holder.council):
        raise PhysicianUnknown
    same = (Heir.holder_cmp == papers.holder_cmp, Heir.document_number == papers.document_number)
    if session.scalar(_in_force().where(*same, Heir.document_type == papers.document_type)) is not None:
        raise HeirExists
    heir = Heir(**vars(papers), entered_by=who.subject, entered_at=now())
    session.add(heir)
    session.flush()
    _note(session, heir, holder, "heir.authorised", papers.evidence)
    return heir


def revoke_heir(session: Session, who: Principal, heir_id: int, reason: str) -> Heir:
    """End an authorisation; orders placed under it stay what they are. Raises HeirNotFound."""
    heir = session.scalar(heirs_for(who).where(Heir.id == heir_id, Heir.revoked_at.is_(None)).with_for_update(of=Heir))
    if heir is None:
        raise HeirNotFound
    heir.revoked_at = now()
    _note(session, heir, session.get_one(Payer, heir.holder_cmp), "heir.revoked", reason)
    return heir


def heirs_for(who: Principal) -> Select[Heir]:
    """The authorisations a member of staff may see: all, or those of holders of the own council."""
    wanted = select(Heir).join(Payer, Payer.cmp_number == Heir.holder_cmp)
    return wanted if who.council is None else wanted.where(Payer.council == who.council)


def _in_force() -> Select[Heir]:
    return select(Heir).where(Heir.revoked_at.is_(None))


def _authorisations(who: Principal) -> Select[Heir]:
    """Those that name the identity document of this account, which CMP has checked."""
    return _in_force().where(
        Heir.document_type == (who.document_type or ""), Heir.document_number == (who.document_number or "")
    )


def _note(session: Session, heir: Heir, holder: Payer, act: str, reason: str) -> None:
    staff_acts.record(
        session,
        act=act,
        subject=f"physician:{heir.holder_cmp}",
        council=holder.council,
        after={"heir": heir.id, "relationship": heir.relationship},
        reason=reason,
    )
