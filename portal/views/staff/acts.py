"""What staff cannot undo is asked on a page of its own first; a refusal is said on the same page."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from flask import flash, redirect
from flask.typing import ResponseReturnValue
from flask_wtf import FlaskForm

from portal.clients.gateway import ApiProblem
from portal.forms.fields import take_errors

SAID_ON_THE_PAGE = (400, 403, 409, 422)


@dataclass(frozen=True, kw_only=True)
class Act:
    """Something that cannot be undone: what it is, what it is done to, and where to go instead."""

    title: str
    button: str
    back: str
    form: FlaskForm
    facts: list[dict[str, Any]] = field(default_factory=list)
    warning: str = ""
    section: tuple[str, str] = ("", "")
    """Text and address of the list above it."""


def carry_out(
    show: Callable[..., ResponseReturnValue], act: Act, do: Callable[[], Any], done: str, onward: str | None = None
) -> ResponseReturnValue:
    """Ask on the desk's page `act`; on its answer do it, tell it and go on. `show` draws a page of the desk."""
    if act.form.validate_on_submit():
        try:
            do()
        except ApiProblem as problem:
            if problem.status not in SAID_ON_THE_PAGE:
                raise
            refused = "" if take_errors(act.form, problem) else problem.detail
            return show("act", 422, act=act, form=act.form, refused=refused)
        flash(done, "success")
        return redirect(onward or act.back, 303)
    return show("act", 422 if act.form.errors else 200, act=act, form=act.form, refused="")
