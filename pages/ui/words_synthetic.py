"""Every word of the page Synthetic shoppers that is not a figure; those on its charts are in `words_synthetic_charts.py`."""

from __future__ import annotations

from types import MappingProxyType

# the story
STEPS = MappingProxyType({"generate": "Generate", "compare": "Compare", "filter": "Filter", "use": "Use"})
STEP_LABEL = "Step"
STEP_LINES = MappingProxyType(
    {
        "generate": "Shoppers who never lived, drawn from what the real ones taught: what they take, when, and in what order.",
        "compare": "Real beside synthetic, line by line: what is as in your log, what a recommender learns, and whom it could give away.",
        "filter": "Leave out those who look least real, lie too near a real shopper, or break a rule, and see what that costs.",
        "use": "Hand them on through the privacy gate, mix them with real ones, and measure whether that helped.",
    }
)
STEP_ICONS = MappingProxyType({"generate": "auto_awesome", "compare": "compare_arrows", "filter": "filter_alt", "use": "rocket_launch"})
NEXT = MappingProxyType(
    {
        "generate": "Next: compare with the real ones",
        "compare": "Next: leave out the weak ones",
        "filter": "Next: use them",
    }
)
SET = "Synthetic set"
SET_LABEL = "{n} shoppers · {step}{when}"
SET_STEPS = MappingProxyType({"generated": "generated ", "filtered": "filtered ", "fused": "fused "})
UNKNOWN_SET = "There is no synthetic set '{id}' of this trained model."
UNKNOWN_SET_HINT = "Choose another one above, or make a new one."
NO_SET = "No synthetic shoppers have been made from this log yet."
NO_SET_TITLE = "Shoppers who stand in for yours, and a measure of how well"
NO_SET_LINE = "It takes about a minute. What they learn from is the part of the log that your trained model was not tested by."
NOT_MEASURED = "They have not been compared with the real ones yet."

# verdicts
GROUPS = MappingProxyType({"fidelity": "Fidelity", "structure": "Structure", "utility": "Utility", "privacy": "Privacy"})
GROUP_QUESTIONS = MappingProxyType(
    {
        "fidelity": "Does the log look like yours?",
        "structure": "Does what goes together stay together?",
        "utility": "Can a recommender learn from it?",
        "privacy": "Does it keep real shoppers to itself?",
    }
)
STATUSES = MappingProxyType({"pass": "passes", "warn": "in part", "fail": "fails", "unavailable": "not measured", "shown": "shown only"})
STATUS_ICONS = MappingProxyType({"pass": "check_circle", "warn": "error", "fail": "cancel", "unavailable": "help", "shown": "visibility"})
STATUS_COLOURS = MappingProxyType({"pass": "green", "warn": "orange", "fail": "red", "unavailable": "gray", "shown": "gray"})
ANSWER_ALL = "They can: all four verdicts pass"
ANSWERS = MappingProxyType(
    {"pass": "{groups} {verb}", "warn": "{groups} only in part", "fail": "{groups} {verb}", "unavailable": "{groups} not measured"}
)
PASSES, PASS_MANY, FAILS, FAIL_MANY = "passes", "pass", "fails", "fail"
ANSWER_COLLAPSED = "The generator has collapsed: these shoppers cannot stand in for anybody"
LINES_PASS = "{passed} of {judged} lines pass"
BETWEEN = "real ones drawn anew {ceiling}, shuffled {floor}"
BETWEEN_PRIVACY = "a copy {ceiling}, shuffled {floor}"
REFERENCE = "the real log {value}"
SIZES = "{synthetic_users} synthetic shoppers with {synthetic_rows} events beside {real_users} real ones with {real_rows}."
NEXT_TO_LIMIT, WORST = "Nearest to its limit", "Weakest line"
NEVER_ONE_GRADE = "Four verdicts, never one grade: a log can look right and teach nothing, or teach well and give people away."
ALARMS_CALM = "No sign of a collapsed generator: none of {n} alarms fired."
ALARMS_FIRED = "Signs of a collapsed generator"
ALARM_HELP = "Five things that happen when a generator has collapsed; the limits come from real shoppers of the same number."
NOTES = "How it was measured"

