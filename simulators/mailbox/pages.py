"""The web side: a Spanish list of caught mails, a page for each, and the same as JSON."""

from __future__ import annotations

import base64
from datetime import datetime, timedelta, timezone
from typing import Any
from urllib.parse import quote

from flask import Blueprint, Response, abort, jsonify, render_template, request

from .store import Attachment, Mail, Store
from .switches import Switches, read_switch

LIMA = timezone(timedelta(hours=-5), "America/Lima")
PAGE_POLICY = (
    "default-src 'none'; style-src 'self'; frame-src 'self'; base-uri 'none'; "
    "form-action 'self'; frame-ancestors 'none'"
)
MAIL_POLICY = (
    "default-src 'none'; img-src data:; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'self'; sandbox"
)
"""A mail may show its own pictures and styles and nothing more: no script, no request to anywhere."""


def lima_time(moment: datetime) -> str:
    """A time as people in Lima read it."""
    return f"{moment.astimezone(LIMA):%d/%m/%Y %H:%M:%S}"


def embed_pictures(html: str, attachments: list[Attachment]) -> str:
    """Replace `cid:` references by the pictures themselves, since the frame may load nothing."""
    for attachment in attachments:
        if attachment.content_id and attachment.media_type.startswith("image/"):
            data = base64.b64encode(attachment.content).decode()
            html = html.replace(f"cid:{attachment.content_id}", f"data:{attachment.media_type};base64,{data}")
    return html


def download(content: bytes, name: str, media_type: str) -> Response:
    """A file to keep, never to open in place (RFC 6266)."""
    plain = "".join(c if c.isascii() and c.isprintable() and c not in '"\\/' else "_" for c in name)
    headers = {"Content-Disposition": f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"}
    return Response(content, content_type=media_type, headers=headers)


def guard(response: Response) -> Response:
    """Headers for every answer; what is shown was written by strangers."""
    response.headers.setdefault("Content-Security-Policy", PAGE_POLICY)
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["Cache-Control"] = "no-store"
    return response


def page_routes(store: Store) -> Blueprint:
    """The pages for a person."""
    routes = Blueprint("pages", __name__)

    @routes.get("/")
    def list_mails() -> str:
        """The caught mails, newest first."""
        to = request.args.get("to", "").strip()
        return render_template("messages.html", mails=store.all(to), to=to, lima_time=lima_time)

    @routes.get("/messages/<number>")
    def show_mail(number: str) -> str:
        """One mail."""
        return render_template("message.html", mail=found(store, number), lima_time=lima_time)

    @routes.get("/messages/<number>/html")
    def show_html(number: str) -> Response:
        """The HTML body, for the sandboxed frame only."""
        mail = found(store, number)
        html = embed_pictures(mail.body("html"), mail.attachments)
        return Response(html, content_type="text/html; charset=utf-8", headers={"Content-Security-Policy": MAIL_POLICY})

    @routes.get("/messages/<number>/source")
    def show_source(number: str) -> Response:
        """The mail as it came over the wire."""
        return download(found(store, number).raw, f"{number}.eml", "message/rfc822")

    return routes


def api_routes(store: Store) -> Blueprint:
    """The JSON for tests and scripts."""
    routes = Blueprint("api", __name__, url_prefix="/api/messages")

    @routes.get("")
    def list_messages() -> Response:
        """All mails, newest first; `?to=` for one recipient's."""
        return jsonify(messages=[mail.as_json() for mail in store.all(request.args.get("to", "").strip())])

    @routes.delete("")
    def delete_messages() -> Response:
        """Throw all away."""
        return jsonify(deleted=store.clear())

    @routes.get("/<number>")
    def show_message(number: str) -> Response:
        """One mail."""
        return jsonify(found(store, number).as_json())

    @routes.get("/<number>/attachments/<int:place>")
    def show_attachment(number: str, place: int) -> Response:
        """One attached file, counted from 0."""
        attachments = found(store, number).attachments
        if place >= len(attachments):
            abort(404)
        attachment = attachments[place]
        return download(attachment.content, attachment.name, attachment.media_type)

    return routes


def control_routes(switches: Switches) -> Blueprint:
    """The hidden door: say how the next mails shall go wrong."""
    routes = Blueprint("control", __name__, url_prefix="/_control")

    @routes.post("/next")
    def set_next() -> Response:
        """One order or a list of them."""
        given: Any = request.get_json(force=True)
        for order in given if isinstance(given, list) else [given]:
            switches.add(read_switch(order))
        return jsonify(pending=switches.pending())

    @routes.post("/reset")
    def reset() -> Response:
        """Forget the switches; the mails stay."""
        switches.reset()
        return jsonify(pending=[])

    @routes.get("/state")
    def show_state() -> Response:
        """The pending switches."""
        return jsonify(pending=switches.pending())

    @routes.errorhandler(ValueError)
    def refuse(error: ValueError) -> tuple[Response, int]:
        """A switch that makes no sense."""
        return jsonify(error=str(error)), 400

    return routes


def found(store: Store, number: str) -> Mail:
    """The mail, or 404."""
    return store.find(number) or abort(404)
