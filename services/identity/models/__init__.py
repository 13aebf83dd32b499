"""The tables of identity: registry, accounts, sessions, throttle counters, keys and grants."""

from services.identity.models.access import Grant, ServiceClient, SigningKey
from services.identity.models.accounts import ACTIVE, Account, LoginSession, OneTimeToken, RefreshToken
from services.identity.models.audit import AuditEntry
from services.identity.models.base import Base
from services.identity.models.catalogues import SpecialityAlias, SpecialityName
from services.identity.models.clients import AccountLink, ClientCouncil, FirstAccess, KnownVoucher
from services.identity.models.contact import ContactDetails, ContactEntry, EmailChange, Photo
from services.identity.models.mail import MailRequest, MailWish
from services.identity.models.privacy import Consent, ConsentText, DataAccess
from services.identity.models.registrations import Registration
from services.identity.models.registry import Council, Physician, SpecialityRegistration
from services.identity.models.sinadef import GoodStanding, SinadefRequest, SinadefStep
from services.identity.models.staff import AccountRole, RecoveryCode, Role, SecondFactor
from services.identity.models.throttle import KnownAddress, ThrottleCounter, ThrottleRule

__all__ = [
    "ACTIVE",
    "Account",
    "AccountLink",
    "AccountRole",
    "AuditEntry",
    "Base",
    "ClientCouncil",
    "Consent",
    "ConsentText",
    "ContactDetails",
    "ContactEntry",
    "Council",
    "DataAccess",
    "EmailChange",
    "FirstAccess",
    "GoodStanding",
    "Grant",
    "KnownAddress",
    "KnownVoucher",
    "LoginSession",
    "MailRequest",
    "MailWish",
    "OneTimeToken",
    "Photo",
    "Physician",
    "RecoveryCode",
    "RefreshToken",
    "Registration",
    "Role",
    "SecondFactor",
    "ServiceClient",
    "SigningKey",
    "SinadefRequest",
    "SinadefStep",
    "SpecialityAlias",
    "SpecialityName",
    "SpecialityRegistration",
    "ThrottleCounter",
    "ThrottleRule",
]
