"""What is said of a model's inside: the parts, their findings, and exact terms in tooltips."""

from __future__ import annotations

from types import MappingProxyType

PARTS = MappingProxyType(
    {
        "dimensions": "Dimensions",
        "prior": "Prior",
        "recall": "By popularity",
        "attributes": "Against attributes",
        "generated": "Synthetic shoppers",
        "beside": "Another run",
        "space": "In three dimensions",
    }
)

# dimensions
DIMENSIONS_USED = "{active} of {all} dimensions are in use"
DIMENSIONS_PARTLY = "{active} of {all} dimensions are in use; the others say nothing of a shopper"
DIMENSIONS_COLLAPSED = "Only {active} of {all} dimensions are in use: the model has collapsed"
DIMENSIONS_PLAIN = "Shoppers spread as over {effective} of {all} dimensions"
DIMENSIONS_SUBTITLE = "How much shoppers’ codes differ along each dimension, widest first"
DIMENSIONS_X, DIMENSIONS_Y = "dimension, widest first", "variance (log scale)"
DIMENSIONS_HOVER = "dimension {n}: variance {variance}"
DIMENSIONS_HOVER_KL = "dimension {n}: variance {variance}, KL {kl} nats"
DIMENSIONS_LINE = "below: not in use"
ACTIVE = "In use"
ACTIVE_HELP = "Active units: dimensions whose posterior mean has a variance above 0.01 over shoppers (Burda, Grosse & Salakhutdinov 2016)."
KL = "Told by each, in nats"
KL_HELP = (
    "Mean over shoppers and dimensions of KL(q(z|x) ‖ N(0, 1)): how far a shopper’s own cloud is from what is assumed of everybody. "
    "0 in a dimension that tells nothing."
)
EFFECTIVE = "Effective dimensions"
EFFECTIVE_HELP = (
    "Participation ratio of the codes’ covariance, (Σλ)² / Σλ²: how many dimensions of one size would spread shoppers as widely. "
    "It has no unit, so models of every kind can be compared by it."
)
SHOPPERS = "Shoppers looked at"
OF = "{n} of {all}"
COLLAPSED = (
    "Most of the space stays empty: shoppers get nearly the same code, so lists differ little from best sellers. Train again with a lower "
    "KL weight (kl_cap) or fewer dimensions."
)
NO_WEIGHTS = "This run came without the model’s weights, so how wide each shopper’s cloud is, is not known; the middles are."
NO_PRIOR = (
    "{model} has no prior, so no dimension can be called collapsed: its codes have no unit. What holds for every model is how many "
    "dimensions its shoppers spread over."
)

# prior
PRIOR_FITS = "Shoppers drawn from the prior would lie where yours are"
PRIOR_APART = "At least {n} of 100 shoppers drawn from the prior would lie outside where yours are"
PRIOR_MIDDLE = "At least {n} of 100 shoppers drawn from the prior would lie nearer the middle than yours do"
PRIOR_SUBTITLE = "Distance to the nearest of your shoppers, in the model’s space"
PRIOR_X, PRIOR_Y = "distance to the nearest shopper", "% of draws"
PRIOR_OWN, PRIOR_DRAWN = "your shoppers", "drawn from the prior"
PRIOR_HOVER = "{side}<br>distance about %{{x:.2f}}<br>%{{y:.1f}} % of draws"
PRIOR_WHY = (
    "So synthetic shoppers drawn from N(0, I) would not all look like yours. Aisle draws them from where your shoppers are (the aggregated "
    "posterior) instead."
)
PRIOR_TOGETHER = "Of {kl} nats {each} are of single dimensions; the others are of how dimensions go together."
PRIOR_WHY_FITS = "Drawing from N(0, I) would do here. Aisle draws from where your shoppers are all the same."
PRIOR_OWN_MODEL = "{model} has a prior of its own, of which N(0, I) is one part; this is how far that one part is from its shoppers."
FILLED = "Prior where shoppers are"
FILLED_HELP = (
    "At most: 1 − the largest gap between the two distributions of distance to the nearest of 1,000 shoppers (Kolmogorov–Smirnov). No more "
    "of N(0, I) than this can lie where shoppers are; 100 % where nobody could tell by it."
)
PRIOR_KL = "Apart by, in nats"
PRIOR_KL_HELP = "KL of the aggregated posterior’s Gaussian fit from N(0, I); 0 where they are the same."
MOMENTS_TITLE = "Along {n} of {all} dimensions shoppers are off the prior by more than 0.1"
MOMENTS_FITS = "Along every single dimension shoppers are as the prior says"
MOMENTS_SUBTITLE = "Each dot is a dimension of the aggregated posterior; the prior is mean 0, variance 1"
MOMENTS_X, MOMENTS_Y = "mean over shoppers", "variance over shoppers"
MOMENTS_PRIOR = "the prior"
MOMENTS_HOVER = "dimension {n}: mean {mean}, variance {variance}"

