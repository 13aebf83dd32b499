"""What the pages of calendar and cockpit share: whose council is shown, and files passed on."""

from typing import Any

from flask import render_template
from flask.typing import ResponseReturnValue
from wtforms.fields.choices import SelectChoice

from portal.clients import staff
from portal.session import account

VIEW, CALENDAR = "recert:view", "recert:calendar"


def own_council() -> str | None:
    """The council a member of staff works for; None for national staff."""
    return (account() or {}).get("council")


def council_choices(everybody: str) -> list[SelectChoice]:
    """All councils for national staff, with a first choice for all of them; only the own one for the others."""
    own = own_council()
    if own:
        return [SelectChoice(own, "Su consejo")]
    return [SelectChoice("", everybody), *(SelectChoice(row["code"], row["label"]) for row in staff.councils())]


def show(template: str, status: int = 200, **shown: Any) -> ResponseReturnValue:
    """A page of calendar or cockpit."""
    return render_template(f"staff/recertification/{template}.html", national=own_council() is None, **shown), status
