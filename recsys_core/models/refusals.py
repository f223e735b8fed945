"""Why a model cannot be trained on a log, in words: told before there is a job where the log alone says it, and by the fit itself."""

from __future__ import annotations

from recsys_core.errors import InputError, UnsupportedError


def no_catalogue() -> InputError:
    """Nothing is known of the products that they could be compared by."""
    return InputError(
        "The catalogue says nothing about these products that they could be compared by.",
        "Ingest the log with --items FILE that has titles, categories, brands or tags, or train item-knn, which needs none.",
    )


def no_times() -> InputError:
    """Best sellers with a half-life, of a log without times."""
    return InputError(
        "Best sellers cannot fade with a half-life, because this log does not say when anything was bought.",
        "Leave half_life_days at 0, or ingest the log with a column of times (--map timestamp=COLUMN).",
    )


def only_own_shoppers(model: str, protocol: str) -> UnsupportedError:
    """A model without fold-in, on a split that tests shoppers who do not train."""
    return UnsupportedError(
        f"The model {model} scores only the shoppers it was trained on, and the split '{protocol}' tests others.",
        "Use --protocol random, last or time, or a model that reads new histories, such as edlae or mult-vae.",
    )


def other_split(run: str, dataset: str, protocol: str, seed: int) -> InputError:
    """A run that is to be joined with others, and has seen what they test. dataset, protocol, seed: its own."""
    return InputError(
        f"The run '{run}' is of another split than this training, so it has seen what is tested here.",
        f"Use its own: --protocol {protocol} --seed {seed}, on the dataset {dataset}.",
    )
