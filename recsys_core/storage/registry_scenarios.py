"""The scenarios of a shop, and which of them is published: who approved what, when, and what was shown until then."""

from __future__ import annotations

import difflib
import itertools
import re
import secrets
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from recsys_core.errors import InputError, NotFoundError, UserError
from recsys_core.storage.lookup import SHORTEST_PREFIX
from recsys_core.storage.records import DatasetRecord, PublicationRecord, ScenarioRecord
from recsys_core.storage.registry_sessions import Sessions
from recsys_core.storage.registry_shops import datasets_of, shop_of
from recsys_core.storage.tables import DatasetRow, PublicationRow, ScenarioRow

LONGEST_NAME, LONGEST_NOTE = 80, 2000  # characters


class ScenarioTable(Sessions):
    """Settings are kept as they are given: what is in them, `ranking.scenario` knows."""

    # --- shops

    def shop_of(self, dataset_id: str) -> str:
        """The shop of a dataset: the id of the first of its series, which may have been deleted since."""
        with self.reading() as session:
            return shop_of(session, dataset_id)

    def datasets_of(self, shop: str) -> list[DatasetRecord]:
        """The datasets of a shop, newest first."""
        with self.reading() as session:
            return [DatasetRow.record(row) for row in datasets_of(session, shop)]

    # --- scenarios

    def scenarios(self, shop: str | None = None) -> list[ScenarioRecord]:
        """The scenarios of a shop, or all, those changed last first."""
        query = sa.select(ScenarioRow).order_by(ScenarioRow.changed_at.desc(), ScenarioRow.id)
        return self._all(query if shop is None else query.where(ScenarioRow.shop == shop), ScenarioRow.record)

    def scenario(self, id: str) -> ScenarioRecord:
        """The scenario with this id, or the only one of this name, or whose id starts so. Raises NotFoundError."""
        with self.reading() as session:
            return _find(session, id).record()

    def save_scenario(
        self,
        shop: str,
        settings: Mapping[str, Any],
        hash: str,
        *,
        replace: bool = False,
        over: str | None = None,
        at: datetime | None = None,
    ) -> ScenarioRecord:
        """Keep a scenario under the name in its settings. One of that name is changed only with `replace`; the same one again is no change.

        over: the hash that the one to be replaced was seen with; it stays where somebody else has changed it since. What is published
        stays as it was approved. Raises InputError for settings without a usable name, UserError where the name is taken.
        """
        name = _usable(str(settings.get("name") or ""))
        at = at or datetime.now(UTC)
        with self.session() as session:
            row = _named(session, shop, name)
            if row is None:
                row = ScenarioRow(id=_new_id(), shop=shop, name=name, created_at=at, hash="")
                session.add(row)
            elif row.hash != hash and not replace:
                told = f"This shop has another scenario called '{name}' ({row.id})."
                raise UserError(told, "Choose another name, or replace it (--replace).")
            elif over is not None and row.hash not in (over, hash):
                raise UserError(f"Somebody else has changed '{name}' since you saw it.", "Look at theirs, or save yours by another name.")
            if row.hash != hash:
                row.settings, row.hash, row.changed_at = {**settings, "name": name}, hash, at
            session.flush()
            return row.record()

    def rename_scenario(self, id: str, name: str, at: datetime | None = None) -> ScenarioRecord:
        """Call a scenario otherwise; what was published keeps the name it was approved by. Raises UserError, NotFoundError."""
        name = _usable(name)
        with self.session() as session:
            row = _find(session, id)
            if row.name != name:
                _check_free(session, row.shop, name)
                row.name, row.settings, row.changed_at = name, {**row.settings, "name": name}, at or datetime.now(UTC)
            return row.record()

    def duplicate_scenario(self, id: str, at: datetime | None = None) -> ScenarioRecord:
        """Keep a scenario once more, with a number after its name. Raises NotFoundError."""
        at = at or datetime.now(UTC)
        with self.session() as session:
            row = _find(session, id)
            name = _free(session, row.shop, row.name)
            settings = {**row.settings, "name": name}
            made = ScenarioRow(id=_new_id(), shop=row.shop, name=name, settings=settings, hash=row.hash, created_at=at, changed_at=at)
            session.add(made)
            session.flush()
            return made.record()

    def free_name(self, shop: str, name: str) -> str:
        """The name itself where no scenario of the shop has it, else the same with a number after it."""
        with self.reading() as session:
            return name if _named(session, shop, name) is None else _free(session, shop, name)

    def delete_scenario(self, id: str, *, force: bool = False, at: datetime | None = None) -> ScenarioRecord:
        """Delete a scenario, and with `force` a published one, which ends that. Returns what is gone. Raises UserError, NotFoundError."""
        with self.session() as session:
            row = _find(session, id)
            if row.publication is not None and not force:
                raise UserError(
                    f"The scenario '{row.name}' is published.",
                    f"Take it back first (`python -m recsys_core scenario unpublish {row.id}`), or delete it with --force.",
                )
            record = row.record()
            if row.publication is not None:
                row.publication.ended_at = at or datetime.now(UTC)
            session.delete(row)
            return record

    # --- publishing

    def publish_scenario(self, id: str, by: str, note: str = "", at: datetime | None = None) -> PublicationRecord:
        """Approve a scenario as it is now: from `at` (default: now) its shop's published lists are by it, and no longer by the one before.

        by: who approves, a name. Raises InputError for a name or note that is missing or too long, NotFoundError.
        """
        by, note, at = by.strip(), note.strip(), at or datetime.now(UTC)
        if not 1 <= len(by) <= LONGEST_NAME:
            raise InputError("It is not said who publishes.", f"Give a name of at most {LONGEST_NAME} characters (--by NAME).")
        if len(note) > LONGEST_NOTE:
            raise InputError(f"The note has {len(note):,} characters.", f"Use at most {LONGEST_NOTE:,}.")
        with self.session() as session:
            row = _find(session, id)
            for before in session.scalars(_in_force(row.shop)):
                before.ended_at = at
            now = PublicationRow(
                shop=row.shop,
                scenario_id=row.id,
                name=row.name,
                settings=row.settings,
                hash=row.hash,
                published_at=at,
                published_by=by,
                note=note,
            )
            session.add(now)
            session.flush()
            return now.record()

    def unpublish_scenario(self, id: str, at: datetime | None = None) -> PublicationRecord:
        """End the publication of a scenario: its shop shows the plain top k again. Raises UserError if it has none, NotFoundError."""
        with self.session() as session:
            row = _find(session, id)
            if row.publication is None:
                raise UserError(f"The scenario '{row.name}' is not published.", "See what is with `python -m recsys_core scenario list`.")
            row.publication.ended_at = at or datetime.now(UTC)
            return row.publication.record()

    def published(self, shop: str, at: datetime | None = None) -> PublicationRecord | None:
        """What is published in a shop, with its settings as they were approved; with `at`, what was at that time. None: the plain top k."""
        query = _in_force(shop) if at is None else _in_force_at(shop, at)
        with self.reading() as session:
            row = session.scalars(query.order_by(PublicationRow.id.desc()).limit(1)).one_or_none()
            return None if row is None else row.record()

    def publications(self, shop: str) -> list[PublicationRecord]:
        """All that was ever published in a shop, newest first; scenarios deleted since are among them."""
        return self._all(
            sa.select(PublicationRow).where(PublicationRow.shop == shop).order_by(PublicationRow.id.desc()), PublicationRow.record
        )


