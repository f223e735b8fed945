"""How fast an autoencoder trains here: `python tests/benchmarks/train.py --json`. Each part runs in a process of its own, one thread.

loop_ratio: processor time of our Mult-VAE epoch over that of a plain dense loop of the same network (dense rows in, log_softmax times
dense targets, Adam unfused), taken in turns on an ml-1m-sized log; each precision beside it. cpu_seconds: of the last fit of Mult-VAE on
ml-100k (80/20 of each user's ratings >= 4, three seeds), its epochs chosen on a tenth of the training pairs; choosing_cpu_seconds: of that
choice; ndcg@10: what it reaches. busy_ratio: wall time of an epoch on all cores with another process busy on each, over one alone.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
SHARED = ROOT.parent / "shared" / "data"
sys.path.insert(0, str(ROOT))


def log(name: str, users: int, items: int, mean: int) -> Any:
    """csr float32 of a real log's ratings >= 4 (users with at least 5), or one of that size with planted groups where it is not there."""
    import numpy as np
    import pandas as pd
    from scipy import sparse

    file = SHARED / name / "interactions.parquet"
    if file.exists():
        rows = pd.read_parquet(file, columns=["user_id", "item_id", "rating"])
        rows = rows[rows.rating >= 4].drop_duplicates(["user_id", "item_id"])
        rows = rows[rows.groupby("user_id").item_id.transform("size") >= 5]
        pairs = (rows[name].astype("category").cat.codes.to_numpy() for name in ("user_id", "item_id"))
        return sparse.csr_matrix((np.ones(len(rows), np.float32), tuple(pairs)))
    rng = np.random.default_rng(0)
    popularity = 1 / (10 + rng.permutation(items))
    counts = np.clip(rng.lognormal(np.log(mean) - 0.5, 1, users).astype(int), 5, items // 4)
    group = np.arange(items) % 20
    columns = []
    for user, count in enumerate(counts):
        chance = popularity * np.where(group == user % 20, 20, 1)
        columns.append(rng.choice(items, count, replace=False, p=chance / chance.sum()))
    rows = np.repeat(np.arange(users), counts)
    return sparse.csr_matrix((np.ones(len(rows), np.float32), (rows, np.concatenate(columns))), shape=(users, items))


def trainee(matrix: Any, precision: str) -> tuple[Any, Any]:
    """Our Mult-VAE with its default settings in training, and the sizes it took."""
    import torch

    from recsys_core.models.mult_vae_torch import MultVAE
    from recsys_core.models.network_size import network_size

    model = MultVAE({"precision": precision})
    size = network_size(model.settings, *matrix.shape)
    network = model._new_network(matrix.shape[1], size, torch.Generator().manual_seed(0))
    return model._new_trainee(network, matrix, size, torch.Generator().manual_seed(1)), size


def epoch(step: Any, users: int, batch: int) -> None:
    """One pass over the users."""
    import numpy as np

    order = np.random.default_rng(0).permutation(users)
    for number, start in enumerate(range(0, users, batch)):
        step(order[start : start + batch], number)


def dense_step(matrix: Any, size: Any) -> Any:
    """A step of the plain loop, as tutorials write it."""
    import torch
    from torch import nn
    from torch.nn import functional as F

    class Plain(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            items = matrix.shape[1]
            self.first, self.code = nn.Linear(items, size.hidden), nn.Linear(size.hidden, 2 * size.latent)
            self.back, self.last = nn.Linear(size.latent, size.hidden), nn.Linear(size.hidden, items)

        def forward(self, rows: Any) -> tuple[Any, Any, Any]:
            hidden = torch.tanh(self.first(F.dropout(F.normalize(rows), 0.5)))
            mean, log_variance = self.code(hidden).chunk(2, dim=1)
            z = mean + torch.randn_like(mean) * torch.exp(0.5 * log_variance)
            return self.last(torch.tanh(self.back(z))), mean, log_variance

    network = Plain()
    adam = torch.optim.Adam(network.parameters(), lr=1e-3)

    def step(rows: Any, update: int) -> None:
        batch = torch.from_numpy(matrix[rows].toarray())
        logits, mean, log_variance = network(batch)
        likelihood = -(F.log_softmax(logits, dim=1) * batch).sum(dim=1).mean()
        kl = -0.5 * (1 + log_variance - mean.square() - log_variance.exp()).sum(dim=1).mean()
        adam.zero_grad()
        (likelihood + 0.2 * kl).backward()
        adam.step()

    return step


def loop() -> dict[str, float]:
    """loop_ratio, and the processor seconds of each epoch."""
    from recsys_core.training.device_torch import prepare

    prepare(1)
    matrix = log("ml-1m", 6040, 3706, 95)
    ours = {precision: trainee(matrix, precision) for precision in ("auto", "float32")}
    size = ours["auto"][1]
    steps = {"dense": dense_step(matrix, size), **{name: found.step for name, (found, _) in ours.items()}}
    spent: dict[str, list[float]] = {name: [] for name in steps}
    for _ in range(4):
        for name, step in steps.items():
            began = time.process_time()
            epoch(step, matrix.shape[0], size.batch)
            spent[name].append(time.process_time() - began)
    middle = {name: statistics.median(times[1:]) for name, times in spent.items()}
    return {
        "loop_ratio": middle["auto"] / middle["dense"],
        "loop_ratio_float32": middle["float32"] / middle["dense"],
        "epoch_cpu_seconds": middle["auto"],
        "dense_epoch_cpu_seconds": middle["dense"],
    }


def quality(settings: dict[str, str]) -> dict[str, float]:
    """cpu_seconds and ndcg@10, means over three seeds."""
    import numpy as np
    from scipy import sparse

    from recsys_core.evaluation.protocol import evaluate_ranker
    from recsys_core.inference.scorers import build_scorer, rank
    from recsys_core.models.contract import FitContext, Validation
    from recsys_core.models.registry import model_class

    def cut(matrix: Any, share: float, rng: Any) -> tuple[Any, Any]:
        """Each user's pairs, `share` of them (at random) in the second part."""
        rows = np.repeat(np.arange(matrix.shape[0]), np.diff(matrix.indptr))
        order = np.lexsort((rng.random(matrix.nnz), rows))
        place = np.empty(matrix.nnz, dtype=int)
        place[order] = np.arange(matrix.nnz) - matrix.indptr[rows[order]]
        second = place < np.diff(matrix.indptr)[rows] * share
        parts = ((rows[mask], matrix.indices[mask], matrix.data[mask]) for mask in (~second, second))
        first, other = (sparse.csr_matrix((data, (r, c)), shape=matrix.shape) for r, c, data in parts)
        return first, other

    name = settings.pop("model", "mult-vae")
    found: dict[str, list[float]] = {"cpu_seconds": [], "choosing_cpu_seconds": [], "ndcg@10": [], "ndcg@100": [], "epochs": []}
    whole = log("ml-100k", 943, 1682, 60)
    for seed in range(3):
        train, test = cut(whole, 0.2, np.random.default_rng(seed))
        fitted, held = cut(train, 0.1, np.random.default_rng(seed))
        users = np.flatnonzero(np.diff(held.indptr))
        began = time.process_time()
        chosen = model_class(name)(settings).fit(fitted, FitContext(seed=seed, validation=Validation(fitted[users], held[users], users)))
        chose = time.process_time()
        model = model_class(name)(settings)
        model.fit(train, FitContext(seed=seed, epochs=chosen.epochs))
        found["cpu_seconds"].append(time.process_time() - chose)
        found["choosing_cpu_seconds"].append(chose - began)
        found["epochs"].append(float(chosen.epochs or 0))
        description, arrays = model.export()
        scorer = build_scorer(description, arrays.__getitem__)
        lists = evaluate_ranker(lambda h, k, u, scorer=scorer: rank(scorer, h, k, users=u)[0], train, test, at=(10, 100))
        for metric in ("ndcg@10", "ndcg@100"):
            found[metric].append(lists.mean(metric))
    return {metric: statistics.mean(values) for metric, values in found.items()}


def busy() -> dict[str, float]:
    """busy_ratio: with the threads that a worker would have."""
    from recsys_core.settings import load_settings
    from recsys_core.training.device_torch import prepare

    prepare(load_settings().threads)
    matrix = log("ml-1m", 6040, 3706, 95)
    found, size = trainee(matrix, "auto")

    def wall() -> float:
        began = time.perf_counter()
        epoch(found.step, matrix.shape[0], size.batch)
        return time.perf_counter() - began

    alone = [wall() for _ in range(4)][1:]
    others = [subprocess.Popen([sys.executable, "-c", "while True: pass"]) for _ in range(os.cpu_count() or 1)]
    try:
        beside = [wall() for _ in range(3)]
    finally:
        for other in others:
            other.kill()
            other.wait()
    return {"busy_ratio": statistics.median(beside) / statistics.median(alone), "epoch_seconds": statistics.median(alone)}


PARTS = {"loop": loop, "quality": quality, "busy": busy}


def measured(part: str, settings: list[str], threads: int | None = 1) -> dict[str, float]:
    """One part, in a process of its own with the limits that a worker sets before its libraries load."""
    words = [sys.executable, __file__, "--part", part, *(word for pair in settings for word in ("--set", pair))]
    env = {**os.environ, **({"AISLE_THREADS": str(threads)} if threads else {})}
    return dict(json.loads(subprocess.run(words, env=env, check=True, stdout=subprocess.PIPE, text=True).stdout))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--json", action="store_true", help="one JSON document")
    parser.add_argument("--part", choices=PARTS, help="this part alone, in this process")
    parser.add_argument(
        "--set", action="append", default=[], metavar="KEY=VALUE", help="another setting, or model=ID, where quality is measured"
    )
    given = parser.parse_args()
    if given.part:
        from recsys_core.settings import limit_threads, load_settings

        limit_threads(load_settings())
        settings = dict(pair.split("=", 1) for pair in given.set)
        figures = quality(settings) if given.part == "quality" else PARTS[given.part]()
        sys.stdout.write(json.dumps(figures))
        return
    figures = measured("loop", []) | measured("quality", given.set) | measured("busy", [], threads=None)
    sys.stdout.write(json.dumps(figures, indent=2) + "\n" if given.json else "".join(f"{k:26} {v:.4g}\n" for k, v in figures.items()))


if __name__ == "__main__":
    main()
