"""What a train job is asked for: made and checked where the wish is uttered, by pages and commands; no torch."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from typing import Any

from recsys_core.data.splits import PROTOCOLS
from recsys_core.errors import InputError
from recsys_core.models.registry import model_spec


def train_spec(
    dataset: str,
    model: str,
    *,
    settings: Mapping[str, Any] | None = None,
    protocol: str | None = None,
    seed: int = 0,
    refit: bool = False,
) -> dict[str, Any]:
    """The spec of a train job, its run id included (`mult-vae-3f9a1c2b`), so that a resumed job ends in the same run.

    Raises NotFoundError for a model that does not exist, InputError for a setting or protocol that does not.
    """
    if protocol is not None and protocol not in PROTOCOLS:
        raise InputError(f"There is no split protocol '{protocol}'.", f"Use one of: {', '.join(PROTOCOLS)}.")
    check_seed(seed)
    given = model_spec(model).with_brought(settings or {})
    resolved = model_spec(model).resolve(given)
    if "runs" in resolved and len({id.strip() for id in str(resolved["runs"]).split(",") if id.strip()}) < 2:
        raise InputError(
            f"The model {model} needs two or more runs.", "Name them: --set runs=ID,ID; list them with `python -m recsys_core runs`."
        )
    run = f"{model}-{secrets.token_hex(4)}"
    return {"dataset": dataset, "model": model, "settings": given, "protocol": protocol, "seed": seed, "refit": refit, "run": run}


def check_seed(seed: int) -> None:
    """Raises InputError for a seed that the generators would not take."""
    if not 0 <= seed < 2**31:
        raise InputError(f"The seed is {seed}.", "Use a whole number from 0 to 2147483647.")
