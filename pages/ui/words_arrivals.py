"""Every word of the page New arrivals that is not a figure."""

from __future__ import annotations

PART_PRODUCT, PART_GAPS, PART_SHOPPER, PART_TRUST = "A new product", "Gaps in the range", "A new shopper", "How well does it guess?"

# before anything was learned
LEARN_TITLE = "Nobody has bought it yet, so its description has to speak for it"
LEARN_WORDS = (
    "Aisle learns, from the products that are here, how a title, a category and a price go with taste. "
    "Then a product that exists only on paper has a place on the taste map, neighbours, and an audience."
)
GAPS_TITLE = "Where shoppers buy all around an empty spot"
GAPS_WORDS = (
    "Aisle looks for kinds of product and price ranges in which your shoppers would buy and you have next to nothing, "
    "and ranks them by the shoppers it expects."
)
