"""Which action a SUNAT code asks for, read from codes.toml."""

import tomllib
from functools import cache
from importlib.resources import files
from typing import Literal

Kind = Literal["fault", "receipt", "status", "ticket", "proves"]
Rule = tuple[int, int, str]


def action_for(kind: Kind, code: str) -> str:
    """The action for a code in a fault, a receipt (CDR), a query status or a ticket's; `unknown` when no rule names
    it. `proves` tells which rejections of a summary prove that an earlier one had worked."""
    if not code.isdigit():
        return "unknown"
    number = int(code)
    return next((action for first, last, action in _rules(kind) if first <= number <= last), "unknown")


@cache
def _rules(kind: Kind) -> list[Rule]:
    table = tomllib.loads(files(__package__).joinpath("codes.toml").read_text(encoding="utf-8"))
    return [_rule(codes, entry["action"]) for entry in table[kind] for codes in entry["codes"]]


def _rule(codes: str, action: str) -> Rule:
    first, _, last = codes.partition("-")
    return int(first), int(last or first), action
