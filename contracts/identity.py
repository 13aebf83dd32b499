"""What identity tells: who the physicians are, what changed about them, where they can be written to."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import ClassVar

from chassis.events import Event, FileRef, PersonalStr


@dataclass(frozen=True, kw_only=True)
class Speciality:
    """One entry of the national register of specialists. `rne` is six digits."""

    name: str
    rne: str
    registered_on: date


@dataclass(frozen=True, kw_only=True)
class PhysicianRecord:
    """What the registry says of a physician, whole, so that nobody has to call back to ask."""

    cmp_number: str
    document_type: str
    document_number: PersonalStr
    given_names: str
    paternal_surname: str
    maternal_surname: str
    council: str
    registered_on: date
    state: str
    specialities: tuple[Speciality, ...] = ()


@dataclass(frozen=True, kw_only=True)
class PhysicianRegistered(PhysicianRecord, Event):
    """Published when a physician enters the registry, by import or by staff."""

    topic: ClassVar[str] = "identity.physician_registered.v1"
    subject_field: ClassVar[str] = "cmp_number"


@dataclass(frozen=True, kw_only=True)
class PhysicianChanged(PhysicianRecord, Event):
    """Published when registry data of a physician change. Carries the whole new state."""

    topic: ClassVar[str] = "identity.physician_changed.v1"
    subject_field: ClassVar[str] = "cmp_number"


@dataclass(frozen=True, kw_only=True)
class ContactChanged(Event):
    """Published when e-mail, phones or address of an account are set or changed; they count at once (ACC-7).

    Carries the whole new state; `email` is empty while the account has none.
    """

    topic: ClassVar[str] = "identity.contact_changed.v1"
    subject_field: ClassVar[str] = "account_id"

    account_id: str
    document_type: str
    document_number: PersonalStr
    email: PersonalStr
    cmp_number: str | None = None
    phone: PersonalStr | None = None
    mobile: PersonalStr | None = None
    address: PersonalStr | None = None


@dataclass(frozen=True, kw_only=True)
class AccountLinked(Event):
    """Published when a physician has proven that a RUC account is the physician's own as well (AMB-2)."""

    topic: ClassVar[str] = "identity.account_linked.v1"
    subject_field: ClassVar[str] = "account_id"

    account_id: str
    client_account_id: str
    linked_at: datetime


@dataclass(frozen=True, kw_only=True)
class AccountUnlinked(Event):
    """Published when a physician has undone the link with the own RUC account."""

    topic: ClassVar[str] = "identity.account_unlinked.v1"
    subject_field: ClassVar[str] = "account_id"

    account_id: str
    client_account_id: str
    unlinked_at: datetime


@dataclass(frozen=True, kw_only=True)
class ConsentGiven(Event):
    """Published when a person agrees to a version of a consent text (law 29733)."""

    topic: ClassVar[str] = "identity.consent_given.v1"
    subject_field: ClassVar[str] = "account_id"

    account_id: str
    purpose: str
    version: str
    given_at: datetime


@dataclass(frozen=True, kw_only=True)
class ConsentWithdrawn(Event):
    """Published when a person takes a consent back; it counts from this moment."""

    topic: ClassVar[str] = "identity.consent_withdrawn.v1"
    subject_field: ClassVar[str] = "account_id"

    account_id: str
    purpose: str
    version: str
    withdrawn_at: datetime


@dataclass(frozen=True, kw_only=True)
class PhotoChanged(Event):
    """Published when the photo of an account is set, replaced or removed. Showing it to others needs a consent."""

    topic: ClassVar[str] = "identity.photo_changed.v1"
    subject_field: ClassVar[str] = "account_id"

    account_id: str
    changed_at: datetime
    cmp_number: str | None = None
    photo: FileRef | None = None
    """Claim check of the stored JPEG; none once it was removed."""


@dataclass(frozen=True, kw_only=True)
class SinadefRequestChanged(Event):
    """Published when an application for access to SINADEF is filed and at each change of its state (MENU-1)."""

    topic: ClassVar[str] = "identity.sinadef_request_changed.v1"
    subject_field: ClassVar[str] = "request_id"

    request_id: str
    number: str
    """As people quote it, `SIN-2026-000017`."""
    account_id: str
    cmp_number: str
    council: str
    state: str
    """EMITIDO, EN_REVISION, ATENDIDO, RECHAZADO or ANULADO."""
    establishment: str
    changed_at: datetime
    reason: str | None = None
    """Why it was rejected, as the applicant is told."""


@dataclass(frozen=True, kw_only=True)
class AccountOpened(Event):
    """Published when an account comes to be: by a registration, by staff, from a voucher or by command."""

    topic: ClassVar[str] = "identity.account_opened.v1"
    subject_field: ClassVar[str] = "account_id"

    account_id: str
    kind: str
    document_type: str
    document_number: PersonalStr
    cmp_number: str | None = None


@dataclass(frozen=True, kw_only=True)
class AccountMailDue(Event):
    """Published when a mail with a link or a code is due: its sender fetches the secret when it is about to send."""

    topic: ClassVar[str] = "identity.account_mail_due.v1"
    subject_field: ClassVar[str] = "mail_request_id"

    mail_request_id: str
    purpose: str
    account_id: str | None
    email: PersonalStr


@dataclass(frozen=True, kw_only=True)
class NoticeFacts:
    """What a notice says; each purpose uses some of it. Never a secret."""

    given_names: PersonalStr | None = None
    username: PersonalStr | None = None
    happened_at: datetime | None = None
    reasons: tuple[str, ...] = ()
    note: PersonalStr | None = None
    masked_email: PersonalStr | None = None


