"""The printed Constancia de Recertificación, the words its QR carries, and where the QR leads."""

from datetime import date
from functools import cache
from urllib.parse import quote

from jinja2 import Environment, PackageLoader, StrictUndefined, Template

from chassis.seals import Signer, end_of, seal
from services.recert.models import Recertification
from services.recert.pdf import html_to_pdf
from services.recert.settings import Settings

TYPE = "recertificacion"
MONTHS = (
    "enero", "febrero", "marzo", "abril", "mayo", "junio", "julio", "agosto", "setiembre", "octubre", "noviembre",
    "diciembre",
)  # fmt: skip


def sign(signer: Signer, row: Recertification) -> str:
    """Seal what a constancia says.

    Claims: jti number, cod code, cmp, nom, tip kind of recertification, iat and exp in seconds since 1970.
    """
    claims = {
        "jti": row.constancia.number_text,
        "cod": row.constancia.code,
        "cmp": row.cmp_number,
        "nom": row.name,
        "tip": row.kind_text,
        "iat": int(row.granted_at.timestamp()),
        "exp": int(end_of(row.valid_until).timestamp()),
    }
    return seal(signer, TYPE, claims)


def draw(row: Recertification, signed: str, settings: Settings) -> bytes:
    """The A4 PDF, with embedded fonts; the same bytes for the same words. Raises RenderingFailed."""
    qr = _qr(verification_link(row, signed, settings))
    return html_to_pdf(_template().render(row=row, settings=settings, qr=qr, day=_day))


def verification_link(row: Recertification, signed: str, settings: Settings) -> str:
    """Where the QR leads: the public page of the code, with the signed words for whoever has no network."""
    page = settings.constancia_url.replace("{code}", row.constancia.code)
    return f"{page}?firma={quote(signed)}"


def _qr(link: str) -> str:
    """The code at level M as a PNG data URI."""
    import segno

    return segno.make(link, error="m", micro=False).png_data_uri(scale=4, border=2)


def _day(day: date) -> str:
    """`8 de abril de 2024`."""
    return f"{day.day} de {MONTHS[day.month - 1]} de {day.year}"


@cache
def _template() -> Template:
    loader = PackageLoader("services.recert", "outcome")
    environment = Environment(loader=loader, autoescape=True, undefined=StrictUndefined)
    return environment.get_template("constancia.html")
