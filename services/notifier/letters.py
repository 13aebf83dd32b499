"""What the mails say: Spanish text and HTML from one pair of templates per letter, with one shared layout."""

import re
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from typing import Any

import css_inline
from babel.dates import format_date
from babel.numbers import format_currency
from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

from chassis.clock import LIMA
from services.notifier.sinadef_words import SINADEF_WORDS

LOCALE = "es_PE"

VOUCHER_NAMES = {
    "01": "factura electrónica",
    "03": "boleta de venta electrónica",
    "07": "nota de crédito electrónica",
    "08": "nota de débito electrónica",
}
"""SUNAT catalogue 01, as people call the documents."""


REGISTRATION_REASONS = {
    "not_in_registry": "El número de CMP no figura en el registro de médicos. Revise que esté bien escrito.",
    "document_differs": "El documento no es el que figura en el registro de médicos.",
    "names_differ": "Los nombres o apellidos no son los que figuran en el registro de médicos.",
    "not_active": "Su colegiatura no figura como activa. Consulte en su consejo regional.",
    "account_exists": "Ya hay una cuenta con ese número de CMP. Puede recuperarla con «¿Recordar contraseña?».",
    "email_in_use": "El correo ya se usa en otra cuenta. Regístrese con otro correo.",
    "identity_not_proven": "No pudimos comprobar que los datos sean suyos. Lleve su documento a su consejo regional.",
}
"""Why staff turned a registration down, as the person reads it."""


@dataclass(frozen=True)
class Rendered:
    """A letter ready to send; kept as it was sent."""

    subject: str
    text: str
    html: str


@dataclass(frozen=True, kw_only=True)
class Letterhead:
    """What every letter shows whatever it says. `portal_url` is the only host that links point to."""

    portal_url: str
    institution: str
    address: str
    reply_to: str


def render(template: str, data: dict[str, Any], letterhead: Letterhead) -> Rendered:
    """Render one letter. Raises jinja2.UndefinedError when `data` lacks something the template says."""
    page = _templates().get_template(f"{template}.txt")
    known = {**data, "letterhead": letterhead, "page": f"{letterhead.portal_url.rstrip('/')}/".__add__}
    subject = "".join(page.blocks["subject"](page.new_context(known)))
    html = _templates().get_template(f"{template}.html").render(known, subject=subject)
    return Rendered(subject=" ".join(subject.split()), text=_tidy(page.render(known)), html=_inliner().inline(html))


def money(amount: str, currency: str) -> str:
    """`25.00`, `PEN` -> `S/ 25.00`, with a space that does not break."""
    return format_currency(Decimal(amount), currency, locale=LOCALE)


def long_date(day: str) -> str:
    """`2026-09-05` -> `5 de setiembre de 2026`."""
    return format_date(date.fromisoformat(day), "long", locale=LOCALE)


def voucher_name(voucher_type: str) -> str:
    """The document's name in a sentence; an unknown type is a plain `comprobante electrónico`."""
    return VOUCHER_NAMES.get(voucher_type, "comprobante electrónico")


def registration_reason(reason: str) -> str:
    """The sentence of a reason; an unknown one asks to write to us."""
    return REGISTRATION_REASONS.get(reason, "Los datos no coinciden con los del registro. Escríbanos para revisarlo.")


def duration(minutes: int) -> str:
    """`10` -> `10 minutos`, `1440` -> `24 horas`."""
    if minutes % 60 or minutes < 60:
        return f"{minutes} {'minuto' if minutes == 1 else 'minutos'}"
    return f"{minutes // 60} {'hora' if minutes == 60 else 'horas'}"


def lima_time(moment: str) -> str:
    """`2026-11-20T15:00:00Z` -> `20 de noviembre de 2026, 10:00` in Lima."""
    local = datetime.fromisoformat(moment).astimezone(LIMA)
    return f"{format_date(local.date(), 'long', locale=LOCALE)}, {local:%H:%M}"


def one_line(text: str) -> str:
    """A name as it may stand in a sentence: no line breaks, no double spaces."""
    return " ".join(text.split())


@cache
def _templates() -> Environment:
    """Compiled templates, the same for every application in the process: they hold no state."""
    environment = Environment(
        loader=PackageLoader(__package__ or "services.notifier"),
        autoescape=select_autoescape(["html"]),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {"money": money, "long_date": long_date, "voucher_name": voucher_name, "one_line": one_line}
    environment.filters |= {"duration": duration, "lima_time": lima_time}
    environment.filters["registration_reason"] = registration_reason
    environment.globals["sinadef_words"] = SINADEF_WORDS
    return environment


@cache
def _inliner() -> css_inline.CSSInliner:
    """Copies the layout's style sheet into the elements; asks the network for nothing."""
    return css_inline.CSSInliner(load_remote_stylesheets=False, keep_style_tags=True)


def _tidy(text: str) -> str:
    """At most one empty line in a row, none at the ends."""
    return re.sub(r"\n{3,}", "\n\n", text).strip() + "\n"
