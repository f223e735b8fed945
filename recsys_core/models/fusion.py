"""Fusion of runs that are there already: weighted reciprocal ranks, the weights learned on the runs' own validation lists."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from recsys_core.errors import InputError, UnsupportedError
from recsys_core.inference.contract import ArrayLoader, Arrays, Floats, Scorer, Users, nested
from recsys_core.inference.scorers import build_scorer
from recsys_core.inference.top_k import top_k
from recsys_core.models.contract import FitContext, FitReport, Recommender, Validation, as_float32
from recsys_core.models.mixing import Weights, learn_weights
from recsys_core.models.runs import Run
from recsys_core.models.shortlist import Shortlist
from recsys_core.models.spec import Value
from recsys_core.models.specs.fusion import FUSION
from recsys_core.models.spectral import spectral_vectors

BATCH = 512
ITEM_DIMENSIONS = 64
SAME = {"dataset": "dataset", "protocol": "split", "seed": "seed"}  # what fused runs must share: key of the manifest, word for people


class Fusion(Recommender):
    """score = sum over the runs of weight / (constant + rank); the runs' exported scorers are copied in."""

    spec = FUSION

    def fit(self, train: sparse.csr_matrix, context: FitContext) -> FitReport:
        """Open the runs and learn their weights from `Run.validation_lists`, whose models saw nothing of validation.

        `learned`: weights by run id, what each run reaches alone and all together. Raises InputError for runs that cannot be fused.
        """
        context.listener.check()
        runs = self._open(train, context)
        ids, learned = [run.id for run in runs], dict(context.learned)
        if "weights" not in learned and context.validation is not None:
            learned = self._learn(runs, context.validation, context)
        learned.setdefault("weights", {id: 1 / len(ids) for id in ids})
        arrays: Arrays = {}
        for number, run in enumerate(runs):
            context.listener.check()
            own = {name: np.asarray(run.artifact.array(name)) for name in run.artifact.files if name.startswith("scorer/")}
            arrays |= nested(own, number)
        description = {
            "kind": "rank-fusion",
            "parts": [dict(run.manifest["scorer"]) for run in runs],
            "weights": [float(learned["weights"][id]) for id in ids],
            "constant": int(self.settings["constant"]),
            "folds_in": all(run.folds_in for run in runs),
            "arrays": sorted(arrays),
        }
        self._take(description, arrays.__getitem__)
        self._train = as_float32(train)
        return FitReport(learned=learned)

    def _open(self, train: sparse.csr_matrix, context: FitContext) -> list[Run]:
        ids = list(dict.fromkeys(id.strip() for id in str(self.settings["runs"]).split(",") if id.strip()))
        if len(ids) < 2:
            raise InputError(
                "A fusion needs two or more runs.", "Name them: --set runs=ID,ID; list them with `python -m recsys_core runs`."
            )
        runs: list[Run] = [context.side.open_run(id) for id in ids]
        for run in runs:
            _check_alone(run)
            for key, word in SAME.items():
                if run.manifest[key] != runs[0].manifest[key]:
                    raise InputError(f"The runs '{runs[0].id}' and '{run.id}' are of another {word} each.", "Choose runs of one split.")
        first = runs[0]
        known = np.array_equal(first.items, runs[-1].items) and (len(first.fallback), len(first.items)) == train.shape
        if not known or int(first.manifest["seed"]) != context.seed:
            raise InputError(
                f"The run '{first.id}' is of another split than this training.",
                f"Use its own: --protocol {first.manifest['protocol']} --seed {first.manifest['seed']}, on its dataset.",
            )
        return runs

    def _learn(self, runs: list[Run], validation: Validation, context: FitContext) -> dict[str, Any]:
        tables = [_reciprocal_lists(run, validation, int(self.settings["constant"])) for run in runs]
        batches = [_shortlist([table[s : s + BATCH] for table in tables]) for s in range(0, len(validation.users), BATCH)]

        def values(weights: Weights) -> NDArray[np.float32]:
            return validation.of_lists(np.concatenate([batch.lists(weights, validation.at) for batch in batches]))

        weights, tried = learn_weights(values, len(runs), context.listener)
        alone = {run.id: tried[tuple(float(i == number) for i in range(len(runs)))] for number, run in enumerate(runs)}
        by_run = {run.id: weight for run, weight in zip(runs, weights, strict=True)}
        return {"weights": by_run, "alone": alone, "together": tried[weights], "by": context.metric}

    def _take(self, description: Mapping[str, Any], array: ArrayLoader) -> None:
        self._description, self._array = dict(description), array
        self._scorer: Scorer = build_scorer(description, array)

    @property
    def folds_in(self) -> bool:
        """Where all of its runs do."""
        return bool(self._description["folds_in"]) if hasattr(self, "_description") else True

    def score(self, histories: sparse.csr_matrix, users: Users | None = None) -> Floats:
        """Weighted reciprocal ranks; runs that do not fold in read `users`."""
        return self._scorer.score(as_float32(histories), users)

    def item_vectors(self) -> Floats:
        """Leading eigenvectors of the normalised Gram matrix (`spectral_vectors`), whatever the runs are.

        Only a fusion that was fitted in this process has them; they are exported beside the scorers.
        """
        return spectral_vectors(self._train, ITEM_DIMENSIONS)

    def export(self) -> tuple[dict[str, Any], dict[str, NDArray[Any]]]:
        """The runs' scorers, nested."""
        return self._description, {name: self._array(name) for name in self._description["arrays"]}

    @classmethod
    def load(cls, settings: Mapping[str, Value], description: Mapping[str, Any], array: ArrayLoader) -> Fusion:
        """The scorers back."""
        model = cls(settings)
        model._take(description, array)
        return model


