"""Every word of the Models page that is not a figure."""

from __future__ import annotations

from types import MappingProxyType
from typing import NamedTuple

# what the models are
GROUPS = MappingProxyType(
    {"baseline": "Baselines", "linear": "Linear models", "autoencoder": "Autoencoders", "gan": "GANs", "ensemble": "Mixtures"}
)
GROUP_ONE = MappingProxyType(
    {"baseline": "baseline", "linear": "linear", "autoencoder": "autoencoder", "gan": "GAN", "ensemble": "mixture"}
)
GROUP_WORDS = MappingProxyType(
    {
        "baseline": "Simple rules. What does not beat them has not earned its cost.",
        "linear": "Solved in one step, no training loop. The yardstick for accuracy.",
        "autoencoder": "Neural networks that squeeze a history into a taste and unfold it again.",
        "gan": "Two networks against each other: one makes up purchases, one tries to tell them from real ones.",
        "ensemble": "Several models together, weighed on validation purchases.",
    }
)

# the verdict
VERDICT_NONE = "No model has been tested on this dataset yet."
VERDICT_FIRST = "{hits} shoppers find {purchase} in their top 10 with {name}."
VERDICT_FIRST_BASELINE = "{hits} shoppers find {purchase} in their top 10 with {name}, a baseline: no other model does better."
VERDICT_ALONE = "Train another model to have something to compare it with."
VERDICT_LEVEL = "There is no clear difference from {others}."
VERDICT_CLEAR = "That is clearly more than {other}, at {hits}."
VERDICT_CLEAR_ALL = "That is clearly more than any other model; the next, {other}, reaches {hits}."
VERDICT_MORE_SECOND = "{name} shows {ratio} as many different products."
VERDICT_MORE = "{name} finds {hits} and shows {ratio} as many different products."
VERDICT_MORE_LEVEL = "Of these, {name} shows {ratio} as many different products as {leader}."
VERDICT_FLOOR = "Showing everyone the best sellers would reach {hits}."
VERDICT_VALIDATION = "On the validation purchases, by which Aisle chooses, {name} is ahead."
OTHERS = "{n} others"
TIMES = MappingProxyType({2: "twice", 3: "three times", 4: "four times", 5: "five times"})
TIMES_OTHER = "{ratio:.1f} times"

# the league
LEAGUE_EMPTY = "Start one on the right, or let the autopilot do it; figures with their intervals will stand here."
FINDING_ONE = "{name}, the only tested model so far"
FINDING_AHEAD = "{name} leads by {n} of 100 shoppers"
FINDING_CLEAR = "{name} leads, by a little and clearly"
FINDING_LEVEL = "{n} models are level at the top"
LEAGUE_MEASURE = "Shoppers of 100 who find {purchase} in their top 10"
LEAGUE_SUBTITLE = "{measure}, with 95\u00a0% intervals, and how much of the catalogue all top 10s together show. {testers}."
LEAGUE_HITS, LEAGUE_SHOWN = "Find a purchase", "Products shown"
AXIS_HITS, AXIS_SHOWN = "shoppers of 100", "% of products"
NO_CLEAR_DIFFERENCE = "no clear difference"
SHARED_LETTER = "Models that share a letter could not be told apart on these shoppers."
LEAGUE_TABLE = "All figures"
TESTERS = "{n} shoppers tested, {protocol}"
TESTED_BY = "Tested by"
TESTED_BY_HELP = "Trained models were tested in different ways. Only figures of the same test can be compared."
SEED_SUFFIX = "{protocol}, seed {seed}"
EARLIER = "Also trained: {runs}."
EARLIER_MORE = "and {n} more"
TRADE_OFF = "Accuracy against variety"
TRADE_NONE = "No model of this league has a figure for variety"
TRADE_SAME = "{name} is ahead in both"
TRADE_NEAR = "{accurate} finds the most, and hardly any shows more"
TRADE_BETWEEN = "{accurate} finds the most, {varied} shows the most"
TRADE_SUBTITLE = "Each point is a model: further right finds more purchases, higher shows more different products"
COLUMN_PLACE, COLUMN_MODEL, COLUMN_KIND, COLUMN_HITS = "Place", "Model", "Kind", "Find a purchase in their top 10"
COLUMN_SHOWN, COLUMN_SETTINGS, COLUMN_VALIDATION = "Products shown", "Settings", "Validation"
COLUMN_CPU, COLUMN_MEMORY = "Processor", "Memory"
CURRENT = "current"

