"""Every route names a permission, or stands on this list of routes that need none."""

from pathlib import Path

import pytest

from cli import names
from tests.platform import make_app

PUBLIC = {
    "identity": {
        "POST /v1/sessions",
        "POST /v1/email-confirmations",
        "POST /v1/sessions/refresh",
        "POST /v1/sessions/one-time",
        "POST /v1/sessions/second-factor",
        "POST /v1/sessions/second-factor/enrolment",
        "POST /v1/staff-invitations/password",
        "POST /v1/service-tokens",
        "POST /v1/registrations",
        "GET /v1/registration-status/<code>",
        "POST /v1/registration-status/<code>/mails",
        "POST /v1/registration-confirmations",
        "POST /v1/user-recoveries",
        "POST /v1/password-recoveries",
        "POST /v1/entry-requests",
        "POST /v1/link-checks",
        "POST /v1/password-resets",
        "POST /v1/first-access",
        "POST /v1/first-access/proof",
        "POST /v1/first-access/password",
        "GET /v1/consent-texts",
        "GET /.well-known/jwks.json",
    },
    "einvoice": {"POST /v1/public/vouchers/check"},
    "payments": {"GET /v1/public/constancias/<string:code>", "GET /.well-known/constancias.json"},
    "recert": {
        "GET /v1/public/certifications/<string:cmp_number>",
        "GET /v1/public/physicians",
        "GET /v1/public/specialities",
        "GET /v1/public/content",
        "GET /v1/public/content/files/<string:piece_id>",
        "GET /v1/public/constancias/<string:code>",
        "GET /.well-known/constancias-recertificacion.json",
    },
}
EVERYWHERE = ("/livez", "/readyz", "/metrics", "/openapi.json", "/docs", "/static/")


@pytest.mark.parametrize("service", names.SERVICES)
def test_every_route_names_a_permission_or_is_on_the_public_list(service: str, tmp_path: Path) -> None:
    app = make_app(service, tmp_path)
    unguarded, unknown = set(), []
    for rule in app.url_map.iter_rules():
        if rule.rule.startswith(EVERYWHERE):
            continue
        view = app.view_functions[rule.endpoint]
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}:
            if not hasattr(view, "__permission__"):
                unknown.append(f"{method} {rule.rule}")
            elif view.__permission__ is None:
                unguarded.add(f"{method} {rule.rule}")
    assert not unknown, f"{service}: put @requires or @public on {unknown}"
    assert unguarded == PUBLIC.get(service, set()), f"{service}: change PUBLIC here if this is meant"
