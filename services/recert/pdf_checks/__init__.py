"""Whether a PDF may come in: never opened in this process, each fault with its own words."""

from services.recert.pdf_checks.checking import check_file
from services.recert.pdf_checks.faults import Fault, FileRefused

__all__ = ["Fault", "FileRefused", "check_file"]
