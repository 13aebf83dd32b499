"""Telephone numbers as people in Peru write them, brought to one spelling: `+51 999 000 001`, `+51 1 641 9847`.

Peru's numbering plan: mobiles have nine digits and begin with 9; fixed lines have an area code (1 for Lima, two digits
from 41 to 84 elsewhere) and seven or six digits. A number that begins with + and another country's code is kept.
"""

import re

MOBILE_WRONG = "El celular tiene 9 dígitos y empieza con 9, por ejemplo 999 000 001."
PHONE_WRONG = "Escriba el teléfono con su código de ciudad, por ejemplo 01 641 9847 o 044 234 567."
FOREIGN_WRONG = "Un número de otro país empieza con + y tiene de 8 a 15 dígitos, por ejemplo +34 600 000 000."


class NotAPhoneNumber(ValueError):
    """The text is no telephone number; the message says in Spanish how to write one."""


def phone_number(text: str) -> str:
    """A fixed line or a mobile, of Peru or abroad, in the stored spelling. Raises NotAPhoneNumber."""
    number = _read(text, PHONE_WRONG)
    if number.startswith("+"):
        return number
    if re.fullmatch("9[0-9]{8}", number):
        return _mobile(number)
    local = number.removeprefix("0")
    if len(local) == 7 and local[0] != "9":
        local = f"1{local}"
    if re.fullmatch("1[2-7][0-9]{6}", local):
        return f"+51 1 {local[1:4]} {local[4:]}"
    if re.fullmatch("[4-8][0-9]{7}", local):
        return f"+51 {local[:2]} {local[2:5]} {local[5:]}"
    raise NotAPhoneNumber(PHONE_WRONG)


def mobile_number(text: str) -> str:
    """A mobile, of Peru or abroad, in the stored spelling. Raises NotAPhoneNumber."""
    number = _read(text, MOBILE_WRONG)
    if number.startswith("+"):
        return number
    if not re.fullmatch("9[0-9]{8}", number):
        raise NotAPhoneNumber(MOBILE_WRONG)
    return _mobile(number)


def _read(text: str, wrong: str) -> str:
    """Digits without separators; Peru's own prefix (+51, 0051, or 51 before a whole number) is cut off."""
    number = re.sub(r"[\s().\-]", "", text)
    number = re.sub("^00", "+", number)
    number = re.sub(r"^(\+51|51(?=9[0-9]{8}$))", "", number)
    if number.startswith("+") and not re.fullmatch(r"\+[1-9][0-9]{7,14}", number):
        raise NotAPhoneNumber(FOREIGN_WRONG)
    if not re.fullmatch(r"\+?[0-9]+", number):
        raise NotAPhoneNumber(wrong)
    return number


def _mobile(number: str) -> str:
    return f"+51 {number[:3]} {number[3:6]} {number[6:]}"
