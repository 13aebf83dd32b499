"""Identity documents as SUNAT numbers them (catalogue 06, product 2.8): how each looks, what a number gives away."""

import re

from stdnum.pe import ruc as sunat_ruc

DNI, RUC = "1", "6"
TYPES = {
    "0": "Documento tributario de no domiciliado sin RUC",
    DNI: "DNI",
    "4": "Carné de extranjería",
    RUC: "RUC",
    "7": "Pasaporte",
    "A": "Cédula diplomática",
    "B": "Documento de identidad del país de residencia",
    "C": "TIN de persona natural",
    "D": "IN de persona jurídica",
    "E": "TAM",
}
"""SUNAT catalogue 06. RUC and DNI are what people are offered (AMB-3); the others are stored as well."""
RUC_PREFIXES = ("10", "15", "16", "17", "20")


def is_ruc(text: str) -> bool:
    """Whether this is a RUC: eleven digits, a known prefix, and SUNAT's check digit (modulus 11)."""
    if not re.fullmatch(r"[0-9]{11}", text) or not text.startswith(RUC_PREFIXES):
        return False
    return text.endswith(sunat_ruc.calc_check_digit(text))


def is_dni(text: str) -> bool:
    """Whether this is a DNI: eight digits, zeros on the left included."""
    return re.fullmatch(r"[0-9]{8}", text) is not None


def ruc_of(dni: str) -> str:
    """The RUC of the person with this DNI: 10, the DNI, and the check digit."""
    return f"10{dni}{sunat_ruc.calc_check_digit('10' + dni)}"


def dni_of(ruc: str) -> str | None:
    """The DNI inside a natural person's RUC; None when it belongs to no DNI."""
    return ruc[2:10] if is_ruc(ruc) and ruc.startswith("10") else None


def document_type(text: str) -> str:
    """Code of catalogue 06, from the code itself or its short name. Raises ValueError."""
    short = {"DNI": DNI, "RUC": RUC, "CE": "4", "PASAPORTE": "7"}
    code = short.get(text.strip().upper(), text.strip().upper())
    if code not in TYPES:
        raise ValueError("el tipo de documento debe ser RUC, DNI, CE, PASAPORTE o un código del catálogo 06 de SUNAT")
    return code


def document_number(kind: str, text: str) -> str:
    """The number in its stored form: blanks and hyphens do not count, capitals do not matter. Raises ValueError."""
    number = re.sub(r"[\s-]", "", text).upper()
    if kind == RUC and not is_ruc(number):
        raise ValueError("el RUC debe tener 11 dígitos, un prefijo conocido y su dígito de control correcto")
    if kind == DNI and not is_dni(number):
        raise ValueError("el DNI debe tener 8 dígitos, con sus ceros a la izquierda")
    if not re.fullmatch(r"[0-9A-Z]{1,12}", number):
        raise ValueError("el número de documento debe tener de 1 a 12 letras o dígitos")
    return number


def meant_by(typed: str) -> tuple[str, str] | None:
    """The document that a typed user name can only be: a RUC by its eleven digits, a DNI by its eight."""
    number = re.sub(r"[\s-]", "", typed)
    if is_ruc(number):
        return RUC, number
    return (DNI, number) if is_dni(number) else None


def login_name(kind: str, number: str) -> str:
    """What a client types as user: RUC and DNI as they are, others behind their type so that no two can be one."""
    return number if kind in (RUC, DNI) else f"{kind}:{number}".casefold()
