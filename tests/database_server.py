"""A PostgreSQL of the tests' own: a cluster in a temporary folder on a free port, with its password; the system's is never touched."""

from __future__ import annotations

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

OWNER, PASSWORD = "owner", "p@ss/w:rd"
ESCAPED = "p%40ss%2Fw%3Ard"
SETTINGS = "-c fsync=off -c full_page_writes=off -c max_connections=20 -c shared_buffers=32MB -c autovacuum=off"
STARTS_TRIED = 3


@dataclass
class DatabaseServer:
    """folder: data, socket and log. account: the operating system's user that runs it: PostgreSQL refuses to be root."""

    folder: Path
    binaries: Path
    account: dict[str, Any]
    port: int = 0

    @property
    def address(self) -> str:
        """Without a password, as it may be stored."""
        return f"postgresql://{OWNER}@127.0.0.1:{self.port}/shop"

    @property
    def full_address(self) -> str:
        """With the password."""
        return f"postgresql://{OWNER}:{ESCAPED}@127.0.0.1:{self.port}/shop"

    def connect(self, database: str = "shop") -> Any:
        """A connection of psycopg's own, every statement its own transaction."""
        import psycopg

        return psycopg.connect(host="127.0.0.1", port=self.port, user=OWNER, password=PASSWORD, dbname=database, autocommit=True)

    def run(self, *statements: str) -> None:
        """Execute SQL as the owner."""
        with self.connect() as connection:
            for statement in statements:
                connection.execute(statement)

    def start(self) -> None:
        """Make the cluster and its database `shop`."""
        password = self.folder / "password"
        password.write_text(PASSWORD)
        self._own(password)
        options = ["-U", OWNER, "--auth=scram-sha-256", f"--pwfile={password}", "--encoding=UTF8", "--locale=C.UTF-8", "--no-sync"]
        self._do("initdb", "-D", self.folder / "data", *options)
        for left in reversed(range(STARTS_TRIED)):
            with socket.create_server(("127.0.0.1", 0)) as free:
                self.port = free.getsockname()[1]
            try:
                self.go_on()
                break
            except subprocess.CalledProcessError:
                if not left:
                    raise
        with self.connect("postgres") as connection:
            connection.execute("CREATE DATABASE shop")

    def go_on(self) -> None:
        """Start the server on its port and wait until it answers."""
        options = f"{SETTINGS} -p {self.port} -c listen_addresses=127.0.0.1 -c unix_socket_directories='{self.folder}'"
        self._do("pg_ctl", "start", "-w", "-D", self.folder / "data", "-l", self.folder / "log", "-o", options)

    def stop(self) -> None:
        """End it at once, whatever its clients do."""
        self._do("pg_ctl", "stop", "-m", "immediate", "-D", self.folder / "data")

    def _do(self, name: str, *arguments: str | Path) -> None:
        command = [self.binaries / name, *arguments]
        subprocess.run(command, cwd=self.folder, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, **self.account)

    def _own(self, path: Path) -> None:
        if self.account:
            shutil.chown(path, self.account["user"], self.account["group"])


def find_binaries() -> Path:
    """The folder of initdb and postgres: beside those on the path, where pg_config says, or where Debian puts them, the newest first."""
    named = shutil.which("pg_config")
    told = subprocess.run([named, "--bindir"], capture_output=True, text=True).stdout.strip() if named else ""
    on_path = shutil.which("initdb")
    places = [
        *([Path(on_path).resolve().parent] if on_path else []),
        *([Path(told)] if told else []),
        *sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: -float(path.parent.name)),
    ]
    for place in places:
        if all((place / name).exists() for name in ("initdb", "postgres", "pg_ctl")):
            return place
    raise RuntimeError("The tests need PostgreSQL's initdb and postgres: `make postgresql` installs them.")


def server_account() -> dict[str, Any]:
    """For root, the user to run the server as; for everybody else nothing."""
    if os.name == "nt" or os.geteuid() != 0:
        return {}
    known = {entry.pw_name: entry for entry in pwd.getpwall()}
    entry = known.get("postgres") or known["nobody"]
    return {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}


@pytest.fixture(scope="session")
def database_server() -> Iterator[DatabaseServer]:
    """A running server with an empty database `shop`, for as long as the tests of this process run."""
    folder = Path(tempfile.mkdtemp(prefix="aisle-pg-"))
    server = DatabaseServer(folder, find_binaries(), server_account())
    server._own(folder)
    try:
        server.start()
        yield server
    finally:
        if (folder / "data" / "postmaster.pid").exists():
            server.stop()
        shutil.rmtree(folder, ignore_errors=True)
