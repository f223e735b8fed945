"""What the lists, the shoppers above them and the dragged sliders say."""

from types import MappingProxyType

NOT_DRAWN = "The lists are drawn by a script of this page, which has not run yet."
CARDS = MappingProxyType(
    {
        "left": "left the list",
        "entered": "entered the list",
        "from": "from place",
        "up": "up",
        "down": "down",
        "empty": "Nothing is left to show this shopper: the model knows no product that they do not have.",
        "why": "Why",
        "more": "What to do with",
    }
)
ACTIONS = MappingProxyType({"why": "Why this?", "like": "Like", "hide": "Hide", "more": "More like this", "pin": "Pin here"})
KINDS = MappingProxyType({"typical": "Typical", "specialist": "Specialist", "broad taste": "Broad", "new": "New", "heavy": "Heavy"})
KINDS_HELP = MappingProxyType(
    {
        "typical": "A shopper with as many products as half of all have.",
        "specialist": "Buys nearly everything from one group of products.",
        "broad taste": "A generalist: buys evenly from many groups.",
        "new": "Came last.",
        "heavy": "Has more products than 99 of 100 shoppers.",
    }
)
MOST_CHANGED = "Most changed"
MOST_CHANGED_HELP = "The shopper whose list this scenario changes most. Everybody’s lists are made to find out."
NO_LIST = "Best sellers"
BEFORE, AFTER = "Before", "After"
PLAIN_NOTE = "most relevant first"
PUBLISHED_NOTE = "published as {name}"
AFTER_NOTE = "{kept} of the match · variety {distance}"
AFTER_NOTE_PLAIN = "{kept} of the match"

# why a product is at its place
PINNED = ("pinned", "A rule put it at this place.")
SOFT = ("soft pin", "A rule held this place for it, as it was among the candidates.")
RESERVED = ("reserved: {name}", "The scenario keeps places for such products.")
WINDOW = ("window gave way", "Nothing else could fill this place, so the window of a cap gave way here: {caps}.")
CAP = ("cap gave way", "Nothing else could fill this place, so a cap gave way here: {caps}.")
MINIMUM = ("minimum gave way", "There were not enough different groups to fill the list as asked.")
FALLBACK = ("best seller", "Nothing the model found for this shopper fits here: a best seller takes the place.")
BOOSTED = ("boosted", "By the rule “{rule}”.")
BURIED = ("pushed down", "By the rule “{rule}”, and still here.")
NEW_GROUP = ("new kind", "The shopper has had nothing of this group so far.")

PLAIN_SLIDERS = "Ordinary sliders"
PLAIN_SLIDERS_HELP = "The list then changes when a slider is let go, not while it is dragged."
