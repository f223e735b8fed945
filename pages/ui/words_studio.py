"""What the studio says: words that several of its parts share. A part's own words stand in its own file, `studio/words_*.py`."""

from types import MappingProxyType

SHOPPER = "Shopper"
SHOPPER_HELP = "Type any shopper’s id."
VARIETY = "Variety (diversity weight)"
VARIETY_HELP = (
    "0 is the plain list, 100 as varied as this model can make it. In between, the share of the variety that can be had, "
    "on average over shoppers: one shopper's list may move earlier or later. Intra-list distance, 1 − mean cosine, reached with MMR."
)
FALLBACK = "Too little history to learn from: this list is the best sellers."
UNKNOWN_SHOPPER = "No shopper is called '{id}' in this dataset."
UNKNOWN_SHOPPER_HINT = "Ids are those of the log. Try one of the suggested shoppers."
SLIDERS = MappingProxyType({"variety": VARIETY, "balance": "Taste balance", "discovery": "Discovery"})
SLIDERS_HELP = MappingProxyType(
    {
        "variety": VARIETY_HELP,
        "balance": "How closely a list’s mix of product groups follows the shopper’s own past: share of the gap that can be closed "
        "(Kullback-Leibler, Steck 2018).",
        "discovery": "How much of what is shown lies outside the best-selling fifth: share of what can be had.",
    }
)
TABS = MappingProxyType(
    {
        "catalogue": "Winners and losers",
        "shoppers": "Segments",
        "rules": "Rules",
        "taste": "This shopper",
        "placements": "Other places",
        "compare": "Compare",
        "method": "Method",
    }
)