# training
TRAIN_TITLE = "Train a model"
TRAIN_MODEL = "Model"
START_TRAINING = "Start training"
EXPERT = "Expert settings"
EXPERT_NOTE = "Left alone, settings are chosen on held-out validation purchases."
PROTOCOL, SEED, REFIT = "How it is tested", "Seed", "Train once more on training and validation rows"
SEED_HELP = "Fixes everything that is drawn by chance: the same seed gives the same split and the same model."
REFIT_HELP = "Once the settings are chosen, fit again with the validation purchases included."
SET_MYSELF = "Set them myself"
SET_MYSELF_HELP = "Off: Aisle chooses on validation."
TRAIN_JOB = "{model} on {dataset}"
STARTED = "Started. Its progress is at the top of the page."
EXPECTED = "Takes {time} here"
EXPECTED_HELP = "From trainings of this model in this workspace, or from the size of the log where there were none."
OBSTACLE_CATALOGUE = (
    "{model} compares products by what the catalogue says of them, and this dataset has no titles, categories or brands."
    " Add the log with a file of products, or choose Item-kNN, which needs none."
)
OBSTACLE_TIMES = "Best sellers cannot fade here: this log does not say when anything was bought. Leave the half-life at 0."
OBSTACLE_STRANGERS = "So set, {model} scores only shoppers it was trained on. Choose another test in the expert settings."
OBSTACLE_MEMORY = "{model} would need {needed} GB of memory with these settings, and {free} GB are free."
OBSTACLE_DENSE = "Choose the sparse form, or auto."
OBSTACLE_NEIGHBOURS = "Choose fewer neighbours, or EASE in its sparse form."
OBSTACLE_DIRECTIONS = "Choose fewer directions, or Item-kNN."
OBSTACLE_PLAYERS = "Choose EDLAE or Mult-VAE, a smaller batch or fewer hidden units."
FINISHED = "It is in the league now."
FINISHED_ELSEWHERE = "It is trained. It was not tested, so it is not in the league."
SEE_LISTS = "See its lists"
FUSION_RUNS = "Trained models to mix"
FUSION_HELP = "At least two, tested on the same purchases."
FUSION_FEW = "Train two models with the same test first; then they can be mixed."

# how a training goes
MORE_CURVES = "More curves"
NOT_STARTED = "waiting for the first epoch"
HOW_FAR = "How far it came"
PRESENT = "The present trial"


class CurveWords(NamedTuple):
    """names: of the series, by key. finding: what is true now. subtitle: what is plotted and how to read it. axis: its unit."""

    names: MappingProxyType[str, str]
    finding: str
    subtitle: str
    axis: str


def _curve(finding: str, subtitle: str, axis: str, **names: str) -> CurveWords:
    return CurveWords(MappingProxyType(names), finding, subtitle, axis)


CURVES = MappingProxyType(
    {
        "players": _curve("{values}", "Losses of both players; level is healthy", "loss", d_loss="critic", g_loss="generator"),
        "loss": _curve("{trend}", "Training loss a shopper; lower fits better", "loss", loss="loss"),
        "likelihood": _curve(
            "Reconstruction is at {values}", "Negative log-likelihood; lower fits better", "nats", likelihood="reconstruction"
        ),
        "kl": _curve("Tastes are spread by {values} nats", "KL from the prior; at 0 nothing is used", "nats", kl="KL"),
        "kl_weight": _curve("The KL weight is at {values}", "Share of the KL that counts in the loss (β)", "weight", kl_weight="weight"),
        "gradients": _curve("{values}", "Gradient norms before clipping", "norm", d_grad="critic", g_grad="generator"),
        "rates": _curve("{values}", "Learning rates; they follow the balance", "rate", d_lr="critic", g_lr="generator"),
        "outputs": _curve("{values}", "The critic’s mean answer; far apart, it wins", "mean output", d_real="real", d_fake="made up"),
        "coverage": _curve(
            "Its top 10s show {values} of the products",
            "Of all products; a fall is how collapse looks",
            "share of products",
            coverage="products",
        ),
    }
)
CURVE_OTHER = CurveWords(MappingProxyType({}), "{name} is at {values}", "{name}, by epoch", "")
LOSS_AT, LOSS_FELL, LOSS_WENT = "The loss is at {last}", "The loss fell from {first} to {last}", "The loss went from {first} to {last}"
VALIDATION_NONE = "No validation figure yet"
VALIDATION_BEST = "Best so far is epoch {epoch}: {value}"
VALIDATION_CHOSEN = "Epoch {epoch} was kept: {value}"
VALIDATION_SUBTITLE = "{name} on validation; higher is better"

