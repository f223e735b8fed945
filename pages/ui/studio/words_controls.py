"""What the rail of the studio says."""

from types import MappingProxyType

from recsys_core.ranking.guardrails import WORST_SEGMENT
from recsys_core.ranking.plan import NEAREST, SET_WISE

LENGTH, LENGTH_HELP = "List length", "How many products a shopper is shown."
PRESETS = "Presets"
PRESETS_HELP = "A preset sets all sliders. Rules, caps, filters and guardrails of your own stay."
RESET, RESET_HELP = "Reset", "Back to where a new scenario starts: rules, caps and filters go. It can be undone."
NOT_HERE = "{reason}."
OTHER_SIMILARITY = "Under Expert, variety can go by the products’ attributes."

CAPS, CAPS_HELP = "Caps", "Limits on how many alike products a list may show."
CAP_OF = "At most, of one {attribute}"
CAP_OF_VALUE = "At most, of {attribute} {value}"
IN_WINDOW = "{text}, in any {window} places"
CAP_ATTRIBUTE, CAP_ATTRIBUTE_HELP = "Count by", "Of products with several values the commonest counts."
CAP_VALUE, CAP_VALUE_EMPTY = "Only this value", "Every value"
CAP_MOST = "At most"
CAP_WINDOW = "Window"
CAP_WINDOW_HELP = "In any so many places; 0 is the whole list. A common choice: the products on one screen, plus one."
ADD_CAP = "Add cap"
REMOVE = "Take it out"
MIN_DISTINCT = "Groups, at least"
MIN_DISTINCT_HELP = (
    "How many different groups a list must show; 0 is off. Where a shopper’s products have fewer, it gives way, and says so."
)
RESERVED = "Reserved places"
RESERVED_HELP = "At least so many places of each list for some products, such as new ones."
RESERVE_COUNT = "{name}, places"
RESERVE_WHAT = "Reserve places for"
RESERVE_NEW, RESERVE_COLD, RESERVE_CONDITION = "New products", "Products that few have bought", "Products by a condition"
RESERVE_PLACES = "Places"
ADD_RESERVE = "Reserve"
EXPLORATION = "Exploration"
EXPLORATION_NEW, EXPLORATION_COLD = "Exploration: new products", "Exploration: few have bought"

FILTERS = "Filters"
PRICE_FROM, PRICE_TO = "From", "To"
PRICE_HELP = "Price. Products without a price pass neither."
IN_STOCK = "In stock only"
NO_STOCK = "The catalogue does not say what is in stock."
NO_PRICE = "No prices are known."
PASSED = "{products} of {all} products pass."
SHORT = "{shoppers} have fewer than {k} such products among what the model found for them: best sellers fill their lists."
TOO_FEW = "Fewer products pass than a list has places: lists will be shorter."

GUARDRAILS = "Guardrails"
ADD_GUARDRAIL, ADD = "Add a guardrail", "Add"
GUARDRAILS_HELP = "Bounds that the lists must keep. The lights above the lists show which are kept."
LEAST, MOST = "{metric} ≥ …{unit}", "{metric} ≤ …{unit}"
METRICS = MappingProxyType(
    {
        "relevance_kept": "Match kept",
        WORST_SEGMENT: "Worst segment",
        "coverage_kept": "Products shown",
        "top_share": "Top 1 % of products",
        "fresh": "New products",
        "tail": "Long tail",
        "ild": "Variety",
        "calibration": "Gap to own taste",
        "churn": "Products changed",
        "price": "Average price",
        "margin": "Average margin",
    }
)
METRICS_HELP = MappingProxyType(
    {
        "relevance_kept": "Predicted match kept, on average over shoppers.",
        WORST_SEGMENT: "Predicted match kept in the segment that keeps least, of those with 30 shoppers or more.",
        "coverage_kept": "How many different products are shown, as a share of what is shown before.",
        "top_share": "Share of all places that go to the most shown hundredth of the products.",
        "fresh": "Share of places with products of at most 90 days.",
        "tail": "Share of places outside the best-selling fifth.",
        "ild": "Intra-list distance, 1 − mean cosine, 0 to 1.",
        "calibration": "Kullback-Leibler divergence between a list’s mix of groups and the shopper’s past; 0 is the same mix.",
        "churn": "Share of products that are not in the list before (1 − Jaccard).",
        "price": "Mean price of what is shown.",
        "margin": "Mean margin of what is shown.",
    }
)
SHARES = frozenset({"relevance_kept", WORST_SEGMENT, "coverage_kept", "top_share", "fresh", "tail", "churn", "margin"})
LIGHT_LEAST, LIGHT_MOST = "below {bound}", "above {bound}"
IN_SEGMENT = "{text} among “{segment}”"
OF_BEFORE = "{share} of before"
UNKNOWN_FIGURE = "this data cannot tell"
FIND_BEST = "Find best"
FIND_BEST_HELP = "The largest variety that keeps every guardrail, with everything else as it is."
SEARCHING = "Trying every variety from 100 down"
FOUND = "{variety} % is the largest variety that keeps every guardrail."
FOUND_FULL = "Even 100 % variety keeps every guardrail."
NOT_EVEN = "Not even a variety of 0 keeps every guardrail: {failing}."
NO_GUARDRAILS = "No guardrails"

