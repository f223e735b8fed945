"""Titles as a shop window would show them."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from recsys_core.data.titles import tidy_title


@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        ("WHITE HANGING HEART T-LIGHT HOLDER", "White Hanging Heart T-Light Holder"),
        ("RED  RETROSPOT BAG ,PACK OF 12.", "Red Retrospot Bag, Pack of 12"),
        ("SET OF 3 CAKE TINS PANTRY DESIGN ", "Set of 3 Cake Tins Pantry Design"),
        ("DISCO BALL 3D UK PARTY", "Disco Ball 3D UK Party"),
        ("ESSENTIAL BALM 3.5g TIN IN ENVELOPE", "Essential Balm 3.5g Tin in Envelope"),
        ("50CM METAL STRING WITH 7 CLIPS", "50cm Metal String with 7 Clips"),
        ("POLYESTER FILLER PAD 30CMx30CM", "Polyester Filler Pad 30cmx30cm"),
        ("KIDS CEREAL 14.5 OZ", "Kids Cereal 14.5 oz"),
        ("WRAP 50'S  CHRISTMAS", "Wrap 50's Christmas"),
        ("DON'T FORGET THE MILK", "Don't Forget the Milk"),
        ("HEN HOUSE W FAMILY IN BARN & NEST", "Hen House with Family in Barn & Nest"),
        ("FOLDING SCISSOR(POINTED EDGE)", "Folding Scissor (Pointed Edge)"),
        ("HAND OPEN SHAPE DECO.WHITE", "Hand Open Shape Deco. White"),
        ('LETTER "C" BLING KEY RING', 'Letter "C" Bling Key Ring'),
        ("SET/4 RED MINI ROSE", "Set/4 Red Mini Rose"),
        ("I LOVE LONDON", "I Love London"),
        ("iPod Touch", "iPod Touch"),
        ("Café Noir", "Café Noir"),
        ("中文 商品", "中文 商品"),
        ("The Elder Scrolls V Skyrim", "The Elder Scrolls V Skyrim"),
        ("???", ""),
        ("", ""),
        (" - ", ""),
        ("15056", "15056"),
    ],
)
def test_a_title_is_made_calm(raw: str, shown: str) -> None:
    assert tidy_title(raw) == shown


@settings(deadline=None)
@given(st.text(max_size=60))
def test_a_tidy_title_stays_as_it_is_and_has_no_loose_spaces(raw: str) -> None:
    once = tidy_title(raw)
    assert once == once.strip()
    assert "  " not in once
    assert tidy_title(once) == once
