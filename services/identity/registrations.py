"""Registration (ACC-3, ACC-4): asked for, address confirmed, compared with the register, opened or looked at by staff.

No account exists before both are done, so no service can be used (ACC-3). The password is chosen behind the mailed
link, by whoever reads the mailbox: who only knows a physician's data cannot prepare an account in another's name.
"""

import unicodedata
from datetime import datetime, timedelta
from typing import Any

from flask import request
from sqlalchemy import exists, or_, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from chassis.clock import now
from chassis.db import reading, transaction
from chassis.events import Event
from chassis.outbox import publish
from contracts.identity import NoticeFacts
from services.identity import consents, mail_requests, one_time, password_rules, throttling
from services.identity.accounts import canonical, open_physician_account
from services.identity.errors import LinkNotValid, RegistrationDecided, RegistrationNotFound
from services.identity.mail_requests import CONFIRM_REGISTRATION
from services.identity.models import Account, MailWish, Physician, Registration
from services.identity.models.registrations import Consent, MatchReason, RegistrationState
from services.identity.passwords import passwords, set_password
from services.identity.settings import current_settings

ACTIVE_STATE = "ACTIVO"
BATCH = 100


def register(data: dict[str, Any], consent_version: str) -> Registration:
    """Enter a registration; the mail that confirms the address follows. The answer is the same whoever asks.

    `data` are the fields of the form. Raises TooManyAttempts, ConsentMissing.
    """
    moment = now()
    address = request.remote_addr or ""
    with transaction() as session:
        _admit(session, f"{data['cmp_number']} {canonical(data['email'])}", moment)
        consents.check_needed(session, {consents.PERSONAL_DATA: consent_version}, moment)
        registration = Registration(**data | {"email": canonical(data["email"])})
        consent = Consent(text_version=consent_version, given_at=moment, address=address[:45])
        publish(session, registration.receive(consent, moment))
        session.add(registration)
        session.add(MailWish(purpose=CONFIRM_REGISTRATION, subject=registration.id, asked_at=moment))
    return registration


def find_by_code(session: Session, code: str, *, lock: bool = False) -> Registration:
    """The registration of a code, however it is typed. Raises RegistrationNotFound."""
    plain = "".join(letter for letter in code.upper() if letter.isalnum())
    wanted = select(Registration).where(Registration.code == plain)
    found = session.scalar(wanted.with_for_update() if lock else wanted)
    if found is None:
        raise RegistrationNotFound
    return found


def look(code: str) -> Registration:
    """What the status page shows, before there is a login. Raises RegistrationNotFound."""
    with reading() as session:
        return find_by_code(session, code)


def send_again(code: str, email: str | None) -> Registration:
    """Another mail, to another address when one is given; the older link stops working.

    Raises RegistrationNotFound, RegistrationDecided, TooManyAttempts.
    """
    moment = now()
    with transaction() as session:
        registration = find_by_code(session, code, lock=True)
        if registration.state != RegistrationState.UNCONFIRMED:
            raise RegistrationDecided
        _admit(session, f"again {registration.id}", moment)
        registration.email = canonical(email) if email else registration.email
        mail_requests.withdraw(session, CONFIRM_REGISTRATION, registration.id, moment)
        session.add(MailWish(purpose=CONFIRM_REGISTRATION, subject=registration.id, asked_at=moment))
    return registration


def mail_for(session: Session, registration_id: str, moment: datetime) -> list[Event]:
    """The link to confirm with; the owner of an address that has an account is told so instead."""
    registration = session.get(Registration, registration_id)
    if registration is None or registration.state != RegistrationState.UNCONFIRMED:
        return []
    owner = session.scalars(select(Account).where(Account.email == registration.email)).unique().first()
    if owner is not None:
        facts = NoticeFacts(given_names=owner.first_names)
        return [mail_requests.notice("already_registered", email=registration.email, account_id=owner.id, facts=facts)]
    asked = mail_requests.ask_for_mail(
        session,
        CONFIRM_REGISTRATION,
        email=registration.email,
        subject=registration.id,
        moment=moment,
        facts={"given_names": registration.given_names, "code_of_registration": registration.code},
    )
    return [asked]


def confirm(token: str, password: str) -> Registration:
    """Use the mailed link up: the address is proven, the password chosen, and the data compared with the register.

    Raises LinkNotValid, PasswordRefused, Busy. The link is used up only when the password is a good one.
    """
    with reading() as session:
        row = one_time.look_up(session, token, now(), CONFIRM_REGISTRATION)
        registration = session.get(Registration, row.subject) if row else None
    if registration is None:
        raise LinkNotValid
    password_rules.check(password, _known_about(registration))
    hashed = passwords().hash(password)
    try:
        return _confirm(token, hashed)
    except IntegrityError:
        # Another registration for the same physician was faster: now there is an account.
        return _confirm(token, hashed)


