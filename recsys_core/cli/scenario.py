"""`scenario list|show|save|export|import|rename|duplicate|publish|unpublish|delete`: a shop's settings; `feedback`: what was said there."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from recsys_core.cli import scenario_files
from recsys_core.cli.options import DatasetArgument
from recsys_core.cli.output import JsonOption, columns, count, emit, facts, moment

if TYPE_CHECKING:
    from rich.console import RenderableType

    from recsys_core.ranking.scenario import Scenario
    from recsys_core.storage.records import FeedbackRecord, PublicationRecord, ScenarioRecord
    from recsys_core.storage.registry import Registry

ScenarioId = Annotated[str, typer.Argument(metavar="ID", help="The scenario's id, the start of it, or its name.")]
# kind of feedback -> what a log calls it: words that `ingest` knows to speak for a product or against it
EVENTS = {"like": "like", "hide": "hide", "more like this": "click", "add": "favourite", "remove": "unfavourite"}


def register(app: typer.Typer) -> None:
    """Add the group `scenario`, and `feedback`."""
    group = typer.Typer(name="scenario", help="Save, share and publish the studio's settings. They belong to a shop: a series of datasets.")
    group.command("list")(list_)
    group.command("import")(save)
    for command in (show, save, export, rename, duplicate, publish, unpublish, delete):
        group.command()(command)
    scenario_files.register(group)
    app.add_typer(group)
    app.command()(feedback)


def list_(
    dataset: Annotated[str | None, typer.Argument(help="Only those of this dataset's shop; an id (see `datasets`).")] = None,
    as_json: JsonOption = False,
) -> None:
    """List the scenarios, and which of them are published."""
    registry = _registry()
    records = registry.scenarios(registry.shop_of(registry.dataset(dataset).id) if dataset else None)
    emit(records, as_json=as_json, table=lambda: _listed(registry, records))


def show(id: ScenarioId, as_json: JsonOption = False) -> None:
    """Show a scenario: its settings, who published it when, and its address for the studio's page."""
    registry = _registry()
    record = registry.scenario(id)
    history = [each for each in registry.publications(record.shop) if each.scenario_id == record.id]
    address = _address(record)
    payload = {"type": "scenario", **vars(record), "publications": history, "address": address}
    emit(payload, as_json=as_json, table=lambda: _shown(record, history, address))


