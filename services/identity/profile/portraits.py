"""Keeping the photo of an account, with its entry in the history."""

from datetime import datetime

from sqlalchemy.orm import Session

from chassis.auth import Principal
from chassis.events import FileRef
from contracts.identity import PhotoChanged
from services.identity.models import Account, Photo
from services.identity.profile.contacts import remember
from services.identity.profile.errors import NoPhoto
from services.identity.profile.photos import Drawn


def keep_photo(
    session: Session, account: Account, stored: FileRef, drawn: Drawn, who: Principal, moment: datetime
) -> PhotoChanged:
    """Make a stored image the photo of the account."""
    before = session.get(Photo, account.id)
    remember(
        session, account, {"photo": (_short(before.sha256) if before else None, _short(stored.sha256))}, who, moment
    )
    session.merge(
        Photo(
            account_id=account.id,
            sha256=stored.sha256,
            size=stored.size,
            width=drawn.width,
            height=drawn.height,
            uploaded_at=moment,
        )
    )
    return _told(account, stored, moment)


def remove_photo(session: Session, account: Account, who: Principal, moment: datetime) -> PhotoChanged:
    """The account has no photo any more. Raises NoPhoto."""
    photo = session.get(Photo, account.id)
    if photo is None:
        raise NoPhoto
    session.delete(photo)
    remember(session, account, {"photo": (_short(photo.sha256), None)}, who, moment)
    return _told(account, None, moment)


def _told(account: Account, photo: FileRef | None, moment: datetime) -> PhotoChanged:
    return PhotoChanged(account_id=account.id, changed_at=moment, cmp_number=account.cmp_number, photo=photo)


def _short(sha256: str) -> str:
    return sha256[:12]
