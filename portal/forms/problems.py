"""Puts what a service said about fields beside the fields of the form."""

from typing import Any

from flask_wtf import FlaskForm

from portal import messages
from portal.clients.gateway import ApiProblem


def tell(form: FlaskForm, problem: ApiProblem, otherwise: Any) -> int:
    """Show a refusal in the form: each error at its field, the rest at `otherwise`; the status to answer with.

    Raises the problem again when it is not about what was typed.
    """
    if problem.status == 429:
        otherwise.errors = [messages.too_many_attempts(problem.retry_after)]
        return 429
    if problem.status not in (400, 409, 422):
        raise problem
    told = False
    for error in problem.errors:
        field = form._fields.get(str(error.get("pointer", "")).strip("/"))
        if field is not None:
            field.errors, told = [str(error.get("detail"))], True
    if not told:
        otherwise.errors = [problem.detail]
    return 422