def save(
    dataset: DatasetArgument,
    file: Annotated[Path, typer.Argument(help="The settings: JSON, as `scenario export` writes it.")],
    name: Annotated[str | None, typer.Option(help="What to call it; else as the file says.")] = None,
    replace: Annotated[bool, typer.Option("--replace", help="Overwrite the scenario of this name, if there is another.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Save a file as a scenario of the dataset's shop. What is published stays as it was approved until it is published again."""
    registry = _registry()
    shop = registry.shop_of(registry.dataset(dataset).id)
    scenario = read_scenario(file)
    if name is not None:
        scenario = scenario.with_(name=name)
    record = registry.save_scenario(shop, scenario.to_json(), scenario.hash, replace=replace)
    emit(vars(record), as_json=as_json, table=lambda: facts({"scenario": record.id, "name": record.name, "hash": record.hash}))


def export(
    id: ScenarioId,
    out: Annotated[Path, typer.Option(metavar="FILE.json", help="Where to write it.")],
    as_json: JsonOption = False,
) -> None:
    """Write a scenario's settings to a file, for `scenario import`, `recommend --scenario` and `whatif --scenario`."""
    from recsys_core.errors import InputError
    from recsys_core.storage.atomic import write_json

    record = _registry().scenario(id)
    try:
        write_json(out, record.settings)
    except OSError as error:
        raise InputError(f"The file '{out}' cannot be written ({error.strerror or error}).", "Give --out another place.") from error
    emit({"scenario": record.id, "name": record.name, "hash": record.hash, "out": str(out)}, as_json=as_json)


def rename(id: ScenarioId, name: Annotated[str, typer.Argument(help="What to call it from now on.")], as_json: JsonOption = False) -> None:
    """Call a scenario otherwise. What was published keeps the name it was approved by."""
    record = _registry().rename_scenario(id, name)
    emit({"scenario": record.id, "name": record.name, "hash": record.hash}, as_json=as_json)


def duplicate(id: ScenarioId, as_json: JsonOption = False) -> None:
    """Keep a scenario once more, with a number after its name."""
    record = _registry().duplicate_scenario(id)
    emit({"scenario": record.id, "name": record.name, "hash": record.hash}, as_json=as_json)


def publish(
    id: ScenarioId,
    by: Annotated[str, typer.Option(metavar="NAME", help="Who approves it.")],
    note: Annotated[str, typer.Option(metavar="TEXT", help="Why, for those who read the history.")] = "",
    as_json: JsonOption = False,
) -> None:
    """Publish a scenario as it is now: the shop's published lists are by it, until another is published or this one taken back."""
    _tell(_registry().publish_scenario(id, by, note), as_json)


def unpublish(id: ScenarioId, as_json: JsonOption = False) -> None:
    """Take a published scenario back: the shop's published lists are the model's plain top k again."""
    _tell(_registry().unpublish_scenario(id), as_json)


def delete(
    id: ScenarioId,
    force: Annotated[bool, typer.Option("--force", help="Also if it is published, which ends that.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Delete a scenario; a published one only with --force. What was published stays in the history."""
    record = _registry().delete_scenario(id, force=force)
    emit({"deleted": record.id, "type": "scenario", "name": record.name}, as_json=as_json)


def feedback(
    dataset: DatasetArgument,
    out: Annotated[Path | None, typer.Option(metavar="FILE", help="Write them to this file, .csv or .parquet.")] = None,
    as_json: JsonOption = False,
) -> None:
    """List what was liked, hidden, added or removed in the studio; with --out as a log (user_id, item_id, event, timestamp) for `ingest`.

    In the log, "more like this" is a click, a past item added a favourite, one removed an unfavourite; times are UTC.
    """
    from recsys_core.cli.tables import check_format

    if out is not None:
        check_format(out)
    registry = _registry()
    id = registry.dataset(dataset).id
    events = registry.feedback(id)
    told: dict[str, Any] = {"dataset": id, "rows": len(events)}
    if out is None:
        emit({**told, "events": events}, as_json=as_json, table=lambda: _events(events))
        return
    _write_log(out, events)
    emit({**told, "out": str(out)}, as_json=as_json)


def read_scenario(path: Path) -> Scenario:
    """The scenario in a file. Raises InputError where there is none."""
    from recsys_core.errors import InputError
    from recsys_core.ranking.address import LARGEST_TEXT, from_text

    try:
        with path.open(encoding="utf-8-sig") as file:
            text = file.read(LARGEST_TEXT + 1)
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is no text"
        raise InputError(f"The scenario '{path}' cannot be read ({reason}).", "Give a file that `scenario export` wrote.") from error
    try:
        return from_text(text)
    except InputError as error:
        raise InputError(f"{path.name}: {error.message}", error.hint) from error


def _registry() -> Registry:
    from recsys_core.storage.workspace import Workspace

    return Workspace.open().registry


def _address(record: ScenarioRecord) -> str | None:
    """None for a scenario that is too large for one."""
    from recsys_core.errors import InputError
    from recsys_core.ranking.address import to_address
    from recsys_core.ranking.scenario import Scenario

    try:
        return to_address(Scenario.from_json(record.settings))
    except InputError:
        return None


def _tell(publication: PublicationRecord, as_json: bool) -> None:
    told = {name: value for name, value in vars(publication).items() if name != "settings"}
    shown = {name: value for name, value in told.items() if value not in (None, "")}
    emit(told, as_json=as_json, table=lambda: facts(shown))


def _listed(registry: Registry, records: list[ScenarioRecord]) -> RenderableType:
    if not records:
        return "There is no scenario yet. Save one in the studio, or with `python -m recsys_core scenario save DATASET FILE`."
    shops = {shop: next(iter(registry.datasets_of(shop)), None) for shop in {record.shop for record in records}}
    rows = []
    for record in records:
        newest = shops[record.shop]
        published = "" if record.published_at is None else f"{moment(record.published_at)} by {record.published_by}"
        changed = " (changed since)" if record.published_hash not in (None, record.hash) else ""
        shop = record.shop if newest is None else newest.name
        rows.append((record.id, record.name, shop, record.hash, moment(record.changed_at), published + changed, record.note or ""))
    return columns(("scenario", "name", "shop", "hash", "changed", "published", "note"), rows)


def _shown(record: ScenarioRecord, history: list[PublicationRecord], address: str | None) -> RenderableType:
    from rich.console import Group

    about = {"scenario": record.id, "shop": record.shop, "hash": record.hash, "made": record.created_at, "changed": record.changed_at}
    settings = {name: value for name, value in record.settings.items() if name != "version"}
    rows = [(moment(p.published_at), moment(p.ended_at), p.published_by, p.hash, p.note) for p in history]
    parts = [facts({**about, **settings, "address": address or "too large for one"})]
    return Group(*parts, columns(("published", "until", "by", "hash", "note"), rows)) if rows else Group(*parts)


def _events(events: list[FeedbackRecord]) -> RenderableType:
    if not events:
        return "No feedback was given on this dataset yet."
    rows = [(moment(event.created_at), event.user_id, event.kind, event.item_id) for event in events]
    return columns((f"when ({count(len(rows))} events)", "shopper", "said", "product"), rows)


def _write_log(out: Path, events: list[FeedbackRecord]) -> None:
    import numpy as np

    from recsys_core.cli.tables import write_table

    texts = {
        "user_id": [event.user_id for event in events],
        "item_id": [event.item_id for event in events],
        "event": [EVENTS[event.kind] for event in events],
    }
    times = np.array([event.created_at.replace(tzinfo=None) for event in events], dtype="datetime64[us]")
    write_table(out, {**{name: np.array(values, dtype=str) for name, values in texts.items()}, "timestamp": times})
