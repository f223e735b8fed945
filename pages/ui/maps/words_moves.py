"""What is said of a scenario's movement on the map of products."""

from __future__ import annotations

from types import MappingProxyType

SCENARIO = "Scenario"
ON_SCREEN = "{name} (in the studio)"
USUAL = "A new scenario, as the studio starts one"
PRESET = "Preset: {name}"
UNREADABLE = "The scenario in the address cannot be read; the usual one is shown."
LEFT_OUT = "This model has nothing for: {names}. That part of the scenario is left out."
NO_VECTORS = "There are no vectors for products in {model}, so there is no map on which anything could move."
NO_VECTORS_HINT = "Another trained model may have them, such as EASE or an autoencoder."

NOW_PLAIN = "Before: the model’s first {k} for each shopper."
NOW_PUBLISHED = "Before: what is published."

# three figures
CHANGED, CHANGED_HELP = "Lists that change", "Share of the lists that show something else, or in another order."
DISTANCE = "How far a list moves"
DISTANCE_HELP = (
    "Mean distance in the latent space between the centres of a shopper’s list before and after. 1 is the root mean square distance of all "
    "products from their common centre, with cosines: as far as products lie apart in all. The interval is 95 %, over shoppers."
)
WIDTH = "How wide a list spreads"
WIDTH_HELP = (
    "Root mean square distance of a list’s products from the list’s own centre, by the same measure: 1 is as wide as the whole range. The "
    "interval is 95 % of the difference, over shoppers."
)
SPREADS = "{value} of the range"
SPREADS_INTERVAL = "{low} to {high}"
WIDER, NARROWER, SAME_WIDTH = "wider by {low} to {high}", "narrower by {low} to {high}", "no clear change"

# the map
MARKED = "the {n} marked"
ONE = "shopper {id}"
OTHERS = "all others"
EVERYBODY = "everybody"
TITLE_NONE = "What is shown does not move"
TITLE_PARTS = "What {n} of {all} segments are shown moves clearly; furthest for {name}"
TITLE_ALL_PARTS = "What every segment is shown moves; furthest for {name}"
TITLE_UNCLEAR = "No clear shift of what is shown"
TITLE_FURTHER = "What {name} are shown moves {one} of the range, further than for {other} ({two})"
TITLE_LESS = "What {name} are shown moves {one} of the range, less than for {other} ({two})"
TITLE_AS_FAR = "What {name} are shown moves {one} of the range, about as far as for {other} ({two})"
TITLE_EVERYBODY = "What everybody is shown moves {one} of the range"
TITLE_SHOPPER = "What {id} is shown moves {one} of the range"
SUBTITLE = (
    "Map of products, {method}. Arrows: from the centre of what is shown to that of what would be. Shade: where exposure is gained "
    "(blue) and lost (grey)"
)
SUBTITLE_PLAIN = "Map of products, {method}. Arrows: from the centre of what is shown to that of what would be"
TOLD_ARROW = "{label}: {n}<br>moves {distance} of the range<br>{verdict}"
CLEAR_SHIFT, NO_CLEAR_SHIFT, FEW = "a clear shift on the map", "no clear shift on the map", "too few to tell from chance"
TOLD_CELL = "{group}<br>{before} → {after} of all exposure"
NO_GROUP = "Products here"
BEFORE_DOT, AFTER_DOT = "{title}<br>shown now, place {place}", "{title}<br>would be shown, place {place}"
NOTE_UMAP = (
    "A centre on a UMAP may lie where no product is: read the direction, not the distance. The figures above are of the latent space."
)
NOTE_PCA = "The two directions that tell most apart; the figures above are of the whole latent space."

# the marked products
MARKED_ITEMS = "The {n} marked are {before} of all exposure now and would be {after} ({change})"
MARKED_CHANGE = "{low} to {high} points, 95 %"
MARKED_UNCLEAR = "no clear change"
MARK_HINT = MappingProxyType(
    {
        "users": "Mark shoppers on the map above to see theirs apart from the others’.",
        "items": "Mark products on the map above to see how much more or less they would be shown.",
    }
)
THESE = "these shoppers"
GROUPS_GAIN = "Largest gain: {name}, {before} → {after} of what is shown to {who}"
GROUPS_LOSE = "Largest loss: {name}, {before} → {after} of what is shown to {who}"
GROUPS_UNCLEAR = "No group clearly gains or loses"
GROUPS_SUBTITLE = "Change of a group’s share of what is shown to {who}, with 95 % intervals; first places count more"
GROUPS_SUBTITLE_ONE = "Change of a group’s share of what is shown to {who}; first places count more"
GROUPS_AXIS = "change (points of what is shown)"
GROUPS_NONE = "No group gains or loses exposure"
