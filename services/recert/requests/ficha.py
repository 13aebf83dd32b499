"""The ficha de solicitud on paper (REC-13): what was asked, what it is shown by, when the result is due."""

from datetime import date, datetime
from functools import cache
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined, Template

from chassis.clock import LIMA
from services.recert.pdf import html_to_pdf


def draw(request: dict[str, Any]) -> bytes:
    """The A4 PDF of a request as `showing.dossier_view` tells it. Raises RenderingFailed."""
    return html_to_pdf(_template().render(request=request, version=request["versions"][-1], day=_day))


def _day(value: date | datetime) -> str:
    """`05/09/2026`, in Lima."""
    day = value.astimezone(LIMA) if isinstance(value, datetime) else value
    return f"{day:%d/%m/%Y}"


@cache
def _template() -> Template:
    loader = PackageLoader("services.recert", "requests")
    return Environment(loader=loader, autoescape=True, undefined=StrictUndefined).get_template("ficha.html")