ALARM = "Watch this training"
ALARM_AT = "Epoch {epoch}: {message}"
ALARM_MEANING = MappingProxyType(
    {
        "collapse": "Everybody is shown much the same. Before using it, look at how many products it shows in the league.",
        "discriminator-wins": "Not a fault of what was kept, but little was learned from then on. Judge it by the validation figure.",
        "divergence": "What was kept may be half learned. Judge it by the validation figure.",
    }
)
ALARM_OTHER = "No fault in itself. Judge it by the validation figure."

# a run on its own
LEARNED_RUN = "Trained model to look into"
LEARNED_NONE = "Once a model is trained, its curves, settings and costs will be here."
LEARNED_AT_ONCE = "{model} is solved in one step, so there are no curves to look at."
COST_TIME_HELP = "From start to end on the clock, choosing settings included."
COST_CPU_HELP = "Processor time of all cores, choosing settings included."
COST_LAST, COST_LAST_HELP = "Last fit", "Processor time of the one fit that was kept."
COST_MEMORY_HELP = "The most that its worker held at once."
COLUMN_SETTING, COLUMN_VALUE = "Setting", "Value"
METRIC_TITLE = "Chosen by"
EPOCHS_KEPT = "Epochs kept"

# parts of the page
PART_LEAGUE, PART_COMPARE, PART_LEARNED = "League", "Compare two", "How it learned"
PART_SEARCH, PART_CHOICES = "Searches", "What each is good for"
HOW_IT_LEARNED = "How it learned"
TRAINED = "trained"

# searches
TRIALS_NONE = "No trial has ended yet"
TRIALS_BEST = "Trial {trial} of {n} is best: {name} {value}, the defaults reach {first}"
TRIALS_BEST_ALONE = "Trial {trial} of {n} is best: {name} {value}"
TRIALS_FIRST = "Nothing beats the first trial yet: {name} {value}"
TRIALS_SUBTITLE = "{name} on validation by trial; the line is the best so far, open points were given up early"
TRIALS_AXIS = "trial"
TRIAL_DEFAULTS = "default settings"
SETTING_BEST = "{title}: best at {value}"
SETTING_SUBTITLE = "{name} on validation, by {title}"
SETTINGS_TRIED = "Settings tried"
TUNE_TITLE = "Find better settings"
TUNE_WORDS = "Tries settings on validation purchases, gives up hopeless ones early, and keeps the best as a trained model."
TUNE_NOTHING = "{model} has no settings to search."
TUNE_MINUTES, TUNE_START = "Minutes", "Start"
TUNE_JOB = "Better settings for {model} on {dataset}"
SEARCH_DONE = "{n} trials. The best is in the league now."
SEARCH_BETTER = "{n} trials lifted {metric} on validation from {default} to {value}. The best is in the league now."
SEARCH_SAME = "{n} trials found nothing better than the defaults on validation. They are in the league now."
CROSS_TITLE_FORM, CROSS_WORDS = (
    "Cross-validate",
    "Trains it several times, each time tested on another part, to see how far its figures depend on the split.",
)
CROSS_DEALT = "Its parts are dealt as: {protocol}."
CROSS_FOLDS, CROSS_START = "Folds", "Start"
CROSS_JOB = "{model} cross-validated on {dataset}"
CROSS_DONE = "{n} folds done."
CROSS_HITS = "Over {n} folds {hits} of 100 shoppers find a held-out purchase in their top 10 (95 % interval {low} to {high})."
CROSS_TITLE = "Cross-validated"
CROSS_NOTE = "Each model was trained once a fold and tested on what that fold held out. Intervals are over shoppers, the spread over folds."
CROSS_APART = "How much a fold holds out differs from the league’s test: compare these figures only with each other."
COLUMN_FOLDS, COLUMN_SPREAD, COLUMN_WHEN = "Folds", "Spread over folds", "When"

