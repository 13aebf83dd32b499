"""The photo: uploading, replacing, removing and looking at one's own."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from portal import messages
from portal.clients import profile as identity
from portal.clients.gateway import ApiProblem
from portal.forms.profile import PhotoForm
from portal.passing import passed_on
from portal.session import signed_in
from portal.uploads import takes_files

blueprint = Blueprint("photo", __name__, url_prefix="/actualizacion-de-datos/foto")

MOST_BYTES = 20 * 1024 * 1024
"""A photo straight from a camera arrives whole, so that the page can say by how much it is too big."""


@blueprint.route("", methods=["GET", "POST"])
@signed_in
@takes_files(MOST_BYTES)
def edit() -> ResponseReturnValue:
    """The photo as it is, and another one."""
    known = identity.show()
    form = PhotoForm().limit(known["photo_limits"])
    if not form.validate_on_submit():
        return _page(form, known)
    file = form.photo.data
    try:
        identity.upload_photo(file.read(), file.mimetype)
    except ApiProblem as problem:
        if problem.status not in (413, 415, 422):
            raise
        form.photo.errors = [problem.detail.rstrip(".")]
        return _page(form, known)
    flash(messages.PHOTO_SAVED, "success")
    return redirect(url_for("photo.edit"), 303)


@blueprint.post("/quitar")
@signed_in
@takes_files(MOST_BYTES)
def remove() -> ResponseReturnValue:
    """Quitar; a photo that is gone already is no error."""
    try:
        identity.remove_photo()
    except ApiProblem as problem:
        if problem.status != 404:
            raise
    flash(messages.PHOTO_REMOVED, "success")
    return redirect(url_for("photo.edit"), 303)


@blueprint.get("/actual")
@signed_in
def current() -> ResponseReturnValue:
    """The image itself, for its owner only."""
    return passed_on(identity.photo(), media_type="image/jpeg")


def _page(form: PhotoForm, known: dict[str, Any]) -> ResponseReturnValue:
    return render_template("profile/photo.html", form=form, known=known), 422 if form.errors else 200
