"""The command line's frame: finds the command, runs it, and turns every ending into an exit code and at most one line on stderr.

0 done · 2 the user's mistake · 130 stopped or cancelled · 1 a bug (the details go to a log; AISLE_DEBUG=1 shows them).
"""

from __future__ import annotations

import contextlib
import importlib
import traceback
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import typer
from typer.core import TyperGroup

from recsys_core.errors import UserError
from recsys_core.jobs.states import Cancelled
from recsys_core.settings import limit_threads, load_settings
from recsys_core.storage.passwords import hide_passwords
from recsys_core.storage.system_errors import explain

PROGRAM = "python -m recsys_core"
DONE, BUG, MISTAKE, STOPPED = 0, 1, 2, 130
# command -> the file in this folder that registers it, in the order of the help page
COMMANDS = {
    "demo": "demo",
    "look": "look",
    "ingest": "ingest",
    "dropped": "dropped",
    "recipe": "dropped",
    "tables": "connections",
    "clusters": "profile",
    "segments": "profile",
    "profile": "profile",
    "catalogue": "catalogue",
    "split": "split",
    "train": "train",
    "tune": "tune",
    "cross-validate": "cross_validate",
    "autopilot": "autopilot",
    "evaluate": "evaluate",
    "recommend": "recommend",
    "whatif": "whatif",
    "explain": "explain",
    "interests": "interests",
    "baskets": "baskets",
    "scorecard": "scorecard",
    "gaps": "gaps",
    "new-items": "gaps",
    "synthesize": "synthesize",
    "synthetic": "synthesize",
    "filter": "filter",
    "fuse": "fuse",
    "augment": "augment",
    "cold-item": "cold_item",
    "cold-shopper": "cold_item",
    "scenario": "scenario",
    "feedback": "scenario",
    "project": "project",
    "place": "place",
    "neighbours": "neighbours",
    "inside": "inside",
    "walk": "walk",
    "cohort": "cohort",
    "datasets": "store",
    "runs": "store",
    "jobs": "store",
    "show": "store",
    "delete": "store",
    "job": "job",
    "benchmark": "benchmark",
}


class Stopped(Exception):
    """Ctrl-C, carried past Typer with what it says about going on later."""


class Commands(TyperGroup):
    """Keeps the words of a KeyboardInterrupt, which Typer would turn into a bare exit code."""

    def invoke(self, ctx: Any) -> Any:
        """Run the command."""
        try:
            return super().invoke(ctx)
        except KeyboardInterrupt as error:
            raise Stopped(*error.args) from error


def build_app(command: str | None = None) -> typer.Typer:
    """The Typer app; with `command` only the file that registers it is imported, else all of them."""
    app = typer.Typer(cls=Commands, add_completion=False, pretty_exceptions_enable=False)

    @app.callback()
    def describe() -> None:
        """Aisle · recommendation workbench: from an interaction log to lists for every shopper."""

    files = [COMMANDS[command]] if command in COMMANDS else dict.fromkeys(COMMANDS.values())
    for file in files:
        importlib.import_module(f"recsys_core.cli.{file}").register(app)
    return app


def main(arguments: Sequence[str]) -> int:
    """Run one command line and return its exit code. Without any arguments it shows the help page."""
    arguments = arguments or ["--help"]
    try:
        with contextlib.suppress(UserError):  # a command that needs the settings says what is wrong with them
            limit_threads(load_settings())  # before any command imports its numeric libraries
        command = typer.main.get_command(build_app(arguments[0]))
        code = command.main(args=list(arguments), prog_name=PROGRAM, standalone_mode=False)
        return code if isinstance(code, int) else DONE
    except UserError as error:
        return _end(MISTAKE, str(error))
    except typer.TyperException as error:
        return _end(MISTAKE, _usage_line(error))
    except Cancelled as error:
        return _end(STOPPED, str(error))
    except (Stopped, KeyboardInterrupt, typer.Abort) as error:
        return _end(STOPPED, f"Stopped. {error}".strip())
    except OSError as error:
        known = explain(error)
        return _end(MISTAKE, str(known)) if known else _end(BUG, _bug_line(arguments))
    except Exception:
        return _end(BUG, _bug_line(arguments))


def _end(code: int, line: str) -> int:
    typer.echo(hide_passwords(" ".join(line.split()) if code != BUG else line), err=True)
    return code


def _usage_line(error: typer.TyperException) -> str:
    """Typer's own message as one line, with where to read what the command takes."""
    context = getattr(error, "ctx", None)
    path = context.command_path if context is not None else PROGRAM
    message = error.format_message() if hasattr(error, "format_message") else str(error)
    return f"{message.rstrip('.')}. Read what it takes with `{path} --help`."


def _bug_line(arguments: Sequence[str]) -> str:
    """Keep the traceback in a log, and say where in one calm line."""
    details = hide_passwords(traceback.format_exc())
    try:
        settings = load_settings()
    except UserError as error:
        return f"Aisle made a mistake, sorry. Its settings cannot be read either: {error}"
    log = settings.home / "errors.log"
    try:
        log.parent.mkdir(parents=True, exist_ok=True)
        with log.open("a", encoding="utf-8") as file:
            file.write(f"{datetime.now(UTC).isoformat()} {PROGRAM} {hide_passwords(' '.join(arguments))}\n{details}\n")
        line = f"Aisle made a mistake, sorry. The details are in {log}."
    except OSError:
        line = "Aisle made a mistake, sorry. Set AISLE_DEBUG=1 to see the details."
    return f"{details}\n{line}" if settings.debug else line
