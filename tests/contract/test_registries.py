"""What a registry must do on every database it may lie in: bring an old one up to date; keep scenarios, publications, feedback, shops."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext

from recsys_core.errors import InputError, NotFoundError, UserError
from recsys_core.storage.engine import connect, writers
from recsys_core.storage.records import DatasetRecord, FeedbackRecord, RunRecord
from recsys_core.storage.registry import Registry
from recsys_core.storage.tables import Base, JobRow
from recsys_core.storage.upgrade import MIGRATIONS

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
FIRST, SECOND, THIRD = "aaaaaaaaaaaaaaa1", "bbbbbbbbbbbbbbb2", "ccccccccccccccc3"


@pytest.fixture(params=["sqlite", "postgresql"])
def address(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """An empty database."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'registry.db'}"
    server = request.getfixturevalue("database_server")
    server.run("DROP SCHEMA IF EXISTS fresh CASCADE", "CREATE SCHEMA fresh")
    return f"{server.full_address}?options=-csearch_path%3Dfresh"


@pytest.fixture
def registry(address: str, tmp_path: Path) -> Any:
    """A registry with two datasets that know nothing of each other."""
    registry = Registry(address, tmp_path)
    for place, id in enumerate((FIRST, SECOND)):
        registry.add_dataset(dataset(id, NOON + place * HOUR))
    yield registry
    registry.close()


def dataset(id: str, at: datetime = NOON) -> DatasetRecord:
    return DatasetRecord(id, f"Shop {id[:1]}", at, 100, 10, 20, "upload")


def intake(registry: Registry, made: str, recipe: str | None, *, number: int = 0, state: str = "done") -> str:
    """The finished job of an intake, without its work."""
    job = JobRow(id=f"job-{number}{made[:9]}", kind="ingest", state=state, title="", created_at=NOON + number * HOUR)
    job.spec, job.result = {"log": "x.csv", "recipe": recipe}, {"dataset": made}
    with registry.session() as session:
        session.add(job)
        return job.id


def test_an_old_registry_is_brought_up_to_date_and_loses_nothing(address: str, tmp_path: Path) -> None:
    engine = connect(address)
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    with writers(engine).begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0001")
        connection.execute(
            sa.text("INSERT INTO datasets VALUES (:id, 'Old', :at, 1, 2, 3, 'upload')"), {"id": FIRST, "at": NOON.replace(tzinfo=None)}
        )
        assert not sa.inspect(connection).has_table("scenarios")
    registry = Registry(address, tmp_path)
    assert registry.datasets() == [DatasetRecord(FIRST, "Old", NOON, 1, 2, 3, "upload")]
    saved = registry.save_scenario(registry.shop_of(FIRST), {"name": "Autumn"}, "h1")
    assert Registry(address, tmp_path).scenarios(FIRST) == [saved]
    with engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection, opts={"compare_type": True}), Base.metadata) == []
    registry.close()
    engine.dispose()


# --- scenarios


def test_a_scenario_comes_back_as_it_was_saved(registry: Registry) -> None:
    settings = {"version": 1, "name": " Herbst ♥ ", "variety": 40.0, "k": 12, "rules": [{"kind": "pin", "name": "'; DROP"}]}
    saved = registry.save_scenario(FIRST, settings, "h1", at=NOON)
    assert registry.scenario(saved.id) == saved
    assert (saved.name, saved.settings) == ("Herbst ♥", {**settings, "name": "Herbst ♥"})
    assert (saved.created_at, saved.changed_at, saved.published_at, saved.published_hash) == (NOON, NOON, None, None)


def test_the_scenarios_of_a_shop_are_its_own_those_changed_last_first(registry: Registry) -> None:
    for hour, name in enumerate(("Autumn", "Winter")):
        registry.save_scenario(FIRST, {"name": name}, "h1", at=NOON + hour * HOUR)
    registry.save_scenario(SECOND, {"name": "Autumn"}, "h1", at=NOON)
    assert [scenario.name for scenario in registry.scenarios(FIRST)] == ["Winter", "Autumn"]
    assert len(registry.scenarios()) == 3


