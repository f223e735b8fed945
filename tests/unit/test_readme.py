"""What README and docs tell people to type exists, and what they link to is there."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGES = [ROOT / "README.md", ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").glob("*.md"))]
TEXT = "\n".join(page.read_text(encoding="utf-8") for page in PAGES)


def commands() -> dict[str, set[str]]:
    """Command -> options that README names with it."""
    found: dict[str, set[str]] = {}
    for line in re.findall(r"python -m recsys_core (.+)", (ROOT / "README.md").read_text(encoding="utf-8")):
        words = line.split("#")[0]
        names = re.match(r"[a-z-]+(?:(?: \| | ID \| )[a-z-]+)*", words)
        for name in re.findall(r"[a-z-]+", names.group()) if names else []:
            found.setdefault(name, set()).update(re.findall(r"--[a-z-]+", words))
    return found


@pytest.mark.parametrize("name", sorted(commands()))
def test_every_command_of_the_readme_exists_with_its_options(name: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "recsys_core", name, "--help"], cwd=ROOT, capture_output=True, text=True, env={"COLUMNS": "200"}
    )
    assert done.returncode == 0, done.stderr
    assert {option for option in commands()[name] if option not in done.stdout} == set()


def test_the_readme_names_the_commands_it_should() -> None:
    assert {
        "demo",
        "ingest",
        "datasets",
        "runs",
        "jobs",
        "show",
        "delete",
        "split",
        "train",
        "evaluate",
        "recommend",
        "project",
        "place",
        "neighbours",
        "inside",
        "walk",
        "cohort",
        "job",
        "look",
        "tables",
        "dropped",
        "recipe",
        "catalogue",
        "clusters",
        "segments",
        "profile",
        "autopilot",
        "tune",
        "cross-validate",
        "benchmark",
        "baskets",
        "interests",
        "scenario",
        "scorecard",
        "gaps",
        "new-items",
        "synthesize",
        "synthetic",
        "filter",
        "fuse",
        "augment",
        "cold-item",
        "cold-shopper",
        "whatif",
        "explain",
    } == set(commands())


def test_every_make_target_that_is_named_exists() -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    named = set(re.findall(r"(?:`|    )make ([a-z-]+)", TEXT))
    assert named - targets == set()
    assert {"app", "test", "fuzz", "lint", "benchmark", "demo-assets", "clean"} <= targets


def test_every_link_and_picture_is_there() -> None:
    for page in PAGES:
        links = re.findall(r"\]\((?!https?:)([^)#]+)\)", page.read_text(encoding="utf-8"))
        assert [link for link in links if not (page.parent / link).exists()] == []


def test_every_dependency_has_its_reason() -> None:
    listed = (ROOT / "requirements.txt").read_text(encoding="utf-8").split("# Brought in")[0]
    reasons = (ROOT / "docs" / "dependencies.md").read_text(encoding="utf-8").lower()
    assert [name for name in re.findall(r"^([A-Za-z-]+)==", listed, re.MULTILINE) if name.lower() not in reasons] == []


def test_requirements_name_no_host() -> None:
    for name in ("requirements.txt", "requirements-dev.txt", "Makefile", "pyproject.toml"):
        assert "://" not in (ROOT / name).read_text(encoding="utf-8"), name
