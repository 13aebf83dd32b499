"""Files of the services, passed on to the browser as they arrive, so that no file is ever held whole in memory."""

from collections.abc import Iterator

import requests
from flask import Response

PIECE = 64 * 1024
KEPT = ("Content-Disposition", "Content-Length", "ETag")


def passed_on(upstream: requests.Response, *, media_type: str = "", disposition: str = "") -> Response:
    """The answer of a service as the portal's own; its media type and its file name, unless others are given."""

    def pieces() -> Iterator[bytes]:
        with upstream:
            yield from upstream.iter_content(PIECE)

    headers = {name: upstream.headers[name] for name in KEPT if name in upstream.headers}
    if "Content-Encoding" in upstream.headers:
        headers.pop("Content-Length", None)  # it counts the compressed bytes, and what leaves here is plain
    if disposition:
        headers["Content-Disposition"] = disposition
    return Response(pieces(), content_type=media_type or upstream.headers["Content-Type"], headers=headers)


def passed_pdf(upstream: requests.Response, name: str = "") -> Response:
    """A PDF of a service, to be looked at in the browser; under its own name unless another is given."""
    return passed_on(upstream, media_type="application/pdf", disposition=f'inline; filename="{name}"' if name else "")