@dataclass(frozen=True, kw_only=True)
class AccountNoticeDue(Event):
    """Published when a person must be told something about the own account, without any secret (MAIL-1, MAIL-8)."""

    topic: ClassVar[str] = "identity.account_notice_due.v1"
    subject_field: ClassVar[str] = "notice_id"

    notice_id: str
    purpose: str
    account_id: str | None
    email: PersonalStr
    facts: NoticeFacts = NoticeFacts()


@dataclass(frozen=True, kw_only=True)
class PasswordChanged(Event):
    """Published when the password of an account is set or changed; `valid_after` ends all earlier sessions."""

    topic: ClassVar[str] = "identity.password_changed.v1"
    subject_field: ClassVar[str] = "account_id"

    account_id: str
    valid_after: datetime


@dataclass(frozen=True, kw_only=True)
class SessionsRevoked(Event):
    """Published when sessions of an account are ended before their time, by their owner or because of misuse."""

    topic: ClassVar[str] = "identity.sessions_revoked.v1"
    subject_field: ClassVar[str] = "account_id"

    account_id: str
    count: int
    reason: str


@dataclass(frozen=True, kw_only=True)
class RegistrationReceived(Event):
    """Published when somebody asks for a physician's account; nothing of it is believed yet."""

    topic: ClassVar[str] = "identity.registration_received.v1"
    subject_field: ClassVar[str] = "registration_id"

    registration_id: str
    cmp_number: str


@dataclass(frozen=True, kw_only=True)
class RegistrationHeld(Event):
    """Published when the address is confirmed but the data differ from the register: staff of the council look."""

    topic: ClassVar[str] = "identity.registration_held.v1"
    subject_field: ClassVar[str] = "registration_id"

    registration_id: str
    reasons: tuple[str, ...]
    council: str | None = None


@dataclass(frozen=True, kw_only=True)
class RegistrationAccepted(Event):
    """Published when a registration has led to an account, because the register agreed or staff did."""

    topic: ClassVar[str] = "identity.registration_accepted.v1"
    subject_field: ClassVar[str] = "registration_id"

    registration_id: str
    account_id: str
    automatic: bool


@dataclass(frozen=True, kw_only=True)
class RegistrationRejected(Event):
    """Published when staff turn a registration down, with the reasons that are mailed."""

    topic: ClassVar[str] = "identity.registration_rejected.v1"
    subject_field: ClassVar[str] = "registration_id"

    registration_id: str
    reasons: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class RegistrationExpired(Event):
    """Published when nobody confirmed the address of a registration in time."""

    topic: ClassVar[str] = "identity.registration_expired.v1"
    subject_field: ClassVar[str] = "registration_id"

    registration_id: str


@dataclass(frozen=True, kw_only=True)
class StaffRecord:
    """A staff account without the person: what it may do, for which council (none = national), since when."""

    account_id: str
    roles: tuple[str, ...]
    council: str | None
    changed_at: datetime


@dataclass(frozen=True, kw_only=True)
class StaffInvited(StaffRecord, Event):
    """Published when an account for a member of staff is made; it does not count before the second factor."""

    topic: ClassVar[str] = "identity.staff_invited.v1"
    subject_field: ClassVar[str] = "account_id"


@dataclass(frozen=True, kw_only=True)
class StaffActivated(StaffRecord, Event):
    """Published when a member of staff has set a password and enrolled a second factor."""

    topic: ClassVar[str] = "identity.staff_activated.v1"
    subject_field: ClassVar[str] = "account_id"


@dataclass(frozen=True, kw_only=True)
class StaffAccessChanged(StaffRecord, Event):
    """Published when roles or council of a member of staff change; all sessions ended with it."""

    topic: ClassVar[str] = "identity.staff_access_changed.v1"
    subject_field: ClassVar[str] = "account_id"


@dataclass(frozen=True, kw_only=True)
class StaffDisabled(StaffRecord, Event):
    """Published when a staff account is closed; all sessions ended with it."""

    topic: ClassVar[str] = "identity.staff_disabled.v1"
    subject_field: ClassVar[str] = "account_id"


@dataclass(frozen=True, kw_only=True)
class StaffEnabled(StaffRecord, Event):
    """Published when a closed staff account is opened again."""

    topic: ClassVar[str] = "identity.staff_enabled.v1"
    subject_field: ClassVar[str] = "account_id"


@dataclass(frozen=True, kw_only=True)
class SecondFactorReset(StaffRecord, Event):
    """Published when an administrator takes a lost second factor away; the account does not count until a new one."""

    topic: ClassVar[str] = "identity.second_factor_reset.v1"
    subject_field: ClassVar[str] = "account_id"


@dataclass(frozen=True, kw_only=True)
class CouncilChanged(Event):
    """Published when a regional council's number, name or region change, and once for each at the beginning."""

    topic: ClassVar[str] = "identity.council_changed.v1"
    subject_field: ClassVar[str] = "code"

    code: str
    roman: str
    name: str
    region: str
    label: str
    """As SISTCERE prints it: `CR III LIMA`."""


@dataclass(frozen=True, kw_only=True)
class SpecialityNameChanged(Event):
    """Published when a speciality of the catalogue is entered or its name, code or other names change."""

    topic: ClassVar[str] = "identity.speciality_name_changed.v1"
    subject_field: ClassVar[str] = "code"

    code: str
    name: str
    rne_code: str | None
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class CmpNumberCorrected(Event):
    """Published when staff give an account the CMP number it should have had; all its sessions ended (ACC-6)."""

    topic: ClassVar[str] = "identity.cmp_number_corrected.v1"
    subject_field: ClassVar[str] = "account_id"

    account_id: str
    wrong_cmp_number: str
    cmp_number: str