# lines
LINES = "All lines of {group}: {n} measured"
NOT_MEASURED_LINES = "Not measured"
COLUMNS = ("Line", "Verdict", "Value", "Real anew", "Shuffled", "What it measures, and what it says")
COLUMNS_PRIVACY = ("Line", "Verdict", "Value", "A copy", "Shuffled", "What it measures, and what it says")
CEILING = "Real anew is the ceiling: as many real shoppers drawn anew from the same log."
CEILING_PRIVACY = "A copy is the worst case: as many real shoppers drawn anew, each a verbatim copy."
FLOOR = "Shuffled is the floor: the real log with every column shuffled, so that nothing goes together any more."
REFERENCE_SAYS = "The real log has {value}."
NO_PICTURES = "Nothing of this log can be drawn for it."

# histories
PEOPLE = "Meet two of them"
READ, BLIND = "Side by side", "Blind test"
MODES = MappingProxyType({"read": READ, "blind": BLIND})
MODE_LABEL = "How to look at them"
ANOTHER = "Another pair"
REAL_ONE, SYNTHETIC_ONE = "Real shopper {id}", "Synthetic shopper {n}"
FIRST_ONE, SECOND_ONE = "Shopper A", "Shopper B"
PERSON_LINE = "{items} · {visits}{span}"
OVER_DAYS = " over {n} days"
DAY_LINE = "**{day}** :gray[· {n}]"
UNDATED = "**In this order** :gray[· {n}]"
MORE_ITEMS = "and {n} more"
MORE_DAYS = "… and {n} more {days}, up to {last}"
TIMES = "{title} × {n}"
OF_KIND = "{kind}: {titles}"
NOBODY = "No shopper here has a history that could be shown."
BLIND_QUESTION = "Which of these two is real?"
BLIND_CHOICES = ("A is real", "B is real")
BLIND_RIGHT, BLIND_WRONG = "Right: {name} is real.", "No: {name} is real."
BLIND_SCORE = "{right} of {n} right"
BLIND_CHANCE = "Guessing alone gets {expected} of {n}, and {right} or more {often}."
BLIND_HALF = "Guessing alone gets every second one."
BLIND_OFTEN = "{k} times in 100"
BLIND_RARE = "less than once in 100"
BLIND_FIRST = "Guessing alone gets every second one right. Real and synthetic shoppers of similar length; names hidden, order by chance."
BLIND_NEXT, BLIND_AGAIN = "Next two", "Start again"
WHY_APART = (
    "What gives it away: {apart_real} of the pairs of products of the real one are had together by five other shoppers or more, "
    "of the synthetic one’s {apart_made}."
)
WHY_ALIKE = (
    "Hard to tell: {apart_real} of the pairs of products of the real one are had together by five other shoppers or more, of the "
    "synthetic one’s {apart_made}."
)
WHY_FEW = "Too few products to say what gave it away."

# the form
MAKE = "Make a set"
USERS, USERS_HELP = "Shoppers", "How many to make. As many as the real log has is what the scorecard compares best."
GENERATOR = "Generator"
AUTO = "{title} · suits this log"
ASK_FOR = "Ask for particular shoppers"
SEGMENT, SEGMENT_ALL = "Segment", "All, mixed as in the log"
SEGMENT_HELP = "Only shoppers of one of the dataset’s segments, or all of them in the shares of the real log."
LEAST, MOST = "Fewest products", "Most products"
ACTIVITY_HELP = "Different products a shopper. Left empty, shoppers have as many as real ones."
ANY = "any"
PRICE_FROM, PRICE_TO = "Price from", "Price to"
PRICE_HELP = "Only products of this price band are drawn."
CATEGORY, CATEGORY_ALL = "Category", "All categories"
CATEGORY_HELP = "Only products of one category are drawn."
TEMPERATURE = "Surprise (temperature)"
TEMPERATURE_HELP = "1 is as learned. Below, shoppers keep to what is usual for their taste; above, they are more surprising."
TAIL = "Rare products (tail)"
TAIL_HELP = "0 is as learned. Above, rare products come up more often; at 1 popularity no longer counts."
SEED, SEED_HELP = "Seed", "The same seed and wishes give the same shoppers, to the last row."
START = "Make them"
JOB_TITLE = "Make {n} synthetic shoppers"
HOW_MADE = "How they were made"
LEARNED_BEFORE = "What had been learned before was drawn from again, so there are no curves of a fit."
MADE_BY, EVENTS = "Made by", "Events"
WISH_NAMES = MappingProxyType(
    {
        "segment": "Segment",
        "activity": "Products a shopper",
        "price": "Price",
        "category": "Category",
        "temperature": "Surprise",
        "tail": "Rare products",
    }
)

