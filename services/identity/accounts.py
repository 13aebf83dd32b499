"""Finding and opening accounts: who is meant by what was typed, what they may do, the link that lets them in once."""

import re
from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from chassis.events import Event
from chassis.outbox import publish
from contracts.identity import AccountOpened, NoticeFacts
from services.identity import one_time
from services.identity.mail_requests import RECOVER_USER, notice, use_link
from services.identity.models import Account, AccountRole, Grant, Physician

LOGIN = "login"


class AccountRefused(Exception):
    """The account cannot be opened; the message says why, in Spanish."""


def canonical(username: str) -> str:
    """One spelling for what people type: a CMP number gets its zeros (AMB-5), case and outer spaces do not count."""
    name = username.strip().casefold()
    return name.zfill(6) if re.fullmatch(r"[0-9]{1,6}", name) else name


def find_account(session: Session, username: str) -> Account | None:
    """The account meant by a CMP number, a user name or an e-mail, with or without zeros or capitals."""
    name = canonical(username)
    meant = or_(Account.cmp_number == name, Account.username == name, Account.email == name)
    return session.scalars(select(Account).where(meant)).unique().first()


def open_physician_account(
    session: Session, cmp_number: str, *, email: str, username: str | None, moment: datetime
) -> tuple[Account, list[Event]]:
    """Give a registered physician an account and tell that it is open and its e-mail. Raises AccountRefused."""
    physician = session.get(Physician, canonical(cmp_number))
    if physician is None:
        raise AccountRefused("ese número de CMP no está en el registro")
    names = [canonical(name) for name in (cmp_number, username, email) if name]
    if any(find_account(session, name) for name in names):
        raise AccountRefused("ya hay una cuenta con ese número de CMP, usuario o correo")
    if username and re.fullmatch(r"[0-9]+", username):
        raise AccountRefused("el usuario no puede tener solo dígitos")
    account = Account(kind="physician", physician=physician, cmp_number=physician.cmp_number)
    account.username, account.valid_after, account.created_at = username and canonical(username), moment, moment
    session.add(account)
    session.flush()
    document_type, document_number = account.document
    opened = AccountOpened(
        account_id=account.id,
        kind=account.kind,
        document_type=document_type,
        document_number=document_number,
        cmp_number=account.cmp_number,
    )
    return account, [opened, account.set_email(canonical(email))]


def permissions_of(session: Session, holder: str, audience: str = "") -> list[str]:
    """What a kind of person (`kind:physician`) or a service (`service:notifier`) may do at a service, as data says."""
    grants = select(Grant.permission).where(Grant.holder == holder, Grant.audience == audience)
    return list(session.scalars(grants.order_by(Grant.permission)))


def permissions_of_person(session: Session, account: Account) -> list[str]:
    """What a person may do: what everybody of the kind may, and what the roles add."""
    roles = select("role:" + AccountRole.role).where(AccountRole.account_id == account.id)
    held = or_(Grant.holder == f"kind:{account.kind}", Grant.holder.in_(roles))
    granted = select(Grant.permission).where(held, Grant.audience == "")
    return list(session.scalars(granted.distinct().order_by(Grant.permission)))


def issue_login_token(session: Session, account: Account, *, minutes: int, moment: datetime) -> str:
    """A one-time login token; older ones of the account stop working (ASVS 6.5.1). Only its digest is kept."""
    return one_time.make_link_token(session, LOGIN, account.id, minutes=minutes, moment=moment, account_id=account.id)


def use_login_token(session: Session, token: str, moment: datetime) -> Account | None:
    """Use a token up and return whom it lets in; None when it is unknown, used, too old, or the account is closed.

    The use of a mailed link is told to the owner (MAIL-8).
    """
    used = use_link(session, LOGIN, token, moment) or use_link(session, RECOVER_USER, token, moment)
    account = session.get(Account, used.account_id) if used else None
    if used is None or account is None or not account.admits(moment):
        return None
    if used.purpose == RECOVER_USER and account.mail_address:
        facts = NoticeFacts(given_names=account.first_names, happened_at=moment)
        publish(session, notice("link_used", email=account.mail_address, account_id=account.id, facts=facts))
    return account
