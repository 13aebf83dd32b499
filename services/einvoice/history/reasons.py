"""Why a document is not imported: stable codes, in words for people of both languages."""

from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum


class Reason(StrEnum):
    """The codes of the report; they never change their meaning."""

    UNREADABLE = "UNREADABLE"
    BAD_PATH = "BAD_PATH"
    TOO_LARGE = "TOO_LARGE"
    BAD_ARCHIVE = "BAD_ARCHIVE"
    UNKNOWN_FILE = "UNKNOWN_FILE"
    BAD_XML = "BAD_XML"
    UNSUPPORTED_DOCUMENT = "UNSUPPORTED_DOCUMENT"
    BAD_CONTENT = "BAD_CONTENT"
    OTHER_ISSUER = "OTHER_ISSUER"
    BEFORE_JUNE_2019 = "BEFORE_JUNE_2019"
    FUTURE_DATE = "FUTURE_DATE"
    NOT_SIGNED = "NOT_SIGNED"
    BAD_SIGNATURE = "BAD_SIGNATURE"
    FOREIGN_CERTIFICATE = "FOREIGN_CERTIFICATE"
    UNTRUSTED_CERTIFICATE = "UNTRUSTED_CERTIFICATE"
    CERTIFICATE_NOT_VALID = "CERTIFICATE_NOT_VALID"
    NO_CDR = "NO_CDR"
    BAD_CDR = "BAD_CDR"
    CDR_BAD_SIGNATURE = "CDR_BAD_SIGNATURE"
    CDR_UNTRUSTED = "CDR_UNTRUSTED"
    CDR_OTHER_DOCUMENT = "CDR_OTHER_DOCUMENT"
    CDR_NOT_FINAL = "CDR_NOT_FINAL"
    SUMMARY_REJECTED = "SUMMARY_REJECTED"
    CONFLICT = "CONFLICT"
    ORPHAN_CDR = "ORPHAN_CDR"
    ORPHAN_PDF = "ORPHAN_PDF"
    BAD_PDF = "BAD_PDF"


WORDS: dict[str, tuple[str, str]] = {
    Reason.UNREADABLE: (
        "el archivo no se pudo leer",
        "the file could not be read",
    ),
    Reason.BAD_PATH: (
        "el nombre dentro del ZIP sale de su carpeta o es un enlace",
        "the name inside the ZIP leaves its folder or is a link",
    ),
    Reason.TOO_LARGE: (
        "el archivo es demasiado grande",
        "the file is too large",
    ),
    Reason.BAD_ARCHIVE: (
        "el ZIP está dañado, cifrado o mal formado",
        "the ZIP is damaged, encrypted or malformed",
    ),
    Reason.UNKNOWN_FILE: (
        "no es XML, CDR ni PDF de un comprobante",
        "not the XML, CDR or PDF of a voucher",
    ),
    Reason.BAD_XML: (
        "el XML está mal formado o trae DOCTYPE",
        "the XML is malformed or has a DOCTYPE",
    ),
    Reason.UNSUPPORTED_DOCUMENT: (
        "no es factura, boleta ni nota electrónica de una serie F o B",
        "not an electronic factura, boleta or note of a series F or B",
    ),
    Reason.BAD_CONTENT: (
        "falta un dato del comprobante o no se entiende",
        "a datum of the voucher is missing or makes no sense",
    ),
    Reason.OTHER_ISSUER: (
        "lo emitió otro RUC",
        "issued by another RUC",
    ),
    Reason.BEFORE_JUNE_2019: (
        "es anterior al 01/06/2019",
        "older than 2019-06-01",
    ),
    Reason.FUTURE_DATE: (
        "su fecha de emisión está en el futuro",
        "its issue date is in the future",
    ),
    Reason.NOT_SIGNED: (
        "no tiene firma",
        "not signed",
    ),
    Reason.BAD_SIGNATURE: (
        "la firma no corresponde: el XML fue alterado",
        "the signature does not hold: the XML was altered",
    ),
    Reason.FOREIGN_CERTIFICATE: (
        "el certificado no es del RUC emisor",
        "the certificate is not the issuer's",
    ),
    Reason.UNTRUSTED_CERTIFICATE: (
        "el certificado no está entre los de confianza",
        "the certificate is not among the trusted ones",
    ),
    Reason.CERTIFICATE_NOT_VALID: (
        "el certificado no estaba vigente en la fecha de emisión",
        "the certificate was not valid at the issue date",
    ),
    Reason.NO_CDR: (
        "no hay CDR ni resumen aceptado que lo pruebe",
        "no receipt nor accepted summary proves it",
    ),
    Reason.BAD_CDR: (
        "el CDR no se puede leer",
        "the receipt cannot be read",
    ),
    Reason.CDR_BAD_SIGNATURE: (
        "la firma del CDR no corresponde",
        "the receipt's signature does not hold",
    ),
    Reason.CDR_UNTRUSTED: (
        "el CDR no está firmado por la SUNAT ni por un OSE de confianza",
        "the receipt is not signed by SUNAT or a trusted OSE",
    ),
    Reason.CDR_OTHER_DOCUMENT: (
        "el CDR es de otro documento",
        "the receipt is about another document",
    ),
    Reason.CDR_NOT_FINAL: (
        "el CDR no acepta ni rechaza",
        "the receipt neither accepts nor rejects",
    ),
    Reason.SUMMARY_REJECTED: (
        "la SUNAT rechazó el resumen o la comunicación",
        "SUNAT rejected the summary",
    ),
    Reason.CONFLICT: (
        "ya hay otro archivo distinto con el mismo número",
        "another file with the same number is there already",
    ),
    Reason.ORPHAN_CDR: (
        "el CDR no tiene su XML",
        "the receipt lacks its XML",
    ),
    Reason.ORPHAN_PDF: (
        "el PDF no corresponde a un comprobante conocido",
        "the PDF belongs to no known voucher",
    ),
    Reason.BAD_PDF: (
        "el PDF está dañado o cifrado; se dibujó otro a partir del XML",
        "the PDF is damaged or encrypted; another was drawn from the XML",
    ),
}
"""Spanish and English for each code."""


class Refused(Exception):
    """A document that is told of in the report instead of being imported."""

    def __init__(self, reason: Reason, detail: str = "") -> None:
        """`detail` says what exactly; never personal data."""
        super().__init__(reason, detail)
        self.reason, self.detail = reason, detail


STRANGE = (ArithmeticError, AttributeError, LookupError, TypeError, ValueError)
"""What reading foreign documents may provoke that nobody thought of."""


@contextmanager
def refusing(reason: Reason) -> Iterator[None]:
    """One document of a million that nobody thought of is refused too, instead of ending the import."""
    try:
        yield
    except STRANGE as error:
        raise Refused(reason, type(error).__name__) from error
