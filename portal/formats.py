"""How amounts, dates, periods and addresses are written for people in Peru."""

from datetime import UTC, date, datetime
from decimal import Decimal, InvalidOperation

from chassis.clock import LIMA

MONTHS = (
    "enero", "febrero", "marzo", "abril", "mayo", "junio",
    "julio", "agosto", "setiembre", "octubre", "noviembre", "diciembre",
)  # fmt: skip


def soles(amount: str | Decimal | None) -> str:
    """`S/ 1,234.50` from a decimal string; a dash when there is none."""
    try:
        return f"S/ {Decimal(str(amount)):,.2f}"
    except InvalidOperation:
        return "—"


def period(value: str) -> str:
    """`marzo 2025` from `2025-03` or `202503`; anything else unchanged."""
    digits = str(value).replace("-", "")
    if len(digits) not in (6, 8) or not digits.isdigit() or not 1 <= int(digits[4:6]) <= 12:
        return str(value)
    return f"{MONTHS[int(digits[4:6]) - 1]} {digits[:4]}"


def moment(value: str | datetime | None) -> datetime | None:
    """An aware Lima time from RFC 3339 text (a time without zone is UTC)."""
    if not value:
        return None
    parsed = value if isinstance(value, datetime) else datetime.fromisoformat(value)
    return (parsed if parsed.tzinfo else parsed.replace(tzinfo=UTC)).astimezone(LIMA)


def day_and_time(value: str | datetime | None) -> str:
    """`25/07/2020 22:07:13` in Lima, as PAY-9 shows it."""
    parsed = moment(value)
    return f"{parsed:%d/%m/%Y %H:%M:%S}" if parsed else "—"


def day_and_minute(value: str | datetime | None) -> str:
    """`25/07/2020 22:07` in Lima, as a state of now is dated."""
    parsed = moment(value)
    return f"{parsed:%d/%m/%Y %H:%M}" if parsed else "—"


def epoch(seconds: int) -> datetime:
    """The moment so many seconds after 1970 began."""
    return datetime.fromtimestamp(seconds, UTC)


def hour(value: str | datetime | None) -> str:
    """`22:07` in Lima."""
    parsed = moment(value)
    return f"{parsed:%H:%M}" if parsed else "—"


def short_date(value: str | date | None) -> str:
    """`11/07/2019`, as VOU-8 shows it."""
    if not value:
        return "—"
    if isinstance(value, str):
        value = date.fromisoformat(value) if len(value) == 10 else moment(value)
    elif isinstance(value, datetime):
        value = moment(value)
    return f"{value:%d/%m/%Y}"


def long_date(value: str | date) -> str:
    """`5 de setiembre de 2026`."""
    day = date.fromisoformat(value[:10]) if isinstance(value, str) else value
    return f"{day.day} de {MONTHS[day.month - 1]} de {day.year}"


def masked_email(address: str | None) -> str:
    """`j***@correo.pe`: enough for its owner to recognise, too little for anybody else."""
    name, at, host = (address or "").partition("@")
    return f"{name[:1]}***@{host}" if at else ""


def file_size(size: int) -> str:
    """`2 MB`, `1.5 MB`, `500 KB`: bytes as people say them (1 MB = 1,048,576 bytes)."""
    return f"{round(size / 1024**2, 1):g} MB" if size >= 1024**2 else f"{max(1, round(size / 1024))} KB"


BROWSERS = (("Edg", "Edge"), ("OPR", "Opera"), ("Firefox", "Firefox"), ("Chrom", "Chrome"), ("Safari", "Safari"))
SYSTEMS = (("Android", "Android"), ("iPhone", "iPhone"), ("iPad", "iPad"), ("Windows", "Windows"), ("Mac OS", "Mac"),
           ("Linux", "Linux"))  # fmt: skip


def browser_name(user_agent: str | None) -> str:
    """`Firefox en Windows`: a browser as its owner would call it; nothing is decided by it."""
    told = user_agent or ""
    browser = next((name for mark, name in BROWSERS if mark in told), "Un programa")
    system = next((name for mark, name in SYSTEMS if mark in told), "")
    return f"{browser} en {system}" if system else browser


FILTERS = {
    "soles": soles,
    "period": period,
    "day_and_time": day_and_time,
    "day_and_minute": day_and_minute,
    "epoch": epoch,
    "hour": hour,
    "short_date": short_date,
    "long_date": long_date,
    "masked_email": masked_email,
    "file_size": file_size,
    "browser_name": browser_name,
}