# recall by popularity
RECALL_BOTH = "Of purchases to come {best} are foretold among the best sellers, {rare} among the rarest"
RECALL_ONE = "{best} of best sellers are found, {rare} of the rarest products"
RECALL_SUBTITLE = "Share of products found in the first {at}, by tenths of the catalogue; 95 % intervals over shoppers"
RECALL_X, RECALL_Y = "shoppers of the product, rarest tenth first", "% found"
RECALL_NAMES = MappingProxyType({"given back": "given back", "foretold": "foretold"})
RECALL_HOVER = "{name}<br>products of {least} to {most} shoppers<br>{value} ({low} to {high})<br>{n} looked at"
RECALL_CHANCE = "by chance"
RECALL_NOTE = (
    "Given back: of what a shopper had, what the model puts among its first {at} when it has read all of it. Foretold: of what was held "
    "out of the training, what is in the shopper’s first {at}. Sampled shoppers: {n}."
)
RECALL_NO_WEIGHTS = "What the model gives back is not known of a run without weights, or of one that reads no histories."

# neighbours against attributes
ATTRIBUTES_TITLE = "{share} of what the model calls alike is alike on paper too ({chance} by chance)"
ATTRIBUTES_SUBTITLE = "Of each product’s {k} nearest by the model, how many are its {k} nearest by attributes"
ATTRIBUTES_X, ATTRIBUTES_Y = "neighbours in common", "% of products"
ATTRIBUTES_HOVER = "{n} in common: {share} of products"
ATTRIBUTES_PARTS = MappingProxyType(
    {"text": "words", "category": "categories", "brand": "brand", "price": "price", "picture": "pictures", "vectors": "vectors given"}
)
ATTRIBUTES_NOTE = "Attributes: {parts}. {n} products compared; examples are of products with many shoppers."
LEARNT = "Learnt from behaviour"
LEARNT_HINT = "The model puts these side by side; on paper they have little in common."
WRITTEN = "Alike on paper only"
WRITTEN_HINT = "Described alike, but the model keeps them apart."
PAIR_ONE, PAIR_OTHER, PAIR_FAR = "Product", "and", "Apart"
PAIR_FAR_HELP = MappingProxyType(
    {
        "learnt": "Share of all products that are nearer by attributes.",
        "written": "Share of all products that are nearer by the model.",
    }
)

