"""The front door, the menu and help."""

from flask import Blueprint, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from portal import session
from portal.forms.access import LoginForm
from portal.session import signed_in

blueprint = Blueprint("home", __name__)


@blueprint.get("/")
def index() -> ResponseReturnValue:
    """Inicio: the login beside the four steps of CMP Digital (ACC-1 to ACC-3); the menu for who is in."""
    if session.account():
        return redirect(url_for("home.menu"), 303)
    return render_template("access/login.html", form=LoginForm())


@blueprint.get("/menu")
@signed_in
def menu() -> ResponseReturnValue:
    """The CMP Digital menu (MENU-1); a client has another one, and begins with the vouchers."""
    if (session.account() or {}).get("kind") == "client":
        return redirect(url_for("vouchers.index"), 303)
    return render_template("home/menu.html")


@blueprint.get("/ayuda")
def help() -> ResponseReturnValue:
    """Ayuda (ACC-1): the questions people ask, and whom to call."""
    return render_template("home/help.html")


@blueprint.get("/accesibilidad")
def accessibility() -> ResponseReturnValue:
    """The accessibility statement that Resolución 002-2024-PCM/SGTD asks for."""
    return render_template("home/accessibility.html")
