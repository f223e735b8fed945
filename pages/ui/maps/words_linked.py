"""What is said of the linked maps: what marked shoppers bought and are shown, and who bought and is shown marked products."""

from __future__ import annotations

from types import MappingProxyType

HEADING = MappingProxyType(
    {
        "users": "What {who} bought, and what they are shown",
        "items": "Who bought {who}, and who is shown them",
    }
)
EVERYBODY = "everybody"
MARKED_USERS = "the {n} marked"
MARKED_ITEMS = "the {n} marked"
MARK_SOME_USERS = "Mark some shoppers on the map above to see theirs beside everybody’s."
MARK_ITEMS = "Nothing is marked yet"
MARK_ITEMS_HINT = "Mark some products on the map above. Who bought them, and whose lists show them, will be here on a map of shoppers."
NOW_PLAIN = "Shown: the model’s first {k} for each shopper; nothing is published yet."
NOW_PUBLISHED = "Shown: what is published, the first {k} for each shopper."
NO_MAP = MappingProxyType(
    {
        "items": "This model has no vectors for products, so there is no map of them; the lists are below.",
        "users": "This model has no vectors for shoppers, so there is no map of them; the counts are below.",
    }
)

# what marked shoppers bought and are shown
BOUGHT, SHOWN = "Bought", "Shown"
GROUP_OF_BOUGHT = "{share} of what {who} bought is {group} (everybody: {usual})"
GROUP_OF_SHOWN = "{share} of what {who} are shown is {group} (everybody: {usual})"
GROUP_OF_ALL_BOUGHT = "{share} of all that was bought is {group}"
GROUP_OF_ALL_SHOWN = "{share} of all that is shown is {group}"
PLAIN_BOUGHT, PLAIN_SHOWN = "Where lies what {who} bought", "Where lies what {who} are shown"
NOTHING_BOUGHT, NOTHING_SHOWN = "Nothing was bought", "Nothing is shown"
SUBTITLE_BOUGHT = "Map of products; a dot is as large as the share of these shoppers who bought it"
SUBTITLE_SHOWN = "Map of products; a dot is as large as the share of these shoppers who are shown it"
TOLD_PRODUCT = "{title}<br>{share} of these shoppers, {usual} of everybody"
TOP_BOUGHT, TOP_SHOWN = "Most bought", "Most shown"
PRODUCT, OF_THESE, OF_ALL, TIMES = "Product", "These, %", "Everybody, %", "Times"
TABLE_ALT = "Products with the share of these shoppers and of everybody"

# who bought and is shown marked products
BOUGHT_BY = "{n} of {all} shoppers bought one of them"
SHOWN_TO = "{n} of {all} shoppers are shown one of them"
SUBTITLE_BUYERS = "Map of shoppers; those who bought a marked product stand out, larger for more of them"
SUBTITLE_VIEWERS = "Map of shoppers; those whose list has a marked product stand out, larger for more of them"
TOLD_SHOPPER = "{id}<br>{n} of the marked"
BOTH = "{n} of those who bought one are also shown one."
SEGMENT, SHOPPERS, N_BOUGHT, N_SHOWN = "Segment", "Shoppers", "Bought one", "Are shown one"
SHARE_BOUGHT, SHARE_SHOWN = "Bought, %", "Shown, %"
SEGMENTS_ALT = "Of each segment, how many bought a marked product and how many are shown one"