# filter
LOOK_TITLE = "Look at every one of them"
LOOK_LINE = (
    "A critic who was not trained on them says how real each one looks; the distance to the nearest real shopper says who is a near copy "
    "or like nobody; rules say who cannot be. Then a slider shows what leaving out the weakest would change."
)
LOOK_START, LOOK_JOB = "Look at them", "Look at every synthetic shopper"
LOOK_TIME = "It takes about a minute in the background and is kept with the set."
KEEP = "Keep the best"
KEEP_HELP = "The share that is kept of those who break no rule, the most real first. Who breaks a rule is left out at any position."
KEEP_THESE, KEEP_JOB = "Keep these {n}", "Keep {n} of {all} synthetic shoppers"
KEEP_THESE_HELP = "Makes a new set of them, with a scorecard of its own. The set on screen stays."
KEPT_LINE = "**{kept}** of {all} shoppers stay"
SWEEP_NOTE = "1 is as good as the real log itself; all positions are compared at equal size."
DROPPED, NOBODY_DROPPED = "Left out, and why", "Nobody is left out here."
DROPPED_ONE = "**{n}** {words}"
EXAMPLE = "One of them"
EXAMPLE_TITLE = "Left out: synthetic shopper {n}"
EXAMPLE_NEAREST = "Nearest real shopper {id}, {share} alike"
EXAMPLE_ALONE = "No real shopper has a product in common with it."
EXAMPLE_NEXT = "Another one"
EXAMPLE_REAL = "Chance of being real, by the critic: {share}"
HISTOGRAMS = "How real, and how near"
FILTERED_FROM = "These {n} are what was kept of {all}. To filter further, look at them once more."
FILTER_NOTES = "What the curves measure"

# use
USE_PARTS = MappingProxyType({"help": "Does it help?", "mix": "Mix with the real ones", "export": "Hand them out"})

HELP_TITLE = "Would a recommender serve real shoppers better with them?"
HELP_LINE = (
    "Models learn from real shoppers alone and from real and synthetic together, and are tested on purchases of real shoppers that neither "
    "they nor the generator saw, several times over. It takes minutes, longer on a large log."
)
HELP_SCARCE, HELP_SCARCE_HELP = (
    "Try it with a tenth of the data",
    "The scarce regime: the generator and the models learn from the same 10 % of the shoppers only. If synthetic shoppers help anywhere, "
    "it is here.",
)
HELP_FULL, HELP_FULL_HELP = "Try it with all data", "The generator and the models learn from every shopper of the training part."
HELP_MORE = "Settings"
RATIO, RATIO_HELP = "Synthetic per real shopper", "How many are added for each real one. Empty: as was found best."
RATIO_HELP_MIX = "How many are added for each real one. Empty: all of this set."
WEIGHT_HELP_MIX = "Written beside each of their rows; a real shopper counts 1."
WEIGHT, WEIGHT_HELP = "Weight of a synthetic shopper", "A real one counts 1. Empty: chosen on validation, where 0 means none."
CHOSEN = "chosen"
SEEDS, SEEDS_HELP = "Repetitions", "Each draws other shoppers and trains anew; more make the interval narrower."
MODELS = "Models"
HELP_JOB = MappingProxyType({"scarce": "Do synthetic shoppers help with a tenth of the data?", "full": "Do synthetic shoppers help?"})
HELP_NONE = "Not tried yet"
HELP_NONE_LINE = "The verdict will be here in a sentence, with the differences for each kind of shopper and how sure they are."
REGIMES = MappingProxyType({"scarce": "with {share} of the shoppers", "full": "with all data"})
HELP_RUN = "{regime}, {ratio} synthetic per real shopper, {seeds}, tested on {tested}"
HELP_PICK = "Experiment"
HELP_CHARTS = MappingProxyType(
    {
        "helps": "{model} serves all shoppers together better: {change} ± {half}",
        "hurts": "{model} serves all shoppers together worse: {change} ± {half}",
        "unclear": "{model}: no clear difference for all shoppers together, {change} ± {half}",
    }
)
HELP_CHART_SUBTITLE = "Change of {metric} on real held-out purchases when synthetic shoppers are added, with 95 % intervals"
HELP_AXIS = "change, %"
HELP_SHOPPERS = "{n} shoppers"
HELP_TOLD = "{group}<br>{change} ({low} to {high})<br>real alone {real}, with synthetic {fused}"
HELP_EVERYBODY = "All tested shoppers"
HELP_VERDICTS = MappingProxyType({"helps": "helps", "hurts": "hurts", "unclear": "no clear difference"})
HELP_ICONS = MappingProxyType({"helps": "trending_up", "hurts": "trending_down", "unclear": "trending_flat"})
HELP_COLOURS = MappingProxyType({"helps": "green", "hurts": "red", "unclear": "gray"})
HELP_SEEDS = "Every repetition"
HELP_COLUMNS = ("Model", "Repetition", "Weight", "Real alone", "Synthetic alone", "Both")

