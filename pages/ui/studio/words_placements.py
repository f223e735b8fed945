"""What the studio says of other places than a shopper's own list: product pages, baskets, category pages."""

from types import MappingProxyType

from recsys_core.jobs.placing import BEST_SELLERS, OWN
from recsys_core.jobs.studio import ORDERS, SHOPPERS
from recsys_core.ranking.anchors import ATTRIBUTES, MODEL

PLACES = MappingProxyType({"product": "Product page", "basket": "Basket", "category": "Category page"})
WHERE = "Place"
PRODUCT, BASKET, CATEGORY = "Product on the page", "In the basket", "Category"
SEARCH_HELP = "The 500 most bought are listed. For any other, type words of its title, or its id, and press Enter."
CATEGORY_HELP = "Those that sell most come first."
VISITOR = "As {shopper} sees it"
VISITOR_HELP = "Without what they have had, under the rules of their segment; on a category page their own recommendations come first."
QUESTIONS = MappingProxyType({"product": "More like this", "basket": "Bought together", "category": "In this category"})
FOUND_BY = "found by {basis}"
BASES = MappingProxyType(
    {
        MODEL: "what the model has learned of each product",
        ATTRIBUTES: "what the catalogue says of each product",
        ORDERS: "what was bought in the same orders",
        SHOPPERS: "what the same shoppers bought",
        BEST_SELLERS: "how many bought it in this category",
        OWN: "the shopper’s own recommendations in this category, then its best sellers",
    }
)
FALLBACK = ("best seller", "Nothing else was found for this place: a best seller fills it.")
MEASURING = "Looking at 500 places to see what the sliders can do here"
PLAIN_NOTE = "without a scenario"
AFTER_NOTE = "with the scenario on screen"
NOTHING_CALLED = "No product’s title has all the words of “{text}”, and none has it as its id."
NOTHING_CALLED_HINT = "Try fewer words."
NO_CATEGORIES = "The products have no categories, and no groups were found, so there are no category pages."

# what is bought together
COMPLETION = "Completing later baskets"
COMPLETION_HOW = (
    "One product of each of {n} later orders was hidden and looked for in the ten best. Learned from {learned} earlier orders, settings "
    "chosen on {chosen} between; 95 % intervals over shoppers."
)
CLEARLY_MORE = "What is used here finds the hidden product in {found} baskets, clearly more often than item-kNN ({knn})."
CLEARLY_LESS = "What is used here finds the hidden product in {found} baskets, clearly less often than item-kNN ({knn})."
NO_DIFFERENCE = "What is used here finds the hidden product in {found} baskets: no clear difference from item-kNN ({knn})."
IS_KNN = "Nothing did better than item-kNN, so that is what is used: it finds the hidden product in {found} baskets."
UNTESTED = "It was learned from all orders; the log is too small, or has no times, to test it by later ones."
WAY, FOUND, NDCG = "Way", "Found in the ten best", "NDCG@10"
NDCG_HELP = "1 / log₂(rank + 1) of the hidden product, 0 outside the ten best, on average."
WAYS = MappingProxyType(
    {
        "popularity": "Best sellers",
        "item-knn": "Item-kNN on orders",
        "item-knn of shoppers": "Item-kNN on shoppers",
        "edlae": "Linear model on orders",
        "edlae of shoppers": "Linear model on shoppers",
    }
)
USED = "{way} (used)"
SHIPPED = "came with the demo"
SHIPPED_HELP = "Learned when this release was made, from exactly this log, by the same job that learns it here."

LEARN = "Learn what is bought together"
LEARN_JOB = "Learn what is bought together in {name}"
LEARN_FIRST = "Nobody has learned from this log’s orders yet what is bought together."
LEARN_BETTER = (
    "This list goes by the model on screen, which knows shoppers and no orders. Learning from the orders may complete baskets better."
)
LEARN_TIME = "Takes {time} here; it goes on when you leave."

# many places at once
MANY = MappingProxyType({"product": "Many product pages", "basket": "Many baskets", "category": "This page for many shoppers"})
MANY_TITLE = "Without the scenario → with it"
MANY_OF = MappingProxyType(
    {
        "product": "{n} product pages, of products drawn at random",
        "basket": "{n} baskets of one product each, drawn at random",
        "category": "This page as {n} shoppers drawn at random see it",
    }
)
