"""Attachments come by claim check: the event names a file, and this fetches it and makes sure that it is that file."""

import hashlib
import re

import requests

from chassis.events import FileRef
from chassis.http import service_client
from chassis.settings import SettingsError
from services.notifier.mailer import Attachment


class AttachmentMissing(Exception):
    """A file cannot be had now, or is not the one that was named; trying later may help."""


class AttachmentTooBig(Exception):
    """The files of one mail are larger than mail servers take; trying later will not help."""


def fetch_all(files: list[FileRef], *, max_bytes: int) -> list[Attachment]:
    """Fetch the files of one mail with the notifier's service token.

    `max_bytes` limits their sum. Raises AttachmentTooBig before anything is fetched, AttachmentMissing when a service
    does not answer 200 or the size or SHA-256 differs from the claim check.
    """
    if sum(file.size for file in files) > max_bytes:
        raise AttachmentTooBig(f"{sum(file.size for file in files)} bytes of attachments, at most {max_bytes}")
    return [Attachment(file.name, file.media_type, fetch(file)) for file in files]


def fetch(file: FileRef) -> bytes:
    """The bytes of one file. Raises AttachmentMissing."""
    if not re.fullmatch(r"[0-9a-f]{64}", file.sha256):
        raise AttachmentMissing("the claim check carries no SHA-256")
    try:
        response = service_client(file.service).get(f"/v1/files/{file.sha256}")
    except (requests.RequestException, SettingsError) as error:
        raise AttachmentMissing(f"{file.service} does not answer: {type(error).__name__}") from error
    if response.status_code != 200:
        raise AttachmentMissing(f"{file.service} answered {response.status_code} for file {file.sha256}")
    return _checked(file, response.content)


def _checked(file: FileRef, content: bytes) -> bytes:
    if len(content) != file.size:
        raise AttachmentMissing(f"file {file.sha256} has {len(content)} bytes instead of {file.size}")
    if hashlib.sha256(content).hexdigest() != file.sha256:
        raise AttachmentMissing(f"file {file.sha256} has another SHA-256")
    return content
