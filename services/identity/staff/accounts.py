"""Staff accounts: invited by somebody, changed by somebody else than their owner, every act with its audit entry."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, delete, func, or_, select
from sqlalchemy.orm import Session

from contracts.identity import (
    AccountMailDue,
    SecondFactorReset,
    StaffAccessChanged,
    StaffActivated,
    StaffDisabled,
    StaffEnabled,
    StaffInvited,
)
from services.identity import audit, mail_requests, one_time, sessions
from services.identity.accounts import canonical, find_account
from services.identity.errors import StaffRefused
from services.identity.mail_requests import STAFF_INVITATION
from services.identity.models import ACTIVE, Account, AccountRole, Council, Role, SecondFactor
from services.identity.models.accounts import DISABLED
from services.identity.staff import second_factor
from services.identity.staff.challenges import STAFF

INVITED = "invited"
"""How an account is shown that has no second factor yet; it cannot be used."""


@dataclass(frozen=True, kw_only=True)
class StaffWish:
    """Whom to invite. `council` None = national."""

    email: str
    given_names: str
    surnames: str
    roles: tuple[str, ...]
    council: str | None


@dataclass(frozen=True)
class StaffAccount:
    """A staff account as administrators see it."""

    account: Account
    roles: list[str]
    confirmed: bool

    @property
    def state(self) -> str:
        """`invited` until the second factor is enrolled, then `active`, or `disabled`."""
        return self.account.state if self.confirmed or self.account.state == DISABLED else INVITED

    def access(self) -> dict[str, Any]:
        """What an audit entry keeps."""
        return {"roles": self.roles, "council": self.account.council, "state": self.state}


def staff_in(council: str | None) -> Select[Account]:
    """The staff accounts an administrator may see: those of the own council, or all."""
    accounts = select(Account).where(Account.kind == STAFF)
    return accounts.where(Account.council == council) if council else accounts


def show(session: Session, account: Account) -> StaffAccount:
    """One account with its roles."""
    return show_all(session, [account])[0]


def show_all(session: Session, accounts: list[Account]) -> list[StaffAccount]:
    """Accounts with their roles, in the same order."""
    ids = [account.id for account in accounts]
    roles: dict[str, list[str]] = {}
    for row in session.scalars(select(AccountRole).where(AccountRole.account_id.in_(ids)).order_by(AccountRole.role)):
        roles.setdefault(row.account_id, []).append(row.role)
    sure = select(SecondFactor.account_id).where(
        SecondFactor.account_id.in_(ids), SecondFactor.confirmed_at.is_not(None)
    )
    confirmed = set(session.scalars(sure))
    return [StaffAccount(each, roles.get(each.id, []), each.id in confirmed) for each in accounts]


def matching(accounts: Select[Account], text: str) -> Select[Account]:
    """Only those whose names or e-mail have the text in them."""
    whole = func.lower(func.coalesce(Account.given_names, "") + " " + func.coalesce(Account.surnames, ""))
    return accounts.where(
        or_(whole.contains(text.lower(), autoescape=True), Account.email.contains(text.lower(), autoescape=True))
    )


def invite(session: Session, wish: StaffWish, moment: datetime) -> tuple[Account, StaffInvited]:
    """Make a staff account that counts once its owner set a password and enrolled TOTP. Raises StaffRefused."""
    email = canonical(wish.email)
    if find_account(session, email):
        raise StaffRefused("Ya hay una cuenta con ese correo. Use el correo institucional de la persona.")
    _check(session, wish.roles, wish.council)
    account = Account(kind=STAFF, email=email, given_names=wish.given_names, surnames=wish.surnames)
    account.council, account.state = wish.council, ACTIVE
    account.valid_after = account.created_at = moment
    session.add(account)
    session.flush()
    _give_roles(session, account, wish.roles)
    after = show(session, account).access() | {"email": email, "name": account.name}
    audit.record(session, act="staff.invited", subject=f"account:{account.id}", after=after, council=wish.council)
    return account, StaffInvited(**_record(session, account, moment))


def invitation_link(session: Session, account: Account, *, minutes: int, moment: datetime) -> str:
    """A token to print for an operator; the mailed one is another, and using either ends both."""
    subject = f"printed:{account.id}"
    return one_time.make_link_token(
        session, STAFF_INVITATION, subject, minutes=minutes, moment=moment, account_id=account.id
    )


def invitation_mail(session: Session, account: Account, moment: datetime) -> AccountMailDue:
    """The invitation is to be mailed; an earlier mail and its link stop working."""
    return mail_requests.ask_for_mail(
        session,
        STAFF_INVITATION,
        email=account.email or "",
        subject=account.id,
        moment=moment,
        account_id=account.id,
        facts={"given_names": account.given_names},
    )


def change_access(
    session: Session, account: Account, roles: tuple[str, ...], council: str | None, reason: str, moment: datetime
) -> StaffAccessChanged | None:
    """Give other roles or another council, and end all sessions; None when nothing changed. Raises StaffRefused."""
    before = show(session, account).access()
    _check(session, roles, council)
    if (sorted(roles), council) == (before["roles"], before["council"]):
        return None
    account.council = council
    _give_roles(session, account, roles)
    sessions.end_all(session, account, moment)
    _note(session, account, "staff.access_changed", before, reason)
    return StaffAccessChanged(**_record(session, account, moment))


def disable(session: Session, account: Account, reason: str, moment: datetime) -> StaffDisabled | None:
    """Close the account and end all its sessions; None when it is closed already."""
    if account.state == DISABLED:
        return None
    before = show(session, account).access()
    account.state = DISABLED
    sessions.end_all(session, account, moment)
    one_time.withdraw_all(session, account.id, moment)
    _note(session, account, "staff.disabled", before, reason)
    return StaffDisabled(**_record(session, account, moment))


def enable(session: Session, account: Account, reason: str, moment: datetime) -> StaffEnabled | None:
    """Open a closed account again, with password and second factor as they were; None when it is open."""
    if account.state != DISABLED:
        return None
    before = show(session, account).access()
    account.state = ACTIVE
    _note(session, account, "staff.enabled", before, reason)
    return StaffEnabled(**_record(session, account, moment))


def reset_second_factor(session: Session, account: Account, reason: str, moment: datetime) -> SecondFactorReset:
    """Take second factor and password away and end all sessions: the owner begins anew with an invitation.

    The password goes too, or whoever knows it could enrol a telephone of their own (ASVS 6.4.4).
    """
    before = show(session, account).access()
    second_factor.forget(session, account.id)
    account.password_hash = None
    sessions.end_all(session, account, moment)
    one_time.withdraw_all(session, account.id, moment)
    _note(session, account, "staff.second_factor_reset", before, reason)
    return SecondFactorReset(**_record(session, account, moment))


def activated(session: Session, account: Account, moment: datetime) -> StaffActivated:
    """The owner has a password and a second factor: the account counts from now on, the invitation no more."""
    one_time.withdraw_all(session, account.id, moment)
    who = show(session, account)
    owner = audit.Actor(id=account.id, name=account.name, roles=",".join(who.roles), council=account.council)
    audit.record(session, act="staff.activated", subject=f"account:{account.id}", after=who.access(), actor=owner)
    return StaffActivated(**_record(session, account, moment))


def _check(session: Session, roles: tuple[str, ...], council: str | None) -> None:
    known = set(session.scalars(select(Role.name)))
    if not roles or not set(roles) <= known:
        raise StaffRefused(f"Elija una o más funciones de esta lista: {', '.join(sorted(known))}.")
    if council is not None and session.get(Council, council) is None:
        raise StaffRefused("El consejo regional no existe. Escriba sus dos dígitos, por ejemplo 03.")


def _give_roles(session: Session, account: Account, roles: tuple[str, ...]) -> None:
    session.execute(delete(AccountRole).where(AccountRole.account_id == account.id))
    session.add_all(AccountRole(account_id=account.id, role=role) for role in set(roles))
    session.flush()


def _note(session: Session, account: Account, act: str, before: dict[str, Any], reason: str) -> None:
    session.flush()
    after = show(session, account).access()
    audit.record(
        session,
        act=act,
        subject=f"account:{account.id}",
        before=before,
        after=after,
        reason=reason,
        council=account.council or before["council"],
    )


def _record(session: Session, account: Account, moment: datetime) -> dict[str, Any]:
    roles = tuple(show(session, account).roles)
    return {"account_id": account.id, "roles": roles, "council": account.council, "changed_at": moment}
