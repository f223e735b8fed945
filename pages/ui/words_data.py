"""Every word of the Data page that is not a figure; the other pages' are in `words.py`."""

from __future__ import annotations

from types import MappingProxyType

# the page's parts
VIEWS = MappingProxyType({"dataset": "This dataset", "add": "Add a log", "next": "Next week’s file", "all": "All datasets"})
VIEW_LABEL = "What to see"

# where a log comes from
SOURCES = MappingProxyType({"upload": "Upload", "inbox": "Server folder", "database": "Database"})
SOURCE_LABEL = "Where the log is"
UPLOAD_TYPES = ("csv", "tsv", "txt", "json", "jsonl", "ndjson", "parquet", "xlsx", "gz", "zip")
UPLOAD_LIMIT_MB = 200
UPLOAD_LABEL = "A log of purchases or other events"
UPLOAD_HELP = (
    "One row an event, with at least a shopper and a product: CSV, TSV, JSON lines, Parquet, Excel, or these in gzip or zip; several files "
    "of the same columns are one log. Up to 200 MB here; for larger files use `python -m recsys_core ingest FILE`."
)
INBOX_PICK, INBOX_OPEN = "File or folder", "Look at it"
INBOX_FOLDER = "{name} · all its files as one log"
INBOX_NONE = "No folder of the server is offered here."
INBOX_NONE_HINT = "Whoever runs Aisle can name one with AISLE_INBOX; files in it need no upload."
INBOX_EMPTY = "The server’s folder {folder} holds nothing that Aisle can read."
INBOX_NOTE = "Files in {folder} on the server; they stay where they are."
LOOK_JOB = "Look at {name}"
LOOK_GONE = "The look at that log is gone."
LOOK_GONE_HINT = "Give the file once more."

# confirm
FOUND_HEADER, FOUND_NO_HEADER = "the first line names them", "no line names them"
FOUND = "{format}; {columns}; {header}."
NOTHING_UNSURE = "Every column that matters was recognised."
CHECK_THESE = "To check before you go on"
USE_LOG, DISCARD = "Use this log", "Choose another file"
ROLE_TITLES = MappingProxyType(
    {
        "user_id": "Shopper",
        "item_id": "Product",
        "timestamp": "Time",
        "event": "Kind of event",
        "rating": "Rating",
        "quantity": "Quantity",
        "price": "Price",
        "value": "Value of the row",
        "order_id": "Order",
        "seq": "Order of events",
        "split": "Split",
        "title": "Product name",
        "category": "Category",
    }
)
LIKELY, UNSURE = "likely", "unsure"
NO_COLUMN = "not in this file"
PREVIEW_NOTE = "The first {n} rows as they are in the file."
PREVIEW_CUT = "The first {n} rows and {shown} of {all} columns as they are in the file."
PREVIEW_ALT = "The first {n} rows of the file"
ROLES_MISSING = "It is not clear yet which column is the shopper and which the product, or one column has two roles."
ROLES_MISSING_HINT = "Choose them above, each column once."
FOLD_COLUMNS = "What each column is"
ROLES_NOTE = "Only the shopper and the product are needed; a column has one role at most."
HEADER_LABEL = "The first line names the columns"
TABLE_LABEL = "Which table is the log"
TABLE_WORDS = MappingProxyType({"log": "a log", "products": "products", "shoppers": "shoppers", "other": "something else"})
TABLE_OTHERS = "{names} can be given under “{fold}”."
LOOK_AGAIN = "Look again with these columns"
LOOK_AGAIN_WHY = "Kinds of event are read from another column now."
DATES_LABEL = "How dates such as {example} are read"
DATES_PLAIN = "How dates are read"
DATES_WORDS = MappingProxyType({"day-first": "day first: {day}", "month-first": "month first: {month}"})
PERSONAL_TITLE = "Personal columns"
PERSONAL_LABEL = "{column}: {what}"
PERSONAL_WORDS = MappingProxyType({"hash": "replace by codes", "drop": "leave out", "keep": "keep as it is"})
PERSONAL_NOTE = "{columns} will not be kept as they are: names, addresses and numbers of people are not needed to recommend."

