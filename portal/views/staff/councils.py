"""What councils are called on the pages of staff, whose data carry their codes."""

from flask import g

from portal.clients import staff
from portal.views.staff.home import blueprint

NATIONAL = "00"


@blueprint.app_template_filter()
def council_label(code: str | None) -> str:
    """`CR III LIMA` for 03, asked from identity once a page; a council nobody knows keeps its code."""
    if not code or code == NATIONAL:
        return "Consejo Nacional"
    if "councils" not in g:
        g.councils = {row["code"]: row["label"] for row in staff.councils()}
    return str(g.councils.get(code, code))
