"""Train one model of another library on a split and write its lists. Runs in the peers' environment, never in Aisle's.

    python peer_worker.py LIBRARY:MODEL FOLDER SEED OUT.npy

FOLDER has train.npy and validation.npy, int [pairs, 2] of user and item numbers, and sizes.json. OUT is int32 [users, 100]: nothing that
the user had in training or validation. OUT.json gets {"cpu_seconds", "seconds"} of fitting and choosing, imports and list making left
out. Epochs are chosen on validation where the library can; settings are the library's own or those its papers name.
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from scipy import sparse

K = 100
Pairs = np.ndarray
Scores = Callable[[np.ndarray], np.ndarray]


def clock() -> tuple[float, float]:
    """Wall and processor seconds so far."""
    return time.perf_counter(), time.process_time()


def recbole(model: str, folder: Path, train: Pairs, validation: Pairs, shape: tuple[int, int], seed: int) -> tuple[Scores, float, float]:
    """MultiVAE, RecVAE: batch 200 (the default of 2,048 is one step an epoch here), at most 100 epochs, patience 10 on NDCG@100."""
    import logging

    import torch

    for old, new in {"float_": "float64", "complex_": "complex128", "unicode_": "str_"}.items():
        if old not in np.__dict__:  # names that numpy 2 took away and RecBole 1.2.1 still says
            setattr(np, old, getattr(np, new))
    from recbole.config import Config
    from recbole.data import create_dataset, data_preparation
    from recbole.data.interaction import Interaction
    from recbole.utils import get_model, get_trainer, init_seed

    logging.disable(logging.CRITICAL)
    work = Path(tempfile.mkdtemp(dir=folder))
    (work / "log").mkdir()
    for name, pairs in (("train", train), ("valid", validation), ("test", validation)):
        lines = ["user_id:token\titem_id:token", *(f"u{u}\ti{i}" for u, i in pairs)]
        (work / "log" / f"log.{name}.inter").write_text("\n".join(lines) + "\n")
    os.chdir(work)
    sys.argv = sys.argv[:1]
    config = Config(
        model=model,
        dataset="log",
        config_dict={
            "data_path": str(work),
            "benchmark_filename": ["train", "valid", "test"],
            "load_col": {"inter": ["user_id", "item_id"]},
            "eval_args": {"split": None, "group_by": "user", "order": "RO", "mode": "full"},
            "train_batch_size": 200,
            "eval_batch_size": 10_000_000,
            "epochs": 100,
            "stopping_step": 10,
            "topk": [100],
            "metrics": ["NDCG"],
            "valid_metric": "NDCG@100",
            "seed": seed,
            "reproducibility": True,
            "show_progress": False,
            "use_gpu": False,
            "state": "CRITICAL",
            "checkpoint_dir": str(work),
            "train_neg_sample_args": None,
        },
    )
    init_seed(seed, True)
    dataset = create_dataset(config)
    train_data, valid_data, _ = data_preparation(config, dataset)
    network = get_model(model)(config, train_data._dataset).to("cpu")
    trainer = get_trainer(config["MODEL_TYPE"], model)(config, network)
    best: dict[str, Any] = {"score": -1.0}

    def keep_best(epoch: int, score: float) -> None:
        if score > best["score"]:
            best.update(score=score, weights={name: value.clone() for name, value in network.state_dict().items()})

    wall, cpu = clock()
    trainer.fit(train_data, valid_data, saved=False, show_progress=False, callback_fn=keep_best)
    wall, cpu = (now - then for now, then in zip(clock(), (wall, cpu), strict=True))
    network.load_state_dict(best["weights"])
    network.eval()
    users = [dataset.token2id("user_id", f"u{u}") if f"u{u}" in dataset.field2token_id["user_id"] else 0 for u in range(shape[0])]
    known = dataset.field2token_id["item_id"]
    items = np.array([known.get(f"i{i}", -1) for i in range(shape[1])])

    def score(rows: np.ndarray) -> np.ndarray:
        with torch.inference_mode():
            found = network.full_sort_predict(Interaction({"user_id": torch.tensor([users[r] for r in rows])}))
        table = found.reshape(len(rows), -1).numpy()
        return np.where(items >= 0, table[:, np.maximum(items, 0)], -np.inf)

    return score, wall, cpu


def cornac(model: str, folder: Path, train: Pairs, validation: Pairs, shape: tuple[int, int], seed: int) -> tuple[Scores, float, float]:
    """VAECF (k 100, 60 epochs: far better here than its defaults) and RecVAE (its defaults; 50 epochs). It has no early stop."""
    import cornac.models as models
    import torch
    from cornac.data import Dataset

    torch.manual_seed(seed)
    data = Dataset.from_uir([(int(u), int(i), 1.0) for u, i in train], seed=seed)
    if model == "VAECF":
        made = models.VAECF(k=100, autoencoder_structure=[600], n_epochs=60, batch_size=200, beta=0.2, seed=seed, use_gpu=False)
    else:
        made = models.RecVAE(n_epochs=50, batch_size=200, seed=seed, use_gpu=False)
    wall, cpu = clock()
    made.fit(data)
    wall, cpu = (now - then for now, then in zip(clock(), (wall, cpu), strict=True))
    own = {int(i): place for i, place in data.iid_map.items()}
    items = np.array([own.get(i, -1) for i in range(shape[1])])

    def score(rows: np.ndarray) -> np.ndarray:
        known = [data.uid_map.get(int(row)) for row in rows]
        table = np.stack([np.zeros(len(own)) if user is None else np.asarray(made.score(user)) for user in known])
        return np.where(items >= 0, table[:, np.maximum(items, 0)], -np.inf)

    return score, wall, cpu


def irspack(model: str, folder: Path, train: Pairs, validation: Pairs, shape: tuple[int, int], seed: int) -> tuple[Scores, float, float]:
    """Closed forms and iALS, with settings that are good on MovieLens (guides of the field, not chosen here)."""
    import irspack.recommenders as models

    matrix = sparse.csr_matrix((np.ones(len(train)), (train[:, 0], train[:, 1])), shape=shape)
    made: Any
    if model == "IALS":
        made = models.IALSRecommender(matrix, n_components=64, alpha0=0.3, reg=0.02, random_seed=seed, n_threads=1)
    elif model == "CosineKNN":
        made = models.CosineKNNRecommender(matrix, shrinkage=100, top_k=200, normalize=True)
    elif model == "RP3beta":
        made = models.RP3betaRecommender(matrix, alpha=1.0, beta=0.4, top_k=200)
    else:
        made = models.EDLAERecommender(matrix, reg=300.0, dropout_p=0.5)
    wall, cpu = clock()
    made.learn()
    wall, cpu = (now - then for now, then in zip(clock(), (wall, cpu), strict=True))
    return lambda rows: np.asarray(made.get_score(rows), dtype=np.float32), wall, cpu


def main() -> None:
    """Train, rank, write."""
    name, folder, seed, out = sys.argv[1], Path(sys.argv[2]).resolve(), int(sys.argv[3]), Path(sys.argv[4]).resolve()
    library, _, model = name.partition(":")
    train, validation = np.load(folder / "train.npy"), np.load(folder / "validation.npy")
    shape = tuple(json.loads((folder / "sizes.json").read_text()))
    work = {"recbole": recbole, "cornac": cornac, "irspack": irspack}[library]
    score, wall, cpu = work(model, folder, train, validation, shape, seed)
    had = np.concatenate([train, validation])
    seen = sparse.csr_matrix((np.ones(len(had)), (had[:, 0], had[:, 1])), shape=shape)
    lists = np.empty((shape[0], K), dtype=np.int32)
    for start in range(0, shape[0], 256):
        rows = np.arange(start, min(start + 256, shape[0]))
        table = np.array(score(rows), dtype=np.float32)
        table[seen[rows].nonzero()] = -np.inf
        lists[rows] = np.argsort(-table, axis=1, kind="stable")[:, :K]
    np.save(out, lists)
    out.with_suffix(".json").write_text(json.dumps({"seconds": wall, "cpu_seconds": cpu}))


if __name__ == "__main__":
    main()
