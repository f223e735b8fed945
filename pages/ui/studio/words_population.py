"""What the studio says of everybody: each figure’s name and definition, tiles, frontier, winners and losers, segments, the method."""

from __future__ import annotations

from types import MappingProxyType
from typing import NamedTuple

SHARE, NUMBER, BITS, COUNT, MONEY = "share", "number", "bits", "count", "money"


class FigureWords(NamedTuple):
    """name: on screen. kind: how it is written. definition: exactly what it is."""

    name: str
    kind: str
    definition: str


FIGURES = MappingProxyType(
    {
        "relevance_kept": FigureWords(
            "Predicted match kept",
            SHARE,
            "Discounted relevance of the list over that of the plain list: Σ r(new)/log₂(place + 1) ÷ Σ r(plain)/log₂(place + 1), r "
            "from 0 to 1 within a shopper’s candidates; the mean over shoppers. It is the model’s own opinion, not revenue.",
        ),
        "ndcg": FigureWords(
            "Held-out NDCG",
            NUMBER,
            "How high the lists rank purchases that the model was not shown: Σ 1/log₂(place + 1) over those found, divided by the best "
            "possible; shoppers with held-out purchases only.",
        ),
        "revenue": FigureWords(
            "Held-out revenue found",
            MONEY,
            "What the held-out purchases that are in a shopper’s list cost together, at the catalogue’s prices; the mean over shoppers "
            "with held-out purchases. They were bought without these lists: it measures the ranking and is no forecast of sales.",
        ),
        "ild": FigureWords(
            "Variety (mean distance)",
            NUMBER,
            "Intra-list distance: the mean of 1 − cosine between the vectors of all pairs of listed products. 0 is all alike.",
        ),
        "groups": FigureWords("Groups in a list", NUMBER, "How many categories, or clusters, the products of a list come from."),
        "calibration": FigureWords(
            "Distance from past taste",
            BITS,
            "Kullback-Leibler divergence of the list’s mix of groups from the shopper’s own past, recent purchases first, in bits "
            "(Steck 2018). 0 is the same mix.",
        ),
        "breadth": FigureWords(
            "Breadth",
            NUMBER,
            "Mean distance within the list divided by mean distance within what the shopper bought. Below 1 the list is narrower than the "
            "shopper already is.",
        ),
        "echo": FigureWords(
            "Echo of the past",
            NUMBER,
            "For each listed product the greatest cosine with anything the shopper bought, averaged over the list. 1 only repeats; a "
            "proxy of a filter bubble.",
        ),
        "personalisation": FigureWords(
            "Personalisation",
            SHARE,
            "Mean share of a list that another shopper’s list does not have, over all pairs of shoppers. 0: everybody gets the same list.",
        ),
        "novelty": FigureWords(
            "Novelty", BITS, "Mean of −log₂((buyers + 1)/(shoppers + 1)) over the list, in bits. Higher is less well known."
        ),
        "tail": FigureWords("From the long tail", SHARE, "Share of a list’s places for products outside the best-selling fifth."),
        "fresh": FigureWords("New products", SHARE, "Share of a list’s places for products of at most 90 days, where their age is known."),
        "price": FigureWords("Average price shown", MONEY, "Mean price of a list’s products whose price is known; the mean over shoppers."),
        "margin": FigureWords(
            "Average margin shown",
            SHARE,
            "Mean margin of a list’s products where it is known, as a share of the price; the mean over shoppers.",
        ),
        "coverage": FigureWords("Products that get shown", SHARE, "Share of the catalogue that is in at least one shopper’s list."),
        "never_shown": FigureWords("Products never shown", COUNT, "Products that are in nobody’s list."),
        "gini": FigureWords(
            "Gini of exposure",
            NUMBER,
            "Over the whole catalogue, products never shown included. 0: all are shown alike; 1: one product only.",
        ),
        "top_share": FigureWords(
            "Exposure of the top 1 %", SHARE, "Share of all places that the most shown hundredth of the products takes."
        ),
        "churn": FigureWords(
            "New to the list", SHARE, "1 − Jaccard similarity of each list with the one before. 0: the same products; 1: none of them."
        ),
        "overlap": FigureWords(
            "Order kept",
            SHARE,
            "Rank-biased overlap with the list before, to a reader of whom one in ten stops at each place (Webber et al. 2010). 100 %: "
            "the same list in the same order.",
        ),
    }
)

