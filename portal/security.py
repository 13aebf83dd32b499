"""Headers on every answer, and the refusal of forms sent from other sites (ASVS 3.4, 3.5)."""

from flask import Flask, Response, abort, g, request

from portal.parts import parts

PERMISSIONS = "accelerometer=(), camera=(), geolocation=(), gyroscope=(), microphone=(), payment=(), usb=()"


def protect(app: Flask) -> None:
    """Check where a POST comes from, and set the headers of every response, errors included."""
    app.before_request(_refuse_other_sites)
    app.after_request(_set_headers)


def card_page() -> None:
    """Say that this response is the card page: the acquirer's script and frame may run on it, and nothing else."""
    g.card_page = True


def frames_own_pdf() -> None:
    """Say that this page shows a PDF of ours in a frame beside its words."""
    g.frames_own_pdf = True


def may_be_framed() -> None:
    """Say that this PDF may stand in a frame of our own pages, and nowhere else."""
    g.may_be_framed = True


def content_security_policy(card_form_origins: list[str] | None = None, *, own_frames: bool = False) -> str:
    """The policy of a page. The card page allows the acquirer's origins and no script of ours (PCI DSS 6.4.3)."""
    origins = " ".join(card_form_origins or [])
    own = {
        "default-src": "'none'",
        "script-src": origins or "'self'",
        "style-src": f"'self' {origins}",
        "img-src": f"'self' data: {origins}",
        "font-src": f"'self' {origins}",
        "connect-src": origins or "'self'",
        "frame-src": "'self'" if own_frames else origins or "'none'",
        "form-action": "'self'",
        "frame-ancestors": "'none'",
        "base-uri": "'none'",
        "object-src": "'none'",
    }
    return "; ".join(f"{name} {value.strip()}" for name, value in own.items())


PDF_POLICY = "default-src 'none'; object-src 'self'; style-src 'unsafe-inline'; frame-ancestors 'none'"
"""A PDF runs nothing of ours; the browser's own viewer needs these two."""

FRAMED_PDF_POLICY = "sandbox; default-src 'none'; object-src 'self'; style-src 'unsafe-inline'; frame-ancestors 'self'"
"""The sandbox stands in this header: Chromium's viewer stays empty in a frame that has it as an attribute."""


def _refuse_other_sites() -> None:
    """Browsers say where a request comes from; a POST from another site is refused before its token is looked at."""
    if request.method not in ("GET", "HEAD", "OPTIONS") and request.headers.get("Sec-Fetch-Site") == "cross-site":
        abort(403)


def _set_headers(response: Response) -> Response:
    settings = parts().settings
    card = g.get("card_page", False)
    permissions = PERMISSIONS
    if card:
        origins = " ".join(f'"{origin}"' for origin in settings.card_form_origins)
        permissions = permissions.replace("payment=()", f"payment=(self {origins})")
    policy = content_security_policy(
        settings.card_form_origins if card else None, own_frames=g.get("frames_own_pdf", False)
    )
    framed = g.get("may_be_framed", False)
    pdf_policy = FRAMED_PDF_POLICY if framed else PDF_POLICY
    response.headers["Content-Security-Policy"] = pdf_policy if response.mimetype == "application/pdf" else policy
    response.headers["Permissions-Policy"] = permissions
    response.headers["Referrer-Policy"] = "same-origin"
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["X-Frame-Options"] = "SAMEORIGIN" if framed else "DENY"
    # A bank's own confirmation may open in a window of the card form.
    response.headers["Cross-Origin-Opener-Policy"] = "same-origin-allow-popups" if card else "same-origin"
    response.headers.setdefault("Cache-Control", "no-store")
    if settings.https:
        response.headers["Strict-Transport-Security"] = "max-age=31536000; includeSubDomains"
    return response