MIX_TITLE = "One dataset of real and synthetic shoppers"
MIX_LINE = "Every row says where it is from. Segments and clusters are made anew, and what moved is shown here."
MIX_SEGMENTS, MIX_SEGMENTS_HELP = "Strengthen segments", "Only synthetic shoppers of these segments are added. None chosen: all of them."
MIX_WEAKEST = "The one that is served worst"
MIX_RARE, MIX_RARE_HELP = "Strengthen rare products", "Only synthetic shoppers who have a rare product are added."
MIX_START, MIX_JOB = "Mix them", "Mix real and synthetic shoppers"
MIX_NAME, MIX_NAME_HELP = "Name", "Of the new dataset."
MIX_NAMED = "named after both"
MIX_BLOCKED = "A recommender learned too little from these shoppers, so they are not mixed with real ones unless you say why."
MIX_NONE = "Nothing has been mixed yet"
MIX_NONE_LINE = "What synthetic shoppers do to your segments and clusters will be here."
MIX_OPEN = "Open the mixed dataset"
MIX_MADE = "{real} real and {synthetic} synthetic shoppers"
MIX_PICK = "Mixture"
SHIFT_TITLES = MappingProxyType(
    {
        "segment": ("Segments keep their size", "{name} moves the most: {before} of the shoppers before, {after} after"),
        "cluster": ("Clusters keep their size", "{name} moves the most: {before} of the products before, {after} after"),
    }
)
SHIFT_SUBTITLES = MappingProxyType(
    {
        "segment": "Share of the shoppers in each segment, before and after synthetic ones were added",
        "cluster": "Share of the products in each cluster, before and after synthetic shoppers were added",
    }
)
SHIFT_AXES = MappingProxyType({"segment": "% of shoppers", "cluster": "% of products"})
SHIFT_NEW, SHIFT_GONE = "{name} (new)", "{name} (gone)"
SHIFT_BEFORE, SHIFT_AFTER = "before", "after"

EXPORT_TITLE = "The log, with the columns of yours"
EXPORT_LINE = "One row an event, named and ordered as the log that they were learned from."
EXPORT_PREVIEW = "Its first rows"
EXPORT_OPEN = "Privacy passes: nothing measured gives away a real shopper."
EXPORT_WARNED = "Privacy passes in part. Look at what is close to real shoppers before you hand it on."
EXPORT_BLOCKED = "It stays in the house unless you say why. What you type is kept with the set, with the time and the figures."
REASON, REASON_HINT = "Why it may leave all the same", "At least ten letters, kept with the set"
MIX_REASON = "Why they are mixed all the same"
FORMAT = "Format"
FORMATS = MappingProxyType({".csv": "CSV", ".parquet": "Parquet"})
DOWNLOAD, DOWNLOAD_BLOCKED = "Download the log", "Download it with this reason"
EXPORTED = "What left although it was blocked"
EXPORTED_ROW = "{when}: {reason}"
