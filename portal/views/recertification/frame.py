"""What the physician's pages of SISTCERE share: their place, who may see them, files passed on."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from flask import Blueprint, abort, flash, redirect, url_for

from portal import messages
from portal.clients.gateway import ApiProblem
from portal.session import account, signed_in

blueprint = Blueprint("recertification", __name__, url_prefix="/recertificacion")

STATE_TAGS = {
    "EMITIDO": "info",
    "EN_EVALUACION": "info",
    "OBSERVADO": "warning",
    "APROBADO": "success",
    "APROBADO_Y_REVISADO": "success",
    "DESCARTADO": "danger",
}


def physicians_only(view: Callable[..., Any]) -> Callable[..., Any]:
    """Let only a physician see the page; for anybody else who is signed in it does not exist."""

    @wraps(view)
    def guarded(*args: Any, **kwargs: Any) -> Any:
        if not (account() or {}).get("cmp_number"):
            abort(404)
        return view(*args, **kwargs)

    return signed_in(guarded)


def of_a_draft(view: Callable[..., Any]) -> Callable[..., Any]:
    """For pages of a draft: one that was sent or given up meanwhile leads to the list."""

    @wraps(view)
    def guarded(*args: Any, **kwargs: Any) -> Any:
        try:
            return view(*args, **kwargs)
        except ApiProblem as problem:
            if not problem.is_a("recert/draft-not-found"):
                raise
        flash(messages.RECERT_DRAFT_GONE, "warning")
        return redirect(url_for("recertification.requests"), 303)

    return physicians_only(guarded)
