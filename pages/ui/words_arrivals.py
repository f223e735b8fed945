"""Every word of the page New arrivals that is not a figure."""

from __future__ import annotations

from types import MappingProxyType
from typing import NamedTuple

PART_PRODUCT, PART_GAPS, PART_SHOPPER, PART_TRUST = "A new product", "Gaps in the range", "A new shopper", "How well does it guess?"


class Offer(NamedTuple):
    """What a part says before it was learned: title, what will be here, its button, the button to do it again, the job's name."""

    title: str
    about: str
    button: str
    again: str
    job: str


# before anything was learned
LEARN = Offer(
    "Nobody has bought it yet, so its description has to speak for it",
    "Aisle learns, from the products that are here, how a title, a category and a price go with taste. "
    "Then a product that exists only on paper has a place on the taste map, neighbours, and an audience. "
    "How well that works is tested on products that were left out.",
    "Learn from this range",
    "Learn again",
    "Learn how descriptions go with taste",
)
GAPS = Offer(
    "Where shoppers buy all around an empty spot",
    "Aisle looks for kinds of product and prices at which your shoppers would buy and you have next to nothing, "
    "and ranks them by the shoppers it expects.",
    "Look for gaps",
    "Look again",
    "Look for gaps in the range",
)

# prices
BAND_BETWEEN = "{low} to {high}"
BAND_TICKS = ("under<br>{high}", "{low}–<br>{high}", "{low}<br>or more")

# gaps
ALL_CATEGORIES = "All categories"
GAP_CATEGORY = "Category"
GAP_MORE = "Show {n} more"
GAP_AUDIENCE = "about {n} ({low} to {high})"
GAP_AUDIENCE_HELP = (
    "How many different shoppers would buy in this gap in a time as long as the log, of all the products together that would fill it. "
    "Of ten real ones predicted the same way, eight lie in the interval that is given."
)
GAP_REAL, GAP_REAL_NONE = "{n} of yours in it", "none of yours in it"
GAP_NEAREST = "Nearest:"
GAP_WANTED = "Wanted by {who}."
GAP_DRAFT = "Draft a product"
GAP_DRAFT_HELP = "Fills in the form of “A new product” with this kind, price and the words that titles around it have."
GAP_FINDING = "The largest gap: {name}{price}, {audience}"
GAP_PRICE = " at {price}"
GAP_NONE = "No gap was found here: wherever shoppers would buy, there are products."
GAP_MAP_SUBTITLE = "How many products there are of each kind at each price. Numbered rings: the gaps, by rank; lines: how far they reach."
GAP_MAP_X = "price"
GAP_MAP_CELL = ("product", "products")
GAP_NO_MAP = "This log has no prices, so there is no table of kinds by price."

# a new product
DRAFT_OF_GAP = "Drafted for the gap “{name}”. Change what you like."
FORM_TITLE = "The product"
TITLE, TITLE_HINT = "Title", "Small red ceramic mug"
CATEGORY, NOT_SAID = "Category", "Not said"
PRICE, PRICE_IN = "Price", "Price in {currency}"
MORE = "More about it"
MORE_HELP = "Columns of this catalogue. Several values are parted by |."
MORE_NOTE = "What is not said is left out of the comparison. No picture is needed."
NO_CATEGORIES = "This catalogue has no categories: the words of the title have to say what kind it is."
START_OVER = "Start over"
EXAMPLE = "Try an example"
EXAMPLE_TOLD = "An example: the words of “{title}”, as if it were not there yet. Change what you like."
ASK_TITLE = "What would you like to bring in?"
ASK_ABOUT = (
    "Type a title, choose a category, give a price: whatever you know of it. Its place, its neighbours and its audience appear here, "
    "and change as you type."
)
SHOWN = "Shoppers with it in their top {k}"
OF_1000 = "{n} of 1,000"
OF_1000_LESS = "under 1 of 1,000"
INTERVAL_OF_1000 = "{low} to {high}"
SHOWN_HELP = (
    "Shoppers for whom its score would pass that of the last place of their list. Interval of 80 %: of ten products that were left out "
    "and guessed the same way, eight lie in theirs."
)
BUYERS = "Expected buyers"
BUYERS_HELP = "Different shoppers who would buy it in a time as long as the log. Interval of 80 %."
RANGE = "{low} to {high}"
KNN = "Content-kNN says"
KNN_HELP = (
    "The plain way: a new product is bought by those who bought what is described most like it. A learned model has to beat it; "
    "“How well does it guess?” says whether it does."
)
FINDING_NOBODY = "Hardly anybody would be shown it by itself"
FINDING_SEGMENT = "Shown most to {segment}: {share} of them"
FINDING_EVEN = "Every segment would be shown it about equally"
AUDIENCE_SUBTITLE = "Share of each segment with it in their top {k}. Ring: what content-kNN says."
AUDIENCE_NAMES = ("by what was learned", "by content-kNN")
AUDIENCE_X = "percent of the segment"
NO_SEGMENTS = "This dataset has no segments, so its audience cannot be told apart."
MAP_FINDING = "It lies closest to {name}"
MAP_FINDING_NONE = "It lies near nothing that this model knows"
MAP_SUBTITLE = "Products on the PCA map, in blue those of {category}. Lines lead to the nearest in taste."
MAP_SUBTITLE_PLAIN = "Products on the PCA map. Lines lead to the nearest in taste."
NO_MAP = "{model} keeps no place for a product, so there is no map. Audience and neighbours hold without one."
NEAREST_TITLE, ALIKE_TITLE = "Nearest in taste", "Described most alike"
NEAREST_HELP = "Real products that lie closest to it where the model keeps products: bought by the same shoppers. Cosine of the vectors."
ALIKE_HELP = "Real products that share its words, category and price. Cosine of the descriptions."
NEAREST_NONE = "No product of this range."
ALIKE = "{share} alike"
HELPS_TITLE = "What would get it seen"
HELP_NOTHING = "Leave the lists as they are"
HELP_PIN = "Pin it at place {rank} for {who}"
HELP_EVERYBODY = "everybody"
HELP_RESERVE = "Keep one of {k} places for the one of {n} new products that suits each shopper best"
HELPS_COLUMNS = ("What you do", "Shoppers who would see it", "Beside doing nothing")
HELPS_ALL = "{n} of {all}"
HELPS_TIMES = "{n} times as many"
HELPS_MORE = "{n} more"
HELPS_SAME = "as many"
STUDIO_NOTE = (
    "The studio’s rules hold products of the log, and this one is not in it yet: a pin or a reserved place can be set there as soon as it "
    "has a row in the catalogue of the next file."
)
STUDIO_OPEN = "Open the studio"
SHOPPERS_FIRST = "Shoppers it suits best"
SHOPPERS_FIRST_HELP = "“Suits them better than”: of comparable products, those that suit the shopper less."
COLUMN_SHOPPER, COLUMN_CHANCE, COLUMN_MATCH = "Shopper", "Chance to be in their list", "Suits them better than"
MATCH_OF = "{share} of such products"