FOLD_KINDS = "Kinds of event and what counts"
KIND_VALUE, KIND_KIND, KIND_ROWS, KIND_WEIGHT, KIND_COUNTS = "In the file", "Kind of event", "Rows looked at", "Weight", "Counts"
KINDS_NOTE = "What counts says that a shopper wants a product; models learn from it. Weights say how strongly."
KINDS_NONE = "No column says what kind of event a row is, so every row counts."
KIND_TITLES = MappingProxyType(
    {
        "view": "view or click",
        "click": "click",
        "favourite": "favourite",
        "cart": "cart",
        "purchase": "purchase",
        "rating": "rating",
        "return": "return",
    }
)
WEIGHTS_DIFFER = "The kind of event '{kind}' has two weights."
WEIGHTS_DIFFER_HINT = "Give every value of the same kind the same weight."
COUNTS_DIFFER = "The kind of event '{kind}' counts in one row and not in another."
COUNTS_DIFFER_HINT = "Tick all values of the same kind, or none."
NOTHING_COUNTS = "No kind of event counts."
NOTHING_COUNTS_HINT = "Tick at least one under “Kinds of event and what counts”."
MIN_RATING, MIN_RATING_HELP = (
    "Lowest rating that counts",
    "Rows rated lower stay in the log, but say that the shopper did not want the product.",
)
NUMBER = "any number"

FOLD_RULES = "What is left out"
RULES_NOTE = "Every row left out is counted under the first of these that it meets, and can be downloaded afterwards."
RULES_NONE_SPLIT = "The log says itself what trains and what tests, so nothing is left out unless you choose it."
ALWAYS, BY_ITSELF = "always", "found by itself"
RULE_SETTINGS = "Settings of these rules"
ROW_IN_FILE = "Row in the file"
FOLD_MORE = "More files: products, shoppers, pictures, vectors"
MORE_FILES = MappingProxyType(
    {
        "items": ("Products", "One row a product: id, title, category, brand, price and any attribute.", UPLOAD_TYPES),
        "users": ("Shoppers", "One row a shopper: id and any attribute, such as region or tier.", UPLOAD_TYPES),
        "pictures": ("Pictures", "A zip of pictures named by product id.", ("zip",)),
        "vectors": ("Vectors", "Product ids with numbers from a model of your own.", ("csv", "tsv", "parquet", "gz", "zip", "npz")),
    }
)
TAKE_AWAY = "Take away"
FOLD_NAME = "Name, currency, least history"
DATASET_NAME = "Name of the dataset"
CURRENCY, CURRENCY_HELP = "Currency", "Written before prices: GBP, EUR, USD or a sign."
MIN_USER, MIN_ITEM = "Products a shopper needs to train", "Shoppers a product needs to train"
MIN_HELP = "Fewer is too little to learn from. Those below stay in the dataset and get lists too."
INGEST_JOB = "Read {name}"

# a dataset
SHOPPERS, PRODUCTS, EVENTS = "Shoppers", "Products", "Events"
TYPICAL, RETURNING = "Products of a typical shopper", "Shoppers who came back"
TRAINS = "**{users}** of {all_users} shoppers and **{items}** of {all_items} products have enough history to train on."
TRAINS_REST = "The others stay and get lists too."
TRAINS_ALL = "All {all_users} shoppers and {all_items} products have enough history to train on."
NO_ORDERS = "Orders cannot be told apart in this log."
NO_TIMES = "The log has no times, so its activity cannot be drawn."
NO_HOURS = "The log says no time of day, so its busy hours cannot be drawn."
NO_PRICES = "The log has no prices."
NO_TAIL = "There is too little to draw how popularity is spread."
PARTS = MappingProxyType({"rows": "What was left out", "inside": "What is in it", "shoppers": "Who shops here", "products": "What is sold"})

