"""The caught mails, the newest thousand, in memory and, if a folder is given, as .eml files that outlive a restart."""

from __future__ import annotations

import hashlib
import json
import os
import threading
from collections import OrderedDict
from dataclasses import dataclass
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from functools import cached_property
from pathlib import Path
from typing import Any

KEPT = 1000


@dataclass(frozen=True)
class Attachment:
    """One attached file."""

    name: str
    media_type: str
    content: bytes
    content_id: str = ""

    def summary(self) -> dict[str, Any]:
        """What the JSON says of it."""
        return {
            "name": self.name,
            "media_type": self.media_type,
            "size": len(self.content),
            "sha256": hashlib.sha256(self.content).hexdigest(),
        }


class Mail:
    """One mail as it came over the wire, with its envelope."""

    def __init__(self, number: int, sender: str, recipients: list[str], received_at: datetime, raw: bytes) -> None:
        self.number, self.sender, self.recipients = number, sender, recipients
        self.received_at, self.raw = received_at, raw

    @cached_property
    def message(self) -> EmailMessage:
        """The parsed message."""
        parsed = message_from_bytes(self.raw, policy=policy.default)
        assert isinstance(parsed, EmailMessage)
        return parsed

    def header(self, name: str) -> str:
        """A header's text; one that cannot be parsed reads as empty."""
        try:
            return str(self.message[name] or "").strip()
        except (ValueError, IndexError, AttributeError):
            return ""

    def body(self, kind: str) -> str:
        """The plain or html body, empty if there is none."""
        part = self.message.get_body(preferencelist=(kind,))
        return _text_of(part) if isinstance(part, EmailMessage) else ""

    @cached_property
    def attachments(self) -> list[Attachment]:
        """Everything that is not a body, inline images too."""
        bodies = {id(self.message.get_body(preferencelist=(kind,))) for kind in ("plain", "html")}
        leaves = (part for part in self.message.walk() if not part.is_multipart())
        return [_attachment(part, n) for n, part in enumerate(p for p in leaves if id(p) not in bodies)]

    def is_for(self, address: str) -> bool:
        """Was it sent to this address? Case makes no difference."""
        return address.casefold() in (recipient.casefold() for recipient in self.recipients)

    def as_json(self) -> dict[str, Any]:
        """What `/api/messages` tells. `to` is the envelope: it shows Bcc and added recipients."""
        return {
            "id": str(self.number),
            "message_id": self.header("message-id"),
            "from": self.header("from") or self.sender,
            "to": self.recipients,
            "subject": self.header("subject"),
            "date": self.received_at.isoformat(),
            "text": self.body("plain"),
            "html": self.body("html"),
            "attachments": [attachment.summary() for attachment in self.attachments],
            "envelope_from": self.sender,
            "headers": {name.lower(): str(value) for name, value in self.message.items()},
        }


def _text_of(part: EmailMessage) -> str:
    try:
        return str(part.get_content())
    except (LookupError, UnicodeError, KeyError):
        return bytes(part.get_payload(decode=True) or b"").decode("utf-8", "replace")


def _attachment(part: Any, number: int) -> Attachment:
    name = part.get_filename() or f"adjunto-{number + 1}"
    content = part.get_payload(decode=True) or b""
    return Attachment(name, part.get_content_type(), content, (part["content-id"] or "").strip(" <>"))


class Store:
    """Keeps the mails; the oldest makes room."""

    def __init__(self, folder: str | Path | None = None, kept: int = KEPT) -> None:
        self._lock = threading.Lock()
        self._mails: OrderedDict[int, Mail] = OrderedDict()
        self._folder = Path(folder) if folder else None
        self._kept = kept
        self._last = 0
        if self._folder:
            self._folder.mkdir(parents=True, exist_ok=True)
            self._load(self._folder)

    def add(self, sender: str, recipients: list[str], raw: bytes, received_at: datetime) -> Mail:
        """Keep one more."""
        with self._lock:
            self._last += 1
            mail = Mail(self._last, sender, list(recipients), received_at, raw)
            self._write(mail)
            self._mails[mail.number] = mail
            while len(self._mails) > self._kept:
                self._erase(self._mails.popitem(last=False)[1])
        return mail

    def all(self, to: str = "") -> list[Mail]:
        """Newest first, of one recipient if asked."""
        with self._lock:
            mails = list(self._mails.values())
        return [mail for mail in reversed(mails) if not to or mail.is_for(to)]

    def find(self, number: str) -> Mail | None:
        """The mail with that id."""
        with self._lock:
            return self._mails.get(int(number)) if number.isdigit() else None

    def clear(self) -> int:
        """Throw all away; tells how many. Ids are not used again."""
        with self._lock:
            count = len(self._mails)
            for mail in self._mails.values():
                self._erase(mail)
            self._mails.clear()
        return count

    def _paths(self, folder: Path, number: int) -> tuple[Path, Path]:
        return folder / f"{number:08d}.eml", folder / f"{number:08d}.json"

    def _write(self, mail: Mail) -> None:
        """Mail first, envelope last: a mail without its envelope was never accepted."""
        if self._folder is None:
            return
        eml, envelope = self._paths(self._folder, mail.number)
        facts = {"from": mail.sender, "to": mail.recipients, "received_at": mail.received_at.isoformat()}
        _replace(eml, mail.raw)
        _replace(envelope, json.dumps(facts, ensure_ascii=False).encode())

    def _erase(self, mail: Mail) -> None:
        if self._folder:
            for path in self._paths(self._folder, mail.number)[::-1]:
                path.unlink(missing_ok=True)

    def _load(self, folder: Path) -> None:
        for envelope in sorted(folder.glob("*.json"))[-self._kept :]:
            facts = json.loads(envelope.read_text(encoding="utf-8"))
            received = datetime.fromisoformat(facts["received_at"]).astimezone(UTC)
            number = int(envelope.stem)
            self._mails[number] = Mail(
                number, facts["from"], facts["to"], received, envelope.with_suffix(".eml").read_bytes()
            )
            self._last = number


def _replace(path: Path, content: bytes) -> None:
    part = path.with_suffix(path.suffix + ".part")
    with part.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    part.replace(path)
