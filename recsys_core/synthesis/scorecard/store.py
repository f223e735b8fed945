"""A scorecard on disk: a sealed folder with one JSON file. Light enough for the server."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from recsys_core.errors import CorruptArtifactError
from recsys_core.storage.artifacts import open_artifact, seal
from recsys_core.storage.atomic import new_folder, remove_folder, write_json
from recsys_core.synthesis.scorecard.card import Scorecard

KIND, FILE = "scorecard", "scorecard.json"


def write_scorecard(folder: Path, card: Scorecard, inputs: Mapping[str, Any]) -> None:
    """Write the card into `folder`, whole or not at all, replacing an older one. inputs: name -> what it was made of, for the manifest."""
    remove_folder(folder)
    with new_folder(folder) as new:
        write_json(new / FILE, card.to_json())
        seal(new, {"kind": KIND, "inputs": inputs, "seed": card.seed})


def open_scorecard(folder: Path) -> Scorecard:
    """Read a card. Raises NotFoundError if there is none, CorruptArtifactError if it is damaged."""
    artifact = open_artifact(folder, kind=KIND)
    try:
        return Scorecard.from_json(artifact.json(FILE))
    except (KeyError, TypeError, AttributeError) as error:
        raise CorruptArtifactError(f"The scorecard '{folder.name}' lacks what a card has.", "Delete it and make it again.") from error
