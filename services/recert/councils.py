"""How the college writes its councils."""


def roman(council: str) -> str:
    """The number of a council as the college writes it: 03 is III."""
    tens, ones = divmod(int(council), 10)
    return "X" * tens + ("", "I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX")[ones]