# the tiles
KEPT, VARIETY, SHOWN, VALUE = "Predicted match kept", "Variety of a list", "Products that get shown", "Average price shown"
MARGIN_TILE = "Average margin shown"
NO_CHANGE = "no change"
POINTS = "{change} points"
MORE_VARIED, LESS_VARIED = "{share} more varied", "{share} less varied"
GROUPS_IN_LIST = "A list shows products of {after} groups, {before} before."
SHOWN_OF = "{n} of {all}"
MARGIN_TOO = "margin {before} → {after}"
NOT_KNOWN = "–"
NO_VECTORS = "this model cannot compare products"
NO_PRICES = "this log has no prices"
TILE_HELP = "{definition}\n\nBefore: {before}. After: {after}. Before is {compared}."
SHOWN_HELP = "Products in at least one of {users} lists of {k}.\n\nBefore: {before}. After: {after}. Before is {compared}."
VALUE_HELP = "It is what is shown, not what is bought: no forecast of sales."

# the folded figures
MORE = "All figures"
MORE_NOTE = "{users} shoppers, lists of {k}. Changes with a paired 95 % interval; figures of all lists together have none."
HELD_OUT = "On purchases the model was not shown"
TASTE = "For the shopper"
CATALOGUE = "For the catalogue"
CHANGES = "Against {compared}"
PARTS = MappingProxyType(
    {
        HELD_OUT: ("ndcg", "revenue"),
        TASTE: ("relevance_kept", "ild", "groups", "calibration", "breadth", "echo", "novelty", "personalisation"),
        CATALOGUE: ("coverage", "never_shown", "gini", "top_share", "tail", "fresh", "price", "margin"),
        CHANGES: ("churn", "overlap"),
    }
)
NO_CLEAR_CHANGE = "no clear change"
NO_HELD_OUT = "Nothing was held out of this model, so no purchases can be looked for."

# the frontier
FRONTIER_Y = MappingProxyType({"relevance_kept": "Match", "ndcg": "Held-out NDCG"})
FRONTIER_Y_LABEL = "What it costs in"
FRONTIER_AXES = MappingProxyType({"relevance_kept": "match kept (%)", "ndcg": "held-out NDCG"})
FRONTIER_X = "variety (mean distance)"
FRONTIER_SUBTITLE = "Variety 0 to 100 over {users}; click a point to adopt it"
FRONTIER_FREE = "Every guardrail holds at any variety"
FRONTIER_NEVER = "No variety keeps every guardrail"
FRONTIER_UP_TO = "Every guardrail holds up to about variety {position}"
FRONTIER_BETWEEN = "Every guardrail holds from about variety {first} to {last}"
FRONTIER_SOME = "Guardrails hold at {n} of {all} varieties"
FRONTIER_COST = "Half the variety costs {cost} of the match"
FRONTIER_COST_NDCG = "Half the variety costs {cost} of the held-out NDCG"
FRONTIER_GAINS_NDCG = "Half the variety costs no held-out NDCG"
FRONTIER_FLAT = "Nothing here can be made more varied"
HERE, PLAIN_POINT, PUBLISHED_POINT = "you are here", "plain list", "published"
FAILS = "a guardrail fails"
SAVED = "Saved scenarios"
SAVED_HELP = "Places this shop’s saved scenarios on the chart, at most {n}, those changed last first."
SAVED_NUMBER = "{number} {name}"
SAVED_NONE = "This shop has no saved scenario yet."
STOP_HOVER = "variety {position}<br>{kept} of the match kept<br>mean distance {ild}{ndcg}<br>{passes}"
STOP_PASSES, STOP_FAILS = "every guardrail holds", "a guardrail fails"
NDCG_TOO = "<br>held-out NDCG {ndcg}"
HERE_HOVER = "you are here: variety {position}<br>the tiles have everybody’s figures"
POINT_HOVER = "{y}<br>mean distance {ild}"
KEPT_TOLD, NDCG_TOLD = "{kept} of the match kept", "held-out NDCG {ndcg}"
NO_FRONTIER = "This model has no vectors for products, so there is no variety to trade."

