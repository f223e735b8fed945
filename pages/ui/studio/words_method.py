"""What the studio says of how lists are made and measured."""

from __future__ import annotations

from types import MappingProxyType

FORMULA_TITLE = "What a product is worth at each place"
FORMULA_NEAREST = r"""
\begin{aligned}
g(i) ={}& (1-\lambda_u)\,\tilde r_{ui} - \lambda_u \max_{j \in S} \mathrm{sim}(i,j) && \text{match, variety}\\
&+ \gamma\, p_u[c_i]\,\log_2 \tfrac{\tilde q_{c_i}(n_{c_i}+1)}{\tilde q_{c_i}(n_{c_i})} && \text{taste balance}\\
&+ \beta_d\,\mathrm{nov}_i + \beta_f\,2^{-\mathrm{age}_i/h} && \text{discovery, freshness}\\
&+ \beta_m\,\mathrm{pct}(\mathrm{margin}_i) + \beta_p\,\mathrm{pct}(\mathrm{price}_i) && \text{margin, price}\\
&+ \textstyle\sum_{r} b_r\,\mathbf 1[i \in r] && \text{boosts and buries}\\
&- \rho\,2^{-\Delta t_{ui}/\tau} + \mu\,(t_g - s_g) && \text{rotation, exposure}
\end{aligned}
"""
SET_WISE_FIRST = r"""
\text{Set-wise:}\quad \theta \sum_{i \in S} \tilde r_{ui} + (1-\theta)\,\log\det\,\mathrm{Sim}_S,\qquad \theta = 1-\lambda_u
\quad\text{in place of the first line}
"""
LEGEND = (
    "r̃ is the predicted match within the shopper’s own candidates, 0 the worst and 1 the best, so that a boost of 0.25 is worth a "
    "quarter of that range. S is {window}; sim the cosine of two products’ vectors, at least "
    "0. p is the mix of groups in the shopper’s past, q̃ = 0.99 n/k + 0.01 p the list’s. {engine}"
)
ENGINES = MappingProxyType(
    {
        "nearest": "Variety is by nearest (MMR; Carbonell & Goldstein 1998), taste balance by calibration (Steck 2018).",
        "set-wise": "Variety is set-wise (DPP; Chen et al. 2018), taste balance by calibration (Steck 2018).",
    }
)
WHOLE_LIST, LAST_PLACES = "what was picked before", "what was picked for the last {n} places"

ORDER_TITLE = "In this order"
ORDER = (
    "**Eligibility**: what the shopper had, sent back or hid is out; exclude and include-only rules, price and stock.",
    "**Worth** of every candidate, by the formula.",
    "**Pins** take their places, and count for variety.",
    "**Reserved places** are filled.",
    "**The rest**, one place after the other, under caps and windows.",
    "**What gives way** where too little is left: window, then cap, then minimum; never an exclusion. The place carries a badge.",
    "**Ties** go by relevance, then by product id, so that the same scenario gives the same lists everywhere.",
)

THIS_TITLE = "These figures"
FACTS = MappingProxyType(
    {
        "scenario": "Scenario",
        "hash": "Scenario hash",
        "model": "Trained model",
        "dataset": "Dataset",
        "before": "Before is",
        "users": "Shoppers ranked",
        "k": "Places of a list",
        "pool": "Candidates of each shopper",
        "engine": "Engine",
        "similarity": "Products are alike by",
        "day": "Day of dated rules",
        "held": "Held out",
        "seed": "Seed",
    }
)
SIMILARITIES = MappingProxyType(
    {"model": "the model’s vectors", "attributes": "their attributes", "blend": "the model’s vectors and their attributes"}
)
NOTHING_HELD_OUT = "nothing"
SEED_TOLD = "{seed} (split and training); 0 (sampled shoppers, intervals)"
SLIDERS_TITLE = "What the sliders stand for"
SLIDER_NAMES = MappingProxyType(
    {
        "variety": "Variety (λ)",
        "balance": "Taste balance (γ)",
        "discovery": "Discovery (β of novelty)",
        "freshness": "Freshness (β)",
        "margin": "Margin (β)",
        "price": "Price (β)",
    }
)
SLIDER_COLUMNS = ("Slider", "Position", "Raw weight")
SLIDERS_NOTE = (
    "A position is the share of what this model and these caps can give, measured on sampled shoppers; a raw weight set by hand is marked."
)
BY_HAND = "set by hand"
NO_SLIDERS = "No slider is turned: lists are by predicted match alone, with the scenario’s rules."

DEFINITIONS = "What each figure is"
DEFINITION_COLUMNS = ("Figure", "Definition")
CAVEAT = (
    "**Nothing here is a forecast.** Figures are of the lists themselves, or of purchases that people made without them. A log of "
    "purchases does not say what else was seen, so it cannot tell how many clicks or sales another list would bring."
)
INTERVALS = (
    "Intervals are 95 %, by bootstrap over shoppers, of paired differences: each shopper’s list after against the same shopper’s before. "
    "Where an interval holds 0, there is no clear change. Figures of all lists together, such as the Gini coefficient, have none."
)
