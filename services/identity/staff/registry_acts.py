"""What staff correct for others: an entry of the register, the CMP number of an account, a client's address."""

from datetime import datetime
from typing import Any

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import Session

from chassis.auth import Principal
from chassis.errors import FieldError
from chassis.events import Event
from chassis.outbox import publish
from contracts.identity import CmpNumberCorrected, NoticeFacts
from services.identity import audit, mail_requests, one_time, sessions
from services.identity.account_schemas import mask
from services.identity.accounts import canonical
from services.identity.clients.appearing import change_client_email, client_in_scope
from services.identity.errors import CmpNumberRefused, EntryRefused, NotFound
from services.identity.models import Account, AuditEntry, Physician
from services.identity.models.catalogues import searchable
from services.identity.models.registry import RegistryEntry
from services.identity.registry import reader
from services.identity.registry_csv import COLUMNS, GoodRow
from services.identity.settings import current_settings

SHOWN_IMPORTS = 20


def physicians_in(council: str | None, text: str) -> Select[Physician]:
    """Physicians of a council, or all, by CMP number, document, or how surnames or names begin, accents or not."""
    typed = " ".join(text.split())
    found = select(Physician)
    if typed.isdigit():
        found = found.where(or_(Physician.cmp_number == canonical(typed), Physician.document_number == typed))
    else:
        for word in searchable(typed).split(" "):
            names = Physician.search_text
            found = found.where(
                or_(names.startswith(word, autoescape=True), names.contains(f" {word}", autoescape=True))
            )
    return found.where(Physician.council == council) if council else found


def physician_for(session: Session, who: Principal, cmp_number: str, *, lock: bool = False) -> Physician:
    """One physician in scope. Raises NotFound."""
    physician = session.get(Physician, canonical(cmp_number), with_for_update=lock or None)
    if physician is None or who.council not in (None, physician.council):
        raise NotFound
    return physician


def account_of(session: Session, physician: Physician) -> Account | None:
    """The physician's account, if there is one."""
    return session.scalars(select(Account).where(Account.cmp_number == physician.cmp_number)).unique().first()


def correct_entry(
    session: Session, who: Principal, cmp_number: str, cells: dict[str, str], reason: str, moment: datetime
) -> Physician:
    """Replace an entry of the register, checked as an import would. Raises NotFound, EntryRefused with every reason."""
    physician = physician_for(session, who, cmp_number, lock=True)
    entry = _checked(session, physician.cmp_number, cells)
    if who.council is not None and entry.council != who.council:
        raise EntryRefused(errors=[FieldError("/council", "Pida el traslado a otro consejo al Consejo Nacional.")])
    before = _told(physician.entry())
    changed = physician.update(entry, moment)
    if changed is not None:
        subject = f"physician:{physician.cmp_number}"
        after = {name: value for name, value in _told(entry).items() if value != before[name]}
        before = {name: before[name] for name in after}
        council = physician.council
        audit.record(
            session,
            act="physician.corrected",
            subject=subject,
            before=before,
            after=after,
            reason=reason,
            council=council,
        )
        publish(session, changed)
    return physician


def correct_cmp_number(
    session: Session, who: Principal, account_id: str, cmp_number: str, reason: str, moment: datetime
) -> Account:
    """Give an account the CMP number it should have had (ACC-6). Raises NotFound, CmpNumberRefused.

    All sessions and links end; the owner is written to, and services are told both numbers.
    """
    account = session.get(Account, account_id, with_for_update={"of": Account})
    if account is None or account.physician is None or account.cmp_number is None:
        raise NotFound
    before = physician_for(session, who, account.cmp_number).cmp_number
    right = physician_for(session, who, cmp_number)
    if account_of(session, right) is not None:
        raise CmpNumberRefused("Ya hay una cuenta con ese número de CMP.")
    account.physician = right
    session.flush()
    sessions.end_all(session, account, moment)
    one_time.withdraw_all(session, account.id, moment)
    audit.record(
        session,
        act="account.cmp_number_corrected",
        subject=f"account:{account.id}",
        before={"cmp_number": before},
        after={"cmp_number": right.cmp_number},
        reason=reason,
        council=right.council,
    )
    corrected = CmpNumberCorrected(account_id=account.id, wrong_cmp_number=before, cmp_number=right.cmp_number)
    publish(session, corrected, account.contact_changed(), *_notice("cmp_number_corrected", account, moment))
    return account


def correct_client_email(
    session: Session, who: Principal, account_id: str, email: str, reason: str, moment: datetime
) -> Account:
    """Change where a client is written to; only its councils' staff and national staff may (VOC-6). Raises NotFound.

    The old address is told.
    """
    client = client_in_scope(session, account_id, who.council)
    if client is None:
        raise NotFound
    old = client.mail_address
    if old == email.strip().casefold():
        return client
    told = {"masked_email": mask(email.strip()), "note": "El personal de su consejo regional"}
    notices = _notice("email_changed", client, moment, **told)
    changed = change_client_email(client, email)
    audit.record(
        session,
        act="client.email_changed",
        subject=f"account:{client.id}",
        before={"email": old},
        after={"email": client.mail_address},
        reason=reason,
        council=who.council,
    )
    publish(session, changed, *notices)
    return client


def imports(session: Session) -> list[AuditEntry]:
    """The newest imports of the register, as the audit knows them."""
    done = select(AuditEntry).where(AuditEntry.act == "registry.imported").order_by(AuditEntry.id.desc())
    return list(session.scalars(done.limit(SHOWN_IMPORTS)))


def _notice(purpose: str, account: Account, moment: datetime, **more: Any) -> list[Event]:
    """The mail to the address as it is now; none when there is no address."""
    if not account.mail_address:
        return []
    facts = NoticeFacts(given_names=account.first_names or account.name, happened_at=moment, **more)
    return [mail_requests.notice(purpose, email=account.mail_address, account_id=account.id, facts=facts)]


def _checked(session: Session, cmp_number: str, cells: dict[str, str]) -> RegistryEntry:
    row = {heading: cells.get(name, "") for heading, name in COLUMNS.items()} | {"cmp": cmp_number}
    checked = reader(session, current_settings().states).entry(0, row)
    if isinstance(checked, GoodRow):
        _check_document(session, checked.entry)
        return checked.entry
    raise EntryRefused(errors=[FieldError(f"/{COLUMNS[bad.column]}", bad.reason.capitalize()) for bad in checked])


def _check_document(session: Session, entry: RegistryEntry) -> None:
    same = (Physician.document_type == entry.document_type, Physician.document_number == entry.document_number)
    owner = session.scalar(select(Physician.cmp_number).where(*same))
    if owner not in (None, entry.cmp_number):
        raise EntryRefused(errors=[FieldError("/document_number", "El documento ya pertenece a otro número de CMP.")])


def _told(entry: RegistryEntry) -> dict[str, Any]:
    """An entry as the audit keeps it."""
    shown = {name: str(value) for name, value in vars(entry).items() if name != "specialities"}
    special = [f"{item.name}|{item.rne}|{item.registered_on}" for item in entry.specialities]
    return shown | {"specialities": ";".join(special)}
