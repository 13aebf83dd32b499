"""A deadline as an iCalendar file (RFC 5545), for the physician's own agenda."""

from datetime import UTC, datetime, timedelta
from typing import Any

from icalendar import Alarm, Calendar, Event

TYPE = "text/calendar"
ALARM_DAYS = (7, 1)
"""Days before the last one on which the agenda rings."""


def as_ics(view: dict[str, Any], *, deadline_id: int, number: str, made_at: datetime, sequence: int) -> bytes:
    """One all-day event on the last day. The UID stays and the sequence rises, so that a moved one replaces itself."""
    calendar = Calendar()
    calendar.add("prodid", "-//CMP Digital//Recertificación//ES")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    event = Event()
    event.add("uid", f"plazo-{deadline_id}@recert.cmp-digital")
    event.add("sequence", sequence)
    event.add("dtstamp", made_at.astimezone(UTC))
    event.add("dtstart", view["due_on"])
    event.add("dtend", view["due_on"] + timedelta(days=1))
    event.add("transp", "TRANSPARENT")
    event.add("summary", f"{view['kind_text']}: último día (expediente {number})")
    event.add("description", _words(view))
    for days in ALARM_DAYS:
        event.add_component(_alarm(days, number))
    calendar.add_component(event)
    return bytes(calendar.to_ical())


def _words(view: dict[str, Any]) -> str:
    lines = [f"El plazo vence el {view['due_on']:%d/%m/%Y} a las 23:59:59 (hora de Lima)."]
    lines += [f"Son {view['days']} días hábiles desde el {view['started_on']:%d/%m/%Y}, que no se cuenta."]
    lines += [f"No se cuenta: {skipped['day']:%d/%m/%Y}, {skipped['reason']}" for skipped in view["skipped"]]
    if view["kept"]:
        lines.append("El calendario cambió después; se mantiene la fecha que ya se había comunicado.")
    return "\n".join(lines)


def _alarm(days: int, number: str) -> Alarm:
    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("trigger", timedelta(days=-days))
    alarm.add("description", f"Vence un plazo del expediente {number}")
    return alarm
