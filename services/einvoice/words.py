"""Amounts in words, as SUNAT's legend 1000 and the printed voucher need them."""

LIMIT_CENTS = 99_999_999_999
"""999,999,999.99: the largest amount that can be written out."""

CURRENCY_NAMES = {"PEN": "SOLES", "USD": "DOLARES AMERICANOS"}

_TO_THIRTY = (
    *("CERO", "UNO", "DOS", "TRES", "CUATRO", "CINCO", "SEIS", "SIETE", "OCHO", "NUEVE"),
    *("DIEZ", "ONCE", "DOCE", "TRECE", "CATORCE", "QUINCE", "DIECISEIS", "DIECISIETE", "DIECIOCHO", "DIECINUEVE"),
    *("VEINTE", "VEINTIUNO", "VEINTIDOS", "VEINTITRES", "VEINTICUATRO", "VEINTICINCO", "VEINTISEIS", "VEINTISIETE"),
    *("VEINTIOCHO", "VEINTINUEVE"),
)
_TENS = ("", "", "", "TREINTA", "CUARENTA", "CINCUENTA", "SESENTA", "SETENTA", "OCHENTA", "NOVENTA")
_HUNDREDS = (
    *("", "CIENTO", "DOSCIENTOS", "TRESCIENTOS", "CUATROCIENTOS", "QUINIENTOS", "SEISCIENTOS", "SETECIENTOS"),
    *("OCHOCIENTOS", "NOVECIENTOS"),
)


def amount_in_words(cents: int, currency: str = "PEN") -> str:
    """Write an amount of cents out: 6000 -> `SESENTA CON 00/100 SOLES` (SUNAT catalogue 52, code 1000).

    Plain capitals without accents. Raises ValueError below 0, above 999,999,999.99 or for an unnamed currency.
    """
    if not 0 <= cents <= LIMIT_CENTS:
        raise ValueError(f"amount out of range: {cents} cents")
    if currency not in CURRENCY_NAMES:
        raise ValueError(f"currency without a name: {currency}")
    units, fraction = divmod(cents, 100)
    return f"{number_in_words(units)} CON {fraction:02d}/100 {CURRENCY_NAMES[currency]}"


def number_in_words(number: int) -> str:
    """Write a whole number from 0 to 999,999,999 out in Spanish capitals."""
    if number < 1000:
        return _below_thousand(number)
    if number < 1_000_000:
        thousands, rest = divmod(number, 1000)
        head = "MIL" if thousands == 1 else f"{_shortened(_below_thousand(thousands))} MIL"
    else:
        millions, rest = divmod(number, 1_000_000)
        head = "UN MILLON" if millions == 1 else f"{_shortened(_below_thousand(millions))} MILLONES"
    return f"{head} {number_in_words(rest)}" if rest else head


def _below_thousand(number: int) -> str:
    if number == 100:
        return "CIEN"
    hundreds, rest = divmod(number, 100)
    if not hundreds:
        return _below_hundred(number)
    return f"{_HUNDREDS[hundreds]} {_below_hundred(rest)}" if rest else _HUNDREDS[hundreds]


def _below_hundred(number: int) -> str:
    if number < 30:
        return _TO_THIRTY[number]
    tens, unit = divmod(number, 10)
    return f"{_TENS[tens]} Y {_TO_THIRTY[unit]}" if unit else _TENS[tens]


def _shortened(words: str) -> str:
    """`UNO` loses its O before MIL and MILLONES: VEINTIUN MIL, TREINTA Y UN MILLONES."""
    return words[:-1] if words.endswith("UNO") else words
