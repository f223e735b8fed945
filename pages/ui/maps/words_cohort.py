"""What is said of a cohort: what is marked on the map, what sets it apart, how it is kept."""

from __future__ import annotations

from types import MappingProxyType

NOUN = MappingProxyType({"users": "shopper", "items": "product"})
KEPT_NOUN = MappingProxyType({"users": "segment", "items": "group"})

NOTHING = "Nothing is marked yet"
NOTHING_HINT = MappingProxyType(
    {
        "users": "Draw a box or a lasso around some shoppers, or click one. What sets them apart will be said here, and they can be kept "
        "as a segment for the studio and for synthetic shoppers.",
        "items": "Draw a box or a lasso around some products, or click one. What sets them apart will be said here, and they can be kept "
        "as a group for the studio.",
    }
)
MARKED = "{n} marked"
SHOWN_SAVED = "saved as “{name}”"
OF_ALL = "a cohort, {share} of those on the map"
ALL_OF_THEM = "all that are on the map"

# what sets it apart
TIMES = "{times} times as often {name}"
TIMES_LESS = "only {times} times as often {name}"
NEVER = "never {name}, which {share} of the others have"
TIMES_INTERVAL = "{said} ({low} to {high})"
KINDS = MappingProxyType(
    {
        "group": "{name}",
        "product": "{name}",
        "term": "“{name}”",
        "segment": "segment {name}",
        "attribute": "{name}",
        "maker": "made by {name}",
    }
)
LEVELS = MappingProxyType(
    {
        "price": "{times} times the price of the others’ ({low} to {high}): {inside} against {outside}",
        "products": "{times} times as many products each ({low} to {high}): {inside} against {outside}",
        "spend": "{times} times as much spent ({low} to {high}): {inside} against {outside}",
        "buyers": "{times} times as many buyers each ({low} to {high}): {inside} against {outside}",
    }
)
LEVELS_HELP = "Geometric means with a 95 % interval: one very large value does not move them."
NO_CLEAR = "No clear difference from the others"
NO_CLEAR_NOTE = "{n} groups, words and products were looked at; what differs could be chance."
NO_CLEAR_FEW = "There is too little to compare."
ONE = "One alone cannot be compared with the others; mark more to see what sets them apart."
AS_MANY = "What they bought is held against others who bought about as many products."
CONTRAST_SUBTITLE = MappingProxyType(
    {
        "users": "Share of these shoppers against the others, 95 % intervals, log scale",
        "items": "Share of these products against the others, 95 % intervals, log scale",
    }
)
CONTRAST_AXIS = "times as often as elsewhere"
CONTRAST_TOLD = "{said}<br>{inside} of these, {outside} of the others"

# keeping it
NAME = "Name"
SAVE = MappingProxyType({"users": "Save as a segment", "items": "Save as a group"})
SAVE_HELP = MappingProxyType(
    {
        "users": "Kept with this dataset, for every trained model, and found again after a restart.",
        "items": "Kept with this dataset, for every trained model, and found again after a restart.",
    }
)
KEPT = "**{name}** is kept: {n}."
USES = MappingProxyType(
    {
        "users": "It can be chosen where the studio asks for a segment, and synthetic shoppers can be made like it.",
        "items": "Rules and conditions of the studio can name it.",
    }
)
TO_STUDIO, TO_SYNTHETIC, TO_SHOPPER = "Open the studio", "Make synthetic shoppers", "This shopper in the studio"

# taking it along
EXPORT = "Export as CSV"
EXPORT_HELP = MappingProxyType(
    {
        "users": "The ids of these shoppers, with what is known of them. The command “cohort” writes the same.",
        "items": "The ids and titles of these products. The command “cohort” writes the same.",
    }
)
EXPORT_FILE = "cohort {what} {n}.csv"
MEMBERS = MappingProxyType({"users": "The shoppers, most active first", "items": "The products, most bought first"})
SHOPPER = "Shopper"
ONE_SHOPPER = "Shopper {id}"
LISTED_FIRST = "The first {n} are listed; the export has all."

# those that are kept
SAVED = MappingProxyType({"users": "Saved segments ({n})", "items": "Saved groups ({n})"})
SHOW = "Show"
SHOW_HELP = "Mark it on the map"
REMOVE = "Remove"
REMOVE_ASK = "Remove “{name}”?"
REMOVE_USED = "These scenarios name it and could then not be shown: {names}."
REMOVE_UNUSED = "No saved scenario names it."
REMOVE_DO = "Remove it"
NOT_ON_MAP = "{n} of it are not on this map: the model has no vectors for them."
