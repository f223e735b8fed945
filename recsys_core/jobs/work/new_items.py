"""The new-items job: products drawn for a category or a segment's taste."""

from __future__ import annotations

from recsys_core.jobs.work.gaps import draw as work

__all__ = ["work"]
