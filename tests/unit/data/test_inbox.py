"""The inbox lists what may be taken in, and lets nobody out of it."""

from __future__ import annotations

from pathlib import Path

import pytest

from recsys_core.data.inbox import inbox_path, list_inbox
from recsys_core.data.ingest import IngestRequest, ingest
from recsys_core.errors import NotFoundError
from recsys_core.settings import load_settings
from recsys_core.storage.workspace import Workspace

LOG = b"user_id,item_id\n" + b"".join(b"u%d,i%d\n" % (place % 5, place % 3) for place in range(30))


@pytest.fixture
def inbox(tmp_path: Path) -> Path:
    folder = tmp_path / "inbox"
    (folder / "march").mkdir(parents=True)
    for name in ("week 10.csv", "week 9.csv", ".hidden.csv", "picture.png", "march/part 1.csv"):
        (folder / name).write_bytes(LOG)
    (tmp_path / "secret.csv").write_bytes(LOG)
    (folder / "way out.csv").symlink_to(tmp_path / "secret.csv")
    (folder / "around").symlink_to(folder)
    return folder


def test_files_are_listed_in_the_order_people_expect(inbox: Path) -> None:
    files = list_inbox(inbox)
    assert [file.name for file in files] == ["march/part 1.csv", "week 9.csv", "week 10.csv"]
    assert {file.bytes for file in files} == {len(LOG)}
    assert all(file.modified > 1.7e9 for file in files)


def test_without_an_inbox_nothing_is_listed(monkeypatch: pytest.MonkeyPatch, inbox: Path) -> None:
    assert list_inbox(None) == []
    monkeypatch.delenv("AISLE_INBOX", raising=False)
    assert load_settings().inbox is None
    monkeypatch.setenv("AISLE_INBOX", str(inbox))
    assert load_settings().inbox == inbox


@pytest.mark.parametrize("name", ["../secret.csv", "way out.csv", "/etc/passwd", "", ".", "nowhere.csv", "march/../../secret.csv", "a\0b"])
def test_no_name_leads_out_of_the_inbox(inbox: Path, name: str) -> None:
    with pytest.raises(NotFoundError):
        inbox_path(inbox, name)


def test_files_are_taken_in_where_they_lie_and_stay(inbox: Path, tmp_path: Path) -> None:
    workspace = Workspace.open(tmp_path / "home")
    for name in ("week 9.csv", "march"):
        path = inbox_path(inbox, name)
        assert ingest(IngestRequest(str(path)), workspace.datasets_dir).rows_read == 30
        workspace.discard_upload(path)
        assert path.exists()
    assert len(list_inbox(inbox)) == 3


def test_only_what_was_uploaded_is_discarded(tmp_path: Path) -> None:
    workspace = Workspace.open(tmp_path / "home")
    (workspace.home / "own.csv").write_bytes(LOG)
    workspace.discard_upload(workspace.uploads_dir / ".." / "own.csv")
    assert (workspace.home / "own.csv").exists()
    (workspace.uploads_dir / "a1b2").mkdir()
    (workspace.uploads_dir / "a1b2" / "log.csv").write_bytes(LOG)
    workspace.discard_upload(workspace.uploads_dir / "a1b2" / "log.csv")
    assert not list(workspace.uploads_dir.iterdir())
