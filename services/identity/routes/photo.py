"""The photo of an account: its owner uploads, replaces and removes it; staff of the council may look at it."""

from flask import Response, request
from flask_smorest import Blueprint
from werkzeug.exceptions import RequestEntityTooLarge

from chassis.auth import principal, requires
from chassis.clock import now
from chassis.db import reading, transaction
from chassis.files import files
from chassis.outbox import publish
from services.identity.data_access import looked_at
from services.identity.models import Account, Photo
from services.identity.profile.contacts import own_account
from services.identity.profile.errors import NoPhoto, PhotoTooBig
from services.identity.profile.photos import MEDIA_TYPE, PhotoLimits, draw
from services.identity.profile.portraits import keep_photo, remove_photo
from services.identity.profile.schemas import PhotoView
from services.identity.settings import current_settings

blueprint = Blueprint("photo", __name__, url_prefix="/v1", description="Photos of accounts")

BINARY = {"type": "string", "format": "binary"}
BODY = {"required": True, "content": {name: {"schema": BINARY} for name in ("image/jpeg", "image/png")}}


@blueprint.put("/profile/photo")
@requires("account:write")
@blueprint.doc(requestBody=BODY)
@blueprint.response(200, PhotoView)
def upload_photo() -> Photo:
    """Replace one's photo by the JPEG or PNG in the body, whatever its Content-Type says."""
    drawn = draw(_body(limits := PhotoLimits.of(current_settings())), limits)
    stored = files().put(drawn.data, media_type=MEDIA_TYPE, name=f"{principal().subject}.jpg")
    with transaction() as session:
        account = own_account(session, principal().subject)
        publish(session, keep_photo(session, account, stored, drawn, principal(), now()))
        return session.get_one(Photo, account.id)


@blueprint.delete("/profile/photo")
@requires("account:write")
@blueprint.response(204)
def delete_photo() -> None:
    """Remove one's photo. 404 when there is none."""
    with transaction() as session:
        publish(session, remove_photo(session, own_account(session, principal().subject), principal(), now()))


@blueprint.get("/profile/photo")
@requires("account:read")
@blueprint.response(200, BINARY, content_type=MEDIA_TYPE)
def show_own_photo() -> Response:
    """One's own photo."""
    with reading() as session:
        return _stream(session.get(Photo, principal().subject))


@blueprint.get("/accounts/<string:account_id>/photo")
@requires("identity:registry")
@blueprint.response(200, BINARY, content_type=MEDIA_TYPE)
def show_photo(account_id: str) -> Response:
    """The photo of an account, for staff of its council or national staff; of others it does not exist."""
    with transaction() as session:
        account = session.get(Account, account_id)
        if account is None or principal().council not in (None, account.council_code):
            raise NoPhoto
        looked_at(session, account, by=principal(), why="vio su foto")
        return _stream(session.get(Photo, account_id))


def _body(limits: PhotoLimits) -> bytes:
    """The body, whether or not its length was announced; of one that is too long one byte more. Raises PhotoTooBig."""
    request.max_content_length = limits.max_bytes + 1
    try:
        return request.get_data(cache=False)
    except RequestEntityTooLarge as error:
        raise PhotoTooBig(limits.max_bytes) from error


def _stream(photo: Photo | None) -> Response:
    if photo is None:
        raise NoPhoto
    response = Response(
        files().stream(photo.sha256), content_type=MEDIA_TYPE, headers={"Content-Length": str(photo.size)}
    )
    response.set_etag(photo.sha256)
    return response