def _check_alone(run: Run) -> None:
    """Raises InputError or UnsupportedError for a run that can be fused with no other."""
    if not run.manifest.get("scorer"):
        raise UnsupportedError(f"The run '{run.id}' came without its model's weights and cannot be fused.", "Train it here and fuse that.")
    if run.validation_lists is None:
        raise UnsupportedError(f"The run '{run.id}' was made before runs kept their validation lists.", "Train it again and fuse that.")
    if run.manifest["refit"]:
        raise InputError(
            f"The run '{run.id}' was fitted once more with the validation rows, so that a fusion could not be checked on them.",
            "Train it without --refit and fuse that.",
        )


def _shortlist(tables: Sequence[sparse.csr_matrix]) -> Shortlist:
    """Of tables csr [n, items]: the items that have a value in any of them, with their values."""
    dense = [np.asarray(table.toarray(), dtype=np.float32) for table in tables]
    longest = [int(np.diff(table.indptr).max(initial=0)) for table in tables]
    lists = [top_k(np.where(table > 0, table, -np.inf), length)[0] for table, length in zip(dense, longest, strict=True)]
    return Shortlist.of(lists, dense)


def _reciprocal_lists(run: Run, validation: Validation, constant: int) -> sparse.csr_matrix:
    """1 / (constant + rank) of what the run lists for the validation users: csr float32 [n, items], users it has no list for empty."""
    assert run.validation_lists is not None
    users, listed, _ = run.validation_lists
    place = np.full(int(max(users.max(initial=0), validation.users.max(initial=0))) + 1, -1, dtype=np.int64)
    place[users] = np.arange(len(users))
    at = place[validation.users]
    lists = np.where((at >= 0)[:, None], np.asarray(listed)[np.maximum(at, 0)], -1)
    own = np.full(int(max(lists.max(initial=0), np.max(run.items))) + 1, -1, dtype=np.int64)
    own[run.items] = np.arange(len(run.items))
    rows, ranks = np.nonzero(lists >= 0)
    columns = own[lists[rows, ranks]]
    values = (1.0 / (constant + 1.0 + ranks)).astype(np.float32)
    kept = columns >= 0
    return sparse.csr_matrix((values[kept], (rows[kept], columns[kept])), shape=(len(lists), len(run.items)))
