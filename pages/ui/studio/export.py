"""Taking a scenario along: the report, the hand-over and the scenario itself, each made when it is asked for."""

from __future__ import annotations

from functools import partial

import streamlit as st

from pages.ui import cache, formats
from pages.ui.studio import words_scenarios as say
from pages.ui.studio.stage import Stage
from recsys_core.jobs.told import Told
from recsys_core.ranking.scenario import Scenario
from recsys_core.storage.json_text import to_text


def draw(stage: Stage) -> None:
    """Three downloads. Nothing is computed before one is clicked, and none of them keeps the lists in memory."""
    stem = formats.file_stem(f"{stage.asked.name} {stage.scenario.hash}")
    of_this = (stage.record.id, stage.scenario)
    files = (
        ("report", say.EXPORT_REPORT, say.EXPORT_REPORT_HELP, partial(report, *of_this), f"{stem}.html", "text/html"),
        ("zip", say.EXPORT_ZIP, say.EXPORT_ZIP_HELP, partial(handover, *of_this), f"{stem}.zip", "application/zip"),
        ("json", say.EXPORT_JSON, say.EXPORT_JSON_HELP, partial(settings, stage.asked), f"{stem}.json", "application/json"),
    )
    for name, label, about, make, file, kind in files:
        st.download_button(
            label, make, file, kind, key=f"export_{name}", help=about, on_click="ignore", icon=":material/download:", width="stretch"
        )


def report(run_id: str, scenario: Scenario) -> bytes:
    """The report as HTML."""
    from recsys_core.jobs.report import report as made

    return made(told(run_id, scenario)).encode()


def handover(run_id: str, scenario: Scenario) -> bytes:
    """The zip."""
    from recsys_core.jobs.handover import handover as made

    return made(told(run_id, scenario))


def settings(scenario: Scenario) -> bytes:
    """The scenario as `scenario export` writes it."""
    return (to_text(scenario.to_json(), indent=2) + "\n").encode()


def told(run_id: str, scenario: Scenario) -> Told:
    """What the screen shows, for the report: from the same caches."""
    from recsys_core.jobs.told import tell

    opened, answer = cache.studio(run_id), cache.answer(run_id, scenario)
    return tell(opened, scenario, answer=answer, found=cache.told(run_id, scenario))