MORE = "More sliders"
HALF_LIFE, HALF_LIFE_HELP = "Half-life of freshness, days", "After so many days a product counts as half as new."
MORE_SLIDERS = MappingProxyType({"freshness": "Freshness", "margin": "Margin", "price": "Price tilt"})
MORE_HELP = MappingProxyType(
    {
        "freshness": "How new what is shown is: share of what can be had.",
        "margin": "How much margin what is shown has: share of what can be had.",
        "price": "Below 0 cheaper products, above 0 dearer ones: share of what can be had.",
    }
)
MAY_COST = "Margin and price pull against what shoppers want: they may lower clicks."

SEGMENTS = "Per-segment variety"
SEGMENTS_ON = "Segments"
SEGMENTS_HELP = (
    "Those with a variety of their own. Shoppers of broad taste take more variety than specialists do. A segment drawn on the map goes "
    "before the others that its shoppers are in; of several the one drawn last counts."
)
NO_SEGMENTS = "This dataset has no segments of shoppers yet. The Data page makes them."

EXPERT = "Expert"
ENGINE = "Engine"
ENGINES = MappingProxyType({NEAREST: "Nearest (MMR)", SET_WISE: "Set-wise (DPP)"})
ENGINE_HELP = "MMR keeps a product away from the one it is most alike to; DPP looks at the whole list."
WINDOW, WINDOW_HELP = "Window", "Places within which variety counts; 0 is the whole list."
POOL, POOL_HELP = "Pool", "How many of the model’s candidates are ranked. A smaller pool bounds what can be lost."
SIMILARITY, SIMILARITY_HELP = "Alike by", "What tells that two products are alike: the model, their attributes, or both."
SIMILARITIES = MappingProxyType({"model": "Model", "attributes": "Attributes", "blend": "Blend"})
BLEND = "Share of attributes"
NO_SIMILARITY = "This run and dataset have no {what} to compare products by."
RAW, RAW_HELP = "Weights", "The weight in force stands in grey. A number here takes the slider’s place; clear it to give it back."
RAW_NAMES = MappingProxyType(
    {
        "variety": "Variety λ",
        "balance": "Balance γ",
        "discovery": "Discovery β",
        "freshness": "Freshness β",
        "margin": "Margin β",
        "price": "Price β",
    }
)
ROTATION, ROTATION_HELP = "Rotation", "0 to 1: how strongly what was shown to a shopper lately is held back."
ROTATION_DAYS = "Half of it is forgotten after, days"
NO_ROTATION = "Rotation: the log does not say what was shown."
EXPOSURE, EXPOSURE_HELP = (
    "Exposure targets",
    "Shares of all places for some products. A list then hangs on the lists before it (whole catalogue).",
)
EXPOSURE_OF = "{attribute} {value}, % of places"
EXPOSURE_BY, EXPOSURE_VALUE, EXPOSURE_SHARE, EXPOSURE_ADD = "Targets by", "Value", "% of places", "Add target"
EXPOSURE_STRENGTH = "Strength"
