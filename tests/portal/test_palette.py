"""Colours that people can read: contrast computed from the style sheet's own names (WCAG 1.4.3, 1.4.11)."""

import re
from pathlib import Path

import pytest

import portal

CSS = (Path(portal.__file__).parent / "static" / "portal.css").read_text("utf-8")
COLOURS = dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{6});", CSS)) | {"white": "#ffffff"}

TEXT_ON = [
    ("ink", "paper"), ("ink", "mist"), ("ink-soft", "paper"), ("ink-soft", "mist"), ("ink-soft", "green-pale"),
    ("blue", "paper"), ("blue", "mist"), ("blue", "green-pale"), ("navy-deep", "mist"), ("navy-deep", "blue-pale"),
    ("paper", "navy"), ("paper", "navy-deep"), ("paper", "blue"), ("paper", "green"), ("paper", "green-deep"),
    ("paper", "red"), ("paper", "amber-ink"), ("navy", "blue-pale"), ("green-deep", "green-pale"), ("green-deep", "paper"),
    ("amber-ink", "amber-pale"), ("red", "red-pale"), ("red", "paper"), ("red", "mist"), ("ink", "green-pale"),
]  # fmt: skip
EDGES_ON = [("edge", "paper"), ("edge", "mist"), ("focus", "navy-deep"), ("green", "mist"), ("blue", "paper")]


def luminance(colour: str) -> float:
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    lighter, darker = sorted((luminance(COLOURS[one]), luminance(COLOURS[other])), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def test_the_formula_is_that_of_wcag() -> None:
    assert contrast("white", "white") == 1
    assert round((luminance("#ffffff") + 0.05) / (luminance("#000000") + 0.05)) == 21


@pytest.mark.parametrize(("text", "ground"), TEXT_ON)
def test_text_stands_out_from_its_ground(text: str, ground: str) -> None:
    assert contrast(text, ground) >= 4.5


@pytest.mark.parametrize(("edge", "ground"), EDGES_ON)
def test_edges_and_focus_stand_out_from_their_ground(edge: str, ground: str) -> None:
    assert contrast(edge, ground) >= 3
