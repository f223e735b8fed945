"""`recommend`: lists for every shopper, for some, or for histories from a file."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from recsys_core.cli import output
from recsys_core.errors import InputError, UnsupportedError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from recsys_core.data.dataset import Dataset
    from recsys_core.models.runs import Run


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("recommend")(recommend)


def recommend(
    run: Annotated[str, typer.Argument(help="The run's id (see `runs`).")],
    k: Annotated[int, typer.Option("--k", min=1, help="Length of each list.")] = 10,
    all_: Annotated[bool, typer.Option("--all", help="Every shopper of the log.")] = False,
    user: Annotated[list[str] | None, typer.Option("--user", help="A shopper's id; may be given more than once.")] = None,
    histories: Annotated[Path | None, typer.Option("--histories", help="CSV or Parquet with user_id and item_id.")] = None,
    variety: Annotated[float, typer.Option("--variety", help="0 to 100: share of the variety that can be had.")] = 0.0,
    balance: Annotated[float, typer.Option("--balance", help="Taste balance; only 0 in this version.")] = 0.0,
    discovery: Annotated[float, typer.Option("--discovery", help="Discovery; only 0 in this version.")] = 0.0,
    out: Annotated[Path | None, typer.Option("--out", help="Where to write: .parquet or .csv.")] = None,
    as_json: output.JsonOption = False,
) -> None:
    """Write lists: user_id, rank (1 is best), item_id, score.

    No list repeats what the shopper had in training or validation, or what was given.
    """
    from recsys_core.cli.tables import check_format, write_table
    from recsys_core.data.dataset import Dataset
    from recsys_core.models.runs import Run
    from recsys_core.storage.workspace import Workspace

    if sum([all_, bool(user), histories is not None]) != 1:
        raise InputError("It is not clear who the lists are for.", "Give one of --all, --user ID or --histories FILE.")
    for name, value in (("--balance", balance), ("--discovery", discovery)):
        if value:
            raise UnsupportedError(f"{name} is {value:g} and this version can only do 0.", "Leave it out, or use --variety.")
    if out is not None:
        check_format(out)
    elif not user:
        raise InputError("There is no file to write the lists to.", "Give --out FILE, ending in .parquet or .csv.")
    workspace = Workspace.open()
    opened = Run.open(workspace.run_dir(workspace.registry.run(run).id), verify=True)
    dataset = Dataset.open(workspace.dataset_dir(opened.dataset_id))
    if k > len(opened.items):
        raise InputError(f"A list of {k} is longer than the {len(opened.items)} products that this run knows.", "Use a smaller --k.")
    asked = _from_histories(opened, dataset, histories, k) if histories else _from_log(opened, dataset, user, k)
    lists = _rank(opened, asked, k, variety, workspace.settings.threads)
    columns = _rows(dataset, asked, lists)
    if out is not None:
        write_table(out, columns)
    payload = {
        "run": opened.id,
        "k": k,
        "variety": variety,
        "users": len(asked.ids),
        "rows": len(columns["rank"]),
        "out": str(out) if out else None,
    }
    payload |= {"fallback_users": int(asked.fallback.sum()), "unknown_items": asked.unknown_items}
    if out is None:
        payload["lists"] = [
            dict(zip(columns, row, strict=True)) for row in zip(*(column.tolist() for column in columns.values()), strict=True)
        ]
    output.emit(payload, as_json=as_json, table=lambda: _table(payload, dataset, columns, out))


class _Asked:
    """Who lists are for, with their candidates: ids [U], items int32 [U, C], scores float32 [U, C], fallback bool [U]."""

    def __init__(self, ids: Any, items: Any, scores: Any, fallback: Any, unknown_items: int = 0) -> None:
        self.ids, self.items, self.scores, self.fallback, self.unknown_items = ids, items, scores, fallback, unknown_items


def _from_log(run: Run, dataset: Dataset, users: list[str] | None, k: int) -> _Asked:
    import numpy as np

    from recsys_core.ranking.hidden import without_hidden

    rows = np.arange(dataset.n_users) if users is None else np.array([dataset.user_index(u) for u in dict.fromkeys(users)])
    if k > run.candidates.shape[1] and run.candidates.shape[1] < len(run.items):
        raise InputError(
            f"A list of {k} is longer than the {run.candidates.shape[1]} products a run keeps for each shopper.", "Use a smaller --k."
        )
    items, scores = without_hidden(run.candidates[rows], run.candidate_scores[rows], dataset.against[rows])
    return _Asked(dataset.user_ids[rows], items, scores, run.fallback[rows])


def _from_histories(run: Run, dataset: Dataset, file: Path, k: int) -> _Asked:
    import numpy as np

    from recsys_core.cli.tables import read_histories
    from recsys_core.data.splits import make_split
    from recsys_core.inference.kinds.constant import ConstantScorer
    from recsys_core.training.events import Listener
    from recsys_core.training.export import CANDIDATES, make_candidates

    scorer = run.scorer()
    ids, matrix, unknown = read_histories(file, dataset)
    split = make_split(dataset, run.manifest["protocol"], run.manifest["seed"])
    popular = ConstantScorer(np.asarray(split.refit[:, run.items].sum(axis=0), dtype=np.float32).ravel())
    size = min(max(k, CANDIDATES), len(run.items))
    had = _had(ids, dataset, split.known + dataset.against, matrix)
    made = make_candidates(scorer, popular, matrix, run.items, had=had, size=size, listener=Listener())
    return _Asked(ids, made.items, made.scores, made.fallback, unknown)


def _had(ids: Any, dataset: Dataset, known: Any, given: Any) -> Any:
    """What no list may repeat: the given history, and what is known of those who are in the log already; csr [len(ids), items]."""
    import numpy as np
    from scipy import sparse

    log = np.asarray(dataset.user_ids, dtype=object)
    places = np.minimum(np.searchsorted(log, ids), len(log) - 1)
    same = sparse.diags((log[places] == ids).astype(np.float32))
    return (same @ known[places] + given).tocsr()


def _rank(run: Run, asked: _Asked, k: int, variety: float, threads: int) -> NDArray[np.int32]:
    from recsys_core.ranking.lists import rank_lists
    from recsys_core.ranking.plan import plain_plan
    from recsys_core.ranking.pools import DEFAULT_POOL, make_pool, unit_rows
    from recsys_core.ranking.scales import variety_scale

    vectors = scale = None
    if variety and run.item_vectors is not None:
        vectors = unit_rows(run.item_vectors)
        pool = make_pool(run.candidates, run.candidate_scores, max(DEFAULT_POOL, k))
        scale = variety_scale(plain_plan(len(pool), len(vectors), k), pool, vectors)
    ranked = rank_lists(asked.items, asked.scores, k=k, variety=variety, scale=scale, unit_vectors=vectors, threads=threads)
    return ranked.items


def _rows(dataset: Dataset, asked: _Asked, lists: NDArray[np.int32]) -> dict[str, Any]:
    import numpy as np

    filled = lists >= 0
    user, place = np.nonzero(filled)
    listed = lists[filled]
    scores = np.empty(len(listed), np.float32)
    for start in range(0, len(lists), 1024):  # where each listed item stands among the candidates, a block of shoppers at a time
        inside = (user >= start) & (user < start + 1024)
        match = asked.items[user[inside]] == listed[inside][:, None]
        scores[inside] = asked.scores[user[inside], match.argmax(axis=1)]
    return {
        "user_id": np.asarray(asked.ids, dtype=object)[user],
        "rank": (place + 1).astype(np.int32),
        "item_id": np.asarray(dataset.item_ids, dtype=object)[listed],
        "score": scores,
    }


def _table(payload: dict[str, Any], dataset: Dataset, columns: dict[str, Any], out: Path | None) -> Any:
    if out is not None:
        return output.facts({key: value for key, value in payload.items() if value is not None})
    titles = dataset.items["title"] if "title" in dataset.items else dataset.items["item_id"]
    rows = [
        [u, str(rank), item, str(titles.iloc[dataset.item_index(item)]), output.figure(float(score))]
        for u, rank, item, score in zip(*(column.tolist() for column in columns.values()), strict=True)
    ]
    return output.columns(["shopper", "rank", "product", "title", "score"], rows, right=["rank", "score"])