# the quadrant
QUADRANT_X, QUADRANT_Y = "personalisation (%)", "breadth (list ÷ past)"
QUADRANT_SUBTITLE = "Share of a list that others do not have; its breadth over the shopper’s past"
CORNERS = MappingProxyType(
    {
        (0, 0): "the same<br>narrow list<br>for all",
        (1, 0): "private<br>bubbles",
        (0, 1): "the same<br>broad list<br>for all",
        (1, 1): "broad and<br>personal",
    }
)
QUADRANT_TITLES = MappingProxyType(
    {
        (0, 0): "Everybody gets the same narrow list",
        (1, 0): "Lists are personal, and narrower than the shoppers",
        (0, 1): "Everybody gets the same broad list",
        (1, 1): "Lists are personal, and as broad as the shoppers",
    }
)
BEFORE_POINT, AFTER_POINT = "before", "after"

# winners and losers
BY_LABEL = "By"
BY = MappingProxyType({"products": "Product", "groups": "Group", "price_bands": "Price band", "brands": "Brand"})
MOVERS_WHO = MappingProxyType({"products": "product", "groups": "group", "price_bands": "price band", "brands": "brand"})
MOVERS_GAIN = "Largest gain: {name}, {before} → {after} of all exposure"
MOVERS_LOSE = "Largest loss: {name}, {before} → {after} of all exposure"
MOVERS_NONE = "No {who} gains or loses exposure"
MOVERS_UNCLEAR = "No {who} clearly gains or loses exposure"
MOVERS_SUBTITLE = "Change of a {who}’s share of all exposure, with 95 % intervals; first places count more"
MOVERS_AXIS = "change (points of all exposure)"
COLUMNS = MappingProxyType(
    {
        "label": "Name",
        "items": "Products",
        "before": "Before %",
        "after": "After %",
        "change": "Change",
        "low": "from",
        "high": "to",
        "verdict": "Clear",
        "interval": "95 % interval",
    }
)
CLEAR, NOT_CLEAR = "clear", "no clear change"
DOWNLOAD = "Download as CSV"
MOVERS_FILE = "{run} {what} {hash}.csv"
TABLE_ALT = "The same as a table"
BAND = "{low} to {high}"
PRICE_UNKNOWN = "{n} have no known price and are in no band."

# exposure
HALF = "Half of all exposure goes to {after} products, {before} before"
HALF_SAME = "Half of all exposure goes to {after} products, as before"
LORENZ_SUBTITLE = "Share of all exposure that so many of the most shown products hold"
LORENZ_X, LORENZ_Y = "products, most shown first (log scale)", "% of all exposure"
NEVER_TITLE = "{n} of {all} products are in nobody’s list, {before} before"
NEVER_NONE = "Every product is in somebody’s list"
NEVER_NOTE = "Those with the most buyers first."
NEVER_SEARCH = "Search a product"
NEVER_FIRST = "The first {n} of {all} are listed; the file has all."
NEVER_NO_MATCH = "No product like that is without a list."
NEVER_COLUMNS = MappingProxyType({"title": "Product", "item_id": "Id", "buyers": "Buyers", "group": "Group", "was": "Lists before"})

# segments
SEGMENTS_LABEL = "Figure"
SEGMENTS_NONE = "Nothing divides the shoppers of this log into segments."
SEGMENTS_MOST = "The largest change is {change}, among {name}"
SEGMENTS_UNCLEAR = "No segment changes clearly"
SEGMENTS_SUBTITLE = "{figure}: change by segment, paired 95 % intervals; the line is everybody"
SEGMENTS_AXIS = MappingProxyType({SHARE: "change (points)", NUMBER: "change"})
LOSING = "{share} of the shoppers lose more than a tenth of their predicted match"
LOSING_NONE = "No shopper loses more than a tenth of their predicted match"
LOSING_MOST = "The share is highest among {name}: {share}"
SMALL = "Too few shoppers for figures (under {fewest}): {segments}."
SEGMENT_COLUMNS = MappingProxyType({"segment": "Segment", "users": "Shoppers", "losing": "Lose over 10 % of match"})
EVERYBODY = "Everybody"
SEGMENT_SHOPPERS = "{n} shoppers"
NO_SEGMENT = "{n} shoppers are in no segment."
DRAWN = "Drawn on the map, and may overlap with other segments: {segments}."
