"""What the map itself says, and what stands around it."""

from types import MappingProxyType

# what points are coloured by
COLOURS_ITEMS = MappingProxyType(
    {
        "cluster": "Cluster",
        "group": "Group",
        "popularity": "Popularity",
        "price": "Price",
        "launch": "First seen",
        "bought_by": "Bought by a segment",
        "exposure": "Shown under a scenario",
        "change": "What a scenario shows more",
    }
)
COLOURS_USERS = MappingProxyType(
    {
        "cluster": "Cluster",
        "group": "Main group",
        "popularity": "Products had",
        "last_seen": "Last seen",
        "segments": "Segment",
        "segment": "One segment against the rest",
        "ndcg@10": "Ranking quality in the test",
        "hit_rate@10": "Found in the top 10 in the test",
        "relevance_kept": "Predicted match kept",
        "ild": "Variety of the list",
    }
)
COLOUR_HELP = MappingProxyType(
    {
        "cluster": "Found by the model’s own similarity, named by what sets each apart.",
        "bought_by": "Of the shoppers who bought a product, the share that is in the segment.",
        "exposure": "In how many shoppers’ lists a product is under the scenario. Grey: in nobody’s.",
        "change": "In how many more (or fewer) shoppers’ lists a product is than now.",
        "ndcg@10": "NDCG@10 of each tested shopper: later purchases found, the higher in the list the better.",
        "hit_rate@10": "Whether any of the shopper’s held-out purchases is in their top 10.",
        "relevance_kept": "Relative relevance of the list under the scenario, discounted by rank. It is not revenue.",
        "ild": "Intra-list distance: 1 minus the mean cosine between products of a list under the scenario.",
    }
)
SCALE_SHARE, SCALE_LISTS, SCALE_CHANGE = "Share of buyers", "Lists", "Lists, change"
HITS = ("nothing found", "found in the top 10")
REST = "Other shoppers"
COLOUR_OF_SEGMENT, COLOUR_OF_SCENARIO = "Segment", "Scenario"
DRAWN = "{name} (drawn)"
ON_SCREEN = "The studio’s"

SIZE, SIZES = "Size by", MappingProxyType({"even": "Even", "popularity": "Popularity", "price": "Price"})
SIZES_USERS = MappingProxyType({"even": "Even", "popularity": "Products had"})
POINTER = "Drag to"
POINTERS = MappingProxyType(
    {"lasso": ":material/lasso_select: Lasso", "select": ":material/select: Box", "pan": ":material/ads_click: Click"}
)
POINTER_HELP = "Lasso and box mark a region. Click marks one point or an empty place; drag then moves the map. The wheel zooms everywhere."

# the row above the map
CLEAR, CLOSER, WHOLE = "Clear", "Look closer", "Whole map"
CLEAR_HELP = "Nothing is marked any more."
CLOSER_HELP = "Draw only what is marked, as large as the map."
WHOLE_HELP = "Back to all points."

# search
FIND_ITEMS, FIND_USERS = "Find a product", "Find a shopper"
FIND_PLACEHOLDER_ITEMS, FIND_PLACEHOLDER_USERS = "Words of its title, or its id", "Its id"
FOUND_NONE = "Nothing on this map is called '{text}'."
FOUND_MORE = "{n} found"
NOT_ON_MAP = "'{name}' is not on this map: the model has no vector for it."

# hover
CLUSTER_OF, SEGMENT_OF = "Cluster: {name}", "Segment: {name}"
SHOPPERS_BOUGHT, PRODUCTS_HAD = "{n} bought it", "{n} had"
SEEN = "first seen {day}"

# the finding, and how far to trust it
TITLE = "{n}, {method}"
SUBTITLE = "Coloured by {colour}"
ALT = "Map of {n} by {method}, coloured by {colour}. {trust}"
THINNED = "{n} points answer to the pointer, chosen evenly; what is marked is counted among all {all}."
DENSITY = "Too many points to draw one by one: the shade says how many lie where. Mark a part and look closer."
CLOSE_UP = "{n} of {all} points are in view."
TRUST_SHARE = "These two directions show {share} of what the model tells apart."
TRUST_READING = (
    (0.95, "What is close here is truly close"),
    (0.85, "What is close here is mostly alike"),
    (0.7, "What is close here is often alike, not always"),
    (0.0, "What is close here need not be alike: read broad regions only"),
)
TRUST_KEPT = "{reading} (of a point’s 10 true nearest, {kept} are among its 10 nearest here)."
TRUST_FAR = "How far apart distant groups lie means nothing."
TRUST_NAMES = MappingProxyType(
    {
        "trustworthiness": "Trustworthiness",
        "continuity": "Continuity",
        "neighbours_kept": "Neighbours kept",
        "by_chance": "Neighbours kept by chance",
    }
)
TRUST_TELLS = MappingProxyType(
    {
        "trustworthiness": "Neighbours on the map are near in the model. 1 is perfect, about 0.5 is chance.",
        "continuity": "Neighbours in the model are near on the map. 1 is perfect, about 0.5 is chance.",
        "neighbours_kept": "Share of each point’s nearest in the model that are its nearest on the map.",
        "by_chance": "The same for points strewn at random.",
    }
)
TRUST_SOURCE = "{k} neighbours by cosine of {sampled} sampled points; Venna and Kaski 2001."
TRUST_ASK = "Measure it"
TRUST_LATER = "How far close neighbours can be trusted was not measured yet."

# UMAP
UMAP_SETTINGS = "Settings"
UMAP_SEED = "Seed"
UMAP_KEPT = "Each setting makes a map of its own, which is kept with the trained model."
UMAP_SEED_HELP = "The same seed gives the same map, to the last digit."
UMAP_WHY = "UMAP keeps neighbours together better than PCA. It takes about a minute in the background and is kept."
UMAP_JOB = "UMAP of products and shoppers"
