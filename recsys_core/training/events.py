"""What training tells the outside while it runs. Every method does nothing by default, so a caller overrides what it wants to hear."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


class Listener:
    """Hears of progress. `check` may raise to stop the training between two batches; nothing else may."""

    def stage(self, name: str) -> None:
        """A stage begins: choosing, fitting, refit, evaluating, exporting."""

    def trial(self, settings: Mapping[str, Any], metric: str, value: float) -> None:
        """One point of a closed-form model's grid was scored on validation."""

    def epoch(self, values: Mapping[str, float]) -> None:
        """An epoch ended; `values` has epoch, loss parts, and the validation metric where there is one."""

    def alarm(self, name: str, message: str, epoch: int) -> None:
        """Something is going wrong in a way that a person should see: `name` for programs ("collapse"), one sentence for people."""

    def progress(self, fraction: float, message: str) -> None:
        """Share of the present stage that is done, 0 to 1, and what is being done."""

    def check(self) -> None:
        """Called between batches: raise here to stop."""

    def enough(self) -> bool:
        """Asked between batches, once an epoch was validated: whether to end now, with the best epoch so far."""
        return False
