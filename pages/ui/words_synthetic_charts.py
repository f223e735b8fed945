"""Every word on the charts of the page Synthetic shoppers."""

from __future__ import annotations

from types import MappingProxyType
from typing import NamedTuple

REAL, SYNTHETIC, DIFFERENCE = "real", "synthetic", "synthetic − real"
NO_DATA = "nothing to draw"
POINTS = "{n} points"


class Curve(NamedTuple):
    """Words of a pair of curves. close: the finding where they never part by more than is told apart; apart: where they do, and most."""

    subtitle: str
    x: str
    y: str
    close: str
    apart: str


CURVES = MappingProxyType(
    {
        "activity": Curve(
            "Share of shoppers with at least so many events, both axes logarithmic",
            "events a shopper",
            "% of shoppers",
            "As many busy shoppers as in the real log",
            "{synthetic} of the synthetic shoppers have {x} events or more; of the real ones {real}",
        ),
        "popularity": Curve(
            "Share of products with at least so many events, counted in as many events of either log; both axes logarithmic",
            "events a product",
            "% of products",
            "Best sellers and rare products as in the real log",
            "{synthetic} of the synthetic products have {x} events or more; of the real ones {real}",
        ),
        "gaps": Curve(
            "Share of the times to a shopper’s next event that are at least so long, both axes logarithmic",
            "time to the next event",
            "% of gaps",
            "Shoppers pause as long as real ones do",
            "{synthetic} of the synthetic pauses last {x} or longer; of the real ones {real}",
        ),
    }
)
LORENZ = MappingProxyType(
    {
        "lorenz_items": ("products", "of all events", "The best sellers weigh the same"),
        "lorenz_users": ("shoppers", "of all events", "The busiest shoppers weigh the same"),
    }
)
LORENZ_APART = "The top tenth of the {who} hold {synthetic} of the synthetic events, {real} of the real ones"
LORENZ_SUBTITLE = "Share of events held by the top {who} (Lorenz curve, from the top)"
LORENZ_X, LORENZ_Y = "% of {who}, the top first", "% of events"
LORENZ_HOVER = "the top %{{x:.0f}} % of {who}<br>hold %{{y:.1f}} % of the {side} events"

FUNNEL_CLOSE = "From step to step as many go on as in the real log"
FUNNEL_APART = "From {first} to {second} {synthetic} go on; in the real log {real}"
FUNNEL_SUBTITLE = "Share of shopper and product pairs with each kind of event"
FUNNEL_AXIS = "% of pairs"

DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
LONG_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
RHYTHM_CLOSE = "The week has the real log’s rhythm"
RHYTHM_APART = "Off the most on {day} at {hour}:00, by {points} of 100 events"
RHYTHM_SUBTITLE = "Events by weekday and hour, as the log’s clock has it: real, synthetic, and what is too many or too few"
RHYTHM_AXIS = "hour of the day"
RHYTHM_HOVER = "{side}<br>%{{y}}, %{{x}}:00<br>%{{z:.2f}} % of events"

BASKETS_CLOSE = "Baskets are as large as real ones"
BASKETS_APART = "Baskets of {size}: {synthetic} of the synthetic ones, {real} of the real ones"
BASKETS_SUBTITLE = "Share of baskets by number of products"
BASKETS_X, BASKETS_Y, BASKETS_MORE = "products in a basket", "% of baskets", "{n}+"

CATEGORIES_CLOSE = "The same categories go together"
CATEGORIES_APART = "{first} and {second} go together {how} than in the real log"
CATEGORIES_MORE, CATEGORIES_LESS = "more", "less"
CATEGORIES_SUBTITLE = "How two categories are found with the same shoppers (correlation): real, synthetic, and the difference"
CATEGORIES_HOVER = "{side}<br>%{{y}} and %{{x}}<br>correlation %{{z:.2f}}"

MAP_CLOSE = "Synthetic shoppers lie where real ones do"
MAP_PART = "Synthetic shoppers leave out some of the real ones’ places"
MAP_APART = "Synthetic shoppers lie elsewhere than real ones"
MAP_SUBTITLE = "Shoppers by taste: two directions that show {share} of what tells them apart (PCA)"
MAP_ALT = "{title}. {real} real and {synthetic} synthetic shoppers on two principal components."
MAP_HOVER = "a {side} shopper"

NEAREST_CLOSE = "No nearer to real shoppers than they are to each other"
NEAREST_APART = "{share} of the synthetic shoppers are near copies"
NEAREST_SUBTITLE = "How like the most similar real shopper: synthetic ones, and real ones among themselves (Jaccard)"
NEAREST_X, NEAREST_Y = "likeness, 1 has exactly the same products", "% of shoppers"

TSTR_TITLE = "Learned from synthetic shoppers alone: {share} of what real ones teach"
TSTR_SUBTITLE = "How well a recommender (EASE) finds held-out real purchases, by what it learned from, with 95 % intervals"
TSTR_AXIS = "NDCG@10"
TSTR_NAMES = MappingProxyType(
    {
        "best sellers": "best sellers only",
        "synthetic": "synthetic shoppers",
        "real": "real shoppers",
        "real and synthetic": "both together",
    }
)
TSTR_HOVER = "%{y}<br>NDCG@10 %{x:.4f}<br>95 % interval %{customdata[0]:.4f} to %{customdata[1]:.4f}"

# the filter
SWEEP_NAMES = MappingProxyType({"fidelity": "fidelity", "utility": "utility", "privacy": "privacy"})
SWEEP_TITLE = "Keeping {keep}: {changes}"
SWEEP_SAME = "no clear difference to the set as it is"
SWEEP_MORE, SWEEP_LESS = "{name} +{points}", "{name} −{points}"
SWEEP_NONE = "No figure could be measured at this size"
SWEEP_SUBTITLE = (
    "What is kept of the real log’s worth, by the share of shoppers kept, with 95 % intervals; 1 is as good as the real log itself"
)
SWEEP_X, SWEEP_Y = "% kept of those who break no rule", "of the real log"
SWEEP_AS_IS = "as it is"
SWEEP_HOVER = "{name}<br>keeping %{{x:.0f}} %<br>%{{y:.3f}} (%{{customdata[0]:.3f}} to %{{customdata[1]:.3f}})"

REALISM_TITLE = "{share} of them look at least as real as 19 of 20 real shoppers"
REALISM_SUBTITLE = "How sure a critic is that a shopper is real; it tells them apart in {auc} of 100 pairs, 50 is by chance"
REALISM_X, REALISM_Y = "chance of being real, by the critic", "% of shoppers"
BAND_TITLE = "{close} are near copies, {far} are like nobody"
BAND_TITLE_NONE = "None is a near copy, none is like nobody"
BAND_SUBTITLE = "How like the nearest real shopper (Jaccard); left and right of the lines they are left out"
BAND_X = "likeness to the nearest real shopper"