def _in_force(shop: str) -> sa.Select[PublicationRow]:
    return sa.select(PublicationRow).where(PublicationRow.shop == shop, PublicationRow.ended_at.is_(None))


def _in_force_at(shop: str, at: datetime) -> sa.Select[PublicationRow]:
    until = sa.or_(PublicationRow.ended_at.is_(None), PublicationRow.ended_at > at)
    return sa.select(PublicationRow).where(PublicationRow.shop == shop, PublicationRow.published_at <= at, until)


def _usable(name: str) -> str:
    name = name.strip()
    if not 1 <= len(name) <= LONGEST_NAME or not name.isprintable():
        raise InputError("The scenario has no name, or no usable one.", f"Give it one of at most {LONGEST_NAME} characters, in one line.")
    return name


def _new_id() -> str:
    return f"scenario-{secrets.token_hex(4)}"


def _named(session: Session, shop: str, name: str) -> ScenarioRow | None:
    return session.scalars(sa.select(ScenarioRow).where(ScenarioRow.shop == shop, ScenarioRow.name == name)).one_or_none()


def _check_free(session: Session, shop: str, name: str) -> None:
    if _named(session, shop, name) is not None:
        raise UserError(f"This shop has another scenario called '{name}'.", "Choose another name.")


def _free(session: Session, shop: str, name: str) -> str:
    """The name with the first number from 2 that no scenario of the shop has."""
    stem = re.sub(r" \(\d+\)$", "", name)
    for number in itertools.count(2):
        ending = f" ({number})"
        found = stem[: LONGEST_NAME - len(ending)].rstrip() + ending
        if _named(session, shop, found) is None:
            return found
    raise AssertionError


def _find(session: Session, id: str) -> ScenarioRow:
    exact = session.get(ScenarioRow, id)
    if exact is not None:
        return exact
    found = list(session.scalars(sa.select(ScenarioRow).where(ScenarioRow.name == id).order_by(ScenarioRow.id)))
    if not found and len(id) >= SHORTEST_PREFIX:
        found = list(session.scalars(sa.select(ScenarioRow).where(ScenarioRow.id.startswith(id, autoescape=True)).order_by(ScenarioRow.id)))
    if len(found) == 1:
        return found[0]
    if found:
        raise NotFoundError(
            f"'{id}' may be any of {len(found)} scenarios.", f"Write the id of one: {', '.join(row.id for row in found[:5])}"
        )
    known = session.execute(sa.select(ScenarioRow.id, ScenarioRow.name))
    near = difflib.get_close_matches(id, [text for pair in known for text in pair], n=3)
    nearest = f" Nearest: {', '.join(near)}." if near else ""
    raise NotFoundError(f"No scenario is called '{id}'.", f"List what is there with `python -m recsys_core scenario list`.{nearest}")
