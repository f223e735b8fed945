"""What is said while one moves about in what a model has understood."""

from __future__ import annotations

from types import MappingProxyType

WAYS = MappingProxyType({"here": "Here", "walk": "Walk", "slide": "Directions"})
WAY = "How to move"
WAYS_HELP = (
    "Here: what somebody at the chosen place would be shown. Walk: what changes on the way between two places. Directions: what changes "
    "when somebody's taste becomes cheaper, newer, or more of one kind."
)
SPOT = "The spot that was clicked"
GONE = "Not on this map"
PICK = MappingProxyType({"users": "Shopper", "items": "Product"})
PICK_FROM, PICK_TO = "From", "To"
PICK_HELP = MappingProxyType(
    {
        "users": "Click a shopper or an empty spot on the map, choose one here, or type an id.",
        "items": "Click a product or an empty spot on the map, choose one here, or type some words of a title.",
    }
)
WALK_HELP = "The last two places that were clicked. Choose or type others here."
SWAP = "Turn round"
NOTHING_CALLED = "No product is called '{text}'."
NOTHING_CALLED_HINT = "Type some words of a title, or a product's id."
NO_SHOPPER = "No shopper is called '{text}'."
NO_SHOPPER_HINT = "Write the id as the log does."

HERE_TITLE = "What a shopper here would be shown"
HERE = MappingProxyType(
    {
        "user": "Shopper {name}. Left out: the {n} they had.",
        "item": "A shopper who has had only this product.",
        "spot": "A taste between the {n} nearest on the map.",
        "far": "Nobody is at this spot. This is a taste between the {n} nearest on the map.",
        "marked": "The average taste of the {n} that are marked.",
    }
)
HERE_HELP = (
    "The model turns what a shopper had into a few numbers, and these into a score for each product. Here the scores are made of the "
    "numbers of this place. A map has two directions and the model has {d}, so a spot is read from the points around it."
)
LIST_LABEL = "Products in order"
EMPTY = "There is nothing left to show here."

WALK_TITLE = "{n} of {k} products change on the way"
WALK_SAME = "The list stays the same all the way"
WALK_ABOUT = "From {start} to {end}. Left out: what {who} had."
WALK_ABOUT_SPOT = "From {start} to {end}."
WALK_WHO = MappingProxyType({"user": "shopper {name}", "item": "the first"})
WALK_MORE = (
    "A straight line between the two codes in the model's {d} directions, with the list decoded at {n} places on it. On the map the way "
    "need not be straight."
)
WALK_STEP = "Place on the way"
WALK_STRIP = "Which products are listed where"
WALK_SAME_PLACE = "Both ends are the same place. Click another one on the map, or choose it above."

SLIDE_REST = "Move a slider, and the list follows"
SLIDE_NEW = "{n} of {k} products are new"
SLIDE_SAME = "The same products, in another order"
SLIDE_HELP = (
    "Each slider moves the taste along one direction of the model; 1 is as far as shoppers usually differ. Directions are found from what "
    "shoppers had, or are the axes along which they differ most. The list is made anew at every position."
)
SLIDE_RESET = "Back to the start"
SLIDE_MORE = "Other directions"
SLIDE_CHOOSE = "Sliders that are shown"
SLIDE_MOST = 8
SLIDE_NONE = "This model's codes tell nothing that has a name. Walk between two places instead."
ENDS = MappingProxyType(
    {
        "price": ("cheaper", "dearer"),
        "popularity": ("rarer finds", "best sellers"),
        "newness": ("long known", "newer"),
        "group": ("less {name}", "more {name}"),
    }
)
NAMES = MappingProxyType({"price": "Price", "popularity": "Popularity", "newness": "Newness", "group": "{name}", "axis": "Axis {name}"})
TOLD = "{share} of how shoppers differ in this can be read from their place in the model (R² on shoppers it was not learned from)."
TOLD_AXIS = "The {place} widest difference between shoppers: {share} of all variance. One end: {low}. Other end: {high}."
PLACES = ("widest", "second", "third", "fourth", "fifth", "sixth")

CARDS = MappingProxyType(
    {
        "new": "new",
        "from": "from place",
        "up": "places up",
        "down": "places down",
        "left": "No longer shown",
        "same": "as at the start",
        "changed": "new of",
        "empty": EMPTY,
        "step": "step",
        "of": "of",
        "start": "Start",
        "end": "End",
    }
)
NOT_DRAWN = "The list appears here."

NO_CODES = "{model} does not make its lists from a place in a map of tastes, so there is nothing to move about in."
NO_CODES_HINT = "Mult-VAE, RecVAE, Mult-DAE, PureSVD and iALS do."
NO_WEIGHTS = "{model} came with the demo without what it learned, so it cannot say what another place would be shown."
NO_WEIGHTS_HINT = "Train it here, and it can."
SWITCH = "Use {name} instead"
SWITCH_WHY = "The best trained model, by validation, that can be steered."
TRAIN = "Train one"
