"""Every ending of a command is an exit code and at most one line on stderr; starting costs next to nothing."""

from __future__ import annotations

import errno
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest
import typer

from recsys_core.cli import app
from recsys_core.errors import InputError
from recsys_core.jobs.states import Cancelled

ROOT = Path(__file__).parents[3]
HEAVY = ("torch", "sklearn", "umap", "duckdb", "pandas", "numba", "scipy", "sqlalchemy", "alembic")

Try = Callable[[BaseException | None], tuple[int, str, str]]


@pytest.fixture
def attempt(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Try:
    """Runs a command that ends as asked; gives exit code, stdout, stderr."""

    def run(ending: BaseException | None) -> tuple[int, str, str]:
        def work(number: int = 1) -> None:
            """Do something."""
            typer.echo("out")
            if ending is not None:
                raise ending

        module = ModuleType("recsys_core.cli.attempt")
        module.register = lambda typer_app: typer_app.command("attempt")(work)  # type: ignore[attr-defined]
        monkeypatch.setitem(sys.modules, "recsys_core.cli.attempt", module)
        monkeypatch.setattr(app, "COMMANDS", {"attempt": "attempt"})
        code = app.main(["attempt"])
        return (code, *capsys.readouterr())

    return run


def test_a_command_that_works_ends_with_0(attempt: Try) -> None:
    assert attempt(None) == (0, "out\n", "")


def test_a_mistake_of_the_user_is_one_line(attempt: Try) -> None:
    assert attempt(InputError("Row 3 of\nlog.csv has no user.", "Fill it in.")) == (
        2,
        "out\n",
        "Row 3 of log.csv has no user. Fill it in.\n",
    )


def test_ctrl_c_keeps_its_words(attempt: Try) -> None:
    assert attempt(KeyboardInterrupt("Go on later.")) == (130, "out\n", "Stopped. Go on later.\n")
    assert attempt(KeyboardInterrupt()) == (130, "out\n", "Stopped.\n")


def test_a_cancelled_job_ends_like_a_stopped_one(attempt: Try) -> None:
    assert attempt(Cancelled("The job was cancelled.")) == (130, "out\n", "The job was cancelled.\n")


def test_a_bug_is_one_calm_line_and_a_log(attempt: Try, aisle_home: Path) -> None:
    code, _, err = attempt(ZeroDivisionError("deep inside"))
    assert (code, err) == (1, f"Aisle made a mistake, sorry. The details are in {aisle_home / 'errors.log'}.\n")
    assert "deep inside" in (aisle_home / "errors.log").read_text()


def test_a_developer_sees_the_traceback(attempt: Try, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AISLE_DEBUG", "1")
    assert "ZeroDivisionError: deep inside" in attempt(ZeroDivisionError("deep inside"))[2]


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        (["nothing"], "No such command 'nothing'. Read what it takes with `python -m recsys_core --help`.\n"),
        (["runs", "--nope"], "No such option: --nope. Read what it takes with `python -m recsys_core runs --help`.\n"),
        (["show"], "Missing argument 'ID'. Read what it takes with `python -m recsys_core show --help`.\n"),
        (["job"], "Missing command. Read what it takes with `python -m recsys_core job --help`.\n"),
    ],
)
def test_a_wrong_command_line_is_one_line(arguments: list[str], line: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert app.main(arguments) == 2
    assert capsys.readouterr() == ("", line)


def test_a_wrong_environment_is_one_line(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv("AISLE_MAX_JOBS", "many")
    assert app.main(["jobs"]) == 2
    assert capsys.readouterr().err == "The environment variable AISLE_MAX_JOBS is 'many'. Set it to a whole number of at least 1.\n"


def test_without_arguments_there_is_help(capsys: pytest.CaptureFixture[str]) -> None:
    assert app.main([]) == 0
    assert "Usage" in capsys.readouterr().out


def test_help_loads_nothing_heavy() -> None:
    code = (
        "import sys; from recsys_core.cli.app import main; main(['--help'])\n"
        f"loaded = [name for name in {HEAVY} if name in sys.modules]\n"
        "assert not loaded, loaded"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.stderr == ""
    assert all(command in done.stdout for command in app.COMMANDS)


def test_a_list_loads_no_torch_and_no_tables_library() -> None:
    code = "import sys; from recsys_core.cli.app import main; main(['jobs']); sys.exit('torch' in sys.modules or 'pandas' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, check=False).returncode == 0


def test_a_full_disk_is_the_users_to_mend(attempt: Try) -> None:
    full = OSError(errno.ENOSPC, "No space left on device", "/data/x")
    assert attempt(full) == (2, "out\n", "The disk is full: /data/x (No space left on device). Make room there, then do it again.\n")


def test_a_bug_under_wrong_settings_is_still_one_line(attempt: Try, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AISLE_MAX_JOBS", "²")
    code, _, err = attempt(ZeroDivisionError("deep inside"))
    assert (code, err.count("\n")) == (1, 1)
    assert "AISLE_MAX_JOBS" in err


@pytest.mark.parametrize("command", [["split", "x", "--out", "y"], ["project", "x"], ["train", "x"]])
@pytest.mark.parametrize("seed", ["-1", str(2**31)])
def test_a_seed_that_is_none_is_one_line(command: list[str], seed: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert app.main([*command, "--seed", seed]) == 2
    assert capsys.readouterr().err.startswith("Invalid value for '--seed': Input should be ")


def test_a_length_that_is_no_number_is_one_line() -> None:
    from recsys_core.cli.evaluate import parse_lengths

    with pytest.raises(InputError, match="--at was given '²'"):
        parse_lengths("²", 10)


@pytest.mark.parametrize(
    ("longest", "words"), [(200, "a run keeps the best 200 products for each shopper"), (1000, "up to 1000 are measured")]
)
def test_a_length_beyond_what_is_kept_says_how_much_is_kept_and_what_to_give(longest: int, words: str) -> None:
    from recsys_core.cli.evaluate import parse_lengths

    assert parse_lengths(f"{longest},5", longest) == (5, longest)
    with pytest.raises(InputError) as refused:
        parse_lengths(f"10,{longest + 1}", longest)
    assert words in refused.value.message
    assert f"--at was given {longest + 1}," in refused.value.message
    assert refused.value.hint == f"Give --at lengths up to {longest}."