# autopilot
AUTOPILOT_TITLE = "Autopilot"
AUTOPILOT_WORDS = "Baselines, a linear model, a VAE and their mixture: tuned, tested once, compared."
AUTOPILOT_START = "Start ({minutes} minutes)"
AUTOPILOT_JOB = "Autopilot on {dataset}"
AUTOPILOT_LAST = "Last one {when}:"
AUTOPILOT_NOTHING = "No model came to an end."
AUTOPILOT_BEST = "{name} is first by {metric}."
AUTOPILOT_CLEAR = "It is clearly ahead of the others."
AUTOPILOT_ONLY = "Only {name} came to an end."
AUTOPILOT_LEFT_OUT = "Left out: {names}. {reason}"
STEP_WAITING, STEP_BEGUN = "waiting", "begun"
STEP_STOPPED, STEP_NOT_BEGUN = "stopped on the way", "not begun"
STEP_TRIED = "{n}, best on validation {value}"

# time
ABOUT_RANGE, AT_MOST, UNDER_A_SECOND = "{low} to {high}", "up to {time}", "a second or two"
SECONDS, MINUTES, HOURS = "{n} s", "{n} min", "{n} h"

# two runs
COMPARE_FEW = "Once two models are tested on the same purchases, they can be compared here."
COMPARE_SAME = "Choose two different trained models."
COMPARE_FIRST, COMPARE_SECOND = "This one", "against this one"
COMPARE_MORE = "{second} finds a purchase for {n} more of 100 shoppers than {first}"
COMPARE_FEWER = "{second} finds a purchase for {n} fewer of 100 shoppers than {first}"
COMPARE_LEVEL = "{second} and {first}: no clear difference in who finds a purchase"
COMPARE_TABLE = "The figures of both models"
COMPARE_NOTE = (
    "Paired t-tests on the shoppers both were tested on, all p-values adjusted together (Holm); ± is half of a 95\u00a0% interval."
    " What is one figure for all shoppers cannot be tested."
)
COMPARE_GROUPS = "For which shoppers"
COMPARE_SETTINGS = "Settings and costs"
GAP_SIDE = "{name} is higher"
GAP_SUBTITLE = "{second} minus {first}, with 95\u00a0% intervals; grey where no test tells them apart"
GAP_AXIS = "difference, points of 100"
METRICS = MappingProxyType(
    {
        "hit_rate@10": "Hit rate@10",
        "ndcg@10": "NDCG@10",
        "ndcg@100": "NDCG@100",
        "recall@10": "Recall@10",
        "recall@20": "Recall@20",
        "mrr@10": "MRR@10",
        "novelty@10": "Novelty, bits",
        "ild@10": "Variety of a list",
        "calibration@10": "Off the shopper’s taste",
        "coverage@10": "Products shown",
        "gini@10": "Unequal exposure (Gini)",
    }
)
CLEAR, CLEAR_MORE, CLEAR_LESS = "clear", "clearly more", "clearly less"
NOT_TESTABLE = "not testable"
COLUMN_FIGURE, COLUMN_DIFFERENCE, COLUMN_P, COLUMN_SAYS = "Figure", "Difference", "Adjusted p", "The test says"
GROUPS_BY = "Group shoppers by"
GROUPS_BY_WORDS = MappingProxyType({"segment": "Kind of shopper", "activity": "How much they had"})
GROUPS_MISSING = "This dataset has no kinds of shopper yet. They are made on the Data page."
GROUPS_NONE = "No group has enough tested shoppers"
GROUPS_WIDEST = "The gap is widest for “{label}”: {a} with {first}, {b} with {second}"
GROUPS_SUBTITLE = "Shoppers of 100 who find a purchase in their top 10: {first} grey, {second} in colour; lines are 95\u00a0% intervals"
GROUPS_WITHHELD = "{label}: no figures. {reason}"
GROUPS_UNFAIR = "This split tests them seldom and only by chance. Train with “{protocol}” to see them."
