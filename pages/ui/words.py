"""Every word on screen that is not a figure, but those of the Data and Models pages (`words_data.py`, `words_models.py`)."""

from __future__ import annotations

from types import MappingProxyType
from typing import NamedTuple

PRODUCT = "Aisle · recommendation workbench"
MENU_PREPARE, MENU_LEARN, MENU_DECIDE, MENU_LAB = "Prepare", "Learn", "Decide", "Lab"


class PageWords(NamedTuple):
    """menu: name in the menu. question: the page's title. subtitle: one line under it."""

    menu: str
    question: str
    subtitle: str


PAGES = MappingProxyType(
    {
        "home": PageWords(
            "Home", "Where am I, and what next?", "The shop you are looking at, what was trained on it, and the one next step."
        ),
        "data": PageWords("Data", "Can I trust this log?", "What came in, what was kept and why, and what kind of shop it describes."),
        "models": PageWords("Models", "Which recommender should I use?", "Every trained model, tested on purchases it was not shown."),
        "taste_map": PageWords(
            "Taste map", "What has the model understood?", "Latent space, PCA or UMAP: what the model finds alike lies close together."
        ),
        "studio": PageWords(
            "Studio", "What would my shoppers see?", "One shopper’s list before and after you change it, and what the change costs."
        ),
        "synthetic": PageWords(
            "Synthetic shoppers",
            "Can these shoppers stand in for mine?",
            "Generated, compared, filtered, used: a log of shoppers who never lived, and a measure of how well they replace real ones.",
        ),
        "arrivals": PageWords(
            "New arrivals",
            "Who would want what is not here yet?",
            "New products, gaps in the range and new shoppers: cold items and cold users.",
        ),
    }
)

# sidebar
PICK_DATASET, PICK_RUN = "Dataset", "Trained model"
NOT_FOUND_LABEL = "{id} (not found)"
SHIPPED = "trained earlier · retrain"
SHIPPED_SHORT = "trained earlier"
SHIPPED_HELP = (
    "This model came with the demo, trained when this version of Aisle was made. Train it again on the Models page to have it made here."
)

# what goes wrong
OUR_MISTAKE = "Aisle made a mistake on this page."
OUR_MISTAKE_HINT = "Nothing was lost. Reload the page; if it comes back, the server’s log has the details."
UNKNOWN_DATASET = "No dataset is called '{id}'."
UNKNOWN_DATASET_HINT = "Choose another one in the sidebar."
UNKNOWN_RUN = "No trained model is called '{id}'."
UNKNOWN_RUN_HINT = "Choose another one in the sidebar."
NO_DATASET = "There is no data in this workspace yet."
NO_DATASET_HINT = "Load the demo or upload your own log; both take less than a minute."
NO_DATASET_BUTTON = "Start here"
JOBS_RUNNING = "{n} running"
JOBS_WAITING = ", {n} waiting"
NO_RUN = "No model has been trained on this dataset yet."
NO_RUN_HINT = "Once one is, every shopper’s list will be here. The quickest takes seconds."

# jobs
JOB_STATES = MappingProxyType(
    {
        "queued": "waiting for its turn",
        "running": "running",
        "done": "done",
        "failed": "did not finish",
        "cancelled": "cancelled",
        "interrupted": "interrupted",
    }
)
JOB_ICONS = MappingProxyType(
    {
        "queued": "hourglass_empty",
        "running": "progress_activity",
        "done": "check_circle",
        "failed": "error",
        "cancelled": "cancel",
        "interrupted": "pause_circle",
    }
)
JOB_COLOURS = MappingProxyType(
    {"queued": "gray", "running": "blue", "done": "green", "failed": "red", "cancelled": "gray", "interrupted": "orange"}
)
CANCEL, RESUME = "Cancel", "Resume"
CANCEL_HELP = "Stops at the next safe point. What was checkpointed stays, so it can be resumed."
RESUME_HELP = "Goes on from the last checkpoint."
INTERRUPTED = "Its worker stopped before it was done. Resume goes on from the last checkpoint."

