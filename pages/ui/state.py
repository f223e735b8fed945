"""The only place that names session keys and query keys. What restores a page is in the URL; the session holds small choices only."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Any

import streamlit as st

LATE = 10.0  # seconds in which a browser may still send the URL from before the last move

# query keys, shared by all pages
DATASET = "dataset"
RUN = "run"
SHOPPER = "shopper"
SCENARIO = "scenario"  # the whole setting of the studio, packed; see `ranking.address`
ITEM = "item"  # the product whose place in the list is explained
EDITS = "edits"  # what was changed about the shopper on screen
MAP_WHAT = "what"
MAP_METHOD = "method"
MAP_COLOUR = "colour"
MAP_OF = "of"  # the segment or scenario that the colour is about
MAP_SIZE = "size"
MAP_POINTER = "pointer"  # what dragging on the map does
MAP_FOUND = "found"  # the product or shopper that was looked up on the map
MAP_FORM = "umap"  # settings and seed of the UMAP
MAP_BOX = "box"  # the part of the map in view
MAP_SIDE = "side"  # what stands beside the map
MAP_BELOW = "below"  # and under it
MAP_MOVES = "moves"  # the scenario whose movement is shown there
INSIDE = "inside"  # which part of what is inside the model
BESIDE = "beside"  # the run whose map is beside this one's
SPACE = "space"  # how three dimensions are drawn
STEER = "steer"  # how one moves about on the map
WALK_FROM = "from"  # the place before the last one there
WALK_TO = "to"  # and the last one
VIEW = "view"  # which part of the Data page, or of the studio
PLACEMENT = "placement"  # which of the studio's other places is shown: "product", "basket" or "category"
ANCHOR = "anchor"  # the products there, by their quoted ids
ANCHOR_CATEGORY = "category"  # whose page it is
VISITOR = "visitor"  # "shopper": the place is shown as the shopper on screen sees it
TAB = "tab"  # which detail of the studio is open below the lists
PRESENT = "present"  # whether the studio is shown to a room: no frame, large type; which of the scenarios, from 1
COMPARE = "compare"  # ids of the scenarios side by side in the studio
TEST = "test"  # which split the league on the Models page is of
PART = "part"  # which part of the Models page
FIRST = "first"  # of two runs compared
SECOND = "second"
SYNTHETIC_SET = "set"  # the synthetic set on screen
USE = "use"  # which part of the fourth step
STEP = "step"  # which of the four steps with it
ARRIVAL_PART = "arrival"  # which part of the page New arrivals
GAP_CATEGORY = "gap"  # whose gaps are listed there
CLICKED = "clicked"  # products that a new shopper looked at, by their quoted ids
LOOK = "look"  # the job that looked at the log to be taken in; its spec says which log, so that a reload goes on from it

# session keys
STUDIO_UNDO = "studio_undo"  # addresses of earlier scenarios
STUDIO_REDO = "studio_redo"
STUDIO_PROBLEM = "studio_problem"  # a UserError of the last change, shown once
STUDIO_SUBJECT = "studio_subject"  # (dataset, run, shopper) on screen, for callbacks
STUDIO_EDITS = "studio_edits"  # dataset and shopper -> what was said of them, so that it is there again when they are
STUDIO_PAST_SHOWN = "studio_past_shown"  # how many past products of the shopper on screen are listed
PAST_QUERY = "studio_past_query"  # words of a product that is to be added to the past
OTHER_TAG = "studio_other_tag"  # a group of products chosen to be lifted or hidden
STUDIO_BOARD = "studio_board"  # the component of both lists: what was done to a card
PLAIN_SLIDERS = "plain_sliders"  # True: ordinary sliders in place of those that move the list while they are dragged
SLIDER_TURNS = "slider_turns"  # slider -> how many of its moves were heard
STUDIO_OPEN = "studio_open"  # names of the folds of the rail that are open
STUDIO_PRESETS = "studio_presets_open"
STUDIO_RULE = "studio_rule"  # the rule being built, and which one it takes the place of
STUDIO_RESERVE = "studio_reserve"  # the condition of reserved places being built
STUDIO_BEST = "studio_best"  # (hash of a scenario, what the search for the best found)
SCENARIO_NAME = "scenario_name"  # fields of the studio's header and its dialogs
SAVE_NAME = "save_name"
RENAME = "rename"
PUBLISH_BY = "publish_by"
PUBLISH_NOTE = "publish_note"
PLACE_PROBLEM = "place_problem"  # a UserError of the last search for a product, shown once
PLACE_BOARD = "place_board"  # the component of a place's two lists
FRAMED = "_framed"
SYNTHETIC_JOB = "synthetic_job"  # the job whose set is shown once it is there
SYNTHETIC_TURN = "synthetic_turn"  # which pair of shoppers is shown
SYNTHETIC_MODE = "synthetic_mode"  # read, or the blind test
SYNTHETIC_SCORE = "synthetic_score"  # set -> what was guessed right and wrong in the blind test
SYNTHETIC_KEEP = "synthetic_keep"  # where the filter's slider stands, by set
SYNTHETIC_REASON = "synthetic_reason"  # of whom the filter leaves out, who is shown
SYNTHETIC_EXAMPLE = "synthetic_example"
SYNTHETIC_GROUP = "synthetic_group"  # whose lines and pictures are open
ARRIVAL_TITLE = "arrival_title"  # fields of the product on paper
ARRIVAL_CATEGORY = "arrival_category"
ARRIVAL_PRICE = "arrival_price"
ARRIVAL_MORE = "arrival_more"  # and of each further attribute
ARRIVAL_COLUMNS = "arrival_columns"  # which of these this catalogue has
ARRIVAL_WAITING = "arrival_waiting"  # attributes of a draft whose fields were not drawn yet
ARRIVAL_TOLD = "arrival_told"  # where the draft is from
ARRIVAL_FILE = "arrival_file"
GAPS_SHOWN = "gaps_shown"
VISITOR_WAY = "visitor_way"  # by what a new shopper is known
VISITOR_SEGMENT = "visitor_segment"
VISITOR_ATTRIBUTE = "visitor_attribute"
CLICKED_PROBLEM = "clicked_problem"  # a UserError of the last search for a product, shown once
UPLOAD_TURN = "upload_turn"
MORE_FILES = "more_files"
SOURCE = "log_source"
INBOX = "inbox_entry"
PROFILE_JOB = "profile_job"
DELETE_PICK = "delete_pick"
ARRIVED = "arrived"
DATABASE = "database_connected"  # a connection that answered, with its password
CONNECTION = "database_connection"
SECRET = "secret"  # of a database, until its log is taken in; never in the URL
LANDING_JOB = "landing_job"
TRAIN_MODEL = "train_model"
TRAIN_JOB = "train_job"
LEARNED = "learned_run"
MAP_CHART = "map_chart"
MAP_FIGURE = "map_figure"  # what the map on screen shows, and what the browser told of it
MAP_MARKS = "map_marks"  # map -> what is marked on it
MAP_TURN = "map_turn"  # how often a mark was cleared
MAP_QUERY = "map_query"  # words that were looked for
MAP_ASKED = "map_asked"  # and the ones that were answered
MAP_TRUST = "map_trust_asked"  # the map whose trust is measured although that takes long
STEER_HEARD = "steer_heard"  # the click on the map that was taken last
STEER_PROBLEM = "steer_problem"  # (field, a UserError of what was typed there), shown once
STEER_SLIDES = "steer_steps"  # (place, direction -> steps) of the sliders on the map
STEER_TURN = "steer_turn"  # how many of their moves were heard
STEER_SHOWN = "steer_shown"  # run -> names of the directions that have a slider
COHORT_NAME = "cohort_name"  # the field of a cohort's name
COHORT_PROBLEM = "cohort_problem"  # a UserError of the last save, shown once
FRONTIER_CHART = "studio_frontier_chart"  # the point that was clicked on the frontier


def widget_key(name: str) -> str:
    """The key of the widget that offers the choice `name` (the choice itself is held in the URL)."""
    return f"pick_{name}"


def choose(name: str, default: str | None) -> str | None:
    """The id chosen for `name`: the URL's, else this session's, else `default`; written back to both.

    Not `bind="query-params"`: a bound picker puts its label into the URL instead of the id, leaves its first value out, and
    silently drops an id that it does not know, which the page has to be able to say.
    """
    value = chosen(name) or default
    if value:
        put(name, value)
    return value


def chosen(name: str) -> str | None:
    """What the URL says for `name`, else what this session chose.

    A browser sends its URL along with every move. Where two follow each other closely, the second one still brings the URL from before the
    first: what this session itself has just left behind does not count.
    """
    said, own = st.query_params.get(name), st.session_state.get(f"chosen_{name}")
    return own if said in _just_left(name) else said or own


def in_address(name: str) -> str | None:
    """What the URL alone says for `name`: of what ends with the visit to a page."""
    return st.query_params.get(name)


def put(name: str, value: str | None) -> None:
    """Hold `value` as the choice `name`, in the session and in the URL; None forgets it."""
    said, own, left = st.query_params.get(name), st.session_state.get(f"chosen_{name}"), _just_left(name)
    st.session_state[f"chosen_{name}"] = value
    if said != value or said in left:  # else the URL brought it
        recent = {**left, own: time.monotonic()}
        st.session_state[f"left_{name}"] = {each: at for each, at in recent.items() if each not in (None, value)}
    if value is None:
        st.query_params.pop(name, None)
    elif st.query_params.get(name) != value:
        st.query_params[name] = value


def _just_left(name: str) -> dict[str, float]:
    """What this session replaced in the last seconds -> when."""
    now, left = time.monotonic(), st.session_state.get(f"left_{name}", {})
    return {each: at for each, at in left.items() if now - at < LATE}


def take_from_widget(name: str, forget: Sequence[str] = ()) -> None:
    """Callback: adopt what its widget was set to. `forget`: choices that hang on it."""
    for other in forget:
        put(other, None)
    put(name, st.session_state.get(widget_key(name)))


def show_in_widget(name: str, value: Any) -> str:
    """Set the widget of `name` to `value` before it is drawn; returns its key."""
    st.session_state[widget_key(name)] = value
    return widget_key(name)


def get(name: str, default: Any = None) -> Any:
    """A session value."""
    return st.session_state.get(name, default)


def set_(name: str, value: Any) -> None:
    """Set a session value."""
    st.session_state[name] = value


def clear(name: str) -> None:
    """Forget a session value."""
    st.session_state.pop(name, None)
