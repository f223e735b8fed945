"""What the studio says of scenarios: the header, saving and opening, publishing, comparing, presenting, taking along."""

from __future__ import annotations

from types import MappingProxyType

UNTITLED = "Untitled"
NAME = "Name of the scenario"
MARKS = MappingProxyType({"new": "not saved", "changed": "changed since saved", "saved": "saved"})
MARKS_HELP = MappingProxyType(
    {
        "new": "Nothing of this name is saved in this shop yet. The address of this page holds all of it.",
        "changed": "The shop holds another setting under this name, saved {ago}.",
        "saved": "As saved {ago}.",
    }
)
PUBLISHED, PUBLISHED_HELP = "published", "Approved by {by} on {day}. Before is what this shows."
PUBLISHED_OLD, PUBLISHED_OLD_HELP = "changed since published", "What {by} approved on {day} is still in force; it is what Before shows."
TIER = "{model} · tier C"
TIER_HELP = "No click data: nothing here is a forecast of clicks. The log says what people did, not what they were shown."
UNDO, REDO = "Undo the last change", "Redo what was undone"
SAVE, SAVE_HELP = "Save", "Keep this scenario in the shop"
SAVE_AS = "Save as"
SAVE_UNTITLED = "Give it a name by which others find it."
SAVE_TAKEN = "‘{name}’ was saved {ago} with other settings."
REPLACE = "Replace it"
NEW_NAME = "Save under another name"
NAME_TAKEN = "This shop has another scenario called ‘{name}’."
NAME_TAKEN_HINT = "Replace it, or choose another name."
OPEN, OPEN_TITLE = "Open", "Scenarios of this shop"
NONE_SAVED = "No scenario is saved in this shop yet. Save the one on screen, or bring in a file."
OPEN_ONE, MORE, RENAME, RENAME_TO, DUPLICATE, DELETE = "Open", "More", "Rename", "New name", "Duplicate", "Delete"
DELETE_PUBLISHED = "It is published. Take it back first."
IMPORT = "Bring in a scenario from a file"
IMPORT_NO_TEXT, IMPORT_NO_TEXT_HINT = "{name} is no text.", "Choose a file that was exported here."
IMPORT_OPEN = "Open ‘{name}’"
SAVED_WHEN = "saved {ago}"
PUBLISHED_WHEN = "published by {by}"
PUBLISH, PUBLISH_TITLE = "Publish", "Publish this scenario"
PUBLISH_WHAT = "{share} of all lists change against {before}."
PUBLISH_SAME = "This is what is published now."
PUBLISH_NOTHING = "No list changes against {before}."
NOW_PLAIN, NOW_PUBLISHED = "the plain lists, most relevant first", "what is published (‘{name}’)"
PUBLISH_RED = "{n} of {all} guardrails fail:"
PUBLISH_GREEN = "Every guardrail passes."
PUBLISH_UNGUARDED = "This scenario has no guardrails."
PUBLISH_SAVES = "It is saved with that, under its name."
PUBLISH_BY, PUBLISH_BY_HELP = "Approved by", "Your name, for those who read the history."
PUBLISH_NOTE = "Note"
PUBLISH_NOTE_RED = "Reason for publishing against a red guardrail"
PUBLISH_NEEDS_NAME = "Say who approves it."
PUBLISH_NEEDS_REASON = "A guardrail fails. Write why it is published all the same."
UNPUBLISH, UNPUBLISH_HELP = "Take back", "The shop’s lists are the plain ones again."
HISTORY, HISTORY_NONE = "Published so far", "Nothing has been published in this shop yet."
HISTORY_COLUMNS = ("from", "until", "scenario", "by", "note", "hash")
IN_FORCE = "now"
SHARE_HELP = "The address of exactly this: scenario, shopper, trained model and open tab."
EXPORT_HELP = "Take it along: report, hand-over, scenario"
EXPORT_REPORT, EXPORT_REPORT_HELP = "Report (HTML)", "One page for people who have no Aisle; opens offline."
EXPORT_ZIP, EXPORT_ZIP_HELP = "Hand-over (zip)", "Everybody’s lists, the rules as a table, the report, a column guide."
EXPORT_JSON, EXPORT_JSON_HELP = "Scenario (JSON)", "For another shop, or for the command line."
COMPARE_HELP = "Compare with saved scenarios"
COMPARE_PICK = "Side by side, up to four"
COMPARE_SCREEN, COMPARE_PUBLISHED, COMPARE_NOW = "on screen", "published", "Shown now"
COMPARE_NONE = "Choose what to compare. Save a scenario to have more than the one on screen."
COMPARE_NOTE = (
    "Below each figure: its difference to what is shown now ({before}), and the 95 % interval of that difference, paired over the same "
    "shoppers."
)
COMPARE_GUARDRAILS = "Guardrails"
COMPARE_PASS, COMPARE_FAIL, COMPARE_UNGUARDED = "all pass", "{n} of {all} fail", "none set"
COMPARE_CHANGED = "Lists that change"
COMPARE_UNSHOWN = "‘{name}’ cannot be shown by this trained model: {why}"
COMPARE_TITLE = "{best} keeps most; {varied} is most varied"
COMPARE_TITLE_ONE = "{name} keeps {kept} of the predicted match"
COMPARE_TITLE_SAME = "{name} keeps most and is most varied"
COMPARE_SUBTITLE = "Predicted match kept against variety of the list, everybody’s lists"
COMPARE_X, COMPARE_Y = "variety of the list (mean distance)", "predicted match kept (%)"
PRESENT_HELP = "Present: large type, nothing else: step through the saved scenarios"
PRESENT_LEAVE, PRESENT_BACK, PRESENT_NEXT = "Leave", "Back", "Next"
PRESENT_BEFORE, PRESENT_AFTER = "Shown now", "With this"
PRESENT_OF = "{n} of {all}"
PRESENT_SHOPPER = "Shopper {id}"
PRESENT_PASS, PRESENT_FAIL = "Every guardrail passes", "{n} of {all} guardrails fail"