def test_a_name_that_is_taken_is_overwritten_only_if_asked(registry: Registry) -> None:
    first = registry.save_scenario(FIRST, {"name": "Autumn", "variety": 10}, "h1", at=NOON)
    assert registry.save_scenario(FIRST, {"name": "Autumn ", "variety": 10}, "h1", at=NOON + HOUR) == first
    with pytest.raises(UserError, match=f"another scenario called 'Autumn' \\({first.id}\\)"):
        registry.save_scenario(FIRST, {"name": "Autumn", "variety": 20}, "h2")
    assert registry.scenario(first.id) == first
    second = registry.save_scenario(FIRST, {"name": "Autumn", "variety": 20}, "h2", replace=True, at=NOON + HOUR)
    assert second == replace(first, settings={"name": "Autumn", "variety": 20}, hash="h2", changed_at=NOON + HOUR)
    assert registry.scenarios(FIRST) == [second]


@pytest.mark.parametrize("settings", [{}, {"name": "  "}, {"name": None}, {"name": "x" * 81}, {"name": "a\x00b"}, {"name": "\ud800"}])
def test_a_scenario_needs_a_name(registry: Registry, settings: dict[str, Any]) -> None:
    with pytest.raises(InputError, match="no name"):
        registry.save_scenario(FIRST, settings, "h1")


def test_a_scenario_is_found_by_its_name_and_by_the_start_of_its_id(registry: Registry) -> None:
    saved = registry.save_scenario(FIRST, {"name": "Autumn"}, "h1")
    assert registry.scenario("Autumn") == registry.scenario(saved.id[:12]) == saved
    for other in ("Autum", "scenario-________", saved.id[:5], ""):
        with pytest.raises(NotFoundError, match=f"No scenario is called '{other}'"):
            registry.scenario(other)
    with pytest.raises(NotFoundError, match="Nearest: Autumn"):
        registry.scenario("Autum")
    twin = registry.save_scenario(SECOND, {"name": "Autumn"}, "h1")
    with pytest.raises(NotFoundError, match="may be any of 2 scenarios") as caught:
        registry.scenario("Autumn")
    assert twin.id in caught.value.hint


# --- publishing


def test_nothing_is_published_until_somebody_does(registry: Registry) -> None:
    registry.save_scenario(FIRST, {"name": "Autumn"}, "h1")
    assert (registry.published(FIRST), registry.publications(FIRST)) == (None, [])


def test_the_newest_publication_holds_and_the_history_says_what_did(registry: Registry) -> None:
    autumn, winter = (registry.save_scenario(FIRST, {"name": name, "variety": 5}, "h1", at=NOON) for name in ("Autumn", "Winter"))
    registry.publish_scenario(autumn.id, " Ada ", "for the season", at=NOON)
    registry.publish_scenario("Winter", "Ben", at=NOON + 2 * HOUR)
    now = registry.published(FIRST)
    assert now is not None
    assert (now.scenario_id, now.published_by, now.note, now.published_at, now.ended_at) == (winter.id, "Ben", "", NOON + 2 * HOUR, None)
    at_one, before = registry.published(FIRST, NOON + HOUR), registry.published(FIRST, NOON - HOUR)
    assert at_one is not None
    assert (at_one.name, at_one.published_by, at_one.note, at_one.ended_at) == ("Autumn", "Ada", "for the season", NOON + 2 * HOUR)
    assert before is None
    at_two = registry.published(FIRST, NOON + 2 * HOUR)
    assert at_two == now
    assert registry.publications(FIRST) == [now, at_one]
    assert registry.published(SECOND) is None
    shown = {scenario.name: (scenario.published_by, scenario.note) for scenario in registry.scenarios(FIRST)}
    assert shown == {"Autumn": (None, None), "Winter": ("Ben", "")}


def test_what_was_approved_is_shown_whatever_is_saved_later(registry: Registry) -> None:
    registry.save_scenario(FIRST, {"name": "Autumn", "variety": 10}, "h1")
    registry.publish_scenario("Autumn", "Ada")
    changed = registry.save_scenario(FIRST, {"name": "Autumn", "variety": 90}, "h2", replace=True)
    now = registry.published(FIRST)
    assert now is not None
    assert (now.settings["variety"], now.hash) == (10, "h1")
    assert (changed.hash, changed.published_hash) == ("h2", "h1")


def test_a_publication_is_taken_back_once(registry: Registry) -> None:
    saved = registry.save_scenario(FIRST, {"name": "Autumn"}, "h1")
    registry.publish_scenario(saved.id, "Ada", at=NOON)
    ended = registry.unpublish_scenario(saved.id, at=NOON + HOUR)
    assert ended.ended_at == NOON + HOUR
    assert registry.published(FIRST) is None
    assert registry.published(FIRST, NOON) == ended
    assert registry.scenario(saved.id) == saved
    with pytest.raises(UserError, match="The scenario 'Autumn' is not published"):
        registry.unpublish_scenario(saved.id)


