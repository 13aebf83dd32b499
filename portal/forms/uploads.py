"""One file of a form, checked before it travels on: each fault is said beside the field in its own words."""

import os
from dataclasses import dataclass

from werkzeug.datastructures import FileStorage
from wtforms import Field, Form
from wtforms.validators import StopValidation

from portal import messages
from portal.formats import file_size


@dataclass(frozen=True)
class FileRule:
    """What a file may be. `signatures` are the first bytes of the types admitted; names and headers can lie."""

    max_bytes: int
    signatures: tuple[bytes, ...]
    missing: str
    wrong_type: str

    def __call__(self, form: Form, field: Field) -> None:
        """Refuse no file, an empty one, one that is too big, one of another type."""
        file: FileStorage | None = field.data
        if not isinstance(file, FileStorage) or not file.filename:
            raise StopValidation(self.missing)
        size = file.stream.seek(0, os.SEEK_END)
        file.stream.seek(0)
        if size == 0:
            raise StopValidation(messages.FILE_EMPTY)
        if not file.stream.read(16).startswith(self.signatures):
            raise StopValidation(self.wrong_type)
        file.stream.seek(0)
        if size > self.max_bytes:
            raise StopValidation(messages.file_too_big(file_size(self.max_bytes)))
