"""Verificar una constancia: for anybody who holds one, by its code or its QR; without an account."""

import re
from typing import Any

from flask import Blueprint, Response, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from portal import messages
from portal.clients import constancias_recert, standing
from portal.clients.constancia_keys import read_signed
from portal.clients.gateway import ApiProblem, GatewayDown
from portal.forms.verifying import CodeForm
from portal.parts import parts

blueprint = Blueprint("verifying", __name__, url_prefix="/verificar")

LONGEST_SIGNATURE = 2000


@blueprint.after_request
def keep_out_of_search_engines(response: Response) -> Response:
    """A page about a person is nobody's search result."""
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    return response


@blueprint.get("")
def ask() -> ResponseReturnValue:
    """The code of a constancia, as it is printed beside its QR."""
    form = CodeForm(request.args)
    if "codigo" not in request.args:
        return render_template("verifying/ask.html", form=form)
    if not form.validate():
        return render_template("verifying/ask.html", form=form), 422
    return redirect(url_for("verifying.show", code=form.codigo.data), 303)


@blueprint.get("/<string:code>")
def show(code: str) -> ResponseReturnValue:
    """Where the QR leads: whether the constancia is good now, with the least data that answers it."""
    signed = request.args.get("firma")
    if signed is not None and len(signed) > LONGEST_SIGNATURE:
        signed = ""
    try:
        found = _find(re.sub(r"[^0-9A-Za-z]", "", code)[:20] or "-", signed)
    except ApiProblem as problem:
        if problem.status != 404:
            raise
        form = CodeForm(data={"codigo": code[:20]})
        form.codigo.errors = [messages.CODE_UNKNOWN]
        return render_template("verifying/ask.html", form=form), 404
    except GatewayDown:
        return _by_signature_alone(signed)
    return render_template("verifying/result.html", found=found)


def _find(code: str, signed: str | None) -> dict[str, Any]:
    """The constancia that has the code, of whichever kind. Raises ApiProblem 404 when none has it, GatewayDown.

    While one kind cannot be asked, that the other has no such constancia proves nothing.
    """
    refused: ApiProblem | GatewayDown | None = None
    for verify in (standing.verify, constancias_recert.verify):
        try:
            return verify(code, signed)
        except ApiProblem as problem:
            if problem.status != 404:
                raise
            refused = refused or problem
        except GatewayDown as down:
            refused = down
    assert refused is not None  # noqa: S101 - both kinds were asked
    raise refused


def _by_signature_alone(signed: str | None) -> ResponseReturnValue:
    """The services do not answer: the signature still tells whether the paper is genuine. Raises GatewayDown."""
    if not signed:
        raise GatewayDown(503)
    claims: dict[str, Any] | None = read_signed(signed)
    over = claims is not None and int(claims["exp"]) <= parts().clock.now().timestamp()
    page = make_response(render_template("verifying/offline.html", claims=claims, over=over), 200)
    page.headers["Retry-After"] = "30"
    return page
