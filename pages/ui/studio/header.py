"""The scenario's name, its guardrail lights, undo and redo, and what can be done with it: save, compare, publish, share, export."""

from __future__ import annotations

from pages.ui.studio.stage import Stage


def draw(stage: Stage) -> None:
    """One line above everything else."""
