"""Style sheet and script: Bootstrap's (from the installed package, no other host) and ours, in one file each.

Their address carries a digest of their content, so browsers keep them for a year; they are compressed once, at start.
"""

import gzip
import hashlib
import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import flask_bootstrap
from flask import Blueprint, Flask, Response, abort, current_app, request, url_for

_BOOTSTRAP = Path(flask_bootstrap.__file__).parent / "static" / "bootstrap5" / "css" / "bootstrap.min.css"
_OWN = Path(__file__).parent / "static"

blueprint = Blueprint("assets", __name__)


@dataclass(frozen=True)
class Asset:
    """One file as browsers get it."""

    name: str
    content_type: str
    body: bytes
    packed: bytes
    digest: str


def _asset(name: str, content_type: str, text: str) -> Asset:
    body = text.encode()
    return Asset(name, content_type, body, gzip.compress(body, 9, mtime=0), hashlib.sha256(body).hexdigest()[:16])


@lru_cache(maxsize=1)
def load() -> dict[str, Asset]:
    """Read and compress the files."""
    bootstrap = re.sub(r"/\*# sourceMappingURL=.*?\*/", "", _BOOTSTRAP.read_text("utf-8"))
    style = f"{bootstrap}\n{(_OWN / 'portal.css').read_text('utf-8')}"
    assets = [
        _asset("portal.css", "text/css; charset=utf-8", style),
        _asset("portal.js", "text/javascript; charset=utf-8", (_OWN / "portal.js").read_text("utf-8")),
        _asset("upload.js", "text/javascript; charset=utf-8", (_OWN / "upload.js").read_text("utf-8")),
        _asset("favicon.svg", "image/svg+xml", (_OWN / "favicon.svg").read_text("utf-8")),
    ]
    return {asset.name: asset for asset in assets}


def offer(app: Flask) -> None:
    """Serve the assets and give templates `asset(name)`."""
    app.extensions["assets"] = load()
    app.register_blueprint(blueprint)
    app.jinja_env.globals["asset"] = lambda name: url_for(
        "assets.show", digest=app.extensions["assets"][name].digest, name=name
    )
    app.extensions["assets_by_address"] = {(a.digest, a.name): a for a in app.extensions["assets"].values()}


@blueprint.get("/recursos/<digest>/<name>")
def show(digest: str, name: str) -> Response:
    """One asset; an old digest is gone."""
    asset: Asset | None = current_app.extensions["assets_by_address"].get((digest, name))
    if asset is None:
        abort(404)
    packed = request.accept_encodings.quality("gzip") > 0
    response = Response(asset.packed if packed else asset.body, content_type=asset.content_type)
    response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
    response.headers["Vary"] = "Accept-Encoding"
    if packed:
        response.headers["Content-Encoding"] = "gzip"
    return response
