"""The name of the PDF: CMP number, hyphen, year (REC-9)."""

from datetime import date


def expected_name(cmp_number: str, day: date) -> str:
    """`023546-2026.pdf` for a day of 2026 in Lima."""
    return f"{cmp_number}-{day.year}.pdf"


def is_right_name(name: str, cmp_number: str, day: date) -> bool:
    """Whether a file is called as asked; capitals do not matter."""
    return name.casefold() == expected_name(cmp_number, day).casefold()


def kept_name(name: str) -> str:
    """What is kept of a name somebody's program sent: the last part, printable, not too long."""
    last = name.replace("\\", "/").rpartition("/")[2]
    return "".join(letter for letter in last if letter.isprintable()).strip()[-200:] or "archivo"
