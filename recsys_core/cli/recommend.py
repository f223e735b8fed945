"""`recommend`: lists for every shopper, for some, for histories from a file, for product pages, baskets and category pages."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from recsys_core.cli import output
from recsys_core.cli.scenario_options import LengthOption, ScenarioOption, find_scenario, with_options
from recsys_core.errors import InputError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from recsys_core.data.dataset import Dataset
    from recsys_core.data.splits import Split
    from recsys_core.jobs.studio import Opened
    from recsys_core.models.runs import Run
    from recsys_core.ranking.ground import Ground
    from recsys_core.ranking.plan import Listing
    from recsys_core.ranking.scenario import Scenario
    from recsys_core.ranking.whatif import Studio

LENGTH = 10
POSITION = "0 to 100: share of what can be had. Default: the scenario's, or 0."


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("recommend")(recommend)


def recommend(
    run: Annotated[str, typer.Argument(help="The run's id (see `runs`).")],
    k: LengthOption = None,
    all_: Annotated[bool, typer.Option("--all", help="Every shopper of the log.")] = False,
    user: Annotated[list[str] | None, typer.Option("--user", help="A shopper's id; may be given more than once.")] = None,
    histories: Annotated[Path | None, typer.Option("--histories", help="CSV or Parquet with user_id and item_id.")] = None,
    item: Annotated[list[str] | None, typer.Option("--item", help="More like this product; an id, may be given more than once.")] = None,
    basket: Annotated[
        list[str] | None, typer.Option("--basket", metavar="ID,ID", help="What goes with these products; may be given more than once.")
    ] = None,
    category: Annotated[
        str | None, typer.Option("--category", metavar="VALUE", help="A category's page, for anybody or, with --user, for those shoppers.")
    ] = None,
    scenario: ScenarioOption = None,
    variety: Annotated[float | None, typer.Option("--variety", help=f"Variety (diversity weight), {POSITION}")] = None,
    balance: Annotated[float | None, typer.Option("--balance", help=f"Taste balance, {POSITION}")] = None,
    discovery: Annotated[float | None, typer.Option("--discovery", help=f"Discovery, {POSITION}")] = None,
    out: Annotated[Path | None, typer.Option("--out", help="Where to write: .parquet or .csv.")] = None,
    as_json: output.JsonOption = False,
) -> None:
    """Write lists: user_id, rank (1 is best), item_id, score.

    No list repeats what the shopper had in training or validation, or what was given. With --item, --basket or --category, user_id is what
    was given there. score is the model's; a product that a rule or a want of candidates put there has none.
    """
    from recsys_core.cli.tables import check_format, write_table
    from recsys_core.models.runs import Run
    from recsys_core.storage.workspace import Workspace

    if sum([all_, bool(user) and category is None, histories is not None, bool(item), bool(basket), category is not None]) != 1:
        raise InputError(
            "It is not clear who the lists are for.",
            "Give one of --all, --user ID, --histories FILE, --item ID, --basket ID,ID or --category VALUE.",
        )
    if out is not None:
        check_format(out)
    elif all_ or histories:
        raise InputError("There is no file to write the lists to.", "Give --out FILE, ending in .parquet or .csv.")
    workspace = Workspace.open()
    opened = Run.open(workspace.run_dir(workspace.registry.run(run).id), verify=True)
    applied = _applied(workspace, opened, scenario, k, {"variety": variety, "balance": balance, "discovery": discovery})
    length = k or (applied.k if applied else LENGTH)
    if length > len(opened.items) and (k or not applied):
        raise InputError(f"A list of {length} is longer than the {len(opened.items)} products that this run knows.", "Use a smaller --k.")
    asked, lists = _ranked(
        workspace, opened, applied, length, users=user, histories=histories, items=item, baskets=basket, category=category
    )
    columns = _rows(asked, lists.items)
    if out is not None:
        write_table(out, columns)
    payload = _told(opened.id, applied, length, asked, columns, lists.places, out)
    output.emit(payload, as_json=as_json, table=lambda: _table(payload, asked.dataset, columns, out))


@dataclass(frozen=True)
class _Asked:
    """Who lists are for, with their candidates: ids [U], items int32 [U, C], scores float32 [U, C], fallback bool [U].

    ground, rows: what a scenario ranks, and which of its rows (None: all). studio: whose scales the sliders go by. basis: of placements.
    """

    dataset: Dataset
    ids: Any
    items: Any
    scores: Any
    fallback: Any
    unknown_items: int = 0
    ground: Ground | None = None
    rows: NDArray[np.int64] | None = None
    studio: Studio | None = None
    basis: str | None = None


@dataclass(frozen=True)
class _Lists:
    items: NDArray[np.int32]
    places: dict[str, int] | None = None


def _applied(workspace: Any, run: Run, text: str | None, k: int | None, sliders: dict[str, float | None]) -> Scenario | None:
    """The scenario that is asked for; None for plain lists."""
    from recsys_core.ranking.scenario import Scenario

    if text is not None:
        return with_options(find_scenario(workspace, run.dataset_id, text), k, sliders)
    return with_options(Scenario(k=LENGTH), k, sliders) if any(sliders.values()) else None


def _ranked(
    workspace: Any,
    run: Run,
    applied: Scenario | None,
    k: int,
    *,
    users: list[str] | None,
    histories: Path | None,
    items: list[str] | None,
    baskets: list[str] | None,
    category: str | None,
) -> tuple[_Asked, _Lists]:
    from recsys_core.data.dataset import Dataset
    from recsys_core.ranking.pools import DEFAULT_POOL
    from recsys_core.ranking.scenario import Scenario

    placed, opened = bool(items or baskets or category is not None), None
    if applied is not None or placed:
        from recsys_core.jobs.studio import open_studio

        opened = open_studio(workspace, run.id, published=False)
    dataset = opened.dataset if opened else Dataset.open(workspace.dataset_dir(run.dataset_id))
    if opened and category is not None:
        asked = _from_category(opened, category, users, applied)
        return asked, _by(applied or Scenario(k=k, pool=max(k, DEFAULT_POOL)), asked, workspace.settings.threads)
    if opened and placed:
        asked = _from_anchors(opened, items, baskets, applied)
    elif histories:
        asked = _from_histories(run, dataset, histories, k, opened)
    else:
        asked = _from_log(run, dataset, users, k, opened)
    return asked, _by(applied, asked, workspace.settings.threads) if applied is not None else _plain(asked, k, workspace.settings.threads)


def _from_log(run: Run, dataset: Dataset, users: list[str] | None, k: int, opened: Opened | None) -> _Asked:
    import numpy as np

    from recsys_core.ranking.hidden import without_hidden

    rows = np.arange(dataset.n_users) if users is None else np.array([dataset.user_index(u) for u in dict.fromkeys(users)])
    if k > run.candidates.shape[1] and run.candidates.shape[1] < len(run.items):
        raise InputError(
            f"A list of {k} is longer than the {run.candidates.shape[1]} products a run keeps for each shopper.", "Use a smaller --k."
        )
    ids, fallback = dataset.user_ids[rows], run.fallback[rows]
    if opened is not None:
        ground = opened.studio.ground
        own = rows if users is not None else None
        return _Asked(dataset, ids, ground.candidates[rows], ground.scores[rows], fallback, 0, ground, own, opened.studio)
    items, scores = without_hidden(run.candidates[rows], run.candidate_scores[rows], dataset.against[rows])
    return _Asked(dataset, ids, items, scores, fallback)


def _from_histories(run: Run, dataset: Dataset, file: Path, k: int, opened: Opened | None) -> _Asked:
    import numpy as np

    from recsys_core.cli.tables import read_histories
    from recsys_core.data.splits import make_split
    from recsys_core.inference.kinds.constant import ConstantScorer
    from recsys_core.ranking.anchors import anchored
    from recsys_core.ranking.placements import Placed
    from recsys_core.training.events import Listener
    from recsys_core.training.export import CANDIDATES, make_candidates

    scorer = run.scorer()
    ids, matrix, unknown = read_histories(file, dataset)
    split: Split = opened.split if opened else make_split(dataset, run.manifest["protocol"], run.manifest["seed"])
    popular = ConstantScorer(np.asarray(split.refit[:, run.items].sum(axis=0), dtype=np.float32).ravel())
    size = min(max(k, CANDIDATES), len(run.items))
    had = _had(ids, dataset, split.known + dataset.against, matrix)
    made = make_candidates(scorer, popular, matrix, run.items, had=had, size=size, listener=Listener())
    if opened is None:
        return _Asked(dataset, ids, made.items, made.scores, made.fallback, unknown)
    base = opened.studio.ground
    places, same = _in_log(ids, dataset)
    members = base.members.of(np.where(same, places, -1))
    ground = anchored(base, Placed(made.items, made.scores, had, base.best_sellers, made.fallback), matrix, members)
    return _Asked(dataset, ids, made.items, made.scores, made.fallback, unknown, ground, None, opened.studio)


def _from_anchors(opened: Opened, items: list[str] | None, baskets: list[str] | None, applied: Scenario | None) -> _Asked:
    import numpy as np

    from recsys_core.jobs.studio import BASKET, PRODUCT, baskets_of, place, placement_studio
    from recsys_core.ranking.scenario import Scenario

    kind, texts = (PRODUCT, items) if items else (BASKET, baskets)
    ids = list(dict.fromkeys(texts or ()))
    rows = [[id] if kind == PRODUCT else [part.strip() for part in id.split(",") if part.strip()] for id in ids]
    if not all(rows):
        raise InputError("A basket has no products.", "Write --basket ID,ID.")
    scenario = applied or Scenario()
    ground, basis = place(opened, kind, baskets_of(opened, rows), scenario)
    studio = placement_studio(opened, kind, scenario) if applied is not None else None
    fallback, names = ground.fallback, np.array(ids, dtype=object)
    return _Asked(opened.dataset, names, ground.candidates, ground.scores, fallback, 0, ground, None, studio, basis)


def _from_category(opened: Opened, category: str, users: list[str] | None, applied: Scenario | None) -> _Asked:
    import numpy as np

    from recsys_core.jobs.placing import CATEGORY, category_at, sample
    from recsys_core.ranking.scenario import Scenario

    scenario, base = applied or Scenario(), opened.studio.ground
    names = [category] if users is None else list(dict.fromkeys(users))
    rows = None if users is None else np.array([opened.dataset.user_index(name) for name in names])
    ground, basis = category_at(opened, category, scenario, rows)
    studio = sample(opened, CATEGORY, scenario, category, anybody=rows is None)
    items = np.full((1, 1), -1, np.int32) if rows is None else base.candidates[rows]  # best sellers have no score of the model's
    scores = np.full((1, 1), np.nan, np.float32) if rows is None else base.scores[rows]
    return _Asked(opened.dataset, np.array(names, dtype=object), items, scores, ground.fallback, 0, ground, None, studio, basis)


def _in_log(ids: Any, dataset: Dataset) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """(row of each id in the log, whether it is there at all)."""
    import numpy as np

    log = np.asarray(dataset.user_ids, dtype=object)
    places = np.minimum(np.searchsorted(log, ids), len(log) - 1)
    return places, log[places] == ids


def _had(ids: Any, dataset: Dataset, known: Any, given: Any) -> Any:
    """What no list may repeat: the given history, and what is known of those who are in the log already; csr [len(ids), items]."""
    import numpy as np
    from scipy import sparse

    places, same = _in_log(ids, dataset)
    return (sparse.diags(same.astype(np.float32)) @ known[places] + given).tocsr()


def _plain(asked: _Asked, k: int, threads: int) -> _Lists:
    from recsys_core.ranking.lists import rank_lists

    return _Lists(rank_lists(asked.items, asked.scores, k=k, threads=threads).items)


def _by(scenario: Scenario, asked: _Asked, threads: int) -> _Lists:
    from recsys_core.ranking.planning import prepare

    assert asked.ground is not None
    assert asked.studio is not None
    rows = None if scenario.exposure else asked.rows  # whole-catalogue exposure: a list hangs on those of the shoppers before
    ready = prepare(scenario, asked.ground, asked.studio.scales(scenario), asked.studio.day, rows)
    listing: Listing = ready.rank(threads)
    items, flags = listing.items, listing.flags
    if scenario.exposure and asked.rows is not None:
        items, flags = items[asked.rows], flags[asked.rows]
    return _Lists(items, _places(flags))


def _places(flags: NDArray[np.uint8]) -> dict[str, int]:
    """How many places each flag is on."""
    from recsys_core.ranking.plan import Flag

    return {str(flag.name).lower(): int(((flags & int(flag)) > 0).sum()) for flag in Flag}


def _rows(asked: _Asked, lists: NDArray[np.int32]) -> dict[str, Any]:
    import numpy as np

    filled = lists >= 0
    user, place = np.nonzero(filled)
    listed = lists[filled]
    scores = np.empty(len(listed), np.float32)
    for start in range(0, len(lists), 1024):  # where each listed item stands among the candidates, a block of shoppers at a time
        inside = (user >= start) & (user < start + 1024)
        match = asked.items[user[inside]] == listed[inside][:, None]
        own = asked.scores[user[inside], match.argmax(axis=1)]
        scores[inside] = np.where(match.any(axis=1), own, np.nan)
    return {
        "user_id": np.asarray(asked.ids, dtype=object)[user],
        "rank": (place + 1).astype(np.int32),
        "item_id": np.asarray(asked.dataset.item_ids, dtype=object)[listed],
        "score": scores,
    }


def _told(
    run: str, applied: Scenario | None, k: int, asked: _Asked, columns: dict[str, Any], places: dict[str, int] | None, out: Path | None
) -> dict[str, Any]:
    told: dict[str, Any] = {
        "run": run,
        "k": k,
        "scenario": None if applied is None else {"name": applied.name, "hash": applied.hash},
        **{name: getattr(applied, name) if applied else 0.0 for name in ("variety", "balance", "discovery")},
        "users": len(asked.ids),
        "rows": len(columns["rank"]),
        "out": str(out) if out else None,
        "fallback_users": int(asked.fallback.sum()),
        "unknown_items": asked.unknown_items,
    }
    if places is not None:
        told["places"] = places
    if asked.basis is not None:
        told["basis"] = asked.basis
    if out is None:
        rows = zip(*(column.tolist() for column in columns.values()), strict=True)
        told["lists"] = [dict(zip(columns, row, strict=True)) for row in rows]
    return told


def _table(payload: dict[str, Any], dataset: Dataset, columns: dict[str, Any], out: Path | None) -> Any:
    if out is not None:
        return output.facts({key: value for key, value in payload.items() if value is not None})
    titles = dataset.items["title"] if "title" in dataset.items else dataset.items["item_id"]
    rows = [
        [u, str(rank), item, str(titles.iloc[dataset.item_index(item)]), output.figure(float(score))]
        for u, rank, item, score in zip(*(column.tolist() for column in columns.values()), strict=True)
    ]
    return output.columns(["shopper", "rank", "product", "title", "score"], rows, right=["rank", "score"])
