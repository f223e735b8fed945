"""What the studio says of rules and their conditions."""

from types import MappingProxyType

from pages.ui import formats
from recsys_core.ranking.conditions import IS, KNOWN, UNKNOWN, Clause, Condition
from recsys_core.ranking.scenario import BOOST, BURY, EXCLUDE, INCLUDE_ONLY, PIN, SOFT_PIN, Rule

RULES = "Rules"
KIND = "What it does"
KINDS = MappingProxyType(
    {
        BOOST: "Boost",
        BURY: "Push down",
        PIN: "Pin to a place",
        SOFT_PIN: "Pin softly",
        EXCLUDE: "Exclude",
        INCLUDE_ONLY: "Show only",
    }
)
VERBS = MappingProxyType({**KINDS, PIN: "Pin", SOFT_PIN: "Pin softly"})
KINDS_HELP = MappingProxyType(
    {
        BOOST: "Lifts products by a share of a shopper’s relevance range, from the worst candidate to the best.",
        BURY: "Lowers products by a share of a shopper’s relevance range, from the worst candidate to the best.",
        PIN: "The best-selling product that matches has the place for everybody it is for.",
        SOFT_PIN: "As a pin, but only for shoppers whom the model found the product for.",
        EXCLUDE: "Never shown. It comes before every other rule.",
        INCLUDE_ONLY: "Nothing else may be shown.",
    }
)
STRENGTHS = MappingProxyType({0.1: "Weak", 0.25: "Moderate", 0.5: "Strong"})
AMOUNT, AMOUNT_HELP = "How strongly", "Weak 10 %, moderate 25 %, strong 50 % of a shopper’s relevance range."
PLACE = "Place"
ANY = MappingProxyType({False: "All must hold", True: "Any may hold"})
ANY_LABEL = "Tests"
ATTRIBUTE, OPERATOR, VALUE, VALUES, DAY = "Products whose", "Comparison", "Value", "Values", "Day"
ATTRIBUTES = MappingProxyType(
    {
        "item_id": "Id",
        "group": "Product group",
        "drawn group": "Group drawn on the map",
        "n_users": "Number of buyers",
        "n_events": "Number of purchases",
        "first_seen": "First bought",
        "last_seen": "Last bought",
        "list_price": "List price",
        "launch_date": "Launch date",
    }
)
HIDDEN_ATTRIBUTES = frozenset({"title_raw"})
MORE_VALUES = "The {count} commonest are listed; type any other."
ADD_TEST, REMOVE_TEST = "Add a test", "Take this test out"
MATCHES = "{matched} of {all} products match."
MATCHES_NONE = "No product matches."
INCOMPLETE = "Say what the products have to be."
MORE = "Who, when, name"
SEGMENTS, SEGMENTS_HELP = "Only for segments", "None is everybody."
STARTS, ENDS = "From", "Until"
PRIORITY, PRIORITY_HELP = "Priority", "Where two rules want the same place, the lower number has it."
NAME, NAME_EMPTY = "Name", "What it does, unless you say"
NEW, ADD, SAVE, CANCEL, DELETE, EDIT = "New rule", "Add rule", "Save rule", "Cancel", "Delete", "Edit"
UP, DOWN = "Move up", "Move down"
NO_RULES = "No rules yet."
PIN_SEARCH, PIN_EMPTY = "Pin a product", "Search titles"
PIN_HELP = "Puts the product you choose on the first place that is not pinned yet."
PINNED = "Pin {title}"
NOT_FOUND = "No title has these words."

EFFECTS_NOTE = (
    "Each rule is left out in turn and everybody is ranked once more; the sliders keep the weights that they have with all rules. "
    "Differences are with the rule less without it, ± half of the 95 % interval over shoppers."
)
SAMPLED = "Told by {users} of {of} shoppers, drawn at random."
WHOLE = "Told by all {users} shoppers."
NO_RULES_HINT = "Rules are made on the left, under Rules. What each of them does to everybody will stand here."
COLUMNS = MappingProxyType(
    {
        "rule": "Rule",
        "kind": "Kind",
        "products": "Products",
        "shoppers": "Shoppers",
        "changed": "Lists changed",
        "relevance_kept": "Match kept",
        "ild": "Variety",
        "coverage": "Products shown",
        "churn": "New to the list",
        "ndcg": "NDCG, held out",
    }
)
RULE_DEAD, RULE_CONFLICT, RULE_OFF = "does nothing", "is in conflict", "switched off"
WITH = "with “{other}”"
ALL_WELL = "Every rule does something, and none stands against another."
LARGEST = "“{rule}” changes most: {changed} of all lists."
NONE_ACTS = "No rule changes any list."
NOT_CLEAR = "no clear change"
COMPUTING = "Ranking everybody without each rule"
TABLE_ALT = "For each rule the products it matches, the shoppers it is for, the lists it changes, and what it adds to four figures."


def attribute(name: str) -> str:
    """An attribute as people say it."""
    return ATTRIBUTES.get(name) or name.replace("_", " ").capitalize()


def clause_words(test: Clause) -> str:
    """ "category is Candles"."""
    if test.operator in (KNOWN, UNKNOWN):
        return f"{attribute(test.attribute).lower()} {test.operator}"
    values = list(test.value) if isinstance(test.value, tuple) else [test.value]
    shown = ", ".join(formats.shorten(f"{value:g}" if isinstance(value, float) else str(value), 30) for value in values[:2])
    more = f" and {len(values) - 2} more" if len(values) > 2 else ""
    return f"{attribute(test.attribute).lower()} {test.operator} {shown}{more}"


def rule_name(rule: Rule) -> str:
    """What a rule without a name is called: "Push down Candles", "Boost price at least 5"."""
    tests = rule.condition.tests
    told = condition_words(rule.condition)
    if len(tests) == 1 and tests[0].operator == IS:
        told = told.partition(f" {IS} ")[2]
    return f"{VERBS[rule.kind]} {told}"


def condition_words(condition: Condition) -> str:
    """All tests in one line."""
    return (" or " if condition.any else " and ").join(map(clause_words, condition.tests)) or "every product"


def rule_words(rule: Rule) -> str:
    """ "Push down category is Candles (moderate)"."""
    extra = ""
    if rule.kind in (BOOST, BURY):
        extra = f" ({STRENGTHS.get(rule.amount, f'{rule.amount:.0%}').lower()})"
    elif rule.kind in (PIN, SOFT_PIN):
        extra = f" (place {rule.place})"
    return f"{KINDS[rule.kind]}: {condition_words(rule.condition)}{extra}"
