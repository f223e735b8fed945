"""What the studio says: words that several of its parts share. A part's own words stand in its own file, `studio/words_*.py`."""

from types import MappingProxyType

SHOPPER = "Shopper"
KINDS = MappingProxyType(
    {"typical": "Typical", "specialist": "Specialist", "broad taste": "Broad taste", "new": "New", "heavy": "Heavy buyer"}
)
SHOPPER_HELP = "Type any shopper’s id."
VARIETY = "Variety (diversity weight)"
VARIETY_HELP = (
    "0 is the plain list, 100 as varied as this model can make it. In between, the share of the variety that can be had, "
    "on average over shoppers: one shopper's list may move earlier or later. Intra-list distance, 1 − mean cosine, reached with MMR."
)
KEPT = "Predicted match kept"
KEPT_HELP = "How much of the plain list’s predicted match the new list keeps, with higher places counting more. It is not revenue."
VARIETY_OF_LIST = "Variety of the list"
VARIETY_OF_LIST_HELP = "Intra-list distance: 1 − mean cosine between the listed products’ vectors. 0 is all alike."
CHANGED = "Products changed"
BEFORE, AFTER = "Before", "After"
BEFORE_NOTE, AFTER_NOTE = "most relevant first", "with variety {variety} %"
FALLBACK = "Too little history to learn from: this list is the best sellers."
PRODUCTS_SHOWN = "Products shown"
NEW_GROUP = "new kind"
NEW_GROUP_HELP = "The shopper has had nothing of this group so far."
ENTERED = "entered the list"
THE_LIST = "The list"
UNKNOWN_SHOPPER = "No shopper is called '{id}' in this dataset."
UNKNOWN_SHOPPER_HINT = "Ids are those of the log. Try one of the suggested shoppers."
EMPTY_LIST = "Nothing is left to show this shopper: the model knows no product that they do not have."
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