REASON, REASON_WORDS, MATCHED, DROPPED = "Reason", "What it means", "Rows it applies to", "Rows it dropped"
REASONS_NOTE = (
    "A row can meet several reasons; it is counted as dropped under the first of them, so that rows in = rows kept + rows dropped."
)
NOTHING_DROPPED = "Nothing was left out: every row of the file is in the dataset."
EXAMPLES_OF = "Examples: {reason}"
DOWNLOAD_DROPPED = "Download the rows left out"
DOWNLOAD_DROPPED_HELP = "Every row left out, with its reason and its place in the file, as CSV."
OTHER_RULES = "Other rules make a new dataset; this one stays as it is."
CLEAN_AGAIN = "Clean it differently"
CLEAN_AGAIN_UPLOAD = "Files that were uploaded are not kept: give the file once more under “{add}” and choose other rules there."
NOTES = "What was noticed"
KINDS_TITLE = "Kinds of event"
SENTENCES = "In words"
KINDS_COUNT_ALL = "Every row counts as wanting a product."
COVERAGE_ITEMS, COVERAGE_USERS = "What is known of products", "What is known of shoppers"
ATTRIBUTE, COVERED, DISTINCT, EXAMPLES = "Attribute", "Known of", "Different", "Typical values"
RANGE, MEDIAN = "{low} to {high}", "{low} to {high}, median {middle}"
NO_ATTRIBUTES_ITEMS = "Nothing beyond their ids is known of the products."
NO_ATTRIBUTES_USERS = "Nothing beyond what they bought is known of the shoppers."

SEGMENT_SIZE, SHARE = "{n}, {share}", "Share"
CLUSTER, CLUSTER_SIZE, TYPICAL_ITEMS = "Group", "Products", "Bought most"
SEGMENTS_TITLE = "{n} kinds of shopper"
CLUSTERS_TITLE = "{n} groups of products"
FROM_CATEGORY, FROM_CLUSTERS = "by the log’s own categories", "found in titles, prices and what else is known"
NO_SEGMENTS = "Shoppers were not grouped."
NO_CLUSTERS = "Products were not grouped."
HOW_MANY = "How many"
SUGGESTED = "{n} is suggested: the number at which groups are most distinct and least left to chance."
REGROUP = "Group again"
REGROUP_JOB = "Group {name} again"
GAINS_TITLE = "What each part of a product’s profile adds"
GAIN_PART, GAIN_WEIGHT, GAIN_ALONE, GAIN, GAIN_COVERED = "Part", "Weight", "Alone", "Adds", "Known of"
GAIN_UNUSED = "not used"

# next week's file
NEXT_NOTE = (
    "Drop the next file of the same shop: it is read by the recipe of **{name}**: the same columns, kinds, weights and rules. What differs "
    "is said before anything is trained."
)
NEXT_NO_RECIPE = "This dataset keeps no recipe."
NEXT_NO_RECIPE_HINT = "Datasets made by earlier versions, or without a file, have none. Add the log anew to make one."
NEXT_JOB = "Read {name} by the recipe of {old}"
DIFFERENCES = "Against {name}"
NO_DIFFERENCES = "Nothing to speak of differs."
RETRAIN = "Train the same models again"
RETRAIN_WHY = "{models} on the new dataset, with the settings they had."
RETRAINED = "{n} waiting or running; their curves are on the Models page."
RETRAINED_ALL = "The same models have been trained on it; the Models page has their figures."
NOTHING_TO_RETRAIN = "No model was trained on {name}."

# all datasets
ADDED, TRAINED = "Added", "Models"
DATASETS_LIST = "All datasets"
DELETE_TITLE = "Delete a dataset"
DELETE_PICK = "Dataset to delete"
DELETE_WITH = "{n} made from it will be deleted with it."
DELETE_ALONE = "Nothing depends on it."
DELETE_SURE = "Yes, delete it"
DELETE = "Delete"
