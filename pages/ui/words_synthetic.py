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
STATUS_SIGNS = MappingProxyType({"pass": "●", "warn": "◐", "fail": "○", "unavailable": "–", "shown": "·"})
COLUMN_WIDTHS = (170, 90, 100, 80, 80, 330, 360)
COLUMNS = ("Line", "Verdict", "Value", "Real anew", "Shuffled", "What it says", "What it measures")
COLUMN_HELP = (
    "",
    "Passes, in part, fails; shown only: no limit is set.",
    "Of the synthetic log.",
    "The ceiling: as many real shoppers drawn anew from the same log. In the lines of privacy it is a verbatim copy, the worst case.",
    "The floor: the real log with every column shuffled, so that nothing goes together any more.",
    "",
    "",
)
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
AUTO = "Suits this log: {title}"
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
