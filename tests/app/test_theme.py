"""The theme: both modes complete, colours that can be told apart, fonts that are files of ours, words in one place."""

from __future__ import annotations

import importlib
import itertools
import re
import tomllib
from collections.abc import Mapping

import numpy as np
import pytest

from tests.app.conftest import ROOT

CONFIG = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text(encoding="utf-8"))
THEME = CONFIG["theme"]
# Machado, Oliveira & Fernandes 2009, severity 1: what is seen with each kind of colour blindness, on linear RGB.
VISIONS = {
    "full": np.eye(3),
    "protan": np.array([[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]]),
    "deutan": np.array([[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]]),
    "tritan": np.array([[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]]),
}
TO_LMS = np.array([[0.41222147, 0.53633254, 0.05144599], [0.2119035, 0.68069955, 0.10739696], [0.08830246, 0.28171884, 0.6299787]])
TO_LAB = np.array([[0.21045426, 0.79361779, -0.00407205], [1.9779985, -2.42859221, 0.45059371], [0.02590404, 0.78277177, -0.80867577]])


def linear(colour: str) -> np.ndarray:
    values = np.array([int(colour[i : i + 2], 16) for i in (1, 3, 5)]) / 255
    return np.where(values <= 0.04045, values / 12.92, ((values + 0.055) / 1.055) ** 2.4)


def oklab(rgb: np.ndarray) -> np.ndarray:
    return TO_LAB @ np.cbrt(TO_LMS @ np.clip(rgb, 0, 1))


def contrast(first: str, second: str) -> float:
    light = sorted(float(linear(c) @ [0.2126, 0.7152, 0.0722]) for c in (first, second))
    return (light[1] + 0.05) / (light[0] + 0.05)


def test_every_colour_is_set_in_both_modes():
    colours = {mode: {k for k, v in THEME[mode].items() if isinstance(v, str | list)} for mode in ("light", "dark")}
    assert colours["light"] == colours["dark"]
    assert set(THEME["light"]["sidebar"]) == set(THEME["dark"]["sidebar"])


@pytest.mark.parametrize("mode", ["light", "dark"])
def test_ten_categories_can_be_told_apart_whatever_one_sees(mode):
    palette = THEME[mode]["chartCategoricalColors"]
    assert len(palette) == len(set(palette)) == 10
    for vision in VISIONS.values():
        seen = [oklab(vision @ linear(c)) for c in palette]
        assert min(np.linalg.norm(a - b) for a, b in itertools.combinations(seen, 2)) > 0.05


@pytest.mark.parametrize("mode", ["light", "dark"])
def test_scales_have_ten_steps_of_even_lightness(mode):
    assert len(THEME[mode]["chartDivergingColors"]) == 10
    lightness = [oklab(linear(c))[0] for c in THEME[mode]["chartSequentialColors"]]
    assert len(lightness) == 10
    steps = np.diff(lightness)
    assert (steps > 0).all() or (steps < 0).all()


@pytest.mark.parametrize("mode", ["light", "dark"])
def test_text_can_be_read(mode):
    theme = THEME[mode]
    for background in ("backgroundColor", "secondaryBackgroundColor"):
        assert contrast(theme["textColor"], theme[background]) > 7
        assert contrast(theme["grayTextColor"], theme[background]) > 4.5
        assert contrast(theme["linkColor"], theme[background]) > 4.5
    assert contrast(theme["primaryColor"], "#ffffff") > 4
    for name in ("red", "orange", "yellow", "green", "blue", "violet", "gray"):
        assert contrast(theme[f"{name}TextColor"], theme[f"{name}BackgroundColor"]) > 4.5


def test_fonts_and_pictures_are_files_of_ours():
    for face in THEME["fontFaces"]:
        file = ROOT / "assets" / "static" / face["url"].removeprefix("app/static/")
        assert file.read_bytes()[:4] == b"wOF2"
        assert (ROOT / face["url"].removeprefix("app/")).resolve() == file
    assert "SIL Open Font License" in (ROOT / "assets/static/fonts/inter-LICENSE.txt").read_text()
    own = [*(ROOT / "pages").rglob("*.py"), ROOT / "app.py", ROOT / "assets/app.css", ROOT / ".streamlit/config.toml"]
    assert not [file for file in own if re.search(r"https?://", file.read_text(encoding="utf-8"))]


def every_word() -> list[str]:
    modules = [".".join(file.relative_to(ROOT).with_suffix("").parts) for file in sorted((ROOT / "pages" / "ui").rglob("words*.py"))]
    return [
        text
        for module in modules
        for name, value in vars(importlib.import_module(module)).items()
        if name.isupper()
        for text in texts(value)
    ]


def texts(value: object) -> list[str]:
    """The texts in a constant, however deep."""
    if isinstance(value, str):
        return [value]
    parts = value.values() if isinstance(value, Mapping) else value if isinstance(value, tuple | frozenset) else ()
    return [text for part in parts for text in texts(part)]


def test_words_are_calm():
    assert len(every_word()) > 800
    for text in every_word():
        assert not re.search(r"success|oops|please|sorry|!", text, re.I), text
        assert not re.search(r"[\U0001F300-\U0001FAFF]", text), text


def test_pages_hold_no_sentences_of_their_own():
    sentence = re.compile(r'"[A-Z][a-z]+(?: [a-z]+){3,}[^"]*"')
    code = {file: re.sub(r'""".*?"""', "", file.read_text(encoding="utf-8"), flags=re.S) for file in (ROOT / "pages").glob("*.py")}
    assert {file.name: sentence.findall(text) for file, text in code.items() if sentence.search(text)} == {}


def test_no_page_is_long():
    for file in [ROOT / "app.py", *(ROOT / "pages").glob("*.py")]:
        assert len(file.read_text(encoding="utf-8").splitlines()) <= (60 if file.name == "app.py" else 125), file.name
