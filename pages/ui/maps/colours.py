"""What points of a map can be coloured by, and the colour of each. Only what the data has is offered."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from pages.ui import cache, formats, state
from pages.ui.charts.maps.labels import LONGEST
from pages.ui.charts.maps.paints import Groups, Paint, Values
from pages.ui.maps import words_map as say
from pages.ui.maps.points import main_groups, sizes_of
from recsys_core.errors import UserError
from recsys_core.profiles.drawn import drawn_segments, drawn_version
from recsys_core.ranking.address import from_address
from recsys_core.ranking.scenario import Scenario
from recsys_core.storage.records import RunRecord

if TYPE_CHECKING:
    from pandas import DataFrame

OF_SEGMENT = ("bought_by", "segment")
OF_SCENARIO = ("exposure", "change", "relevance_kept", "ild")
TESTED = ("ndcg@10", "hit_rate@10")
ON_SCREEN = ""  # the scenario of the studio in this session, in place of a saved one


@dataclass(frozen=True)
class Ground:
    """What colours are made of: a run's products or shoppers."""

    record: RunRecord
    what: str

    @cached_property
    def dataset(self) -> Any:
        """What the run was trained on."""
        return cache.dataset(self.record.dataset_id)

    @cached_property
    def catalogue(self) -> cache.Catalogue:
        """Its products."""
        return cache.catalogue(self.record.dataset_id)

    @cached_property
    def clusters(self) -> Any:
        """Clusters of the model's own space, None where none were made."""
        return cache.map_clusters(self.record.id, self.what)

    @cached_property
    def segments(self) -> Any:
        """Segments of shoppers that were found."""
        return cache.segments(self.record.dataset_id)

    def offered(self) -> dict[str, str]:
        """Id -> words of what points can be coloured by, the best first."""
        names = say.COLOURS_ITEMS if self.what == "items" else say.COLOURS_USERS
        return {name: text for name, text in names.items() if self._has(name)}

    def _has(self, name: str) -> bool:
        if name == "cluster":
            return self.clusters is not None and self.clusters.n_clusters > 1
        if name == "group":
            return bool(self.catalogue.labels)
        if name == "price":
            return bool((self.catalogue.prices > 0).any())
        if name in ("launch", "last_seen"):
            return _date_column(self._table(), name) is not None
        if name == "segments":
            return bool(self.segments.labels)
        if name in OF_SEGMENT:
            return bool(self.choices(name))
        if name in TESTED:
            return bool(cache.run(self.record.id).metrics.get("test"))
        return True

    def _table(self) -> DataFrame:
        return self.dataset.items if self.what == "items" else self.dataset.users

    def choices(self, colour: str) -> dict[str, str]:
        """Id -> words of the segments or scenarios that a colour is about; nothing where it needs none."""
        if colour in OF_SEGMENT:
            found = {f"found:{label}": label for label in self.segments.labels}
            return found | {f"drawn:{one.id}": say.DRAWN.format(name=one.name) for one in drawn_segments(self.dataset, "users")}
        if colour in OF_SCENARIO:
            registry = cache.workspace().registry
            return {ON_SCREEN: say.ON_SCREEN} | {r.id: r.name for r in registry.scenarios(registry.shop_of(self.record.dataset_id))}
        return {}

    def version(self, colour: str, of: str) -> str:
        """Changes with what a colour hangs on besides the run."""
        if colour in OF_SEGMENT:
            return str(drawn_version(self.dataset))
        return self.scenario(of).hash if colour in OF_SCENARIO else ""

    def scenario(self, of: str) -> Scenario:
        """A saved scenario, or the one of the studio in this session. Raises UserError."""
        from pages.ui.studio.stage import default_scenario, fitted

        ground = cache.studio(self.record.id).studio.ground
        if of != ON_SCREEN:
            asked = Scenario.from_json(cache.workspace().registry.scenario(of).settings)
        else:
            try:
                asked = from_address(state.chosen(state.SCENARIO) or "")
            except UserError:
                asked = default_scenario(ground)
        return fitted(asked, ground)[0]

    def paint(self, colour: str, of: str, rows: NDArray[np.int32], scenario: Scenario | None = None) -> Paint:
        """The colour of each point. rows: dataset indices. scenario: of the colours that hang on one."""
        if colour == "cluster":
            return groups_of(self.clusters.codes_of(rows), self.clusters.labels)
        if colour == "group":
            return groups_of(self.groups_of(rows), self.catalogue.labels)
        if colour == "segments":
            return groups_of(self.segments.codes[rows], self.segments.labels)
        if colour in OF_SEGMENT:
            return self._of_segment(colour, of, rows)
        if colour in ("launch", "last_seen"):
            column = self._table()[_date_column(self._table(), colour)]
            times = column.to_numpy("datetime64[s]")
            seconds = np.where(np.isnat(times), np.nan, times.astype(np.int64).astype(float))
            return Values(seconds[rows], self._name(colour), "date")
        if colour in TESTED:
            return self._tested(colour, rows)
        if colour in OF_SCENARIO:
            assert scenario is not None
            return self._of_scenario(colour, scenario, rows)
        if colour == "price":
            return Values(self.catalogue.prices[rows], self._name(colour))
        return Values(self.popularity(rows), self._name("popularity"))

    def groups_of(self, rows: NDArray[np.int32]) -> NDArray[np.int32]:
        """Int32 [n]: the group of each product, or of most products of each shopper."""
        groups = self.catalogue.groups
        if self.what == "items":
            return np.asarray(groups[rows], np.int32)
        return main_groups(self.dataset, groups, len(self.catalogue.labels), rows)

    def popularity(self, rows: NDArray[np.int32]) -> NDArray[np.float64]:
        """Float [n]: buyers of each product, or products that each shopper had."""
        return np.asarray((self.catalogue.buyers if self.what == "items" else sizes_of(self.dataset))[rows], np.float64)

    def regions(self, rows: NDArray[np.int32]) -> Groups | None:
        """What is written on the map where it is coloured by a figure: the clusters' names, else the groups'."""
        if self._has("cluster"):
            return groups_of(self.clusters.codes_of(rows), self.clusters.labels)
        return groups_of(self.groups_of(rows), self.catalogue.labels) if self._has("group") else None

    def _name(self, colour: str) -> str:
        return (say.COLOURS_ITEMS if self.what == "items" else say.COLOURS_USERS)[colour]

    def members(self, of: str) -> NDArray[np.bool_]:
        """Bool [users]: who is in a segment, found or drawn."""
        kind, _, name = of.partition(":")
        if kind == "found" and name in self.segments.labels:
            return np.asarray(self.segments.codes == self.segments.labels.index(name))
        chosen = np.zeros(self.dataset.n_users, np.bool_)
        for one in drawn_segments(self.dataset, "users"):
            if kind == "drawn" and one.id == name:
                chosen[one.rows] = True
        return chosen

    def _of_segment(self, colour: str, of: str, rows: NDArray[np.int32]) -> Paint:
        chosen = self.members(of)
        if colour == "segment":
            return groups_of(np.where(chosen[rows], 0, -1).astype(np.int32), [self.choices(colour).get(of, say.REST)])
        had = self.dataset.positives
        inside = np.asarray(had[chosen].sum(axis=0)).ravel()[rows]
        everybody = np.asarray(had.sum(axis=0)).ravel()[rows]
        return Values(np.where(everybody > 0, inside / np.maximum(everybody, 1), np.nan), say.SCALE_SHARE, "share")

    def _tested(self, metric: str, rows: NDArray[np.int32]) -> Paint:
        users, names, table = cache.per_user(self.record.id)
        values = np.full(self.dataset.n_users, np.nan)
        values[users] = table[:, list(names).index(metric)]
        if metric == "ndcg@10":
            return Values(values[rows], self._name(metric), "linear")
        found = np.where(np.isfinite(values), values, -1).astype(np.int32)
        return groups_of(found[rows], list(say.HITS))

    def _of_scenario(self, colour: str, scenario: Scenario, rows: NDArray[np.int32]) -> Paint:
        found = cache.answer(self.record.id, scenario)
        if self.what == "users":
            values = np.full(self.dataset.n_users, np.nan)
            values[found.users] = found.population.by_user[colour][1] if colour in found.population.by_user else np.nan
            return Values(values[rows], self._name(colour), "linear" if colour == "ild" else "share")
        before, after = (_lists_of(each, self.dataset.n_items)[rows] for each in (found.population.before, found.population.after))
        return Values(after, say.SCALE_LISTS) if colour == "exposure" else Values(after - before, say.SCALE_CHANGE, "change")


def groups_of(codes: NDArray[np.integer], labels: Any) -> Groups:
    """Groups with names that a chart may write."""
    return Groups(np.asarray(codes, np.int32), [formats.on_chart(label, LONGEST) for label in labels])


def names_of(groups: Any, rows: NDArray[np.int32]) -> Mapping[int, str]:
    """Row -> the name of its cluster, of those in one; nothing where there are no clusters."""
    if groups is None:
        return {}
    codes = groups.codes_of(rows)
    return {int(row): str(groups.labels[code]) for row, code in zip(rows, codes, strict=True) if code >= 0}


def _lists_of(lists: NDArray[np.integer], n_items: int) -> NDArray[np.float64]:
    """In how many lists each product is."""
    return np.bincount(lists[lists >= 0], minlength=n_items).astype(np.float64)


def _date_column(table: DataFrame, colour: str) -> str | None:
    names = ("launch_date", "first_seen") if colour == "launch" else ("last_seen",)
    for name in names:
        if name in table and str(table[name].dtype).startswith("datetime") and table[name].nunique() > 1:
            return name
    return None