# synthetic shoppers
SET = "Synthetic shoppers"
SET_LABEL = "{users} · {generator}"
NO_SETS = "No synthetic shoppers of this log yet"
NO_SETS_HINT = "Make some, and they will be here on the map among the real ones."
TO_SYNTHETIC = "Make synthetic shoppers"
GENERATED_ALIKE = "Synthetic shoppers lie among the real ones"
GENERATED_PARTLY = "Synthetic shoppers lie near the real ones, yet can be told apart"
GENERATED_APART = "Synthetic shoppers lie elsewhere than real ones"
GENERATED_SUBTITLE = "Shoppers as this model reads them, {method} map"
GENERATED_HOVER = "synthetic shopper {n}"
REAL, SYNTHETIC = "real", "synthetic"
COVERED = "Neighbourhoods covered"
COVERED_HELP = (
    "Coverage (Naeem et al. 2020): share of real shoppers who have a synthetic one as near as their fifth nearest real one. Other real "
    "shoppers, as many, reach {ceiling}."
)
TOLD = "Given away by the nearest"
TOLD_HELP = (
    "Accuracy of a nearest-neighbour two-sample test (Lopez-Paz & Oquab 2017): how often the nearest other shopper is of one’s own side. "
    "50 % where nobody could tell, if it is so of either side: synthetic shoppers that crowd in the middle are the nearest of everybody."
)
TOLD_SIDES = "Of the synthetic ones {made} have a synthetic one nearest, of the real ones {real} a real one."
TOLD_ALIKE = "Whose nearest neighbour is real and whose synthetic gives nearly nothing away."
TOLD_PARTLY = "The nearest neighbour gives some of them away."
TOLD_APART = "The nearest neighbour gives most of them away."
COVERED_SENTENCE = "{covered} of real neighbourhoods have a synthetic shopper in them; {ceiling} have one of as many other real shoppers."

# two runs
OTHER_RUN = "Beside this run"
NO_OTHER = MappingProxyType(
    {
        "items": "No other run of this log has vectors for products",
        "users": "No other run of this log has vectors for shoppers",
    }
)
NO_OTHER_HINT = "Train another model, or the same one with another seed, and their maps can be compared."
TO_MODELS = "Train a model"
AGREED = "Neighbours that both agree on"
AGREED_HELP = "Share of the {k} nearest by the one run that are the {k} nearest by the other, in their own spaces; {chance} by chance."
LEFT_OVER = "Of the map not matched"
LEFT_OVER_HELP = (
    "What is left of the first map’s spread after the second is turned, mirrored and scaled onto it (orthogonal Procrustes, Schönemann "
    "1966): 0 % for the same picture. A model has no up and no left, so maps are compared only after turning."
)
BESIDE_FIRST, BESIDE_SECOND = "This run: {name}", "{name}, turned onto it"
BESIDE_SAME = "Both runs agree on who is near whom"
BESIDE_PARTLY = "Both runs agree on {share} of who is near whom ({chance} by chance)"
BESIDE_SUBTITLE = "{method} map; in both, one colour is one {noun}"
BESIDE_RINGED = "Ringed in both: those they differ on most"
BESIDE_NOUN = MappingProxyType({"items": "group of products", "users": "main group of shoppers"})
DIFFER = MappingProxyType({"items": "Products they differ on most", "users": "Shoppers they differ on most"})
DIFFER_HINT = "Few or none of their nearest by the one run are near by the other; well-known ones first."
DIFFER_NAME = MappingProxyType({"items": "Product", "users": "Shopper"})
DIFFER_SHARE = "in common, %"
PCA_INSTEAD = "The other run has no such map yet, so both are PCA."

# three dimensions
SPACE_TITLE = "Three dimensions show {three} of the spread, two show {two}"
SPACE_UMAP = "UMAP in three dimensions"
SPACE_SUBTITLE = "Drag to turn; {n} points"
SPACE_THINNED = "{shown} of {all} points"
SPACE_METHOD = "Map"
SPACE_METHODS = MappingProxyType({"pca": "PCA", "umap": "UMAP"})
SPACE_NO_UMAP = "No UMAP in three dimensions was drawn yet. It takes about half a minute in the background and is kept."
SPACE_DRAW = "Draw it"
SPACE_JOB = "UMAP in three dimensions"
SPACE_AXIS = "axis {n}"
SPACE_OTHER = "other groups"