@pytest.mark.parametrize(
    ("by", "note", "words"), [(" ", "", "who publishes"), ("x" * 81, "", "who publishes"), ("Ada", "x" * 2001, "2,001")]
)
def test_a_publication_has_a_name_and_no_novel(registry: Registry, by: str, note: str, words: str) -> None:
    registry.save_scenario(FIRST, {"name": "Autumn"}, "h1")
    with pytest.raises(InputError, match=words):
        registry.publish_scenario("Autumn", by, note)
    assert registry.publications(FIRST) == []


def test_a_published_scenario_is_deleted_only_by_force_and_stays_in_the_history(registry: Registry) -> None:
    saved = registry.save_scenario(FIRST, {"name": "Autumn"}, "h1")
    registry.publish_scenario(saved.id, "Ada", at=NOON)
    with pytest.raises(UserError, match="The scenario 'Autumn' is published"):
        registry.delete_scenario(saved.id)
    assert registry.delete_scenario(saved.id, force=True, at=NOON + HOUR).published_by == "Ada"
    assert (registry.scenarios(), registry.published(FIRST)) == ([], None)
    assert [(each.scenario_id, each.ended_at) for each in registry.publications(FIRST)] == [(saved.id, NOON + HOUR)]
    registry.save_scenario(FIRST, {"name": "Autumn"}, "h1")
    assert registry.delete_scenario("Autumn").published_by is None


# --- feedback


def test_feedback_comes_back_in_order_and_goes_with_its_dataset(registry: Registry) -> None:
    given = [
        FeedbackRecord(FIRST, "u2", "p9", "like", NOON + HOUR),
        FeedbackRecord(FIRST, "u1", "p1", "more like this", NOON),
        FeedbackRecord(SECOND, "u1", "p1", "hide", NOON),
    ]
    registry.add_feedback(given[:2])
    registry.add_feedback(given[2:])
    assert registry.feedback(FIRST) == given[:2]
    assert registry.feedback(FIRST, "u1") == given[1:2]
    registry.save_scenario(FIRST, {"name": "Autumn"}, "h1")
    with pytest.raises(UserError) as caught:
        registry.delete_dataset(FIRST)
    assert caught.value.message == "2 events of feedback were given on the dataset 'Shop a'."
    assert caught.value.hint == "Delete it with --cascade. 1 scenario of its shop stays."
    registry.add_run(RunRecord("run-a", FIRST, "ease", "random", 1, NOON, "trained"))
    with pytest.raises(
        UserError, match=r"^1 trained model was made from the dataset 'Shop a' \(run-a\), and 2 events of feedback were given"
    ):
        registry.delete_dataset(FIRST)
    registry.delete_dataset(FIRST, cascade=True)
    assert (registry.feedback(FIRST), registry.feedback(SECOND)) == ([], given[2:])
    assert [scenario.name for scenario in registry.scenarios(FIRST)] == ["Autumn"]


def test_feedback_is_of_a_known_kind_on_a_known_dataset(registry: Registry) -> None:
    good = FeedbackRecord(FIRST, "u1", "p1", "like", NOON)
    with pytest.raises(InputError, match="'applause' is no kind of feedback"):
        registry.add_feedback([good, replace(good, kind="applause")])
    with pytest.raises(NotFoundError, match="No dataset is called"):
        registry.add_feedback([good, replace(good, dataset_id="nope")])
    assert registry.feedback(FIRST) == []


# --- shops


def test_a_dataset_without_a_recipe_is_a_shop_of_its_own(registry: Registry) -> None:
    intake(registry, FIRST, None)
    intake(registry, SECOND, "a file")
    assert (registry.shop_of(FIRST), registry.shop_of(SECOND), registry.shop_of("nope")) == (FIRST, SECOND, "nope")


def test_a_series_of_datasets_is_the_shop_of_the_first(registry: Registry) -> None:
    intake(registry, THIRD, SECOND, number=2)
    intake(registry, SECOND, FIRST, number=1)
    registry.add_dataset(dataset(THIRD, NOON + 5 * HOUR))
    assert [registry.shop_of(id) for id in (FIRST, SECOND, THIRD)] == [FIRST] * 3
    assert [record.id for record in registry.datasets_of(FIRST)] == [THIRD, SECOND, FIRST]


def test_an_intake_that_failed_links_nothing(registry: Registry) -> None:
    intake(registry, SECOND, FIRST, state="failed")
    assert registry.shop_of(SECOND) == SECOND