# home
EMPTY_TITLE = "What would every shopper be shown?"
EMPTY_SUBTITLE = "Aisle learns from a log of purchases, shows what it understood, and lets you tune every list before it is published."
STEPS = (
    ("upload_file", "Bring a log", "Who bought what, and when. Aisle checks it and says what it left out."),
    ("model_training", "Train a recommender", "In the background, with live curves. Every figure comes from purchases it never saw."),
    ("tune", "Tune what is shown", "Move a slider and watch a shopper’s list change, with its cost beside it."),
)
HERO_ALT = "A map of products in coloured clusters, and beside it a slider above a list of product cards"
LOAD_DEMO = "Load the demo"
DEMO_NOTE = "A year of a real British gift shop, with models already trained. It takes a few seconds and stays on this machine."
UPLOAD_OWN = "Upload your own log"
DEMO_TITLE = "Load the demo shop"
CURRENT_DATASET, CURRENT_RUN = "Current dataset", "Current trained model"
NEXT_STEP = "Next step"
RECENT = "What ran lately"
NOTHING_RAN = "Nothing has run yet. Trainings and maps that you start will be listed here."
NEXT_TRAIN, NEXT_TRAIN_WHY = "Train a model", "This dataset has no trained model yet, so there are no lists to look at."
NEXT_WATCH, NEXT_WATCH_WHY = "Watch it train", "A model is being trained. Its curves are on the Models page."
NEXT_STUDIO, NEXT_STUDIO_WHY = "Open the studio", "Lists for every shopper are ready. See them, and see what more variety would change."
SHOPPERS, PRODUCTS, EVENTS = "Shoppers", "Products", "Events"
SEE_DATA, SEE_MODELS = "Can I trust it?", "Compare with others"
NONE_YET = "None yet"
HIT_LABEL = "Find {purchase} in their top 10"
HIT_HELP = "Hit rate at 10: of the tested shoppers, how many have a purchase that the model was not shown among their first ten products."
NOT_TESTED = "not tested"
NO_TEST = "Not tested: it was trained on every row."

# how a model is tested, wherever it is told
COLUMN_TIME = "Time to train"


def tested_purchase(protocol: str) -> str:
    """What a tested shopper finds: later purchases are tested by time only, other splits hold out purchases of any time."""
    return "a later purchase" if protocol in ("last", "time") else "a held-out purchase"


PROTOCOL_WORDS = MappingProxyType(
    {
        "random": "random purchases held out",
        "last": "each shopper’s last purchase held out",
        "time": "the latest purchases held out",
        "users": "whole shoppers held out",
        "given": "the log’s own split column",
        "all": "no test: trained on every row",
    }
)

# a page needs what the current model lacks
SWITCH = "Use {name} instead"
SWITCH_WHY = "The best trained model, by validation, that keeps the vectors this needs."

# taste map
MAP_ITEMS, MAP_USERS = "Products", "Shoppers"
MAP_PCA, MAP_UMAP = "PCA", "UMAP"
MAP_WHAT, MAP_METHOD, MAP_COLOUR = "Show", "Map", "Colour by"
MAP_METHOD_HELP = "PCA is there at once and keeps large distances. UMAP keeps neighbours together and is drawn in the background."
MAP_HERE, MAP_STEER = "What is here", "Walk and steer"
MAP_LINKED, MAP_MOVES, MAP_INSIDE = "Shown and bought", "What a scenario moves", "Inside the model"
MAP_BUYERS, MAP_PRODUCTS_HAD = "Shoppers", "Products had"
COLUMN_PRODUCT, COLUMN_PRICE = "Product", "Price"
DRAW_UMAP = "Draw the UMAP"
NO_VECTORS = "There are no vectors for {what} in {model}, so there is nothing to map."
NO_VECTORS_HINT = "Another trained model may have them, such as an autoencoder."
