"""What the tab of the shopper on screen says, and the chips below their lists."""

from types import MappingProxyType

SAID = "You said of this shopper"
CHIPS = MappingProxyType(
    {
        "like": "Likes {product}",
        "hide": "Hide {product}",
        "more like this": "More like {product}",
        "add": "Has {product}",
        "remove": "Never had {product}",
    }
)
CHIP_TAG, CHIP_TAG_HIDDEN = "{group} × {weight}", "No {group}"
TAKE_BACK = "Take it back"
START_AGAIN = "Start again"

PAST = "Past products"
PAST_NOTE = "{products} of shopper {shopper}, the most recent first. What is held out for testing is not among them."
PAST_EMPTY = "Nothing is known of this shopper yet. Add a product, and the list follows."
SAID_ADDED = "added here"
REMOVE, REMOVE_HELP = "Remove", "The list is made anew as if the shopper never had it. It is still not shown again."
MORE_PAST = "Show {n} more"
ADD_TITLE = "Add a product"
ADD_PLACEHOLDER = "Part of a title, or an id"
ADD, ADD_HELP = "Add", "It joins the past, and the list is made anew from that."
NO_MATCH = "No product has “{query}” in its title."

TAGS = "Interest tags"
TAGS_NOTE = "Which groups the next new product is expected from. Move a tag: 0 shows nothing of it, 1 leaves it, up to 3 lifts it."
TAG = "{group}: {score}, usually {usual}"
TAG_HELP = (
    "Expected share of the next new products, from what the shopper chose so far, drawn towards everybody’s. "
    "Rests on {products}, {rest}. Each step of 1 lifts the group by a quarter of the shopper’s relevance range."
)
RESTS_DAYS, RESTS_NONE = "the newest {days} before the log ends", "at no known time"
OTHER_TAG = "Another group"
OTHER_TAG_EMPTY = "Choose a group to lift or hide"
NO_GROUPS = "The products have no groups, so there are no tags."
MEASURED = (
    "Held-out products of {users} shoppers: the three top tags hold {tags} of them, the three most popular groups {popular}; {gain} more."
)
GAIN = "{value} points ({low} to {high})"
NOT_MEASURED = "How well tags foretell held-out products is measured by `python -m recsys_core interests {run}`."

FEEDBACK = "What was said so far"
FEEDBACK_NONE = "Nothing was said of products in this dataset yet."
FEEDBACK_COUNT = "{here} about this shopper, {all} in this dataset."
REPLAY, REPLAY_HELP = (
    "Play it again",
    "What was said of this shopper in earlier visits counts in their list again, the last word of each product.",
)
FEEDBACK_NEXT = (
    "No model learns from it before the next dataset: `python -m recsys_core feedback {dataset} --out feedback.csv` writes it as a log "
    "that `ingest` takes."
)
KINDS = MappingProxyType(
    {"like": "Liked", "hide": "Hidden", "more like this": "More like", "add": "Added to the past", "remove": "Removed from the past"}
)