def _confirm(token: str, hashed: str) -> Registration:
    moment = now()
    with transaction() as session:
        row = mail_requests.use_link(session, CONFIRM_REGISTRATION, token, moment)
        registration = session.get(Registration, row.subject, with_for_update=True) if row else None
        if registration is None or registration.state != RegistrationState.UNCONFIRMED:
            raise LinkNotValid
        registration.confirm(hashed, moment)
        reasons, physician = compare(session, registration)
        if reasons:
            _hold(session, registration, reasons, physician)
        else:
            open_account(session, registration, moment, by=None)
    return registration


def compare(session: Session, registration: Registration) -> tuple[list[MatchReason], Physician | None]:
    """Why the data do not agree with the register (none: they do), and the physician meant."""
    physician = session.get(Physician, registration.cmp_number)
    if physician is None:
        return [MatchReason.NOT_IN_REGISTRY], None
    reasons = []
    document = (registration.document_type, registration.document_number)
    if document != (physician.document_type, physician.document_number):
        reasons.append(MatchReason.DOCUMENT_DIFFERS)
    if plain(registration.name) != plain(physician.name):
        reasons.append(MatchReason.NAMES_DIFFER)
    if physician.state != ACTIVE_STATE:
        reasons.append(MatchReason.NOT_ACTIVE)
    if session.scalar(select(exists().where(Account.cmp_number == registration.cmp_number))):
        reasons.append(MatchReason.ACCOUNT_EXISTS)
    taken = or_(Account.email == registration.email, Account.username == registration.email)
    if session.scalar(select(exists().where(taken))):
        reasons.append(MatchReason.EMAIL_IN_USE)
    return reasons, physician


def open_account(session: Session, registration: Registration, moment: datetime, *, by: str | None) -> Account:
    """Open the account of a registration, with the password and the consent given with it. Raises AccountRefused."""
    hashed = registration.password_hash or ""
    account, told = open_physician_account(
        session, registration.cmp_number, email=registration.email, username=None, moment=moment
    )
    publish(session, registration.accept(account.id, moment, by), *told)
    set_password(session, account, hashed, moment)
    consents.record_consent(
        session,
        account,
        consents.PERSONAL_DATA,
        version=registration.consent_version,
        given_at=registration.consent_at,
        address=registration.consent_address,
    )
    publish(session, tell("registration_accepted", registration, account_id=account.id))
    return account


def tell(purpose: str, registration: Registration, account_id: str | None = None, **facts: Any) -> Event:
    """The mail with an outcome (MAIL-1), to the address that was confirmed."""
    known = NoticeFacts(given_names=registration.given_names, happened_at=now(), **facts)
    return mail_requests.notice(purpose, email=registration.email, account_id=account_id, facts=known)


def expire_unconfirmed(session: Session, moment: datetime) -> bool:
    """Close registrations that nobody confirmed in time. True when more wait."""
    limit = moment - timedelta(days=current_settings().registration_days)
    old = (Registration.state == RegistrationState.UNCONFIRMED, Registration.created_at < limit)
    found = session.scalars(select(Registration).where(*old).limit(BATCH).with_for_update(skip_locked=True)).all()
    for registration in found:
        mail_requests.withdraw(session, CONFIRM_REGISTRATION, registration.id, moment)
        publish(session, registration.expire(moment))
    return len(found) == BATCH


def plain(name: str) -> str:
    """Names as they are compared: no accents, capitals, hyphens or double spaces. `ñ` stays apart from `n`."""
    kept = unicodedata.normalize("NFC", name).casefold().replace("ñ", "\x00")
    bare = unicodedata.normalize("NFKD", kept)
    letters = "".join(letter for letter in bare if not unicodedata.combining(letter))
    return " ".join(letters.replace("-", " ").replace("'", " ").replace("’", " ").split())


def _hold(
    session: Session, registration: Registration, reasons: list[MatchReason], physician: Physician | None
) -> None:
    """Give it to staff: of the physician's council, or national when the register knows nobody."""
    publish(session, registration.hold(reasons, physician.council if physician else None))
    publish(session, tell("registration_held", registration))


def _admit(session: Session, what: str, moment: datetime) -> None:
    attempt = throttling.attempt(what, "registration:")
    throttling.admit(session, attempt, throttling.for_mails(current_settings()), moment)


def _known_about(registration: Registration) -> tuple[str, ...]:
    return (registration.name, registration.email, registration.cmp_number, registration.document_number)
