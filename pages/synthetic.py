"""Synthetic shoppers: can these shoppers stand in for mine?"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from pages.ui import nav, picker
from pages.ui.guards import guard
from pages.ui.synthetic import compare, filtering, generate, story, use
from pages.ui.synthetic.stage import Stage, the_stage

STEPS: Mapping[str, Callable[[Stage], None]] = {
    "generate": generate.draw,
    "compare": compare.draw,
    "filter": filtering.draw,
    "use": use.draw,
}

nav.start_page("synthetic")
with guard():
    picker.refresh_jobs()
    stage = the_stage()
    story.head(stage)
    step = story.steps(stage, tuple(STEPS))
    with guard(f"step_{step}"):
        STEPS[step](stage)
        if stage.made is not None:
            story.next_step(step, tuple(STEPS))