def test_a_shop_outlives_the_datasets_and_the_jobs_that_made_it(registry: Registry) -> None:
    jobs = [intake(registry, SECOND, FIRST, number=1), intake(registry, THIRD, SECOND, number=2)]
    registry.add_dataset(dataset(THIRD))
    registry.delete_dataset(FIRST)
    registry.delete_dataset(SECOND)
    for job in jobs:
        registry.delete_job(job)
        assert registry.shop_of(THIRD) == FIRST
    assert [record.id for record in registry.datasets_of(FIRST)] == [THIRD]


def test_files_taken_in_by_each_others_recipe_are_one_shop_and_no_endless_search(registry: Registry) -> None:
    intake(registry, SECOND, FIRST, number=1)
    intake(registry, FIRST, SECOND, number=2)
    intake(registry, SECOND, SECOND, number=3)
    assert registry.shop_of(FIRST) == registry.shop_of(SECOND) == FIRST


def test_a_file_taken_in_again_by_a_recipe_joins_that_shop(registry: Registry) -> None:
    intake(registry, SECOND, None, number=1)
    intake(registry, SECOND, FIRST, number=2)
    assert registry.shop_of(SECOND) == FIRST
    intake(registry, SECOND, THIRD, number=3)
    assert registry.shop_of(SECOND) == THIRD


# --- names and copies of scenarios


def test_a_scenario_is_renamed_and_keeps_its_publication(registry: Registry) -> None:
    first = registry.save_scenario(FIRST, {"name": "Autumn", "variety": 10}, "h1", at=NOON)
    registry.save_scenario(FIRST, {"name": "Winter"}, "h2", at=NOON)
    registry.publish_scenario(first.id, "Ann", at=NOON)
    for name in ("“Spring” 春天 <b>", "x" * 80):
        renamed = registry.rename_scenario(first.id, f" {name} ", at=NOON + HOUR)
        assert (renamed.id, renamed.name, renamed.settings["name"], renamed.hash) == (first.id, name, name, "h1")
        assert renamed.published_by == "Ann"
    with pytest.raises(UserError, match="another scenario called 'Winter'"):
        registry.rename_scenario(first.id, "Winter")
    for name in ("", "x" * 81, "x" * 200, "two\nlines"):
        with pytest.raises(UserError, match="no usable one"):
            registry.rename_scenario(first.id, name)
    assert registry.scenario(first.id).name == "x" * 80
    assert registry.published(FIRST).name == "Autumn"


def test_a_copy_has_the_next_free_name(registry: Registry) -> None:
    first = registry.save_scenario(FIRST, {"name": "x" * 80, "variety": 10}, "h1", at=NOON)
    names = [registry.duplicate_scenario(first.id).name, registry.duplicate_scenario(first.id).name]
    assert names == ["x" * 76 + " (2)", "x" * 76 + " (3)"]
    assert registry.free_name(FIRST, names[1]) == "x" * 76 + " (4)"
    assert registry.free_name(FIRST, "Autumn") == "Autumn"
    copies = registry.scenarios(FIRST)
    assert {copy.hash for copy in copies} == {"h1"}
    assert {copy.settings["name"] for copy in copies} == {first.name, *names}


def test_what_somebody_else_changed_meanwhile_is_not_replaced(registry: Registry) -> None:
    registry.save_scenario(FIRST, {"name": "Autumn", "variety": 10}, "h1")
    registry.save_scenario(FIRST, {"name": "Autumn", "variety": 20}, "h2", replace=True, over="h1")
    with pytest.raises(UserError, match="Somebody else has changed 'Autumn'"):
        registry.save_scenario(FIRST, {"name": "Autumn", "variety": 30}, "h3", replace=True, over="h1")
    assert registry.save_scenario(FIRST, {"name": "Autumn", "variety": 20}, "h2", replace=True, over="h1").settings["variety"] == 20


def test_of_two_who_save_one_name_at_once_one_is_told(registry: Registry) -> None:
    def save(number: int) -> str:
        try:
            return registry.save_scenario(FIRST, {"name": "Autumn", "variety": number}, f"h{number}").hash
        except UserError as error:
            return error.message

    with ThreadPoolExecutor(4) as pool:
        told = list(pool.map(save, range(4)))
    saved = registry.scenarios(FIRST)
    assert len(saved) == 1
    assert sorted(told)[-1] == saved[0].hash
    assert sum("another scenario" in each for each in told) == 3