# several at once
BATCH_TITLE = "Several products from a file"
BATCH_HELP = "A CSV file with the columns title, category, price; any other column that the catalogue has is read, too."
BATCH_TEMPLATE = "An empty file to fill in"
BATCH_UPLOAD = "CSV file of new products"
BATCH_LIMIT_MB = 5
BATCH_MOST = 500
BATCH_FIRST = "The first {n} of {all} products were placed; the command `cold-item RUN --file FILE` places all."
BATCH_EMPTY = "There is no product in this file."
BATCH_EMPTY_HINT = "It needs a header line with title, category, price, and a line for each product."
BATCH_DOWNLOAD = "Download the table"
BATCH_COLUMNS = (
    "Product",
    "Category",
    "Price",
    "Shown to, of 1,000",
    "Low",
    "High",
    "Content-kNN",
    "Expected buyers",
    "Most in",
    "Nearest",
)
BATCH_FILE = "new products"
BATCH_FINDING = "“{title}” would be shown most: in the top {k} of {shown} shoppers"

# a new shopper
WAYS = ("clicked", "segment", "attributes")
WAYS_WORDS = MappingProxyType({"clicked": "Clicks", "segment": "A segment", "attributes": "About them"})
WAY = "What is known"
CLICKED = "Products they looked at"
CLICKED_HELP = "Type words of a title and press Enter: the best-selling product with these words is added. Or choose from the list."
CLICKED_MOST = 20
NOTHING_CALLED = "No product is called “{text}”."
NOTHING_CALLED_HINT = "Use fewer words of its title, or its id."
SEGMENT = "Segment"
NOT_KNOWN = "Not known"
NO_WAY = "This dataset has {what}, so a shopper cannot be told by that."
NO_SEGMENTS_WAY, NO_ATTRIBUTES_WAY = "no segments", "no attributes of shoppers"
SHOPPER_ASK = "Who has just come in?"
SHOPPER_ABOUT = "Say what is known: a few products they looked at, the segment they seem to be of, or what they said of themselves."
SHOPPER_LIST = "What they would be shown"
SHOPPER_EMPTY = "Nothing is left to show."

# how well it guesses
METHODS = MappingProxyType({"ours": "Aisle", "content-knn": "Content-kNN", "category": "Popular in its category", "random": "Drawn by lot"})
METHODS_INSIDE = MappingProxyType({"content-knn": "content-kNN", "category": "what is popular in its category"})
TRUST_SUBTITLE = "NDCG@{k} of lists of left-out products only, with 95 % intervals: {items} left out, {shoppers} who bought any of them."
TRUST_X = "NDCG@{k}"
TRUST_WINS = "Aisle guesses new products better than {others}"
TRUST_TIES = "No clear difference from {others}"
TRUST_LOSES = "{others} guesses new products better: go by that"
TRUST_MIXED = "Better than {beaten}, no clear difference from {level}"
TRUST_HITS = "Of 100 shoppers, so many find a left-out product that they bought in their first {k}: {told}."
TRUST_HOW = (
    "A fifth of the products was taken out of the log, guessed from what is said of them, and ranked for every shopper who bought any. "
    "What had to be chosen was chosen on other left-out products."
)
TRUST_DIFFERENCES = ("Aisle against", "Difference in NDCG@{k}", "In words")
CLEARLY_BETTER, CLEARLY_WORSE, NO_CLEAR = "clearly better", "clearly worse", "no clear difference"
