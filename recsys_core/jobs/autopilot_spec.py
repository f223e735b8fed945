"""What the autopilot is asked for, and its plan: which models, in which order, until which share of the time; no torch."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import Any

from recsys_core.data.splits import check_protocol
from recsys_core.errors import InputError
from recsys_core.jobs.train_spec import check_seed
from recsys_core.jobs.tune_spec import MOST_MINUTES, MOST_TRIALS
from recsys_core.models.registry import model_specs

DEFAULT_MINUTES = 10.0


@dataclass(frozen=True)
class Step:
    """One place of the plan: the first of `models` that comes to an end. until: the share of all time by which it is to be done.

    trials: at most so many; time that a step leaves goes to the later ones. 1: trained with its defaults, nothing searched.
    """

    models: tuple[str, ...]
    until: float
    trials: int

    @property
    def known(self) -> tuple[str, ...]:
        """Those of `models` that there are, in order: each stands in for the one before it."""
        ids = {spec.id for spec in model_specs()}
        return tuple(model for model in self.models if model in ids)


# What is cheap comes first, so that a small budget still ends in a comparison; the blend searches on in what is left. RP3beta stands in
# where there are so many products that EDLAE has no time.
PLAN = (
    Step(("popularity",), 0.05, 1),
    Step(("item-knn",), 0.15, 25),
    Step(("edlae", "rp3beta"), 0.3, 40),
    Step(("mult-vae",), 0.65, MOST_TRIALS),
    Step(("blend", "fusion"), 0.95, 20),
)


def autopilot_spec(dataset: str, *, minutes: float = DEFAULT_MINUTES, protocol: str | None = None, seed: int = 0) -> dict[str, Any]:
    """The spec of an autopilot job, with a run id for every model of the plan, so that a resumed job keeps what is done.

    Raises InputError for minutes or a seed there cannot be, NotFoundError for an unknown protocol.
    """
    if not 0 < minutes <= MOST_MINUTES:
        raise InputError(f"The number of minutes is {minutes:g}.", f"Use a number above 0, up to {MOST_MINUTES}.")
    if protocol is not None and check_protocol(protocol) == "all":
        raise InputError("The protocol 'all' tests nothing, so no verdict can come of it.", "Leave out --protocol, or use random.")
    check_seed(seed)
    runs = {model: f"{model}-{secrets.token_hex(4)}" for step in PLAN for model in step.known}
    return {"dataset": dataset, "minutes": minutes, "protocol": protocol, "seed": seed, "runs": runs}
