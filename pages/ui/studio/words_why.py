"""What the explanation of a pick says."""

from types import MappingProxyType

TITLE = "Why {product}?"
AT_PLACE = "Place {place} of {k}"
NOT_SHOWN, NOT_SHOWN_YET = "Not in the list", "Not in the list. What speaks for it: {reasons}"
CLOSE = "Close"
ACTIONS = MappingProxyType({"like": "Like", "hide": "Hide", "more": "More like this", "pin": "Pin here"})
ACTIONS_HELP = MappingProxyType(
    {
        "like": "It joins this shopper’s past, and their list is made anew from that.",
        "hide": "It is never shown to this shopper.",
        "more": "It joins the past, and what is like it rises.",
        "pin": "A rule puts it at this place for everybody.",
    }
)
UNKNOWN_PRODUCT = "No product is called '{id}' in this dataset."
NO_WEIGHTS = "Which past products speak for it cannot be told: this run came without the model’s weights."
NO_WEIGHTS_OTHER = "The run {run} has its weights."
OTHER_RUN = "Use {run}"
NO_WEIGHTS_ALONE = "Train the model here to have them."

BECAUSE = "Because of {reasons}."
REASON = "{product} ({share})"
NO_SINGLE = "No single past product explains this: {product} says most for it, {share} of all that speaks for it."
POPULAR = "Popular overall: this shopper’s own past adds little."
POPULAR_SHARE = "Popular overall: {share} of its standing is this shopper’s own."
NOTHING = "Nothing in this shopper’s past speaks for it."
UNKNOWN = "This model does not know the product."
PLACINGS = MappingProxyType(
    {
        "pinned": "Pinned to this place by rule {rules}.",
        "soft pin": "Held at this place by rule {rules}.",
        "reserved": "This place is kept for {rules}.",
        "best seller": "A best seller: too few candidates are left for this shopper.",
        "lifted": "Lifted by rule {rules}; the model and the sliders did the rest.",
    }
)
A_RULE = "of the scenario"
ABSENCES = MappingProxyType(
    {
        "had": "The shopper has it, sent it back or hid it, so no list repeats it.",
        "not a candidate": "It is not among the products that the model found for this shopper.",
        "filtered": "It may not be shown: {names}.",
        "beyond the pool": "The model has it at place {rank}, and the scenario ranks only the first {pool}.",
        "capped": "The list already shows all that the cap on {names} allows.",
        "outranked": "The model has it at place {rank}; others were worth more here.",
    }
)
FILTERED_BY_ALL = "the scenario’s rules and filters leave it out"
RELAXED = MappingProxyType(
    {
        "window": "A cap’s window gave way here: nothing else was left.",
        "cap": "A cap gave way here: nothing else was left.",
        "minimum": "There were too few different groups to fill the list as asked.",
    }
)
PASSED = "{product} was worth more, and was passed over: {by}."
PASSED_BY, PASSED_RESERVED = "cap on {names}", "the place was kept for others"
LIFTED_BY_SAID = "Relevance here includes what you said of this shopper."

RANKS = "by relevance {plain} → {place} here"
RANK_SAME = "the same as by relevance"
BY_GROUP = "By group of past products: {groups}."
GROUP = "{group} {share}"
NO_GROUP = "no group"
SMALLEST = "Without {products} it would fall from place {rank} to {without} by the model{enters}."
ENTERS = ", and {product} would come in"
GREEDY = "Found step by step; a smaller set may exist."
SMALLEST_NONE = "Taking away up to {longest} past products leaves it among the model’s {k} best."
SMALLEST_NOT_LISTED = "The model alone has it at place {rank}, below the {k} shown: {by} brought it in."
BY_SCENARIO, BY_SAID = "the sliders or a rule", "the sliders, a rule or what you said"
SMALLEST_ABSENT = "The model alone has it at place {rank}, below the {k} shown."
SMALLEST_KIND = "No past product can be taken away: the model’s place of it does not hang on them."
CRUMB = "Order of operations, products left"
STEPS = MappingProxyType(
    {
        "candidates": "found by the model",
        "unseen": "not had yet",
        "eligible": "may be shown",
        "pool": "ranked",
        "after caps": "within caps",
        "shown": "shown",
    }
)
STEP_FILTER = "pass “{name}”"
DROPPED, ADDED = "−{n}", "+{n}"

TERMS = MappingProxyType(
    {
        "relevance": "Relevance",
        "variety": "Variety",
        "balance": "Taste balance",
        "discovery": "Discovery",
        "freshness": "Freshness",
        "margin": "Margin",
        "price": "Price",
        "price down": "Low price",
        "rotation": "Shown lately",
        "exposure": "Exposure",
    }
)
TOGETHER = "Worth at the pick"
WATERFALL_SUBTITLE = "What {product} was worth when it was picked, in shares of this shopper’s relevance range"
WATERFALL_AXIS = "share of the relevance range"
RELEVANCE_ALONE = "Relevance alone put it here"
LIFTED_MOST = "{term} lifted it by {points}"
LOWERED_MOST = "{term} lowered it by {points}"

EXPERT = "How far to trust this"
EXPERT_NOTE = (
    "It explains the model, not the shopper. Each past product is worth the score less the score without it, exactly; products that say "
    "the same share the credit. Model’s score {score}; {own}."
)
OWN_SHARE, OWN_UNKNOWN = "{share} of its standing is this shopper’s own", "no yardstick of what anyone would be given"
BY_CREDIT, AT_RANDOM = "by credit", "at random"
DELETION_GOOD = "The credit finds what matters: {area} between the curves"
DELETION_BAD = "The credit finds no more than chance: {area} between the curves"
DELETION_SUBTITLE = "The product’s score as past products are taken away, the most credited first, against {orders} random orders"
DELETION_ALT = "Two falling curves; the area between credit and the mean of {orders} random orders is {area}."
DELETION_X, DELETION_Y = "past products taken away", "score, 0 to 1"
TOO_FEW = "The past is too short for this check."
