"""The printed constancia, with the QR that leads to its public page."""

from datetime import date, datetime
from functools import cache
from urllib.parse import quote

from jinja2 import Environment, PackageLoader, StrictUndefined, Template

from chassis.clock import LIMA
from services.payments.dues import MONTHS
from services.payments.models import Certificate
from services.payments.pdf import html_to_pdf
from services.payments.settings import Settings


def draw(certificate: Certificate, settings: Settings) -> bytes:
    """The A4 PDF, with embedded fonts; the same bytes for the same constancia. Raises RenderingFailed."""
    link = verification_link(certificate, settings)
    return html_to_pdf(_template().render(certificate=certificate, settings=settings, qr=_qr(link), day=_day))


def verification_link(certificate: Certificate, settings: Settings) -> str:
    """Where the QR leads: the public page of the code, with the signed words for whoever has no network."""
    page = settings.certificate_url.replace("{code}", certificate.code)
    return f"{page}?firma={quote(certificate.signed)}"


def _qr(link: str) -> str:
    """The code at level M as a PNG data URI."""
    import segno

    return segno.make(link, error="m", micro=False).png_data_uri(scale=4, border=2)


def _day(value: date | datetime) -> str:
    """`5 de setiembre de 2026`, in Lima."""
    day = value.astimezone(LIMA) if isinstance(value, datetime) else value
    return f"{day.day} de {MONTHS[day.month - 1]} de {day.year}"


@cache
def _template() -> Template:
    loader = PackageLoader("services.payments", "certificates")
    environment = Environment(loader=loader, autoescape=True, undefined=StrictUndefined)
    return environment.get_template("certificate.html")
